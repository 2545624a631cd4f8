"""Is the joint gradient of softmax and cross-entropy 6 to 8 times faster?

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.softmax_gradient

Times the backward pass of three separate routes against `p - y` and records the ratios.
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from benchmarks._measure import interleaved, ratio
from experiments._record import write_recorded

SIZES = [(3, 3), (32, 10), (128, 10), (1000, 10), (128, 100), (1000, 100), (1000, 1000)]
LARGEST_JACOBIANS = 2e7  # numbers; beyond, the routes that build them are left out


def loop(p, y, n):
    """One Jacobian after the other."""
    g = -y / p / n
    dz = np.empty_like(p)
    for i in range(n):
        J = np.diag(p[i]) - np.outer(p[i], p[i])
        dz[i] = J @ g[i]
    return dz


def einsum(p, y, n):
    """All Jacobians at once."""
    g = -y / p / n
    J = -p[:, :, None] * p[:, None, :]
    k = np.arange(p.shape[1])
    J[:, k, k] += p
    return np.einsum("nij,nj->ni", J, g)


def no_matrix(p, y, n):
    """The weighted average instead of a Jacobian."""
    g = -y / p / n
    return p * (g - (g * p).sum(axis=1, keepdims=True))


def joint(p, labels, n):
    """Prediction minus target."""
    dz = p.copy()
    dz[np.arange(n), labels] -= 1
    dz /= n
    return dz


def measure(n: int, k: int, rounds: int) -> dict:
    """Ratios to the joint route for a batch of n samples and k classes."""
    rng = np.random.default_rng(0)
    p = nn.softmax(2 * rng.normal(size=(n, k)))
    labels = rng.integers(0, k, n)
    y = np.eye(k)[labels]
    tasks = {
        "joint": lambda: joint(p, labels, n),
        "no matrix": lambda: no_matrix(p, y, n),
    }
    if n * k * k <= LARGEST_JACOBIANS:
        tasks["loop"] = lambda: loop(p, y, n)
        tasks["einsum"] = lambda: einsum(p, y, n)
    for name, task in tasks.items():
        assert np.abs(task() - joint(p, labels, n)).max() < 1e-12, name
    times = interleaved(tasks, rounds=rounds)
    ratios = {
        name: ratio(times, name, "joint") if name in tasks else None
        for name in ("loop", "einsum", "no matrix")
    }
    joint_us = float(f"{1e6 * np.median(times['joint']):.3g}")
    return {"n": n, "k": k, "joint_us": joint_us, "ratios": ratios}


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    rows = [measure(n, k, rounds) for n, k in SIZES]
    for row in rows:
        print(row)
    write_recorded(
        "softmax_gradient_speed",
        {"threads": 1, "rounds": rounds, "rows": rows},
        description="Backward pass of softmax and cross-entropy: time of three "
        "separate routes divided by that of the joint one (quartiles), float64.",
        command="OPENBLAS_NUM_THREADS=1 python -m benchmarks.softmax_gradient",
        seeds=[0],
    )


if __name__ == "__main__":
    main()
