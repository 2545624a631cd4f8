"""Does the activation matter for a small network on MNIST? Seven, with ten seeds each.

python -m experiments.activations_mnist
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

ACTIVATIONS = [
    nn.relu,
    nn.gelu,
    nn.silu,
    nn.elu,
    nn.leaky_relu,
    nn.tanh,
    nn.sigmoid,
]
SUBSET_SEED = 12345


def data(
    n_train: int, n_test: int, subset_seed: int = SUBSET_SEED
) -> nn.datasets.Split:
    """The first images of one fixed shuffle, standardised by their own statistics."""
    full = nn.datasets.mnist()
    chosen = np.random.default_rng(subset_seed).permutation(60_000)[:n_train]
    X = full.X_train[chosen]
    mean, spread = X.mean(), X.std()
    return nn.datasets.Split(
        (X - mean) / spread,
        full.y_train[chosen],
        (full.X_test[:n_test] - mean) / spread,
        full.y_test[:n_test],
    )


def run(
    activation: nn.Activation,
    rate: float,
    seed: int,
    split: nn.datasets.Split,
    epochs: int,
) -> tuple[float, float]:
    """Test accuracy and last training loss of one network.

    The seed fixes the initial draws and the order of the batches, so that two
    activations with one seed form a pair.
    """
    batch_size = 64
    steps = epochs * -(-len(split.X_train) // batch_size)
    network = nn.mlp([784, 128, 128, 10], activation=activation, seed=seed)
    history = nn.fit(
        network,
        split.X_train,
        split.y_train,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(nn.LinearDecay(rate, steps)),
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
    )
    accuracy = nn.accuracy(network.predict(split.X_test), split.y_test)
    return accuracy, history.loss[-1]


def measure(
    activations: list[nn.Activation],
    rate: float,
    seeds: list[int],
    split: nn.datasets.Split,
    epochs: int,
) -> dict:
    """Accuracies and losses by activation, one entry a seed."""
    table: dict = {"accuracy": {}, "train_loss": {}}
    for activation in activations:
        runs = [run(activation, rate, seed, split, epochs) for seed in seeds]
        table["accuracy"][activation.name] = [round(a, 4) for a, _ in runs]
        table["train_loss"][activation.name] = [float(f"{b:.4g}") for _, b in runs]
        print(rate, activation.name, table["accuracy"][activation.name], flush=True)
    return table


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure([nn.relu, nn.sigmoid], 1e-3, [0, 1], data(2000, 2000), 3)
        return
    seeds, epochs = list(range(10)), 15
    split = data(10_000, 10_000)
    result = measure(ACTIVATIONS, 1e-3, seeds, split, epochs)
    rates = {
        str(rate): measure([nn.relu, nn.gelu, nn.silu], rate, seeds, split, epochs)
        for rate in (3e-4, 3e-3, 1e-2)
    }
    write_recorded(
        "activations_mnist",
        {"rate": 1e-3, "epochs": epochs, **result, "other_rates": rates},
        description="Test accuracy and last training loss of 784-128-128-10 on 10000 "
        "standardised MNIST images by activation; Adam from 0.001 linearly to 0, "
        "batch 64, 15 epochs, ten seeds; ReLU, GELU and SiLU also at three "
        "other rates.",
        command="python -m experiments.activations_mnist",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
