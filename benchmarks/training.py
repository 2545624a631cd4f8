"""How fast does a network by hand train? Samples a second, beside its peers.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.training

The images are MNIST's; the tiny network learns the three arms of a spiral. "limit" is
the ratio at which a network in NumPy would stand if all but products, gathering of
batches and update were free: a target above it is out of reach on this machine.
"""

from __future__ import annotations

import functools
import time
from typing import Any, NamedTuple

import numpy as np

import nnbook as nn
from benchmarks._measure import installed, interleaved, one_core, ratio
from benchmarks._peers import ADAM, MOMENTUM, TRAINERS, Case

CLASSIC, TINY, WIDE = (784, 128, 64, 10), (2, 64, 3), (784, 1024, 1024, 10)


class Run(NamedTuple):
    """What is trained, on how many samples, and the least ratio to each peer."""

    sizes: tuple[int, ...]
    samples: int
    case: Case
    least: dict[str, float]


RUNS = {
    "batch 32, momentum": Run(
        *(CLASSIC, 4096, Case(32, MOMENTUM, epochs=4)),
        {"torch": 2.3, "sklearn": 1.4},
    ),
    "batch 128, momentum": Run(
        *(CLASSIC, 4096, Case(128, MOMENTUM, epochs=4)),
        {"torch": 1.4, "jax": 1.0, "sklearn": 1.4},
    ),
    "batch 512, momentum": Run(
        *(CLASSIC, 8192, Case(512, MOMENTUM, epochs=4)),
        {"torch": 1.3, "jax": 1.0, "sklearn": 1.4},
    ),
    "batch 128, Adam": Run(
        *(CLASSIC, 4096, Case(128, ADAM, epochs=4)),
        {"torch": 2.2, "sklearn": 1.4},
    ),
    "tiny, momentum": Run(
        *(TINY, 300, Case(300, MOMENTUM, epochs=200)),
        {"torch": 4.5, "sklearn": 1.4},
    ),
    "wide, Adam": Run(
        *(WIDE, 2048, Case(256, ADAM, epochs=2)),
        {"torch": 1.0, "sklearn": 1.4},
    ),
}


def samples(n_in: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of MNIST, or points of a spiral for a network with two inputs."""
    if n_in == 2:
        X, y = nn.datasets.spiral(n // 3)
        return X.astype(np.float32), y
    data = _mnist()
    return data.X_train[:n], data.y_train[:n]


@functools.cache
def _mnist() -> nn.datasets.Split:
    # Kept, as a program that trains keeps it; freed, it changes how malloc goes on.
    return nn.datasets.mnist()


def measure(name: str, peers: list[str], rounds: int) -> dict[str, Any]:
    """Thousand samples a second by library, and ratios of nnbook to each peer."""
    sizes, n, case, least = RUNS[name]
    X, y = samples(sizes[0], n)
    tasks = {
        library: TRAINERS[library](X, y, sizes, case)
        for library in ["nnbook", "bare", *peers]
    }
    times = interleaved(tasks, rounds=rounds, seconds=0.1, clock=time.process_time)
    speed = {
        library: float(f"{n * case.epochs / np.median(t) / 1000:.3g}")
        for library, t in times.items()
    }
    ratios = {peer: ratio(times, peer, "nnbook") for peer in peers}
    limits = {peer: ratio(times, peer, "bare")[1] for peer in peers}
    return {
        "case": name,
        "speed": speed,
        "ratios": ratios,
        "limits": limits,
        "least": least,
    }


def main(peers: list[str], rounds: int = 11) -> list[dict[str, Any]]:
    """Measure and print a table."""
    print("\nTraining, thousand samples a second of processor time")
    print(f"{'':20}{'nnbook':>9}" + "".join(f"{p:>9}   ratio  limit" for p in peers))
    rows = []
    for name in RUNS:
        row = measure(name, peers, rounds)
        line = f"{name:20}{row['speed']['nnbook']:9.4g}"
        for peer in peers:
            line += f"{row['speed'][peer]:9.4g}"
            line += f"{row['ratios'][peer][1]:7.2f}{_verdict(row, peer)}"
            line += f"{row['limits'][peer]:7.2f}"
        print(line)
        rows.append(row)
    return rows


def _verdict(row: dict[str, Any], peer: str) -> str:
    least = row["least"].get(peer, 0)
    return "!" if row["ratios"][peer][1] < least else " "


if __name__ == "__main__":
    one_core()
    main(installed())
