"""How large are the gradients of an untrained network, layer by layer?

python -m experiments.gradient_by_depth
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.signal_by_depth import geometric_mean, scaled


class Bend(nn.Layer):
    """An activation as a layer of its own, so that something can stand before it."""

    def __init__(self, activation: nn.Activation) -> None:
        self.activation = activation

    def forward(self, X: np.ndarray, training: bool) -> np.ndarray:
        self.Z = X
        return self.activation(X)

    def backward(self, dA: np.ndarray) -> np.ndarray:
        return dA * self.activation.derivative(self.Z)


def plain(f: nn.Activation, weights: Callable) -> Callable:
    """A dense layer."""
    return lambda n: [nn.Dense(n, n, activation=f, weights=weights)]


def residual(f: nn.Activation, weights: Callable) -> Callable:
    """A dense layer with a way around it."""
    return lambda n: [nn.Residual(*plain(f, weights)(n))]


def normalised(f: nn.Activation, weights: Callable, norm: type) -> Callable:
    """A dense layer whose sums are normalised before they are bent."""
    return lambda n: [nn.Dense(n, n, weights=weights, bias=None), norm(n), Bend(f)]


def normalised_behind(f: nn.Activation, weights: Callable, norm: type) -> Callable:
    """A dense layer whose outputs are normalised."""
    return lambda n: [*plain(f, weights)(n), norm(n)]


def residual_of_two(f: nn.Activation, last: Callable) -> Callable:
    """A way around two layers, of which the second is linear."""
    return lambda n: [
        nn.Residual(nn.Dense(n, n, activation=f), nn.Dense(n, n, weights=last))
    ]


def residual_normalised(f: nn.Activation, weights: Callable, norm: type) -> Callable:
    """A way around the norm, a dense layer and its bend: the norm comes first."""
    return lambda n: [nn.Residual(norm(n), *plain(f, weights)(n))]


GLOROT, HE, SMALL = nn.init.glorot_normal, nn.init.he_normal, nn.init.normal(0.01)
BLOCKS = {
    "sigmoid, Glorot": plain(nn.sigmoid, GLOROT),
    "sigmoid, 4 Glorot": plain(nn.sigmoid, scaled(4, GLOROT)),
    "sigmoid, deviation 1": plain(nn.sigmoid, nn.init.normal(1.0)),
    # In the limit of wide layers its factor per layer is 1.
    "sigmoid, 10.15 Glorot": plain(nn.sigmoid, scaled(10.15, GLOROT)),
    "tanh, Glorot": plain(nn.tanh, GLOROT),
    "tanh, deviation 0.01": plain(nn.tanh, SMALL),
    "tanh, deviation 1": plain(nn.tanh, nn.init.normal(1.0)),
    "relu, Glorot": plain(nn.relu, GLOROT),
    "relu, He": plain(nn.relu, HE),
    "relu, 2 He": plain(nn.relu, scaled(2, HE)),
    "gelu, He": plain(nn.gelu, HE),
    "selu, LeCun": plain(nn.selu, nn.init.lecun_normal),
    "sigmoid, residual": residual(nn.sigmoid, GLOROT),
    "tanh, residual": residual(nn.tanh, GLOROT),
    "relu, residual": residual(nn.relu, HE),
    "relu, residual of two": residual_of_two(nn.relu, GLOROT),
    "relu, residual of two, last 0": residual_of_two(nn.relu, nn.init.zeros),
    "relu, norm and residual": residual_normalised(nn.relu, HE, nn.BatchNorm),
    "relu, layer norm and residual": residual_normalised(nn.relu, HE, nn.LayerNorm),
    "sigmoid, batch norm": normalised(nn.sigmoid, GLOROT, nn.BatchNorm),
    "sigmoid, layer norm": normalised(nn.sigmoid, GLOROT, nn.LayerNorm),
    "sigmoid, layer norm behind": normalised_behind(nn.sigmoid, GLOROT, nn.LayerNorm),
    "relu, batch norm": normalised(nn.relu, HE, nn.BatchNorm),
    "relu, deviation 0.01, batch norm": normalised(nn.relu, SMALL, nn.BatchNorm),
    "relu, batch norm behind": normalised_behind(nn.relu, HE, nn.BatchNorm),
    "relu, layer norm": normalised(nn.relu, HE, nn.LayerNorm),
}


def gradient(
    block: Callable, width: int, depth: int, samples: int, seed: int
) -> list[float]:
    """Length of the weight gradient of each hidden layer, for random labels."""
    rng = np.random.default_rng(seed)
    X, labels = rng.normal(size=(samples, width)), rng.integers(0, 10, samples)
    layers = [layer for _ in range(depth) for layer in block(width)]
    output = nn.Dense(width, 10, weights=nn.init.lecun_normal)
    network = nn.Network(*layers, output, seed=seed, dtype=np.float64)
    loss = nn.SoftmaxCrossEntropy()
    network.backward(loss.gradient(network.forward(X), labels))
    hidden = network.grads[: network.n_weights - output.dW.size]
    return [math.sqrt(d @ d) for d in hidden.reshape(depth, -1)]


def measure(width: int, depths: list[int], samples: int, seeds: list[int]) -> dict:
    """Lengths by block, depth and layer, geometric means over the seeds."""
    result: dict = {}
    for name, block in BLOCKS.items():
        result[name] = {}
        for depth in depths:
            runs = [gradient(block, width, depth, samples, seed) for seed in seeds]
            result[name][str(depth)] = geometric_mean(runs)
    return {"width": width, "samples": samples, "depths": depths, "norms": result}


def factor(norms: list[float]) -> float:
    """By how much the gradient changes per layer on its way back."""
    return (norms[0] / norms[-1]) ** (1 / (len(norms) - 1))


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure(32, [10], 64, [0, 1]))
        return
    seeds = list(range(5))
    data = measure(128, [10, 20, 50], 256, seeds)
    for name, by_depth in data["norms"].items():
        cells = [
            f"{v[0]:.1e} / {v[-1]:.1e} ({factor(v):.3f})" for v in by_depth.values()
        ]
        print(f"{name:33}", "   ".join(cells))
    write_recorded(
        "gradient_by_depth",
        data,
        description="Length of the weight gradient by layer in untrained networks of "
        "128 units a layer, 256 standard normal inputs with random labels among ten, "
        "geometric means of five seeds.",
        command="python -m experiments.gradient_by_depth",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
