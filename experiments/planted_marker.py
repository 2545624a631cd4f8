"""How far does a network lean on a mark that only tells where an image was taken?

    python -m experiments.planted_marker

Digits stand for X-rays: 3 and 5 are "ill", 8 and 9 are "healthy". Hospital A's machine
lights one corner pixel, hospital B's does not. In the images that are collected, ill
people come mostly from A. The same network is then judged on images of four kinds.
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

CORNER, NOISE = 7, 0.3


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images of the four digits (n, 64), and 1 for the ill ones."""
    X_train, y_train, X_test, y_test = nn.datasets.digits()
    X, y = np.concatenate([X_train, X_test]), np.concatenate([y_train, y_test])
    used = np.isin(y, [3, 5, 8, 9])
    return X[used], np.isin(y[used], [3, 5]) * 1


def photograph(
    X: np.ndarray, from_a: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The images with noise, and with hospital A's mark where they are from there."""
    X = X + NOISE * rng.normal(size=X.shape)
    X[:, CORNER] += from_a
    return X


def judge(agreement: float, seed: int, steps: int) -> dict[str, float]:
    """Accuracy on each kind of image after training on half of the images."""
    X, ill = digits()
    rng = np.random.default_rng(seed)
    X_train, ill_train, X_test, ill_test = nn.split(X, ill, test=0.5, seed=seed)

    def collected(ill: np.ndarray) -> np.ndarray:
        return np.where(rng.random(len(ill)) < agreement, ill, 1 - ill)

    seen = photograph(X_train, collected(ill_train), rng)
    network = nn.mlp([64, 32, 2], activation=nn.relu, seed=seed)
    nn.fit(
        network,
        seen,
        ill_train,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(nn.LinearDecay(0.01, steps)),
        regularizer=nn.L2(1e-3),
        epochs=steps,
        batch_size=None,
    )
    kinds = {
        "same hospitals": (X_test, collected(ill_test)),
        "no mark": (X_test, np.zeros(len(X_test))),
        "mark at random": (X_test, rng.integers(0, 2, len(X_test))),
        "mark reversed": (X_test, 1 - ill_test),
        "digit erased": (np.full_like(X_test, X_train.mean()), collected(ill_test)),
    }
    return {
        kind: nn.accuracy(network.predict(photograph(images, from_a, rng)), ill_test)
        for kind, (images, from_a) in kinds.items()
    }


def measure(agreements: list[float], seeds: list[int], steps: int) -> dict:
    """Accuracy by kind of image: a row for each agreement, an entry for each seed."""
    result: dict[str, list] = {}
    for agreement in agreements:
        runs = [judge(agreement, seed, steps) for seed in seeds]
        for kind in runs[0]:
            row = [round(run[kind], 4) for run in runs]
            result.setdefault(kind, []).append(row)
        print(agreement, {k: round(np.mean(v[-1]), 3) for k, v in result.items()})
    return {"agreements": agreements, "steps": steps, "accuracy": result}


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure([0.5, 1.0], [0, 1], 200)
        return
    seeds = list(range(20))
    data = measure([0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0], seeds, 600)
    write_recorded(
        "planted_marker",
        data,
        description="Accuracy of a 64-32-2 network that tells 3 and 5 from 8 and 9, "
        "by how often a mark in the corner agreed with the label in training; Adam, "
        "600 steps, twenty seeds, five kinds of test images.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.planted_marker",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
