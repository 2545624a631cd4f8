"""What is AdaDelta's step in a real network, and what if the loss is multiplied?

    python -m experiments.adadelta_regimes

The network of `experiments.adadelta_tables`. At some steps AdaDelta's step is compared
with the gradient; at the end, the error with the loss multiplied by several factors,
beside those of gradient descent with rate 1, at once and after a warm-up.
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.adadelta_tables import error


class Watched(nn.AdaDelta):
    """AdaDelta on a loss `scale` times as large, which notes some of its steps."""

    def __init__(self, epsilon: float, scale: float, watch: list[int]) -> None:
        super().__init__(epsilon=epsilon)
        self.scale = scale
        self.watch = watch
        self.notes: list[dict[str, float]] = []

    def update(self, theta: np.ndarray, g: np.ndarray, rate: float) -> None:
        """Step, and note how it compares with the gradient."""
        before = theta.astype(np.float64)
        super().update(theta, self.scale * g, rate)
        if self.steps in self.watch:
            step = before - theta
            size, length = np.linalg.norm(g), np.linalg.norm(step)
            self.notes.append(
                {
                    "step": self.steps,
                    "rms_gradient": float(f"{size / len(g) ** 0.5:.3g}"),
                    "ratio": float(f"{length / size:.3g}"),
                    "cosine": round(float(step @ g / size / length), 3),
                }
            )


def measure(
    split: nn.datasets.Split,
    hidden: list[int],
    epochs: int,
    seeds: list[int],
    epsilons: list[float],
    scales: list[float],
    watch: list[int],
    warmup: int,
) -> dict:
    """By epsilon: the noted steps by seed, and errors by scale and seed."""
    sgd = {
        name: [error(nn.SGD(rate), split, hidden, epochs, seed) for seed in seeds]
        for name, rate in {
            "constant": nn.Constant(1.0),
            "warm-up": nn.Warmup(nn.Constant(1.0), warmup),
        }.items()
    }
    print(sgd, flush=True)
    result: dict = {
        "epsilons": epsilons,
        "scales": scales,
        "sgd": sgd,
        "warmup": warmup,
        "steps": [],
        "errors": [],
    }
    for epsilon in epsilons:
        steps, errors = [], []
        for scale in scales:
            row = []
            for seed in seeds:
                optimizer = Watched(epsilon, scale, watch if scale == 1 else [])
                row.append(error(optimizer, split, hidden, epochs, seed))
                if scale == 1:
                    steps.append(optimizer.notes)
            errors.append(row)
            print(epsilon, scale, row, flush=True)
        print(*steps, sep="\n", flush=True)
        result["steps"].append(steps)
        result["errors"].append(errors)
    return result


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        digits = nn.datasets.digits()
        measure(digits, [20], 3, [0], [1e-2, 1e-8], [1.0, 100.0], [20], 10)
        return
    X, y, *_ = nn.datasets.mnist()
    split = nn.datasets.Split(X[:20_000], y[:20_000], X[-10_000:], y[-10_000:])
    seeds = [0, 1, 2]
    data = measure(
        split,
        hidden=[200, 100],
        epochs=6,
        seeds=seeds,
        epsilons=[1e-2, 1e-4, 1e-6, 1e-8],
        scales=[0.01, 1.0, 100.0],
        watch=[10, 200, 1000],
        warmup=100,
    )
    write_recorded(
        "adadelta_regimes",
        data,
        description="AdaDelta's step beside the gradient, and its error with the loss "
        "multiplied by 0.01, 1 and 100, by epsilon: 784-200-100-10 tanh on 20 000 "
        "images of MNIST, 6 epochs in batches of 100, three seeds.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.adadelta_regimes",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
