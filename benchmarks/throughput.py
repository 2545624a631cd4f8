"""What does the machine allow, and where does the time of a step go?

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.throughput

The peak of the matrix product in both precisions; samples a second by batch size; and
what products, gathering, update and all the rest take of a step.
"""

from __future__ import annotations

import argparse
import time
from itertools import cycle, pairwise
from typing import Any

import numpy as np

import nnbook as nn
from benchmarks._measure import Task, interleaved, one_core
from experiments._record import write_recorded

NETWORKS = {"small": (784, 128, 64, 10), "wide": (784, 1024, 1024, 10)}
BATCHES = {"small": (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048), "wide": (256,)}
PARTS = (32, 128, 512)
IMAGES = 20_480  # 64 MB, which no cache holds


def flops(sizes: tuple[int, ...]) -> int:
    """Operations of the products of one sample: forward, and twice that backward.

    The gradient for the input of the network is not computed.
    """
    products = [n_in * n_out for n_in, n_out in pairwise(sizes)]
    return 2 * (3 * sum(products) - products[0])


def data(n: int, dtype: Any) -> tuple[np.ndarray, np.ndarray]:
    """Made-up images."""
    rng = np.random.default_rng(0)
    return rng.random((n, 784), np.float32).astype(dtype), rng.integers(0, 10, n)


def products(dtype: Any, n: int = 1536) -> Task:
    """A product large enough to reach the peak."""
    rng = np.random.default_rng(0)
    A, B = (rng.random((n, n), np.float32).astype(dtype) for _ in range(2))
    C = np.empty_like(A)
    return lambda: np.matmul(A, B, out=C)


def training(sizes: tuple[int, ...], batch: int, dtype: Any) -> tuple[Task, int]:
    """An epoch of `nn.fit` by momentum, and its samples."""
    steps = max(4, 256 // batch)
    X, y = data(batch * steps, dtype)
    network = nn.mlp(list(sizes), seed=0, dtype=dtype)
    loss, optimizer = nn.SoftmaxCrossEntropy(), nn.Momentum(1e-3)
    return (
        lambda: nn.fit(
            network,
            X,
            y,
            loss=loss,
            optimizer=optimizer,
            epochs=2,
            batch_size=batch,
        ),
        2 * batch * steps,
    )


def parts(sizes: tuple[int, ...], batch: int) -> dict[str, Task]:
    """What no step can do without, part by part, and the whole step."""
    X, y = data(IMAGES, np.float32)
    network = nn.mlp(list(sizes), seed=0)
    optimizer = nn.Momentum(1e-3)
    optimizer.step(network.params, network.grads)
    A = [np.zeros((batch, width), np.float32) for width in sizes]
    D = [np.zeros_like(a) for a in A]
    layers = list(enumerate(network.layers))
    batches = cycle(np.random.default_rng(0).permutation(IMAGES).reshape(-1, batch))

    def multiply() -> None:
        for i, layer in layers:
            np.matmul(A[i], layer.W, out=A[i + 1])
        for i, layer in reversed(layers):
            np.matmul(A[i].T, D[i + 1], out=layer.dW)
            if i:
                np.matmul(D[i + 1], layer.W.T, out=D[i])

    def epochs() -> None:
        nn.fit(
            trained,
            X,
            y,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.Momentum(1e-3),
            epochs=1,
            batch_size=batch,
        )

    trained = nn.mlp(list(sizes), seed=0)
    return {
        "products": multiply,
        "gathering": lambda: X.take(next(batches), axis=0, out=A[0], mode="clip"),
        "update": lambda: optimizer.step(network.params, network.grads),
        "epoch": epochs,
    }


def measure(rounds: int, batches: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    """Peak, throughput and parts."""
    clock = time.process_time
    types = {"float32": np.float32, "float64": np.float64}
    peaks = interleaved(
        {name: products(dtype) for name, dtype in types.items()},
        rounds=rounds,
        clock=clock,
    )
    peak = {name: 2 * 1536**3 / min(times) / 1e9 for name, times in peaks.items()}
    rows = []
    for network, sizes in batches.items():
        for batch in sizes:
            made = {
                name: training(NETWORKS[network], batch, dtype)
                for name, dtype in types.items()
            }
            times = interleaved(
                {name: task for name, (task, _) in made.items()},
                rounds=rounds,
                clock=clock,
            )
            speed = {
                name: made[name][1] / float(np.median(times[name])) for name in types
            }
            work = flops(NETWORKS[network]) / 1e9
            rows.append(
                {
                    "network": network,
                    "batch": batch,
                    "thousand_a_second": {
                        name: float(f"{s / 1e3:.3g}") for name, s in speed.items()
                    },
                    "of_peak": {
                        name: round(work * s / peak[name], 3)
                        for name, s in speed.items()
                    },
                }
            )
    shares = []
    for batch in PARTS:
        found = interleaved(parts(NETWORKS["small"], batch), rounds=rounds, clock=clock)
        us = {name: 1e6 * float(np.median(times)) for name, times in found.items()}
        step = us.pop("epoch") * batch / IMAGES
        us["all else"] = step - sum(us.values())
        shares.append(
            {
                "batch": batch,
                "step_us": float(f"{step:.3g}"),
                "shares": {name: round(u / step, 3) for name, u in us.items()},
            }
        )
    return {
        "threads": 1,
        "rounds": rounds,
        "optimizer": "Momentum",
        "peak_gflops": {name: round(value, 1) for name, value in peak.items()},
        "sizes": {name: list(sizes) for name, sizes in NETWORKS.items()},
        "flops": {name: flops(sizes) for name, sizes in NETWORKS.items()},
        "rows": rows,
        "parts": shares,
    }


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    one_core()
    found = measure(rounds, BATCHES)
    print(found["peak_gflops"])
    for row in [*found["rows"], *found["parts"]]:
        print(row)
    write_recorded(
        "throughput",
        found,
        description="Peak of the matrix product; thousand samples a second by batch "
        "size and precision with the share of that peak; shares of a training step; "
        "one thread, processor time, medians.",
        command="OPENBLAS_NUM_THREADS=1 python -m benchmarks.throughput",
        seeds=[0],
    )


if __name__ == "__main__":
    main()
