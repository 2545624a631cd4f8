"""Which optimizer learns features that are rarely there?

    python -m experiments.sparse_features

Logistic regression on a stream of samples, one sample a step. Feature j is 1 in one of
j samples and 0 in the others; its true weight is +2 or -2. Each method runs with every
rate of one grid, and is judged by its loss on fresh samples after the last step.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np

import nnbook as nn
from experiments._record import write_recorded


class RootDecay(nn.Schedule):
    """AdaGrad's slowing-down without its division: rate / sqrt(t + 1)."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def __call__(self, t: int) -> float:
        return self.rate / (t + 1) ** 0.5


METHODS: dict[str, Callable[[float], nn.Optimizer]] = {
    "SGD": nn.SGD,
    "SGD, falling": lambda rate: nn.SGD(RootDecay(rate)),
    "Momentum": nn.Momentum,
    "AdaGrad": nn.AdaGrad,
    "RMSProp": nn.RMSProp,
    # A memory of 1000 steps, in which the rarest feature comes twenty times.
    "RMSProp, 0.999": partial(nn.RMSProp, rho=0.999),
    "Adam": nn.Adam,
}


def samples(
    rng: np.random.Generator, size: tuple[int, ...], truth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Features (*size, d) and answers (*size,), drawn with the true weights."""
    X = (rng.random((*size, len(truth))) < 1 / np.arange(1, len(truth) + 1)) * 1.0
    return X, (rng.random(size) < nn.sigmoid(X @ truth)) * 1.0


def learn(
    optimizer: nn.Optimizer, X: np.ndarray, y: np.ndarray, n_features: int
) -> np.ndarray:
    """Weights after one pass; the runs share an array, for each number is by itself."""
    steps, runs = y.shape
    w = np.zeros((runs, n_features))
    for t in range(steps):
        wrong = nn.sigmoid((X[t] * w).sum(axis=1)) - y[t]
        optimizer.step(w, wrong[:, None] * X[t])
    return w


def measure(n_features: int, steps: int, seeds: list[int], grid: list[float]) -> dict:
    """By method: best rate, losses by seed, and how wrong each weight is at the end."""
    rng = np.random.default_rng(99)
    truth = rng.choice([-2.0, 2.0], n_features)
    X_new, y_new = samples(rng, (20_000,), truth)

    def loss(w: np.ndarray) -> float:
        return nn.BinaryCrossEntropy()((X_new @ w)[:, None], y_new[:, None])

    streams = [samples(np.random.default_rng(s), (steps,), truth) for s in seeds]
    X, y = (np.stack(arrays, axis=1) for arrays in zip(*streams, strict=True))
    result: dict = {
        "steps": steps,
        "grid": grid,
        "floor": round(loss(truth), 4),
        "methods": {},
    }
    for name, make in METHODS.items():
        ends = [learn(make(rate), X, y, n_features) for rate in grid]
        losses = [[round(loss(w), 4) for w in end] for end in ends]
        best = int(np.argmin(np.mean(losses, axis=1)))
        errors = np.sqrt(np.mean((ends[best] - truth) ** 2, axis=0))
        result["methods"][name] = {
            "rate": grid[best],
            "loss": losses[best],
            "mean_by_rate": np.mean(losses, axis=1).round(4),
            "weight_error": errors.round(3),
        }
        print(name, grid[best], np.mean(losses, axis=1).round(4), flush=True)
    return result


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure(20, 500, [0, 1], [0.01, 0.03, 0.1, 0.3, 1.0])
        return
    seeds = list(range(10))
    grid = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
    data = measure(50, 3000, seeds, grid)
    write_recorded(
        "sparse_features",
        data,
        description="Loss on fresh samples after 3000 steps of online logistic "
        "regression on fifty features, the j-th present in one of j samples; seven "
        "methods, each with the best rate of one grid, ten seeds.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.sparse_features",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
