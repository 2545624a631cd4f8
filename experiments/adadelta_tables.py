"""How much do optimizers mind their settings? A small version of Zeiler's tables.

    python -m experiments.adadelta_tables

Every setting of every method is trained alike, and all of them are reported.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

import nnbook as nn
from experiments._record import write_recorded

BATCH = 100
BY_RATE: dict[str, Callable[[float], nn.Optimizer]] = {
    "SGD": nn.SGD,
    "Momentum": nn.Momentum,
    "AdaGrad": nn.AdaGrad,
    "RMSProp": nn.RMSProp,
    "Adam": nn.Adam,
}


def error(
    optimizer: nn.Optimizer,
    split: nn.datasets.Split,
    hidden: list[int],
    epochs: int,
    seed: int,
) -> float:
    """Share of the held-out images that one trained network gets wrong."""
    widths = [split.X_train.shape[1], *hidden, 10]
    network = nn.mlp(widths, activation=nn.tanh, seed=seed)
    try:
        nn.fit(
            network,
            split.X_train,
            split.y_train,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=optimizer,
            epochs=epochs,
            batch_size=BATCH,
            seed=seed,
        )
    except nn.DivergedError:
        return 0.9  # ten balanced classes, a guess
    return round(1 - nn.accuracy(network.predict(split.X_test), split.y_test), 4)


def measure(
    split: nn.datasets.Split,
    hidden: list[int],
    epochs: int,
    seeds: list[int],
    rates: list[float],
    rhos: list[float],
    epsilons: list[float],
) -> dict:
    """Errors by method and setting, a list over the seeds in each cell."""

    def cell(make: Callable[[], nn.Optimizer]) -> list[float]:
        errors = [error(make(), split, hidden, epochs, seed) for seed in seeds]
        print(make(), errors, flush=True)
        return errors

    return {
        "hidden": hidden,
        "epochs": epochs,
        "samples": len(split.X_train),
        "rates": rates,
        "by_rate": {
            name: [cell(partial(make, rate)) for rate in rates]
            for name, make in BY_RATE.items()
        },
        "rhos": rhos,
        "epsilons": epsilons,
        "adadelta": [
            [
                cell(partial(nn.AdaDelta, rho=rho, epsilon=epsilon))
                for epsilon in epsilons
            ]
            for rho in rhos
        ],
        "keras": cell(partial(nn.AdaDelta, 0.001, rho=0.95, epsilon=1e-7)),
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure(nn.datasets.digits(), [20], 3, [0], [0.1, 0.01], [0.95], [1e-6])
        return
    X, y, *_ = nn.datasets.mnist()
    split = nn.datasets.Split(X[:20_000], y[:20_000], X[-10_000:], y[-10_000:])
    seeds = [0, 1]
    data = measure(
        split,
        hidden=[200, 100],
        epochs=6,
        seeds=seeds,
        rates=[1.0, 0.1, 0.01, 0.001, 0.0001],
        rhos=[0.9, 0.95, 0.99],
        epsilons=[1e-2, 1e-4, 1e-6, 1e-8],
    )
    write_recorded(
        "adadelta_tables",
        data,
        description="Error on 10 000 held-out MNIST images of 784-200-100-10 tanh, 6 "
        "epochs on 20 000 images in batches of 100, by method and setting, two seeds.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.adadelta_tables",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
