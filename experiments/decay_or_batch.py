"""Half-way through, divide the rate by ten or draw batches ten times as large?

python -m experiments.decay_or_batch
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.schedules import subset

RATE, BATCH, FACTOR = 0.2, 32, 10
# What the second half does: the rate and the batch size.
SECOND = {
    "nothing": (RATE, BATCH),
    "rate / 10": (RATE / FACTOR, BATCH),
    "batch x 10": (RATE, BATCH * FACTOR),
}


def run(
    data: tuple[np.ndarray, ...], plan: str, epochs: int, seed: int
) -> tuple[float, int]:
    """Test accuracy in percent, and the number of updates, of plain SGD."""
    X, y, X_test, y_test = data
    network, updates = nn.mlp([784, 128, 10], seed=seed), 0
    for half, (rate, size) in enumerate([(RATE, BATCH), SECOND[plan]]):
        nn.fit(
            network,
            X,
            y,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.SGD(rate),
            epochs=epochs // 2,
            batch_size=size,
            seed=2 * seed + half,
        )
        updates += epochs // 2 * -(-len(X) // size)
    right = nn.accuracy(network.predict(X_test), y_test)
    return round(100 * right, 2), updates


def measure(
    data: tuple[np.ndarray, ...], budgets: list[int], seeds: list[int]
) -> dict[str, dict]:
    """Accuracies by seed, and updates, by plan and budget."""
    results: dict[str, dict] = {}
    for plan in SECOND:
        rows = [[run(data, plan, epochs, s) for s in seeds] for epochs in budgets]
        results[plan] = {
            "accuracy": [[accuracy for accuracy, _ in row] for row in rows],
            "updates": [row[0][1] for row in rows],
        }
    return results


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    data = subset()
    if parser.parse_args().short:
        print(measure(data, [2], [0]))
        return
    budgets, seeds = [4, 20], [0, 1, 2, 3, 4]
    result = {"budgets": budgets, "plans": measure(data, budgets, seeds)}
    write_recorded(
        "decay_or_batch",
        result,
        description="Test accuracy in percent of 784-128-10 on 10,000 images of MNIST "
        "after 4 and 20 epochs of SGD at the rate 0.2 in batches of 32; in the second "
        "half nothing changes, or the rate is a tenth, or the batch ten times as "
        "large; five seeds.",
        command="python -m experiments.decay_or_batch",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
