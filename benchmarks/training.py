"""How fast does a network by hand train? Samples a second, beside its peers.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.training
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks._measure import installed, interleaved, one_core, ratio
from benchmarks._peers import ADAM, MOMENTUM, TRAINERS, Case

CLASSIC, TINY, WIDE = (784, 128, 64, 10), (2, 64, 3), (784, 1024, 1024, 10)
# sizes, samples, how, least ratio to each peer
CASES: dict[str, tuple[tuple[int, ...], int, Case, dict[str, float]]] = {
    "batch 32, momentum": (
        *(CLASSIC, 2048, Case(32, MOMENTUM, epochs=3)),
        {"torch": 2.3, "sklearn": 1.4},
    ),
    "batch 128, momentum": (
        *(CLASSIC, 4096, Case(128, MOMENTUM, epochs=3)),
        {"torch": 1.4, "jax": 1.0, "sklearn": 1.4},
    ),
    "batch 512, momentum": (
        *(CLASSIC, 8192, Case(512, MOMENTUM, epochs=3)),
        {"torch": 1.3, "jax": 1.0, "sklearn": 1.4},
    ),
    "batch 128, Adam": (
        *(CLASSIC, 4096, Case(128, ADAM, epochs=3)),
        {"torch": 2.2, "sklearn": 1.4},
    ),
    "tiny, momentum": (
        *(TINY, 300, Case(300, MOMENTUM, epochs=200)),
        {"torch": 4.5, "sklearn": 1.4},
    ),
    "wide, Adam": (
        *(WIDE, 1024, Case(256, ADAM, epochs=2)),
        {"torch": 1.0, "sklearn": 1.4},
    ),
}


def measure(name: str, peers: list[str], rounds: int) -> dict[str, Any]:
    """Thousand samples a second by library, and ratios of nnbook to each peer."""
    sizes, n, case, least = CASES[name]
    rng = np.random.default_rng(0)
    X = rng.random((n, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], n)
    tasks = {
        library: TRAINERS[library](X, y, sizes, case) for library in ["nnbook", *peers]
    }
    times = interleaved(tasks, rounds=rounds, seconds=0.1, clock=time.process_time)
    speed = {
        library: float(f"{n * case.epochs / np.median(t) / 1000:.3g}")
        for library, t in times.items()
    }
    ratios = {peer: ratio(times, peer, "nnbook") for peer in peers}
    return {"case": name, "speed": speed, "ratios": ratios, "least": least}


def main(peers: list[str], rounds: int = 11) -> list[dict[str, Any]]:
    """Measure and print a table."""
    print("\nTraining, thousand samples a second of processor time")
    print(f"{'':20}{'nnbook':>9}" + "".join(f"{p:>9}   ratio" for p in peers))
    rows = []
    for name in CASES:
        row = measure(name, peers, rounds)
        line = f"{name:20}{row['speed']['nnbook']:9.4g}"
        for peer in peers:
            line += f"{row['speed'][peer]:9.4g}"
            line += f"{row['ratios'][peer][1]:7.2f}{_verdict(row, peer)}"
        print(line)
        rows.append(row)
    return rows


def _verdict(row: dict[str, Any], peer: str) -> str:
    least = row["least"].get(peer, 0)
    return "!" if row["ratios"][peer][1] < least else " "


if __name__ == "__main__":
    one_core()
    main(installed())
