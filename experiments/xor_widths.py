"""How often does training find exclusive or, by activation and width?

python -m experiments.xor_widths
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded

ACTIVATIONS = [nn.identity, nn.relu, nn.tanh, nn.sigmoid]


def solves(activation: nn.Activation, width: int, seed: int, steps: int) -> bool:
    """Whether one training run gets all four points right."""
    X, y = nn.datasets.xor()
    network = nn.mlp([2, width, 2], activation=activation, seed=seed)
    nn.fit(
        network,
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(0.1),
        epochs=steps,
        batch_size=None,
    )
    return nn.accuracy(network.predict(X), y) == 1


def measure(widths: list[int], n_seeds: int, steps: int) -> dict:
    """Share of seeds that solve it, by activation and width."""
    return {
        "widths": widths,
        "n_seeds": n_seeds,
        "steps": steps,
        "solved": {
            activation.name: [
                sum(solves(activation, width, s, steps) for s in range(n_seeds))
                / n_seeds
                for width in widths
            ]
            for activation in ACTIVATIONS
        },
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure([2, 16], 8, 500))
        return
    data = measure([2, 3, 4, 8, 16], 50, 1500)
    print(data)
    write_recorded(
        "xor_widths",
        data,
        description="Share of fifty seeds that solve exclusive or, by activation and "
        "hidden width; Adam 0.1, full batch, 1500 steps.",
        command="python -m experiments.xor_widths",
        seeds=list(range(50)),
    )


if __name__ == "__main__":
    main()
