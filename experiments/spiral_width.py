"""How many hidden units does the spiral need, from two starts?

python -m experiments.spiral_width
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded

STARTS = {"normal(0.01)": nn.init.normal(0.01), "He": nn.init.he_normal}


def accuracy(width: int, start: str, seed: int, steps: int) -> float:
    """Share of the training spiral that is right after the famous recipe."""
    X, labels = nn.datasets.spiral(seed=0)
    weights = STARTS[start]
    network = nn.Network(
        nn.Dense(2, width, activation=nn.relu, weights=weights),
        nn.Dense(width, 3, weights=weights),
        seed=seed,
    )
    nn.fit(
        network,
        X,
        labels,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.SGD(1.0),
        epochs=steps,
        batch_size=None,
        regularizer=nn.L2(1e-3),
    )
    return nn.accuracy(network.predict(X), labels)


def measure(widths: list[int], seeds: list[int], steps: int) -> dict:
    """Accuracies by start, width and seed."""
    return {
        "widths": widths,
        "steps": steps,
        "accuracy": {
            start: [
                [round(accuracy(width, start, seed, steps), 4) for seed in seeds]
                for width in widths
            ]
            for start in STARTS
        },
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure([10], [0, 1], 2000))
        return
    seeds = list(range(5))
    data = measure([3, 5, 10, 20, 50, 100], seeds, 10_000)
    print(data)
    write_recorded(
        "spiral_width",
        data,
        description="Training accuracy on the spiral by hidden width, two starts, "
        "five seeds; SGD of rate 1, L2 of 0.001, full batch.",
        command="python -m experiments.spiral_width",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
