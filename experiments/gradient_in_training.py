"""Do gradients that vanish at the start come back while a network trains?

python -m experiments.gradient_in_training
"""

from __future__ import annotations

import argparse
import math

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.depth_training import data
from experiments.gradient_by_depth import BLOCKS
from experiments.signal_by_depth import geometric_mean

# Block, hidden layers, optimizer, rate.
RUNS = {
    "sigmoid, momentum": ("sigmoid, Glorot", 5, nn.Momentum, 0.1),
    "sigmoid, Adam": ("sigmoid, Glorot", 5, nn.Adam, 0.003),
    "relu, Adam": ("relu, Glorot", 20, nn.Adam, 0.001),
}


def lengths(network: nn.Network, X: np.ndarray, y: np.ndarray) -> list[float]:
    """Length of the weight gradient of each hidden layer, over all samples."""
    loss = nn.SoftmaxCrossEntropy()
    network.backward(loss.gradient(network.forward(X), y))
    dW = [layer.dW.ravel() for layer in network.layers[:-1]]
    return [math.sqrt(d @ d) for d in dW]


def follow(name: str, seed: int, epochs: int) -> tuple[list[list[float]], float]:
    """Lengths before training and after each epoch, and the test accuracy."""
    block, depth, optimizer, rate = RUNS[name]
    digits = data()
    layers = [layer for _ in range(depth) for layer in BLOCKS[block](64)]
    output = nn.Dense(64, 10, weights=nn.init.lecun_normal)
    network, rule = nn.Network(*layers, output, seed=seed), optimizer(rate)
    X, y = digits["X"], digits["y"]
    seen = [lengths(network, X, y)]
    for epoch in range(epochs):
        nn.fit(
            network,
            X,
            y,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=rule,
            epochs=1,
            batch_size=64,
            seed=1000 * seed + epoch,
        )
        seen.append(lengths(network, X, y))
    right = nn.accuracy(network.predict(digits["X_test"]), digits["y_test"])
    return seen, float(right)


def measure(names: list[str], seeds: list[int], epochs: int) -> dict:
    """Lengths by run, epoch and layer, geometric means over the seeds."""
    runs = {}
    for name in names:
        found = [follow(name, seed, epochs) for seed in seeds]
        by_epoch = zip(*(seen for seen, _ in found), strict=True)
        runs[name] = {
            "rate": RUNS[name][3],
            "norms": [geometric_mean(list(rows)) for rows in by_epoch],
            "accuracy": [round(right, 4) for _, right in found],
        }
        print(name, runs[name]["accuracy"], flush=True)
    return {"width": 64, "epochs": epochs, "runs": runs}


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure(["sigmoid, Adam"], [0], 2))
        return
    seeds = list(range(3))
    write_recorded(
        "gradient_in_training",
        measure(list(RUNS), seeds, 20),
        description="Length of the weight gradient by layer before training and after "
        "each of 20 epochs on the 8×8 digits, 64 units a layer, batch 64, geometric "
        "means of three seeds.",
        command="python -m experiments.gradient_in_training",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
