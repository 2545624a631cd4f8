"""All speed comparisons in one run: `make bench`."""

from __future__ import annotations

import os

# Read when the libraries load, so set before any of them is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

from benchmarks import memory, small_calls, training
from benchmarks._measure import installed, one_core


def main() -> None:
    """Measure and print."""
    one_core()
    print("Medians of ratios, measured in turn on one core with one thread.")
    print("A ratio says how much longer the peer takes; ! marks a missed target.")
    print("Limit: what products, gathering and update alone would reach; of the tiny")
    print("network its step written by hand. Share: how much of it is reached.")
    training.main(installed())
    memory.main()
    small_calls.main()


if __name__ == "__main__":
    main()
