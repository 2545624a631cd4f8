"""Which deep networks learn the 8×8 digits at all? By depth, each at its best rate.

python -m experiments.depth_training
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.gradient_by_depth import BLOCKS as SIGNALS
from experiments.gradient_by_depth import GLOROT, plain, scaled

BLOCKS = SIGNALS | {"tanh, 5/3 Glorot": plain(nn.tanh, scaled(5 / 3, GLOROT))}
MOMENTUM_RATES = [0.3, 0.1, 0.03, 0.01, 0.003]
ADAM_RATES = [0.01, 0.003, 0.001, 0.0003, 0.0001]
KINDS: dict[str, tuple[str, Callable, list[float]]] = {
    "sigmoid, Glorot": ("sigmoid, Glorot", nn.Momentum, MOMENTUM_RATES),
    "sigmoid, Glorot, Adam": ("sigmoid, Glorot", nn.Adam, ADAM_RATES),
    "sigmoid, deviation 1": ("sigmoid, deviation 1", nn.Momentum, MOMENTUM_RATES),
    "sigmoid, 10.15 Glorot": ("sigmoid, 10.15 Glorot", nn.Momentum, MOMENTUM_RATES),
    "sigmoid, batch norm": ("sigmoid, batch norm", nn.Momentum, MOMENTUM_RATES),
    "sigmoid, residual": ("sigmoid, residual", nn.Momentum, MOMENTUM_RATES),
    "tanh, deviation 0.01": ("tanh, deviation 0.01", nn.Momentum, MOMENTUM_RATES),
    "tanh, deviation 0.01, Adam": ("tanh, deviation 0.01", nn.Adam, ADAM_RATES),
    "tanh, deviation 1": ("tanh, deviation 1", nn.Momentum, MOMENTUM_RATES),
    "tanh, Glorot": ("tanh, Glorot", nn.Momentum, MOMENTUM_RATES),
    "tanh, 5/3 Glorot": ("tanh, 5/3 Glorot", nn.Momentum, MOMENTUM_RATES),
    "relu, Glorot": ("relu, Glorot", nn.Momentum, MOMENTUM_RATES),
    "relu, Glorot, Adam": ("relu, Glorot", nn.Adam, ADAM_RATES),
    "relu, He": ("relu, He", nn.Momentum, MOMENTUM_RATES),
    "relu, residual of two, last 0": (
        "relu, residual of two, last 0",
        nn.Momentum,
        MOMENTUM_RATES,
    ),
    "relu, batch norm": ("relu, batch norm", nn.Momentum, MOMENTUM_RATES),
}
# Also measured with 50 hidden layers, at a tenth of the rates.
DEEPEST = [
    "sigmoid, residual",
    "tanh, Glorot",
    "relu, He",
    "relu, residual of two, last 0",
]


def data() -> dict[str, np.ndarray]:
    """The digits, standardised; every fifth training image is for validation."""
    split = nn.datasets.digits()
    mean, spread = split.X_train.mean(), split.X_train.std()
    held_out = np.arange(len(split.X_train)) % 5 == 0
    X = (split.X_train - mean) / spread
    return {
        "X": X[~held_out],
        "y": split.y_train[~held_out],
        "X_validation": X[held_out],
        "y_validation": split.y_train[held_out],
        "X_test": (split.X_test - mean) / spread,
        "y_test": split.y_test,
    }


def accuracies(
    kind: str, depth: int, rate: float, seed: int, epochs: int
) -> tuple[float, float]:
    """Validation and test accuracy of one network after training."""
    block, optimizer, _ = KINDS[kind]
    layers = [layer for _ in range(depth) for layer in BLOCKS[block](64)]
    output = nn.Dense(64, 10, weights=nn.init.lecun_normal)
    network = nn.Network(*layers, output, seed=seed)
    return judge(network, optimizer(rate), epochs=epochs, batch_size=64, seed=seed)


def judge(
    network: nn.Network, optimizer: nn.Optimizer, **options: Any
) -> tuple[float, float]:
    """Validation and test accuracy after training with these options of `nn.fit`."""
    digits = data()
    try:
        nn.fit(
            network,
            digits["X"],
            digits["y"],
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=optimizer,
            **options,
        )
    except nn.DivergedError:
        return 0.1, 0.1  # as good as a guess
    validation, test = (
        nn.accuracy(network.predict(digits[f"X_{part}"]), digits[f"y_{part}"])
        for part in ("validation", "test")
    )
    return float(validation), float(test)


def best(
    kind: str, depth: int, rates: list[float], seeds: list[int], epochs: int
) -> dict:
    """The rate that is best on the validation images, and what it gives on the test."""
    runs = {
        rate: [accuracies(kind, depth, rate, seed, epochs) for seed in seeds]
        for rate in rates
    }
    rate = max(runs, key=lambda rate: np.mean([run[0] for run in runs[rate]]))
    return {"rate": rate, "accuracy": [round(run[1], 4) for run in runs[rate]]}


def measure(kinds: list[str], depths: list[int], seeds: list[int], epochs: int) -> dict:
    """Test accuracies by kind and depth."""
    result: dict = {}
    for kind in kinds:
        result[kind] = {}
        for depth in depths:
            found = best(kind, depth, KINDS[kind][2], seeds, epochs)
            result[kind][str(depth)] = found
            print(f"{kind:29} {depth:3}", found, flush=True)
    return {"depths": depths, "width": 64, "epochs": epochs, "kinds": result}


def measure_deepest(kinds: list[str], seeds: list[int], epochs: int) -> dict:
    """The same for 50 hidden layers, at a tenth of the rates."""
    result = {}
    for kind in kinds:
        rates = [rate / 10 for rate in KINDS[kind][2]]
        result[kind] = best(kind, 50, rates, seeds, epochs)
        print(f"{kind:29}  50", result[kind], flush=True)
    return result


def measure_longer(all_epochs: list[int], seeds: list[int]) -> dict:
    """Test accuracies of five sigmoid layers by epochs, at their best rate."""
    return {
        str(epochs): [
            round(accuracies("sigmoid, Glorot", 5, 0.3, seed, epochs)[1], 4)
            for seed in seeds
        ]
        for epochs in all_epochs
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure(["sigmoid, Glorot", "sigmoid, residual"], [5], [0], 5)
        return
    seeds = list(range(3))
    data = measure(list(KINDS), [2, 5, 10, 20], seeds, 30)
    data["50 layers"] = measure_deepest(DEEPEST, seeds, 30)
    data["five sigmoid layers"] = measure_longer([30, 100, 300], seeds)
    write_recorded(
        "depth_training",
        data,
        description="Test accuracy on the 8×8 digits of networks of 64 units per "
        "layer, momentum 0.9 or Adam, batch 64, 30 epochs, at the rate of a grid of "
        "five that is best on validation images, for 50 layers of a tenth of these; "
        "five sigmoid layers also for 100 and 300 epochs; three seeds.",
        command="python -m experiments.depth_training",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
