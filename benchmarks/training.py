"""How fast does a network by hand train? Samples a second, beside its peers.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.training

The images are MNIST's; the tiny network learns the three arms of a spiral. "share" is
how much of the possible speed is reached: the time of products, gathering of batches
and update alone, over ours. A tiny network is compared with its step written by hand.
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
    """What is trained, on how many samples, and the share of a bound that is wanted."""

    sizes: tuple[int, ...]
    samples: int
    case: Case
    least: float
    bound: str = "bare"


RUNS = {
    "batch 32, momentum": Run(CLASSIC, 4096, Case(32, MOMENTUM, epochs=4), 0.80),
    "batch 128, momentum": Run(CLASSIC, 4096, Case(128, MOMENTUM, epochs=4), 0.85),
    "batch 512, momentum": Run(CLASSIC, 8192, Case(512, MOMENTUM, epochs=4), 0.85),
    "batch 128, Adam": Run(CLASSIC, 4096, Case(128, ADAM, epochs=4), 0.85),
    "tiny, momentum": Run(TINY, 300, Case(300, MOMENTUM, epochs=200), 0.80, "by hand"),
    "wide, Adam": Run(WIDE, 2048, Case(256, ADAM, epochs=2), 0.85),
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
    """Thousand samples a second by library, the share of the bound, ratios to peers."""
    sizes, n, case, least, bound = RUNS[name]
    X, y = samples(sizes[0], n)
    tasks = {
        library: TRAINERS[library](X, y, sizes, case)
        for library in ["nnbook", bound, *peers]
    }
    times = interleaved(tasks, rounds=rounds, seconds=0.1, clock=time.process_time)
    speed = {
        library: float(f"{n * case.epochs / np.median(t) / 1000:.3g}")
        for library, t in times.items()
    }
    return {
        "case": name,
        "speed": speed,
        "bound": bound,
        "share": [round(1 / r, 3) for r in reversed(ratio(times, "nnbook", bound))],
        "least": least,
        "ratios": {peer: ratio(times, peer, "nnbook") for peer in peers},
    }


def main(peers: list[str], rounds: int = 11) -> list[dict[str, Any]]:
    """Measure and print a table."""
    print("\nTraining, thousand samples a second of processor time")
    print(
        f"{'':20}{'nnbook':>9}{'limit':>9}  share wanted"
        + "".join(f"{peer:>9}  ratio" for peer in peers)
    )
    rows = []
    for name in RUNS:
        row = measure(name, peers, rounds)
        share = row["share"][1]
        line = (
            f"{name:20}{row['speed']['nnbook']:9.4g}{row['speed'][row['bound']]:9.4g}"
        )
        line += f"{share:7.2f}{'!' if share < row['least'] else ' '}{row['least']:6.2f}"
        for peer in peers:
            line += f"{row['speed'][peer]:9.4g}{row['ratios'][peer][1]:7.2f}"
        print(line)
        rows.append(row)
    return rows


if __name__ == "__main__":
    one_core()
    main(["naive", *installed()])
