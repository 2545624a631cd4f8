"""What does regularisation gain on little data, with right and with wrong labels?

    python -m experiments.regularisation

A network with far more weights than samples, on 150 small digits, with each penalty
over a grid of strengths. The labels are right, or a third of them wrong: those of the
training and of the validation images alike, for nobody would know which. The test
labels are always right. For comparison the validation images are trained on, too,
without any penalty.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

WIDTH, EPOCHS, RATE = 256, 400, 2e-3
GRID: dict[str, list[float]] = {
    "none": [0],
    "L2": [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1],
    "L2, biases too": [1e-4, 1e-3, 1e-2, 3e-2, 1e-1],
    "L1": [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2],
    "dropout": [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95],
    "label smoothing": [0.05, 0.1, 0.2, 0.4, 0.6, 0.8],
    "early stopping": [0],
    "200 more digits": [0],
}


def sample(seed: int, wrong: float) -> dict[str, np.ndarray]:
    """150 digits to train on, 200 to choose by, 1000 to test with."""
    data, rng = nn.datasets.digits(), np.random.default_rng(seed)
    X = np.concatenate([data.X_train, data.X_test])
    y = np.concatenate([data.y_train, data.y_test])
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    shown = y.copy()
    for part in (slice(0, 150), slice(150, 350)):
        labels = shown[part]
        chosen = rng.permutation(len(labels))[: round(wrong * len(labels))]
        labels[chosen] = (labels[chosen] + rng.integers(1, 10, len(chosen))) % 10
    return {
        "X": X[:150],
        "y": shown[:150],
        "X_val": X[150:350],
        "y_val": shown[150:350],
        "X_test": X[-1000:],
        "y_test": y[-1000:],
    }


def run(
    data: dict[str, np.ndarray], method: str, strength: float, seed: int, epochs: int
) -> tuple[float, float, int]:
    """Validation and test accuracy in percent, and the epoch that was kept."""
    penalties = {
        "L1": nn.L1(strength),
        "L2": nn.L2(strength),
        "L2, biases too": nn.L2(strength, biases=True),
    }
    hidden: list[nn.Layer] = [
        nn.Dense(data["X"].shape[1], WIDTH, activation=nn.relu),
        *([nn.Dropout(strength)] if method == "dropout" else []),
    ]
    network = nn.Network(*hidden, nn.Dense(WIDTH, 10), seed=seed)
    validation = data["X_val"], data["y_val"]
    early = method == "early stopping"
    parts = ["", "_val"] if method == "200 more digits" else [""]
    history = nn.fit(
        network,
        np.concatenate([data["X" + part] for part in parts]),
        np.concatenate([data["y" + part] for part in parts]),
        loss=nn.SoftmaxCrossEntropy(
            label_smoothing=strength if method == "label smoothing" else 0.0
        ),
        optimizer=nn.Adam(RATE),
        epochs=epochs,
        batch_size=None,
        regularizer=penalties.get(method),
        validation=validation if early else None,
        callbacks=[nn.EarlyStopping(patience=epochs)] if early else [],
        seed=seed,
    )
    kept = 1 + int(np.argmin(history.val_loss)) if early else epochs
    read = [
        round(100 * nn.accuracy(network.predict(X), y), 2)
        for X, y in (validation, (data["X_test"], data["y_test"]))
    ]
    return read[0], read[1], kept


def measure(
    grid: dict[str, list[float]], wrong: float, seeds: list[int], epochs: int
) -> dict[str, Any]:
    """Accuracies by method, strength and seed, and the strength validation chooses."""
    samples = [sample(seed, wrong) for seed in seeds]
    result = {}
    for method, strengths in grid.items():
        runs = np.array(
            [
                [
                    run(data, method, strength, seed, epochs)
                    for seed, data in zip(seeds, samples, strict=True)
                ]
                for strength in strengths
            ]
        )
        chosen = int(runs[:, :, 0].mean(axis=1).argmax())
        result[method] = {
            "strengths": strengths,
            "validation": runs[:, :, 0],
            "test": runs[:, :, 1],
            "chosen": strengths[chosen],
            "chosen_test": runs[chosen, :, 1],
            "epochs": runs[chosen, :, 2].astype(int),
        }
        print(wrong, method, strengths[chosen], runs[:, :, 1].mean(axis=1), flush=True)
    return result


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure({"none": [0], "L2": [1e-2]}, 1 / 3, [0], 20)
        return
    seeds = list(range(10))
    result = {
        "clean": measure(GRID, 0.0, seeds, EPOCHS),
        "wrong": measure(GRID, 1 / 3, seeds, EPOCHS),
    }
    write_recorded(
        "regularisation",
        result,
        description="Test accuracy in percent of 64-256-10 on 150 small digits, by "
        "regulariser and strength, with right labels and with a third of the training "
        "and validation labels wrong; full-batch Adam at 0.002, 400 epochs, ten seeds, "
        "each with its own 150, 200 validation and 1000 test images. Early stopping "
        "keeps the epoch of the lowest validation loss; 200 more digits: the "
        "validation images are trained on, too, without a regulariser.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.regularisation",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
