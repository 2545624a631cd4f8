"""How many hidden units does the spiral need, from two starts, and how do they fold it?

python -m experiments.spiral_width
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

STARTS = {"normal(0.01)": nn.init.normal(0.01), "He": nn.init.he_normal}


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


def run(width: int, start: str, seed: int, steps: list[int]) -> dict:
    """Folds and training accuracy after each number of steps of the famous recipe."""
    X, labels = nn.datasets.spiral(seed=0)
    weights = STARTS[start]
    network = nn.Network(
        nn.Dense(2, width, activation=nn.relu, weights=weights),
        nn.Dense(width, 3, weights=weights),
        seed=seed,
    )
    found: dict = {"folds": [], "accuracy": []}
    for before, after in zip([0, *steps], steps, strict=False):
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


def measure(widths: list[int], seeds: list[int], steps: list[int]) -> dict:
    """For each start, arrays of shape (widths, seeds, steps)."""
    runs = {
        start: [[run(width, start, seed, steps) for seed in seeds] for width in widths]
        for start in STARTS
    }
    return {
        "widths": widths,
        "steps": steps,
        **{
            kind: {
                start: [[one[kind] for one in row] for row in rows]
                for start, rows in runs.items()
            }
            for kind in ("accuracy", "folds")
        },
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure([10], [0, 1], [100, 2000]))
        return
    seeds = list(range(10))
    data = measure([3, 5, 10, 20, 50, 100], seeds, [100, 3_000, 10_000])
    print(data)
    write_recorded(
        "spiral_width",
        data,
        description="Training accuracy on the spiral and folds of the hidden layer, by "
        "start, hidden width, seed and step; SGD of rate 1, L2 of 0.001, full batch.",
        command="python -m experiments.spiral_width",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
