"""How many epochs does a network need, with ReLU, tanh or sigmoids, at its best rate?

python -m experiments.relu_or_tanh
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded
from experiments.activations_mnist import data

ACTIVATIONS = [nn.relu, nn.tanh, nn.sigmoid]


class StopAt(nn.Callback):
    """Ends training after the first epoch whose mean loss is at most `target`."""

    def __init__(self, target: float) -> None:
        self.target = target

    def epoch_end(self, run: nn.run.Progress) -> None:
        """Compare."""
        run.stop = run.history.loss[-1] <= self.target


def epochs_needed(
    activation: nn.Activation,
    rate: float,
    seed: int,
    split: nn.datasets.Split,
    *,
    target: float,
    limit: int,
) -> int | None:
    """Epochs of SGD until the training loss is at the target; None if never."""
    net = nn.mlp([784, 128, 128, 10], activation=activation, seed=seed)
    try:
        history = nn.fit(
            net,
            split.X_train,
            split.y_train,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.SGD(rate),
            epochs=limit,
            batch_size=64,
            seed=seed,
            callbacks=[StopAt(target)],
        )
    except nn.DivergedError:
        return None
    return len(history.loss) if history.loss[-1] <= target else None


def measure(
    rates: list[float],
    seeds: list[int],
    split: nn.datasets.Split,
    limit: int,
    target: float = 0.05,
) -> dict:
    """Epochs by activation: one row per rate, one column per seed."""
    table: dict = {}
    for activation in ACTIVATIONS:
        table[activation.name] = [
            [
                epochs_needed(activation, rate, seed, split, target=target, limit=limit)
                for seed in seeds
            ]
            for rate in rates
        ]
        print(activation.name, table[activation.name], flush=True)
    return table


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure([0.1], [0], data(2000, 10), 5)
        return
    rates, seeds, limit = [0.03, 0.1, 0.3, 1.0, 3.0], list(range(5)), 40
    split = data(10_000, 10)
    write_recorded(
        "relu_or_tanh",
        {
            "rates": rates,
            "target": 0.05,
            "limit": limit,
            "epochs": measure(rates, seeds, split, limit),
        },
        description="Epochs until the mean training loss of an epoch is at most 0.05: "
        "784-128-128-10 on 10000 standardised MNIST "
        "images, SGD, batch 64, at most 40 epochs, five seeds.",
        command="python -m experiments.relu_or_tanh",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
