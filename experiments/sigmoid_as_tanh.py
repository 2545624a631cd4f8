"""The same functions, another start: a sigmoid network that begins as a tanh network.

python -m experiments.sigmoid_as_tanh
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.activations_mnist import data

SIZES = [784, 128, 128, 10]


def as_sigmoid(tanh_network: nn.Network, dtype: type = np.float32) -> nn.Network:
    """The sigmoid network that computes the same as a tanh network.

    From tanh z = 2 sigmoid(2z) - 1: what feeds a hidden layer is doubled, and what
    reads one is doubled and loses the sum of its weights from the bias.
    """
    layers = tanh_network.layers
    sizes = [layers[0].n_in, *(layer.n_out for layer in layers)]
    twin = nn.mlp(sizes, activation=nn.sigmoid, dtype=dtype)
    for i, (old, new) in enumerate(zip(layers, twin.layers, strict=True)):
        W, b = old.W.astype(np.float64), old.b.astype(np.float64)
        if i > 0:
            W, b = 2 * W, b - W.sum(axis=0)
        if i < len(layers) - 1:
            W, b = 2 * W, 2 * b
        new.W[:], new.b[:] = W, b
    return twin


def accuracy(
    start: str, rate: float, seed: int, split: nn.datasets.Split, epochs: int
) -> float:
    """Test accuracy of one run, from one of three starts."""
    activation = nn.tanh if start == "tanh" else nn.sigmoid
    network = nn.mlp(SIZES, activation=activation, seed=seed)
    if start == "sigmoid as tanh":
        network = as_sigmoid(nn.mlp(SIZES, activation=nn.tanh, seed=seed))
    steps = epochs * -(-len(split.X_train) // 64)
    nn.fit(
        network,
        split.X_train,
        split.y_train,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(nn.LinearDecay(rate, steps)),
        epochs=epochs,
        batch_size=64,
        seed=seed,
    )
    return nn.accuracy(network.predict(split.X_test), split.y_test)


def measure(
    rates: list[float], seeds: list[int], split: nn.datasets.Split, epochs: int
) -> list[dict]:
    """Accuracies, one entry a seed, by start and rate."""
    rows = []
    for start in ("tanh", "sigmoid", "sigmoid as tanh"):
        for rate in rates:
            runs = [accuracy(start, rate, seed, split, epochs) for seed in seeds]
            rows.append({"start": start, "rate": rate, "accuracy": np.round(runs, 4)})
            print(start, rate, np.mean(runs).round(4), flush=True)
    return rows


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure([1e-3], [0], data(2000, 2000), 3)
        return
    seeds = list(range(5))
    rows = measure([1e-3, 3e-3, 1e-2], seeds, data(10_000, 10_000), 15)
    write_recorded(
        "sigmoid_as_tanh",
        {"rows": rows},
        description="Test accuracy of 784-128-128-10 on 10000 standardised MNIST "
        "images: tanh, sigmoid, and a sigmoid network that starts as the very function "
        "of the tanh network; Adam linearly to 0, batch 64, 15 epochs, five seeds.",
        command="python -m experiments.sigmoid_as_tanh",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
