"""What `nnbook kaggle` needs, and how much of its submission is right.

OPENBLAS_NUM_THREADS=1 python -m experiments.kaggle_submission

The files have the size of Kaggle's. They are made of MNIST, whose images Kaggle's are,
so that the answers are known.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from experiments._record import write_recorded
from nnbook._types import Array
from nnbook.datasets import idx

N_TRAIN, N_TEST = 42_000, 28_000
MOST_SECONDS, MOST_MEGABYTES, LEAST_RIGHT = 120.0, 1000.0, 0.985


def write_files(folder: Path, n_train: int, n_test: int) -> Array:
    """Write train.csv and test.csv as Kaggle does; the answers to the second."""
    images, labels, more_images, more_labels = idx.load_mnist()
    pixels = np.concatenate([images, more_images]).reshape(-1, 784)
    labels = np.concatenate([labels, more_labels])
    order = np.random.default_rng(0).permutation(len(labels))
    train, test = order[:n_train], order[n_train : n_train + n_test]
    names = ",".join(f"pixel{i}" for i in range(784))
    rows = np.column_stack([labels[train], pixels[train]])
    _write(folder / "train.csv", f"label,{names}", rows)
    _write(folder / "test.csv", names, pixels[test])
    return labels[test]


def _write(path: Path, header: str, rows: Array) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{header}\n")
        for row in rows.tolist():
            file.write(",".join(map(str, row)) + "\n")


# Linux's own count of the program's largest memory: what it reports of a child includes
# the memory of the process that started it.
PROGRAM = """
import atexit, pathlib
status = pathlib.Path("/proc/self/status")
most = lambda: next(x for x in status.read_text().splitlines() if x[:6] == "VmHWM:")
atexit.register(lambda: pathlib.Path("memory").write_text(most()))
from nnbook.cli import main; main()
"""


def run(folder: Path, answers: Array, *options: str) -> dict[str, float]:
    """One run of the command: its processor time, memory, and how good its file is."""
    import resource  # here, for Windows has none

    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "kaggle", "train.csv", "test.csv", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    held_out = re.search(
        r"accuracy (\S+) \(95 % interval (\S+) to (\S+)\)", done.stdout
    )
    if done.returncode or held_out is None:
        raise SystemExit(f"nnbook kaggle failed:\n{done.stdout}")
    accuracy, low, high = map(float, held_out.groups())
    rows = np.loadtxt(folder / "submission.csv", int, delimiter=",", skiprows=1)
    return {
        "right": round(float((rows[:, 1] == answers).mean()), 5),
        "held_out": accuracy,
        "low": low,
        "high": high,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "megabytes": round(int((folder / "memory").read_text().split()[1]) / 1024),
    }


def measure(seeds: list[int], n_train: int, n_test: int, *options: str) -> Any:
    """A run for each seed, on the same files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers = write_files(folder, n_train, n_test)
        runs = [run(folder, answers, "--seed", str(s), *options) for s in seeds]
    return {"n_train": n_train, "n_test": n_test, "runs": runs}


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure([0], 2000, 500, "--epochs", "2"))
        return
    seeds = [0]
    data = measure(seeds, N_TRAIN, N_TEST)
    print(data)
    write_recorded(
        "kaggle_submission",
        data,
        description="nnbook kaggle on files of Kaggle's size made of MNIST, one "
        "thread: share of the submission that is right, accuracy on held-out images "
        "with its 95 % interval, seconds, processor time, memory.",
        command="python -m experiments.kaggle_submission",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
