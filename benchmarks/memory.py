"""Data larger than memory: what `nn.fit` of a memory map needs, and how fast it is.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.memory

60,000 images as bytes in a file (47 MB) are trained on as a memory map, and beside it
as an array of float32 (188 MB), each in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._measure import one_core

LEAST_SPEED, MOST_MEGABYTES = 0.9, 60.0
PROGRAM = """
import json, sys, time
import numpy as np
import nnbook as nn

def private():
    # Of this process alone: pages of the file, which the system may drop, are shared.
    with open("/proc/self/status") as file:
        lines = dict(line.split(":", 1) for line in file)
    return int(lines["RssAnon"].split()[0]) / 1024

path, n, cast = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "cast"
X = np.memmap(path, np.uint8, "r", shape=(n, 784))
X = X.astype(np.float32) if cast else X
y = np.random.default_rng(0).integers(0, 10, n)
network = nn.Network(
    nn.Rescale(1 / 255), nn.Dense(784, 128, nn.relu), nn.Dense(128, 64, nn.relu),
    nn.Dense(64, 10),
)

class Peak(nn.Callback):
    most = 0.0
    def after_gradient(self, run):
        if run.optimizer.steps % 50 == 0:
            self.most = max(self.most, private())

def train(epochs, *callbacks):
    nn.fit(network, X, y, loss=nn.SoftmaxCrossEntropy(), optimizer=nn.Momentum(0.01),
           epochs=epochs, batch_size=128, callbacks=callbacks)

nn.fit(network, X[:256], y[:256], loss=nn.SoftmaxCrossEntropy(),
       optimizer=nn.Momentum(0.01), epochs=1)
before, peak = private(), Peak()
train(1, peak)
times = []
for _ in range(3):
    started = time.process_time()
    train(1)
    times.append(time.process_time() - started)
print(json.dumps({"megabytes": peak.most - before, "seconds": sorted(times)[1]}))
"""


def measure(n: int = 60_000) -> dict[str, Any]:
    """Megabytes above the map, and speed beside that of the cast array."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        rng = np.random.default_rng(0)
        rng.integers(0, 256, (n, 784), dtype=np.uint8).tofile(path)
        runs = {}
        for kind in ("map", "cast", "map", "cast"):
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM, str(path), str(n), kind],
                capture_output=True,
                text=True,
                check=True,
            )
            runs.setdefault(kind, []).append(json.loads(done.stdout))
    best = {k: min(run["seconds"] for run in v) for k, v in runs.items()}
    return {
        "megabytes": max(run["megabytes"] for run in runs["map"]),
        "speed": best["cast"] / best["map"],
    }


def main() -> dict[str, Any]:
    """Measure and print."""
    found = measure()
    print("\nTraining on a memory map of 60,000 images of bytes")
    mark = "!" if found["megabytes"] > MOST_MEGABYTES else " "
    print(f"megabytes above the map{found['megabytes']:9.1f}{mark} at most 60")
    mark = "!" if found["speed"] < LEAST_SPEED else " "
    print(f"speed, of the array's   {found['speed']:8.2f}{mark} at least 0.90")
    return found


if __name__ == "__main__":
    one_core()
    main()
