"""Which layer's small initial weights keep ten units stuck, and at which rates?

python -m experiments.spiral_layers
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded

WEIGHTS = {"0.01": nn.init.normal(0.01), "He": nn.init.he_normal}
RATES = [0.5, 1.0, 1.5, 2.0, 3.0]


def accuracy(
    first: str, second: str, seed: int, steps: int, rate: float = 1.0
) -> float:
    """On the training spiral, by the recipe of `experiments.spiral_width`."""
    X, labels = nn.datasets.spiral(seed=0)
    network = nn.Network(
        nn.Dense(2, 10, activation=nn.relu, weights=WEIGHTS[first]),
        nn.Dense(10, 3, weights=WEIGHTS[second]),
        seed=seed,
    )
    nn.fit(
        network,
        X,
        labels,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.SGD(rate),
        epochs=steps,
        batch_size=None,
        regularizer=nn.L2(1e-3),
    )
    return round(nn.accuracy(network.predict(X), labels), 4)


def measure(seeds: list[int], steps: int) -> dict:
    """For each pair of starts, one accuracy per seed."""
    return {
        "steps": steps,
        "runs": [
            {
                "first": first,
                "second": second,
                "accuracy": [accuracy(first, second, seed, steps) for seed in seeds],
            }
            for first in WEIGHTS
            for second in WEIGHTS
        ],
    }


def by_rate(seeds: list[int], steps: int, rates: list[float]) -> list[dict]:
    """For each start of both layers and each rate, one accuracy per seed."""
    return [
        {
            "start": start,
            "rate": rate,
            "accuracy": [accuracy(start, start, seed, steps, rate) for seed in seeds],
        }
        for start in WEIGHTS
        for rate in rates
    ]


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure([0, 1], 300), by_rate([0], 300, RATES))
        return
    seeds = list(range(10))
    data = measure(seeds, 3_000) | {"rates": by_rate(seeds, 3_000, RATES)}
    print(data)
    write_recorded(
        "spiral_layers",
        data,
        description="Training accuracy on the spiral of ten ReLU units, by the initial "
        "weights of the first and the second layer (SGD of rate 1) and by the rate; "
        "L2 of 0.001, full batch.",
        command="python -m experiments.spiral_layers",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
