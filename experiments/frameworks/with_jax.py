import jax
import jax.numpy as jnp
import numpy as np

import nnbook

X, y, X_test, y_test = nnbook.datasets.digits()


def scores(params, X):
    W1, b1, W2, b2 = params
    return jnp.maximum(X @ W1 + b1, 0) @ W2 + b2


def loss(params, X, y):
    log_p = jax.nn.log_softmax(scores(params, X))
    return -jnp.mean(log_p[jnp.arange(len(y)), y])


@jax.jit
def step(params, m, v, t, X, y):  # Adam: new arrays instead of changed ones
    grads = jax.grad(loss)(params, X, y)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, v, grads)
    rate = 0.005 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), params, m, v
    )
    return params, m, v


for seed in range(3):
    first, second = jax.random.split(jax.random.key(seed))
    init = jax.nn.initializers.he_normal()
    params = [
        init(first, (64, 32)),
        jnp.zeros(32),
        init(second, (32, 10)),
        jnp.zeros(10),
    ]
    m = v = jax.tree.map(jnp.zeros_like, params)
    rng, t = np.random.default_rng(seed), 0
    for _ in range(30):  # epochs
        for batch in np.array_split(rng.permutation(len(X)), 42):
            t += 1
            params, m, v = step(params, m, v, t, X[batch], y[batch])
    right = scores(params, X_test).argmax(axis=1) == y_test
    print(f"seed {seed}: {right.mean():.2f}")

print([p.shape for p in params], sum(p.size for p in params))
