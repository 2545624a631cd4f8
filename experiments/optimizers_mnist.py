"""Eleven optimizers on MNIST, each with its rate tuned on the same grid.

    python -m experiments.optimizers_mnist

The rates are tuned on the last 10 000 training images with a seed that is not used
afterwards; then the network is trained on all training images and tested.
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded

METHODS = {
    method.__name__: method
    for method in [
        *(nn.SGD, nn.Momentum, nn.Nesterov, nn.AdaGrad, nn.RMSProp, nn.AdaDelta),
        *(nn.Adam, nn.AdaMax, nn.Nadam, nn.AMSGrad, nn.AdamW),
    ]
}
GRID = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
SCHEDULES = ["constant", "linear"]
BATCH = 128
TUNING_SEED = 100


def error(
    method: str,
    rate: float,
    schedule: str,
    split: nn.datasets.Split,
    seed: int,
    epochs: int,
) -> float:
    """Share of the test images that one trained network gets wrong."""
    steps = epochs * -(-len(split.X_train) // BATCH)
    learning_rate = nn.LinearDecay(rate, steps) if schedule == "linear" else rate
    network = nn.mlp([split.X_train.shape[1], 128, 10], seed=seed)
    try:
        nn.fit(
            network,
            split.X_train,
            split.y_train,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=METHODS[method](learning_rate),
            epochs=epochs,
            batch_size=BATCH,
            seed=seed,
        )
    except nn.DivergedError:
        return 1.0
    return round(1 - nn.accuracy(network.predict(split.X_test), split.y_test), 4)


def measure(
    data: nn.datasets.Split,
    grid: list[float],
    seeds: list[int],
    epochs: int,
    held_out: int = 10_000,
) -> dict:
    """Validation error by rate, the best rate, and test errors with it, by seed."""
    X, y = data.X_train, data.y_train
    tuning = nn.datasets.Split(
        X[:-held_out], y[:-held_out], X[-held_out:], y[-held_out:]
    )
    result: dict = {"grid": grid, "epochs": epochs, "batch_size": BATCH}
    for schedule in SCHEDULES:
        result[schedule] = {}
        for method in METHODS:
            curve = [
                error(method, rate, schedule, tuning, TUNING_SEED, epochs)
                for rate in grid
            ]
            best = grid[curve.index(min(curve))]
            tests = [error(method, best, schedule, data, s, epochs) for s in seeds]
            result[schedule][method] = {
                "validation": curve,
                "rate": best,
                "test": tests,
            }
            print(schedule, method, best, curve, tests, flush=True)
    return result


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure(nn.datasets.digits(), [0.001, 0.01, 0.1], [0], 2, held_out=300)
        return
    seeds = list(range(5))
    data = measure(nn.datasets.mnist(), GRID, seeds, 3)
    write_recorded(
        "optimizers_mnist",
        data,
        description="Test error on MNIST of 784-128-10 ReLU after 3 epochs in batches "
        "of 128, eleven optimizers, constant and linearly falling rate; the rate of "
        "each tuned on 10 000 held-out training images with another seed.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.optimizers_mnist",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
