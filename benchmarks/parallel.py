"""How much faster are two processes than one, and does the cost model say so?

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.parallel

Starts two ranks on two cores. In turn, rank 0 trains alone while the other sleeps, and
both train together by `nn.parallel.fit`. Beside it, Allreduce alone, from which latency
and bandwidth of the model follow. Needs two cores with nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# One thread a rank: read when the libraries load.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

RANKS = 2
# Sizes of the network, samples in an epoch, batches.
CASES = {
    "wide": ((784, 1024, 1024, 10), 4096, (64, 256, 1024)),
    "small": ((784, 128, 64, 10), 8192, (32, 128, 512, 2048)),
}
LENGTHS = (1, 1_000, 10_000, 100_000, 1_000_000, 4_000_000)


def epoch_seconds(fit: Any, sizes: tuple[int, ...], n: int, batch: int) -> float:
    """Seconds of an epoch; the one before is not counted."""
    rng = np.random.default_rng(0)
    X = rng.random((n, sizes[0]), np.float32)
    y = rng.integers(0, sizes[-1], n)
    history = fit(
        nn.mlp(list(sizes), seed=0),
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Momentum(1e-3),
        epochs=3,
        batch_size=batch,
    )
    return min(history.seconds[1:])


def step_seconds(comm: Any, sizes: tuple[int, ...], n: int, batch: int) -> list[float]:
    """Seconds of a step: of one process, of the ranks' shares, of the ranks together.

    The shares are trained on at the same time, but each for itself: what one core can
    compute depends on what the others do to caches and memory.
    """
    whole = epoch_seconds(nn.fit, sizes, n, batch) if comm.rank == 0 else 0.0
    sleep_until_all_are_here(comm)
    share = epoch_seconds(nn.fit, sizes, n // comm.size, batch // comm.size)
    together = epoch_seconds(nn.parallel.fit, sizes, n, batch)
    return [seconds * batch / n for seconds in (whole, share, together)]


def sleep_until_all_are_here(comm: Any) -> None:
    """A barrier that leaves the core to others; MPI's own asks all the time."""
    done = comm.Ibarrier()
    while not done.Test():
        time.sleep(0.01)


def allreduce(mpi: Any, length: int, repeats: int) -> float:
    """Seconds of an Allreduce of so many float32."""
    vector = np.ones(length, np.float32)
    times = []
    for _ in range(repeats):
        mpi.COMM_WORLD.Barrier()
        started = time.perf_counter()
        mpi.COMM_WORLD.Allreduce(mpi.IN_PLACE, vector)
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def link(lengths: tuple[int, ...], seconds: list[float]) -> tuple[float, float]:
    """Latency and bandwidth of the ring's model for two ranks, as they fit best.

    The model is 2 (a + 2 P / B) for P float32; the errors are relative.
    """
    weights = 1 / np.array(seconds)
    rows = np.stack([np.full(len(lengths), 2.0), 4.0 * np.array(lengths)], axis=1)
    (latency, per_byte), *_ = np.linalg.lstsq(
        rows * weights[:, None], np.ones(len(lengths)), rcond=None
    )
    return float(latency), float(1 / per_byte)


def measure(rounds: int) -> dict[str, Any] | None:
    """All measurements; rank 0 gets them."""
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[comm.rank]})
    sending = [allreduce(MPI, length, 50) for length in LENGTHS]
    times: dict[tuple[str, int], list[list[float]]] = {}
    for _ in range(rounds):
        for name, (sizes, n, batches) in CASES.items():
            for batch in batches:
                row = step_seconds(comm, sizes, n, batch)
                times.setdefault((name, batch), []).append(row)
    if comm.rank:
        return None
    latency, bandwidth = link(LENGTHS, sending)
    rows = []
    for (name, batch), found in times.items():
        sizes, *_ = CASES[name]
        # The fastest rounds: other programs can only slow a step down.
        whole, share, together = np.min(found, axis=0)
        P = nn.mlp(list(sizes)).params.size
        model = 2 * (RANKS - 1) * (latency + 4 * P / RANKS / bandwidth)
        rows.append(
            {
                "network": name,
                "parameters": P,
                "batch": batch,
                "step_ms": round(float(1e3 * whole), 3),
                "share_ms": round(float(1e3 * share), 3),
                "allreduce_ms": round(1e3 * model, 3),
                "together_ms": round(float(1e3 * together), 3),
                "speedup": round(float(whole / together), 3),
                "predicted": round(float(whole / (share + model)), 3),
            }
        )
    return {
        "ranks": RANKS,
        "rounds": rounds,
        "optimizer": "Momentum",
        "allreduce": {
            "floats": list(LENGTHS),
            "us": [float(f"{1e6 * s:.3g}") for s in sending],
        },
        "latency_us": float(f"{1e6 * latency:.3g}"),
        "bandwidth_gb": float(f"{bandwidth / 1e9:.3g}"),
        "rows": rows,
    }


def main() -> None:
    """Start the ranks; or, as one of them, measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="print, do not record")
    arguments = parser.parse_args()
    if "PMI_RANK" not in os.environ:
        beside = str(Path(sys.executable).parent)
        program = shutil.which("mpiexec", path=beside) or "mpiexec"
        command = [program, "-n", str(RANKS), sys.executable, "-m", __spec__.name]
        sys.exit(subprocess.run([*command, *sys.argv[1:]]).returncode)
    if (data := measure(1 if arguments.short else arguments.rounds)) is None:
        return
    for key in ("latency_us", "bandwidth_gb", "allreduce"):
        print(key, data[key])
    for row in data["rows"]:
        print(row)
    if not arguments.short:
        write_recorded(
            "parallel_speed",
            data,
            description="Milliseconds of a training step by one process and by two on "
            "two cores, one thread each, float32, the fastest of all rounds; of a "
            "rank's share without the other's gradient; of Allreduce by the ring's "
            "cost model, fitted to the Allreduce of vectors of several lengths.",
            command="OPENBLAS_NUM_THREADS=1 python -m benchmarks.parallel",
            seeds=[0],
            packages=["mpi4py", "mpich"],
        )


if __name__ == "__main__":
    main()
