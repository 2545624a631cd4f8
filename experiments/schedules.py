"""Which schedule is worth what, at which rate, for budgets from one epoch to thirty?

python -m experiments.schedules
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

RATE, BATCH, N_TRAIN = 0.1, 32, 10_000
Plan = Callable[[float, int], Callable[[int], float]]  # largest rate, number of steps


def cooldown(rate: float, steps: int, share: float = 0.2) -> Callable[[int], float]:
    """Constant, then a straight line to zero in the last part of the steps."""
    return lambda t: rate * min(1.0, (steps - t) / (share * steps))


SCHEDULES: dict[str, Plan] = {
    "constant": lambda rate, T: nn.Constant(rate),
    "step, tenth at each third": lambda rate, T: nn.StepDecay(
        rate, 0.1, every=T // 3 + 1
    ),
    "exponential to 1 %": lambda rate, T: nn.ExponentialDecay(rate, 0.01, every=T),
    "time-based to 10 %": lambda rate, T: nn.InverseTimeDecay(rate, 9 / T),
    "quadratic to 0": lambda rate, T: nn.PolynomialDecay(rate, T),
    "cosine to 0": lambda rate, T: nn.CosineDecay(rate, T),
    "linear to 0": lambda rate, T: nn.LinearDecay(rate, T),
    "constant, then cooldown": cooldown,
    "three warm restarts": lambda rate, T: nn.WarmRestarts(rate, T // 3 + 1),
    "one-cycle": lambda rate, T: nn.OneCycle(rate, T),
    "warm-up, then linear": lambda rate, T: nn.Warmup(
        nn.LinearDecay(rate, T - T // 10), T // 10
    ),
    "warm-up, constant, cooldown": lambda rate, T: nn.Warmup(
        cooldown(rate, T - T // 10, 0.2 * T / (T - T // 10)), T // 10
    ),
}


# The rates at which each is tried.
TRIED = {
    **{name: [RATE] for name in SCHEDULES},
    "exponential to 1 %": [0.05, RATE, 0.2, 0.3],
    "time-based to 10 %": [0.05, RATE, 0.2, 0.3],
    "constant": [0.01, 0.02, 0.03, 0.05, RATE],
    "linear to 0": [0.02, 0.05, RATE, 0.2],
    "warm-up, then linear": [0.02, 0.05, RATE, 0.2],
    "warm-up, constant, cooldown": [0.02, 0.05, RATE, 0.2],
}
ADAM_RATES = [0.001, 0.002, 0.003, 0.005, 0.01, 0.02]
ADAM = {"constant": ADAM_RATES, "linear to 0": ADAM_RATES}


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
) -> tuple[float, float | None]:
    """Test accuracy in percent, and the loss of the last epoch.

    A run that diverges is judged by its last finite parameters and has no loss.
    """
    X, y, X_test, y_test = data
    network, loss = nn.mlp([784, 128, 10], seed=seed), None
    with contextlib.suppress(nn.DivergedError):
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
        loss = float(f"{history.loss[-1]:.3g}")
    right = nn.accuracy(network.predict(X_test), y_test)
    return round(100 * right, 2), loss


def measure(
    data: tuple[np.ndarray, ...],
    tried: Mapping[str, Sequence[float]],
    budgets: Sequence[int],
    seeds: Sequence[int],
    optimizer: type[nn.Optimizer] = nn.Momentum,
) -> dict[str, dict[str, dict[str, list]]]:
    """Accuracies and last losses by schedule and rate, then budget and seed."""
    results: dict[str, dict[str, dict[str, list]]] = {}
    for name, rates in tried.items():
        results[name] = {}
        for rate in rates:
            rows = [
                [
                    run(data, optimizer(SCHEDULES[name](rate, T)), budget, seed)
                    for seed in seeds
                ]
                for budget, T in [(b, steps(b, len(data[0]))) for b in budgets]
            ]
            results[name][str(rate)] = {
                "accuracy": [[a for a, _ in row] for row in rows],
                "loss": [[v for _, v in row] for row in rows],
            }
    return results


def measure_cut_short(data: tuple[np.ndarray, ...], seeds: list[int]) -> list[float]:
    """Accuracies of a linear schedule for thirty epochs, stopped after three."""
    plan = nn.LinearDecay(RATE, steps(30, len(data[0])))
    return [run(data, nn.Momentum(plan), 3, seed)[0] for seed in seeds]


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    data = subset()
    if parser.parse_args().short:
        print(measure(data, {"constant": [RATE], "linear to 0": [RATE]}, [1], [0]))
        return
    budgets, seeds = [1, 3, 10, 30], [0, 1, 2]
    result = {
        "budgets": budgets,
        "momentum": measure(data, TRIED, budgets, seeds),
        "adam_epochs": 10,
        "adam": measure(data, ADAM, [10], seeds, nn.Adam),
        "cut_short": measure_cut_short(data, seeds),
    }
    write_recorded(
        "schedules",
        result,
        description="Test accuracy in percent, and training loss of the last epoch, of "
        "784-128-10 on 10,000 images of MNIST, by schedule and largest rate, then by "
        "budget in epochs and seed; momentum 0.9, batches of 32; the same for Adam and "
        "ten epochs; cut_short: linear from 0.1 for thirty epochs, ended after three.",
        command="python -m experiments.schedules",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
