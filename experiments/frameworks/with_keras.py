import os

os.environ["KERAS_BACKEND"] = "jax"  # or "torch", "tensorflow"

import keras

import nnbook

X, y, X_test, y_test = nnbook.datasets.digits()

for seed in range(3):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input([64]),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.005),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(X, y, epochs=30, batch_size=32, verbose=0)
    loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
    print(f"seed {seed}: {accuracy:.2f}")

print([tuple(w.shape) for w in model.weights], model.count_params())
