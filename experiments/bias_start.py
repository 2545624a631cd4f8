"""Does a small positive bias at the start keep ReLUs alive?

Two tasks: exclusive or with two hidden units, and the small digits with two hidden
layers of fifty.

python -m experiments.bias_start
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded

STARTS = [0.0, 0.01, 0.1, 0.5, 1.0, 2.0]


def solves(start: float, seed: int) -> bool:
    """Whether two hidden units find exclusive or."""
    X, y = nn.datasets.xor()
    network = nn.Network(
        nn.Dense(2, 2, activation=nn.relu, bias=nn.init.constant(start)),
        nn.Dense(2, 2),
        seed=seed,
    )
    nn.fit(
        network,
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(0.1),
        epochs=1500,
        batch_size=None,
    )
    return nn.accuracy(network.predict(X), y) == 1


def read_digits(start: float, seed: int) -> tuple[float, int]:
    """Accuracy on unseen digits, and the hidden units that no training digit wakes."""
    data = nn.datasets.digits()
    bias = nn.init.constant(start)
    network = nn.Network(
        nn.Dense(64, 50, activation=nn.relu, bias=bias),
        nn.Dense(50, 50, activation=nn.relu, bias=bias),
        nn.Dense(50, 10),
        seed=seed,
    )
    nn.fit(
        network,
        data.X_train,
        data.y_train,
        seed=seed,
        epochs=10,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.SGD(nn.LinearDecay(0.2, steps=430)),
    )
    first, second, _ = network.activations(data.X_train)
    dead = sum(int((A <= 0).all(axis=0).sum()) for A in (first, second))
    return nn.accuracy(network.predict(data.X_test), data.y_test), dead


def measure(xor_seeds: int, digits_seeds: int) -> dict:
    """Both tasks for each start."""
    runs = {s: [read_digits(s, k) for k in range(digits_seeds)] for s in STARTS}
    return {
        "starts": STARTS,
        "xor_seeds": xor_seeds,
        "xor_solved": [sum(solves(s, k) for k in range(xor_seeds)) for s in STARTS],
        "digits_seeds": digits_seeds,
        "digits_units": 100 * digits_seeds,
        "digits_dead": [sum(dead for _, dead in runs[s]) for s in STARTS],
        "digits_accuracy": [
            [round(accuracy, 4) for accuracy, _ in runs[s]] for s in STARTS
        ],
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure(3, 1))
        return
    data = measure(50, 5)
    print(data)
    write_recorded(
        "bias_start",
        data,
        description="ReLU networks whose hidden biases start between 0 and 2: "
        "how many of fifty find exclusive or with two hidden units, and how many "
        "hidden units are dead after training on the small digits, with accuracy.",
        command="python -m experiments.bias_start",
        seeds=list(range(50)),
    )


if __name__ == "__main__":
    main()
