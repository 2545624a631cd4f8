"""Which rates and which batches does a network with normalisation train with?

python -m experiments.normalised_training
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.depth_training import judge
from experiments.gradient_by_depth import BLOCKS

KINDS = {
    "plain": BLOCKS["relu, He"],
    "batch norm": BLOCKS["relu, batch norm"],
    "layer norm": BLOCKS["relu, layer norm"],
}
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
BATCHES = [2, 8, 32]
BATCH_RATES = [0.0003, 0.001, 0.003, 0.01, 0.03]


def accuracies(
    block: Callable, rate: float, batch_size: int, seed: int, epochs: int
) -> tuple[float, float]:
    """Validation and test accuracy of five hidden layers after training."""
    layers = [layer for _ in range(5) for layer in block(64)]
    output = nn.Dense(64, 10, weights=nn.init.lecun_normal)
    network = nn.Network(*layers, output, seed=seed)
    return judge(
        network,
        nn.Momentum(rate),
        epochs=epochs,
        batch_size=batch_size,
        # A batch of one sample has no variance.
        drop_last=True,
        seed=seed,
    )


def by_rate(rates: list[float], seeds: list[int], epochs: int) -> dict:
    """Test accuracies by kind and rate, batches of 64."""
    result: dict = {}
    for kind, block in KINDS.items():
        result[kind] = {
            str(rate): [accuracies(block, rate, 64, s, epochs)[1] for s in seeds]
            for rate in rates
        }
        print(kind, result[kind], flush=True)
    return result


def by_batch(batches: list[int], seeds: list[int], epochs: int) -> dict:
    """Test accuracies by kind and batch size, at the rate best in validation."""
    result: dict = {}
    for kind, block in KINDS.items():
        result[kind] = {}
        for size in batches:
            runs = {
                rate: [accuracies(block, rate, size, s, epochs) for s in seeds]
                for rate in BATCH_RATES
            }
            best = max(runs, key=lambda r: np.mean([run[0] for run in runs[r]]))
            right = [run[1] for run in runs[best]]
            result[kind][str(size)] = {"rate": best, "accuracy": right}
            print(kind, size, result[kind][str(size)], flush=True)
    return result


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        by_rate([0.1], [0], 2)
        return
    seeds = list(range(3))
    write_recorded(
        "normalised_training",
        {
            "rates": by_rate(RATES, seeds, 10),
            "batches": by_batch(BATCHES, seeds, 5),
        },
        description="Test accuracy on the 8×8 digits of five hidden ReLU layers of 64 "
        "units, momentum 0.9, three seeds: by rate (batches of 64, 10 epochs), and by "
        "batch size (5 epochs) at the best in validation of five rates.",
        command="python -m experiments.normalised_training",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
