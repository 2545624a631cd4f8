"""Is ReLU fast because it needs no exponential? Activations against the matrix product.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.activation_speed

Times each activation on the output of a layer, the layer's product, and the whole
training step of a network around it. Counts the processor time of this process, since
other programs may be running.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import nnbook as nn
from benchmarks._measure import interleaved, one_core, ratio
from experiments._record import write_recorded

BATCH, WIDTH = 256, 1024
ACTIVATIONS = [
    nn.relu,
    nn.leaky_relu,
    nn.tanh,
    nn.sigmoid,
    nn.elu,
    nn.silu,
    nn.gelu_sigmoid,
    nn.gelu_tanh,
    nn.gelu,
]


def leaky_by_where(z):
    """Leaky ReLU as it is often written."""
    return np.where(z > 0, z, np.float32(0.01) * z)


def sigmoid_by_exp(z):
    """The sigmoid as its formula stands; it warns when the exponential overflows."""
    return 1 / (1 + np.exp(-z))


def gelu_by_product(z):
    """GELU's tanh form with the cube as two products."""
    u = np.float32((2 / np.pi) ** 0.5) * (z + np.float32(0.044715) * (z * z * z))
    return np.float32(0.5) * z * (1 + np.tanh(u))


def gelu_by_power(z):
    """The same with the cube as a power."""
    u = np.float32((2 / np.pi) ** 0.5) * (z + np.float32(0.044715) * z**3)
    return np.float32(0.5) * z * (1 + np.tanh(u))


BY_HAND = {
    "leaky by np.where": leaky_by_where,
    "sigmoid as written": sigmoid_by_exp,
    "gelu_tanh, z * z * z": gelu_by_product,
    "gelu_tanh, z**3": gelu_by_power,
    "z * z * z": lambda z: z * z * z,
    "z**3": lambda z: z**3,
    "z**2": lambda z: z**2,
    "abs(z)**0.5": lambda z: abs(z) ** 0.5,
    "z**-1": lambda z: z**-1.0,
}


def values(n: int, width: int, rounds: int) -> dict:
    """Times of f(z) for z of shape (n, width), against the product that made z."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(n, width)).astype(np.float32)
    X = rng.normal(size=(n, width)).astype(np.float32)
    W = rng.normal(size=(width, width)).astype(np.float32)
    tasks = {f.name: lambda f=f: f(z) for f in ACTIVATIONS}
    tasks |= {name: lambda f=f: f(z) for name, f in BY_HAND.items()}
    # The same numbers, but their signs can be foreseen.
    in_order = np.sort(z, axis=None).reshape(z.shape)
    tasks["leaky by np.where, sorted"] = lambda: leaky_by_where(in_order)
    routes = list(tasks)
    tasks["product"] = lambda: X @ W
    times = interleaved(tasks, rounds=rounds, clock=time.process_time)
    return {
        "us": {name: float(f"{1e6 * np.median(t):.3g}") for name, t in times.items()},
        "of_product": {name: ratio(times, name, "product") for name in routes},
    }


def steps(n: int, width: int, rounds: int) -> dict:
    """Times of a whole training step, 784-width-width-10, against the one of ReLU."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 784)).astype(np.float32)
    y = rng.integers(0, 10, n)
    loss = nn.SoftmaxCrossEntropy()

    def step(activation):
        network = nn.mlp([784, width, width, 10], activation=activation)
        optimizer = nn.SGD(1e-3)

        def task():
            network.backward(loss.gradient(network.forward(X), y))
            optimizer.step(network.params, network.grads)

        return task

    tasks = {f.name: step(f) for f in ACTIVATIONS}
    times = interleaved(tasks, rounds=rounds, clock=time.process_time)
    return {
        "us": {name: float(f"{1e6 * np.median(t):.3g}") for name, t in times.items()},
        "of_relu": {f.name: ratio(times, f.name, "relu") for f in ACTIVATIONS},
    }


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    one_core()
    data = {
        "threads": 1,
        "rounds": rounds,
        "batch": BATCH,
        "width": WIDTH,
        "value": values(BATCH, WIDTH, rounds),
        "step": steps(BATCH, WIDTH, rounds),
        "narrow": {"batch": 64, "width": 128, **steps(64, 128, rounds)},
    }
    for part in ("value", "step", "narrow"):
        print(part, data[part])
    write_recorded(
        "activation_speed",
        data,
        description="Time of each activation divided by that of the layer's matrix "
        "product, and of a training step divided by that of ReLU (quartiles), float32.",
        command="OPENBLAS_NUM_THREADS=1 python -m benchmarks.activation_speed",
        seeds=[0],
    )


if __name__ == "__main__":
    main()
