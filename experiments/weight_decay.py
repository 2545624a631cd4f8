"""Does it matter for a network whether weight decay acts in the gradient or beside it?

    python -m experiments.weight_decay

The small digits of `experiments.regularisation` with a third of the labels wrong, Adam
with an L2 penalty in the gradient against AdamW, each at two rates over a grid of
strengths. The validation images choose the strength.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

import nnbook as nn
from experiments._record import write_recorded
from experiments.regularisation import sample

WRONG, EPOCHS, RATES = 1 / 3, 400, [0.001, 0.004]
GRID = {
    "L2 in Adam": [0.0, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3],
    "AdamW": [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0],
}


def run(
    data: dict[str, np.ndarray],
    method: str,
    rate: float,
    strength: float,
    seed: int,
    epochs: int,
) -> tuple[float, float]:
    """Validation and test accuracy in percent."""
    decoupled = method == "AdamW"
    network = nn.mlp([data["X"].shape[1], 256, 10], seed=seed)
    nn.fit(
        network,
        data["X"],
        data["y"],
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.AdamW(rate, weight_decay=strength if decoupled else 0.0),
        regularizer=None if decoupled else nn.L2(strength),
        epochs=epochs,
        batch_size=None,
        seed=seed,
    )
    validation, test = (
        round(100 * nn.accuracy(network.predict(data["X" + part]), data["y" + part]), 2)
        for part in ("_val", "_test")
    )
    return validation, test


def measure(
    grid: dict[str, list[float]], rates: list[float], seeds: list[int], epochs: int
) -> dict[str, Any]:
    """Accuracies by method, rate, strength and seed, and the strength chosen."""
    samples = [sample(seed, WRONG) for seed in seeds]
    result: dict[str, Any] = {}
    for method, strengths in grid.items():
        result[method] = []
        for rate in rates:
            runs = np.array(
                [
                    [
                        run(data, method, rate, strength, seed, epochs)
                        for seed, data in zip(seeds, samples, strict=True)
                    ]
                    for strength in strengths
                ]
            )
            chosen = int(runs[:, :, 0].mean(axis=1).argmax())
            result[method].append(
                {
                    "rate": rate,
                    "strengths": strengths,
                    "validation": runs[:, :, 0],
                    "test": runs[:, :, 1],
                    "chosen": strengths[chosen],
                    "chosen_test": runs[chosen, :, 1],
                }
            )
            print(method, rate, strengths[chosen], runs.mean(axis=1), flush=True)
    return result


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure({"AdamW": [0.0, 1.0]}, [0.004], [0], 20)
        return
    seeds = list(range(10))
    write_recorded(
        "weight_decay",
        measure(GRID, RATES, seeds, EPOCHS),
        description="Test accuracy in percent of 64-256-10 on 150 small digits, a "
        "third of the training and validation labels wrong: Adam with an L2 penalty "
        "in the gradient against AdamW, by rate and strength; full batches, 400 "
        "epochs, ten seeds, each with its own 150, 200 validation and 1000 test "
        "images.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.weight_decay",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
