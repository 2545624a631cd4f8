"""How much longer is a training step with a normalisation in each layer?

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.normalisation

Counts the processor time of this process, since other programs may be running.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import nnbook as nn
from benchmarks._measure import interleaved, one_core, ratio
from experiments._record import write_recorded
from experiments.normalised_training import KINDS


def steps(n: int, width: int, rounds: int) -> dict:
    """Quartiles of the step's time with a normalisation divided by that without."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(n, width)), rng.integers(0, 10, n)
    loss = nn.SoftmaxCrossEntropy()

    def step(block):
        layers = [layer for _ in range(5) for layer in block(width)]
        network = nn.Network(*layers, nn.Dense(width, 10))
        optimizer = nn.SGD(1e-3)

        def task():
            network.backward(loss.gradient(network.forward(X), y))
            optimizer.step(network.params, network.grads)

        return task

    tasks = {kind: step(block) for kind, block in KINDS.items()}
    times = interleaved(tasks, rounds=rounds, clock=time.process_time)
    return {kind: ratio(times, kind, "plain") for kind in KINDS if kind != "plain"}


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    one_core()
    data = {str(width): steps(64, width, rounds) for width in (64, 256, 1024)}
    print(data)
    write_recorded(
        "normalisation_speed",
        {"batch": 64, "threads": 1, "rounds": rounds, "widths": data},
        description="Time of a training step of five hidden ReLU layers with a "
        "normalisation in each, divided by that without (quartiles), by width, "
        "batches of 64, float32.",
        command="OPENBLAS_NUM_THREADS=1 python -m benchmarks.normalisation",
        seeds=[0],
    )


if __name__ == "__main__":
    main()
