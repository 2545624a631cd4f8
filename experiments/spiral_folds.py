"""How many different folds do the hidden units of the spiral make, and when?

python -m experiments.spiral_folds
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

STARTS = {"normal(0.01)": nn.init.normal(0.01), "He": nn.init.he_normal}
STEPS = (100, 3_000, 10_000)


def folds(layer: nn.Dense) -> int:
    """Directions of (w, b) that differ by more than 10 degrees.

    Units whose vector is shorter than a twentieth of the longest hardly count.
    """
    vectors = np.vstack([layer.W, layer.b])
    lengths = np.linalg.norm(vectors, axis=0)
    vectors = (vectors / lengths)[:, lengths > lengths.max() / 20]
    kept: list[np.ndarray] = []
    for vector in vectors.T:
        if all(other @ vector < np.cos(np.radians(10)) for other in kept):
            kept.append(vector)
    return len(kept)


def run(width: int, start: str, seed: int, steps: tuple[int, ...]) -> dict:
    """Folds and accuracy after each number of steps, from the famous recipe."""
    X, labels = nn.datasets.spiral(seed=0)
    weights = STARTS[start]
    network = nn.Network(
        nn.Dense(2, width, activation=nn.relu, weights=weights),
        nn.Dense(width, 3, weights=weights),
        seed=seed,
    )
    found: dict = {"folds": [], "accuracy": []}
    for before, after in zip((0, *steps), steps, strict=False):
        nn.fit(
            network,
            X,
            labels,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.SGD(1.0),
            epochs=after - before,
            batch_size=None,
            regularizer=nn.L2(1e-3),
        )
        right = nn.accuracy(network.predict(X), labels)
        found["folds"].append(folds(network.layers[0]))
        found["accuracy"].append(round(right, 4))
    return found


def measure(widths: list[int], seeds: list[int], steps: tuple[int, ...]) -> dict:
    """Folds and accuracies by start and width: one row per seed."""
    return {
        "steps": list(steps),
        "runs": {
            start: {
                str(width): [run(width, start, seed, steps) for seed in seeds]
                for width in widths
            }
            for start in STARTS
        },
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure([10], [0, 1], (100, 500)))
        return
    seeds = list(range(10))
    data = measure([10, 20, 100], seeds, STEPS)
    print(data)
    write_recorded(
        "spiral_folds",
        data,
        description="Folds of the hidden layer and training accuracy on the spiral "
        "by start and width, ten seeds; SGD of rate 1, L2 of 0.001, full batch.",
        command="python -m experiments.spiral_folds",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
