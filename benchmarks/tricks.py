"""What does each trick of the library gain? Each beside its naive version.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.tricks

The sizes are those of 784-128-64-10 at batch 128, whose whole step is the measure of
what a trick is worth: a part that becomes ten times faster may be a part too small to
matter.
"""

from __future__ import annotations

import argparse
import time
from itertools import cycle
from typing import Any

import numpy as np

import nnbook as nn
from benchmarks._measure import Task, interleaved, one_core, ratio
from benchmarks.throughput import IMAGES, data, parts
from experiments._record import write_recorded

SIZES, BATCH = (784, 128, 64, 10), 128


def pairs() -> dict[str, tuple[Task, Task]]:
    """By trick: the naive version, and the one with it. Both do the same work."""
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    X, _ = data(IMAGES, np.float32)
    batches = cycle(rng.permutation(IMAGES).reshape(-1, BATCH))
    gathered = np.empty((BATCH, 784), np.float32)
    Z, d, out = normal(BATCH, 128), normal(BATCH, 128), np.empty((BATCH, 128), "f4")
    mask, ones = np.empty((BATCH, 128), bool), np.ones(BATCH, np.float32)
    bias, A, W, b = (
        np.empty(128, np.float32),
        normal(BATCH, 784),
        normal(784, 128),
        normal(128),
    )
    kept = np.empty((BATCH, 784), np.float32)
    scores, shares = normal(BATCH, 10), np.empty((10, BATCH), np.float32)

    def softmax_by_rows() -> None:
        E = np.exp(scores - scores.max(axis=1, keepdims=True))
        E / E.sum(axis=1, keepdims=True)

    def softmax_by_columns() -> None:
        np.subtract(scores.T, scores.max(axis=1), out=shares)
        np.exp(shares, out=shares)
        np.divide(shares, shares.sum(axis=0), out=shares)

    def relu_by_assignment() -> None:
        np.copyto(out, d)
        out[Z <= 0] = 0

    def relu_by_product() -> None:
        np.greater(Z, 0, out=mask)
        np.multiply(d, mask, out=out)

    def layer_with_new_arrays() -> None:
        np.maximum(A @ W + b, 0)

    def layer_in_place() -> None:
        np.matmul(A, W, out=out)
        np.add(out, b, out=out)
        np.maximum(out, 0, out=out)

    return {
        "gather a batch by take": (
            lambda: X[next(batches)],
            lambda: X.take(next(batches), axis=0, out=gathered, mode="clip"),
        ),
        "layer in place": (layer_with_new_arrays, layer_in_place),
        "ReLU's slope by a product": (relu_by_assignment, relu_by_product),
        "softmax on columns": (softmax_by_rows, softmax_by_columns),
        "bias gradient by a product": (
            lambda: d.sum(axis=0),
            lambda: np.matmul(ones, d, out=bias),
        ),
        "no gradient for the input": (
            lambda: np.matmul(d, W.T, out=kept),
            lambda: None,
        ),
        "Adam on one vector, in place": adam(SIZES),
    }


def adam(sizes: tuple[int, ...]) -> tuple[Task, Task]:
    """An update of array after array with a new array for each result, and nnbook's."""
    network, optimizer = nn.mlp(list(sizes), seed=0), nn.Adam(1e-6)
    rng = np.random.default_rng(0)
    network.grads[:] = rng.normal(size=network.grads.size)
    arrays = [layer.W.copy() for layer in network.layers]
    arrays += [layer.b.copy() for layer in network.layers]
    slopes = [rng.normal(size=a.shape).astype(np.float32) for a in arrays]
    m, v = ([np.zeros_like(a) for a in arrays] for _ in range(2))
    rate, steps = np.float32(1e-6), 0

    def naive() -> None:
        nonlocal steps
        steps += 1
        for i, g in enumerate(slopes):
            m[i] = 0.9 * m[i] + 0.1 * g
            v[i] = 0.999 * v[i] + 0.001 * g**2
            m_hat, v_hat = m[i] / (1 - 0.9**steps), v[i] / (1 - 0.999**steps)
            arrays[i] = arrays[i] - rate * m_hat / (np.sqrt(v_hat) + 1e-8)

    return naive, lambda: optimizer.step(network.params, network.grads)


def compare(naive: Task, fast: Task, rounds: int) -> dict[str, Any]:
    """Microseconds of both, and their ratio (quartiles)."""
    times = interleaved(
        {"naive": naive, "fast": fast}, rounds=rounds, clock=time.process_time
    )
    naive_us, fast_us = (1e6 * float(np.median(times[name])) for name in times)
    return {
        "naive_us": float(f"{naive_us:.3g}"),
        "fast_us": float(f"{fast_us:.3g}"),
        "ratio": ratio(times, "naive", "fast"),
        "saved_us": float(f"{naive_us - fast_us:.3g}"),
    }


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    one_core()
    rows = [
        {"trick": name, **compare(naive, fast, rounds)}
        for name, (naive, fast) in pairs().items()
    ]
    large = compare(*adam((784, 1024, 1024, 10)), rounds)
    epoch = parts(SIZES, BATCH)["epoch"]
    times = interleaved({"epoch": epoch}, rounds=rounds, clock=time.process_time)
    found = {
        "threads": 1,
        "rounds": rounds,
        "step_us": float(
            f"{1e6 * float(np.median(times['epoch'])) * BATCH / IMAGES:.3g}"
        ),
        "rows": rows,
        "wide_adam": large,
    }
    print(found["step_us"], large)
    for row in rows:
        print(row)
    write_recorded(
        "tricks_speed",
        found,
        description="Microseconds of parts of a training step of 784-128-64-10 at "
        "batch 128, naive and with the library's trick, and their ratio (quartiles); "
        "the whole step with momentum; Adam of 784-1024-1024-10.",
        command="OPENBLAS_NUM_THREADS=1 python -m benchmarks.tricks",
        seeds=[0],
    )


if __name__ == "__main__":
    main()
