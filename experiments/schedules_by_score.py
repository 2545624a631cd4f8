"""How far do schedules get that follow a validation score instead of a budget?

    python -m experiments.schedules_by_score

The network, the data, the first rate and the seeds are those of
`experiments/schedules.py`; a thousand other images are the validation set.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.schedules import BATCH, N_TRAIN, RATE, subset
from nnbook.run import Progress

N_HELD_OUT = 1000
SCHEDULES: dict[str, Callable[[], nn.Schedule]] = {
    "plateau, tenth, patience 2": lambda: nn.ReduceOnPlateau(RATE, 0.1, patience=2),
    "OpenNMT, default": lambda: nn.OpenNMTDecay(RATE),
}


def held_out() -> tuple[np.ndarray, np.ndarray]:
    """A thousand training images that `subset` leaves out."""
    data = nn.datasets.mnist()
    rows = np.random.default_rng(7).permutation(len(data.X_train))
    rows = rows[N_TRAIN : N_TRAIN + N_HELD_OUT]
    return data.X_train[rows], data.y_train[rows]


class Accuracies(nn.Callback):
    """Takes down the test accuracy in percent after some of the epochs."""

    def __init__(self, X: np.ndarray, y: np.ndarray, epochs: list[int]) -> None:
        self.X, self.y, self.epochs = X, y, epochs
        self.values: list[float] = []

    def epoch_end(self, run: Progress) -> None:
        """Measure if this epoch is one of them."""
        if run.epoch in self.epochs:
            right = nn.accuracy(run.network.predict(self.X), self.y)
            self.values.append(round(100 * right, 2))


def measure(
    data: tuple[np.ndarray, ...],
    validation: tuple[np.ndarray, np.ndarray],
    budgets: list[int],
    seeds: list[int],
) -> dict[str, dict[str, list[list[float]]]]:
    """Accuracies by schedule, seed and epochs, and the rate of each epoch."""
    X, y, X_test, y_test = data
    results: dict[str, dict[str, list[list[float]]]] = {}
    for name, plan in SCHEDULES.items():
        results[name] = {"accuracy": [], "rate": []}
        for seed in seeds:
            accuracies = Accuracies(X_test, y_test, budgets)
            history = nn.fit(
                nn.mlp([784, 128, 10], seed=seed),
                X,
                y,
                loss=nn.SoftmaxCrossEntropy(),
                optimizer=nn.Momentum(plan()),
                epochs=max(budgets),
                batch_size=BATCH,
                validation=validation,
                callbacks=[accuracies],
                seed=seed,
            )
            results[name]["accuracy"].append(accuracies.values)
            rates = [float(f"{rate:.3g}") for rate in history.learning_rate]
            results[name]["rate"].append(rates)
    return results


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    data, validation = subset(), held_out()
    if parser.parse_args().short:
        print(measure(data, validation, [2], [0]))
        return
    budgets, seeds = [1, 3, 10, 30], [0, 1, 2]
    result = {
        "budgets": budgets,
        "schedules": measure(data, validation, budgets, seeds),
    }
    write_recorded(
        "schedules_by_score",
        result,
        description="Test accuracy in percent of 784-128-10 on 10,000 images of MNIST "
        "after 1, 3, 10 and 30 epochs, by schedule and seed, and the rate of each "
        "epoch; momentum 0.9 from rate 0.1, batches of 32, 1000 other images as "
        "validation set, three seeds.",
        command="python -m experiments.schedules_by_score",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
