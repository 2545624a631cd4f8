"""Which schedule is worth what, for budgets from one epoch to thirty?

python -m experiments.schedules
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

RATE, BATCH, N_TRAIN = 0.1, 32, 10_000
Plan = Callable[[int], nn.Schedule]  # steps of the budget → schedule

SCHEDULES: dict[str, Plan] = {
    "constant 0.1": lambda T: nn.Constant(RATE),
    "constant 0.03": lambda T: nn.Constant(0.03),
    "constant 0.01": lambda T: nn.Constant(0.01),
    "step, tenth at each third": lambda T: nn.StepDecay(RATE, 0.1, every=T // 3 + 1),
    "exponential to 1 %": lambda T: nn.ExponentialDecay(RATE, 0.01, every=T),
    "time-based to 10 %": lambda T: nn.InverseTimeDecay(RATE, 9 / T),
    "quadratic to 0": lambda T: nn.PolynomialDecay(RATE, T),
    "cosine to 0": lambda T: nn.CosineDecay(RATE, T),
    "linear to 0": lambda T: nn.LinearDecay(RATE, T),
    "three warm restarts": lambda T: nn.WarmRestarts(RATE, T // 3 + 1),
    "one-cycle": lambda T: nn.OneCycle(RATE, T),
    "warm-up 10 %, then linear": lambda T: nn.Warmup(
        nn.LinearDecay(RATE, T - T // 10), T // 10
    ),
}
ADAM: dict[str, Plan] = {
    "constant 0.003": lambda T: nn.Constant(0.003),
    "linear to 0": lambda T: nn.LinearDecay(0.003, T),
    "cosine to 0": lambda T: nn.CosineDecay(0.003, T),
}


def subset() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ten thousand training images of MNIST, and all test images."""
    data = nn.datasets.mnist()
    rows = np.random.default_rng(7).permutation(len(data.X_train))[:N_TRAIN]
    return data.X_train[rows], data.y_train[rows], data.X_test, data.y_test


def steps(epochs: int, n: int = N_TRAIN) -> int:
    """Steps in so many epochs."""
    return epochs * -(-n // BATCH)


def run(
    data: tuple[np.ndarray, ...], optimizer: nn.Optimizer, epochs: int, seed: int
) -> tuple[float, float]:
    """Test accuracy in percent, and the loss of the last epoch."""
    X, y, X_test, y_test = data
    network = nn.mlp([784, 128, 10], seed=seed)
    history = nn.fit(
        network,
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=optimizer,
        epochs=epochs,
        batch_size=BATCH,
        seed=seed,
    )
    right = nn.accuracy(network.predict(X_test), y_test)
    return round(100 * right, 2), float(f"{history.loss[-1]:.3g}")


def measure(
    data: tuple[np.ndarray, ...], budgets: list[int], seeds: list[int], names: list[str]
) -> dict[str, dict[str, list[list[float]]]]:
    """Accuracies and last training losses by schedule, budget and seed."""
    results: dict[str, dict[str, list[list[float]]]] = {}
    for name in names:
        rows = [
            [
                run(
                    data,
                    nn.Momentum(SCHEDULES[name](steps(budget, len(data[0])))),
                    budget,
                    seed,
                )
                for seed in seeds
            ]
            for budget in budgets
        ]
        results[name] = {
            "accuracy": [[a for a, _ in row] for row in rows],
            "loss": [[v for _, v in row] for row in rows],
        }
    return results


def measure_adam(data: tuple[np.ndarray, ...], epochs: int, seeds: list[int]) -> dict:
    """Accuracies of Adam by schedule and seed."""
    T = steps(epochs, len(data[0]))
    return {
        name: [run(data, nn.Adam(plan(T)), epochs, seed)[0] for seed in seeds]
        for name, plan in ADAM.items()
    }


def measure_cut_short(data: tuple[np.ndarray, ...], seeds: list[int]) -> dict:
    """A linear schedule planned for thirty epochs and stopped after three."""
    n = len(data[0])
    return {
        "planned for 30, stopped after 3": [
            run(data, nn.Momentum(nn.LinearDecay(RATE, steps(30, n))), 3, seed)[0]
            for seed in seeds
        ],
        "planned for 3": [
            run(data, nn.Momentum(nn.LinearDecay(RATE, steps(3, n))), 3, seed)[0]
            for seed in seeds
        ],
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    data = subset()
    if parser.parse_args().short:
        print(measure(data, [1], [0], ["constant 0.1", "linear to 0"]))
        return
    budgets, seeds = [1, 3, 10, 30], [0, 1, 2]
    result = {
        "budgets": budgets,
        "momentum": measure(data, budgets, seeds, list(SCHEDULES)),
        "adam_epochs": 10,
        "adam": measure_adam(data, 10, seeds),
        "cut_short": measure_cut_short(data, seeds),
    }
    write_recorded(
        "schedules",
        result,
        description="Test accuracy in percent (and training loss) of 784-128-10 on "
        "10,000 images of MNIST by schedule and epochs; momentum 0.9 from rate 0.1, "
        "batches of 32, three seeds.",
        command="python -m experiments.schedules",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
