"""Small calls: the answer to one sample, one step of an optimizer, the import.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.small_calls
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

from benchmarks._measure import interleaved, one_core, ratio
from benchmarks._peers import optimizer_steps, predictors

SIZES = (784, 128, 64, 10)  # 109 thousand parameters
OPTIMIZERS = ("Momentum", "AdaGrad", "AdaDelta", "RMSProp", "Adam", "AdamW")
LEAST = 2.0  # PyTorch's time divided by nnbook's


def import_seconds(rounds: int = 7) -> tuple[float, float]:
    """Seconds to import NumPy, and what nnbook adds to it; medians."""
    code = (
        "import time; a = time.perf_counter(); import numpy; b = time.perf_counter();"
        "import nnbook; print(b - a, time.perf_counter() - b)"
    )
    runs = []
    with tempfile.TemporaryDirectory() as cache:
        # Compiled once, as an installed package is.
        environment = os.environ | {"PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(rounds + 1):
            done = subprocess.run(
                [sys.executable, "-c", code],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            runs.append([float(part) for part in done.stdout.split()])
    numpy, nnbook = zip(*runs[1:], strict=True)
    return statistics.median(numpy), statistics.median(nnbook)


def main(rounds: int = 15) -> list[dict[str, object]]:
    """Measure and print a table."""
    tasks = {"one prediction": predictors(SIZES, np.ones((1, 784), np.float32))}
    tasks |= {f"{name} step": optimizer_steps(SIZES, name) for name in OPTIMIZERS}
    rows: list[dict[str, object]] = []
    print("\nSmall calls, microseconds of processor time")
    print(f"{'':20}{'nnbook':>9}{'torch':>9}   ratio")
    for name, pair in tasks.items():
        times = interleaved(pair, rounds=rounds, clock=time.process_time)
        line = f"{name:20}{1e6 * statistics.median(times['nnbook']):9.4g}"
        row: dict[str, object] = {"call": name}
        if "torch" in times:
            quartiles = ratio(times, "torch", "nnbook")
            row["ratio"] = quartiles
            line += f"{1e6 * statistics.median(times['torch']):9.4g}"
            line += f"{quartiles[1]:7.2f}{'!' if quartiles[1] < LEAST else ' '}"
        rows.append(row)
        print(line)
    numpy, nnbook = import_seconds()
    print(f"\nimport numpy {1e3 * numpy:.0f} ms; nnbook adds {1e3 * nnbook:.0f} ms")
    return rows


if __name__ == "__main__":
    one_core()
    main()
