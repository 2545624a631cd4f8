"""What does it cost to let a graph find the gradients?

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.autodiff

Gradients of a network with one hidden layer on digits, in float64, by three routes:
nnbook.autodiff, the same formulas written by hand, and the library's layers. A fourth
task is the loss alone, without gradients. Records ratios to the code by hand, and peak
memory.
"""

from __future__ import annotations

import argparse
import tracemalloc
from collections.abc import Callable

import numpy as np

import nnbook as nn
from benchmarks._measure import interleaved, ratio
from experiments._record import write_recorded
from nnbook.autodiff import Tensor


def tasks(n: int, width: int) -> dict[str, Callable[[], np.ndarray | float]]:
    """The routes, each a function that returns all gradients as one vector."""
    X, y = nn.datasets.digits()[:2]
    X, y = X[:n].astype(float), y[:n]
    rows = np.arange(n)
    network = nn.mlp([64, width, 10], activation=nn.relu, dtype=np.float64)
    first, second = network.layers
    weights = [first.W.copy(), second.W.copy(), first.b.copy(), second.b.copy()]
    loss = nn.SoftmaxCrossEntropy()

    def graph() -> np.ndarray:
        tensors = W1, W2, b1, b2 = [Tensor(w) for w in weights]
        Z = (X @ W1 + b1).relu() @ W2 + b2
        top = Z.max(axis=1)
        log_sum = (Z - top).exp().sum(axis=1).log() + top
        (log_sum.mean() - Z[rows, y].mean()).backward()
        return np.concatenate([t.grad.ravel() for t in tensors])

    def forward() -> tuple[np.ndarray, ...]:
        W1, W2, b1, b2 = weights
        Z1 = X @ W1 + b1
        A1 = np.maximum(Z1, 0)
        Z2 = A1 @ W2 + b2
        top = Z2.max(axis=1, keepdims=True)
        e = np.exp(Z2 - top)
        total = e.sum(axis=1, keepdims=True)
        loss = (np.log(total) + top).mean() - Z2[rows, y].mean()
        return Z1, A1, e / total, loss

    def by_hand() -> np.ndarray:
        Z1, A1, dZ2, _ = forward()
        dZ2[rows, y] -= 1
        dZ2 /= n
        dZ1 = (dZ2 @ weights[1].T) * (Z1 > 0)
        parts = X.T @ dZ1, A1.T @ dZ2, dZ1.sum(axis=0), dZ2.sum(axis=0)
        return np.concatenate([part.ravel() for part in parts])

    def layers() -> np.ndarray:
        network.backward(loss.gradient(network.forward(X), y))
        return network.grads

    return {
        "graph": graph,
        "by hand": by_hand,
        "layers": layers,
        "loss alone": lambda: forward()[-1],
    }


def peak(task: Callable[[], object]) -> int:
    """Bytes that a call takes at its highest, besides what stood there before."""
    task()
    tracemalloc.start()
    task()
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest


def measure(n: int, width: int, rounds: int) -> dict:
    """Ratios of time (quartiles) and of memory, for n samples and a hidden layer."""
    routes = tasks(n, width)
    expected = routes["layers"]().copy()
    for name in ("graph", "by hand"):
        assert np.abs(routes[name]() - expected).max() < 1e-12, name
    times = interleaved(routes, rounds=rounds)
    return {
        "n": n,
        "width": width,
        "by_hand_us": float(f"{1e6 * np.median(times['by hand']):.3g}"),
        "time": {
            name: ratio(times, name, "by hand")
            for name in ("graph", "layers", "loss alone")
        },
        "gradient_to_loss": ratio(times, "by hand", "loss alone"),
        "memory": round(peak(routes["graph"]) / peak(routes["by hand"]), 2),
    }


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    rounds = parser.parse_args().rounds
    sizes = [(8, 32), (32, 32), (128, 32), (128, 1024)]
    rows = [measure(n, width, rounds) for n, width in sizes]
    for row in rows:
        print(row)
    write_recorded(
        "autodiff_speed",
        {"threads": 1, "rounds": rounds, "rows": rows},
        description="Gradients of a 64-width-10 network by nnbook.autodiff and by its "
        "layers: time and peak memory divided by those of the same formulas written "
        "by hand (quartiles), float64.",
        command="OPENBLAS_NUM_THREADS=1 python -m benchmarks.autodiff",
        seeds=[0],
    )


if __name__ == "__main__":
    main()
