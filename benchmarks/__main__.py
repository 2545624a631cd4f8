"""All speed comparisons in one run: `make bench`; with `--record` the book shows it."""

from __future__ import annotations

import argparse
import os

# Read when the libraries load, so set before any of them is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

from benchmarks import memory, small_calls, training
from benchmarks._measure import installed, one_core
from experiments._record import write_recorded


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--rounds", type=int, default=11)
    arguments = parser.parse_args()
    one_core()
    print("Medians of ratios, measured in turn on one core with one thread.")
    print("A ratio says how much longer the peer takes; ! marks a missed target.")
    print("Limit: what products, gathering and update alone would reach; of the tiny")
    print("network its step written by hand. Share: how much of it is reached.")
    peers = installed()
    data = {
        "threads": 1,
        "rounds": arguments.rounds,
        "training": training.main(["naive", *peers], arguments.rounds),
        "memory": memory.main(),
        "small_calls": small_calls.main(arguments.rounds),
    }
    if arguments.record:
        write_recorded(
            "training_speed",
            data,
            description="Thousand samples a second in training by library, one thread, "
            "float32, and how much longer each peer takes (quartiles); one prediction "
            "and one optimizer step beside PyTorch's.",
            command="python -m benchmarks --record",
            seeds=[0],
            packages=[title_of(peer) for peer in peers],
        )


def title_of(peer: str) -> str:
    """The name under which pip knows a peer."""
    return "scikit-learn" if peer == "sklearn" else peer


if __name__ == "__main__":
    main()
