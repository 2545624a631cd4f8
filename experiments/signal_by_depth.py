"""How large are the activations of an untrained network, layer by layer?

python -m experiments.signal_by_depth
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

Start = tuple[nn.Activation, Callable]


def scaled(gain: float, start: Callable) -> Callable:
    """The same initializer, multiplied by a gain."""
    return lambda shape, rng: gain * start(shape, rng)


# Square layers: LeCun and Glorot are the same here, a deviation of 1/sqrt(n).
STARTS: dict[str, Start] = {
    "linear, deviation 1": (nn.identity, nn.init.normal(1.0)),
    "linear, orthogonal": (nn.identity, nn.init.orthogonal),
    "sigmoid, Glorot": (nn.sigmoid, nn.init.glorot_normal),
    "tanh, deviation 0.01": (nn.tanh, nn.init.normal(0.01)),
    "tanh, deviation 1": (nn.tanh, nn.init.normal(1.0)),
    "tanh, Glorot": (nn.tanh, nn.init.glorot_normal),
    "tanh, 5/3 Glorot": (nn.tanh, scaled(5 / 3, nn.init.glorot_normal)),
    "tanh, orthogonal": (nn.tanh, nn.init.orthogonal),
    "relu, deviation 0.01": (nn.relu, nn.init.normal(0.01)),
    "relu, Glorot": (nn.relu, nn.init.glorot_normal),
    "relu, He": (nn.relu, nn.init.he_normal),
    "relu, orthogonal √2": (nn.relu, scaled(math.sqrt(2), nn.init.orthogonal)),
    "relu, deviation 1": (nn.relu, nn.init.normal(1.0)),
    "gelu, He": (nn.gelu, nn.init.he_normal),
    "gelu, own gain 1.5335": (nn.gelu, scaled(1.5335, nn.init.lecun_normal)),
    "selu, LeCun": (nn.selu, nn.init.lecun_normal),
}


def signal(
    start: Start, width: int, depth: int, samples: int, seed: int
) -> dict[str, list[float]]:
    """By layer: root mean square, deviation over the samples, share beyond 0.99."""
    f, weights = start
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(samples, width))
    sizes: dict[str, list[float]] = {"rms": [], "over_samples": [], "beyond_0.99": []}
    for _ in range(depth):
        A = f(A @ weights((width, width), rng))
        sizes["rms"].append(math.sqrt(np.mean(A**2)))
        sizes["over_samples"].append(math.sqrt(np.mean(A.var(axis=0))))
        sizes["beyond_0.99"].append(float((abs(A) > 0.99).mean()))
    return sizes


def geometric_mean(runs: Sequence[Sequence[float]]) -> list[float]:
    """The mean over runs on a logarithmic axis, to four digits."""
    return [float(f"{v:.3e}") for v in np.exp(np.log(runs).mean(axis=0))]


def measure(width: int, depth: int, samples: int, seeds: list[int]) -> dict:
    """Sizes by start and layer, geometric means over the seeds."""
    result = {}
    for name, start in STARTS.items():
        runs = [signal(start, width, depth, samples, seed) for seed in seeds]
        result[name] = {
            size: geometric_mean([run[size] for run in runs])
            for size in ("rms", "over_samples")
        }
        beyond = np.mean([run["beyond_0.99"][-1] for run in runs])
        result[name]["beyond_0.99"] = round(float(beyond), 3)
        last = [run["rms"][-1] for run in runs]
        result[name]["last_rms"] = [float(f"{v:.3e}") for v in last]
    return {"width": width, "depth": depth, "samples": samples, "starts": result}


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(measure(64, 10, 64, [0, 1]))
        return
    seeds = list(range(5))
    data = measure(256, 50, 512, seeds)
    layers = [0, 4, 9, 19, 49]
    for name, sizes in data["starts"].items():
        for size in ("rms", "over_samples"):
            row = "".join(f"{sizes[size][i]:10.2e}" for i in layers)
            print(f"{name:22} {size:12} {row}")
        print(sizes["beyond_0.99"], sizes["last_rms"])
    write_recorded(
        "signal_by_depth",
        data,
        description="Size of the activations of untrained networks without biases by "
        "layer: 50 layers of 256 units, 512 standard normal inputs, geometric means "
        "of five seeds.",
        command="python -m experiments.signal_by_depth",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
