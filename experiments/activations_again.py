"""Does it happen again? Three activations on other images, with other seeds.

python -m experiments.activations_again
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded
from experiments.activations_mnist import data, measure

ACTIVATIONS = [nn.relu, nn.gelu, nn.silu]


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure(ACTIVATIONS, 1e-3, [10], data(1000, 1000, 54321), 2)
        return
    seeds, epochs = list(range(10, 20)), 15
    split = data(10_000, 10_000, 54321)
    write_recorded(
        "activations_again",
        {
            "rate": 1e-3,
            "epochs": epochs,
            **measure(ACTIVATIONS, 1e-3, seeds, split, epochs),
        },
        description="The run of activations_mnist for three activations, with other "
        "seeds and with 10000 images of another shuffle.",
        command="python -m experiments.activations_again",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
