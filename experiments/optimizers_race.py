"""Eleven optimizers on three small surfaces and on turned copies of them.

    python -m experiments.optimizers_race

Each method runs with every rate of one grid. What counts is the first step from which
on the value stays below the minimum plus a tolerance for a while. Not for ever: long
after its arrival Adam can kick itself out again, at a time that depends on rounding.
On two surfaces the memories are tuned, too.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments._record import write_recorded
from experiments.optimizers_mnist import METHODS

GRID = [float(f"{10**e:.4g}") for e in np.arange(-4, 1.01, 0.25)]
TOLERANCE = 1e-3
STAY = 300  # steps in a row that count as having arrived
FAR = 1e4  # beyond this a run counts as diverged
TURNED = [0.0, 30.0]  # the angles at which memories are tuned
OF_GRADIENTS = [0.5, 0.8, 0.9, 0.95, 0.99]
OF_SQUARES = [0.9, 0.99, 0.999, 0.9999]
MEMORIES: dict[str, dict[str, list[float]]] = {
    "Momentum": {"momentum": OF_GRADIENTS},
    "Nesterov": {"momentum": OF_GRADIENTS},
    "RMSProp": {"rho": OF_SQUARES},
    "AdaDelta": {"rho": OF_SQUARES},
    "Adam": {"beta1": OF_GRADIENTS, "beta2": OF_SQUARES},
}


@dataclass(frozen=True)
class Surface:
    """A function of the plane, its gradient, where a run begins and how low it goes."""

    value: Callable[[np.ndarray, np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    start: tuple[float, float]
    lowest: float
    steps: int


def ravine(x, y):
    """A bowl a hundred times steeper in y than in x."""
    return 0.5 * (x**2 + 100 * y**2)


def ravine_gradient(x, y):
    """Its slopes."""
    return x, 100 * y


def beale(x, y):
    """Beale (1958): flat valleys, minimum 0 at (3, 1/2)."""
    return (
        (1.5 - x + x * y) ** 2
        + (2.25 - x + x * y**2) ** 2
        + (2.625 - x + x * y**3) ** 2
    )


def beale_gradient(x, y):
    """Its slopes, by the chain rule on each square."""
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    return (
        2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1)),
        2 * (a * x + b * 2 * x * y + c * 3 * x * y**2),
    )


def saddle(x, y):
    """A pass at the origin between two minima at (0, 1) and (0, -1)."""
    return 0.5 * (x**2 - y**2) + 0.25 * y**4


def saddle_gradient(x, y):
    """Its slopes."""
    return x, y**3 - y


SURFACES = {
    "ravine": Surface(ravine, ravine_gradient, (10.0, 1.0), 0.0, 3000),
    "Beale": Surface(beale, beale_gradient, (1.0, 1.5), 0.0, 5000),
    "saddle": Surface(saddle, saddle_gradient, (1.0, 0.001), -0.25, 2000),
}


def walk(
    method: str,
    rate: float,
    surface: Surface,
    degrees: list[float],
    steps: int,
    memory: Mapping[str, float] | None = None,
) -> np.ndarray:
    """The ways on copies turned by some angles, turned back: (steps + 1, angles, 2).

    All methods treat each number by itself, so the copies share one parameter array.
    """
    angle = np.radians(degrees)
    # Rounded so that a right angle swaps x and y exactly.
    cos, sin = np.cos(angle).round(15), np.sin(angle).round(15)
    x, y = surface.start
    theta = np.column_stack([cos * x - sin * y, sin * x + cos * y])
    optimizer = METHODS[method](rate, **memory or {})
    way = np.full((steps + 1, len(degrees), 2), FAR)
    for t in range(steps + 1):
        x = cos * theta[:, 0] + sin * theta[:, 1]
        y = cos * theta[:, 1] - sin * theta[:, 0]
        way[t] = np.column_stack([x, y])
        lost = np.abs(way[t]).max(axis=1) > FAR
        if lost.all():
            way[t:] = FAR
            break
        gx, gy = surface.gradient(x, y)
        g = np.column_stack([cos * gx - sin * gy, sin * gx + cos * gy])
        g[lost] = 0
        theta[lost] = FAR * 10
        optimizer.step(theta, g)
    return way


def arrival(heights: np.ndarray, tolerance: float) -> int | None:
    """First step from which on the height stays below for `STAY` steps."""
    below = np.concatenate([[0], np.cumsum(heights < tolerance)])
    there = np.flatnonzero(below[STAY:] - below[:-STAY] == STAY)
    return int(there[0]) if len(there) else None


def race(
    surface: Surface,
    degrees: list[float],
    grid: list[float],
    steps: int,
    tolerance: float = TOLERANCE,
    methods: Sequence[str] = tuple(METHODS),
    memory: Mapping[str, float] | None = None,
) -> dict:
    """By method and angle: the fewest steps that a rate of the grid needs, and it.

    `by_rate` has the steps for each rate on the copy that is turned least.
    """
    result = {}
    for method in methods:
        needed = []
        for rate in grid:
            way = walk(method, rate, surface, degrees, steps, memory)
            heights = surface.value(way[..., 0], way[..., 1]) - surface.lowest
            needed.append([arrival(h, tolerance) for h in heights.T])
        best = [
            min(
                (n, rate) for n, rate in zip(column, grid, strict=True) if n is not None
            )
            if any(n is not None for n in column)
            else (None, None)
            for column in zip(*needed, strict=True)
        ]
        result[method] = {
            "steps": [n for n, _ in best],
            "rate": [rate for _, rate in best],
            "by_rate": [row[0] for row in needed],
        }
        print(method, result[method]["steps"], result[method]["rate"], flush=True)
    return result


def memories(surface: Surface, degrees: list[float], grid: list[float]) -> dict:
    """By method: the race for each choice of what it remembers."""
    result: dict[str, list[dict]] = {}
    for method, choices in MEMORIES.items():
        result[method] = []
        for values in itertools.product(*choices.values()):
            memory = dict(zip(choices, values, strict=True))
            print(memory, end=" ")
            run = race(
                surface, degrees, grid, surface.steps, methods=[method], memory=memory
            )
            result[method].append({"memory": memory, **run[method]})
    return result


def measure(grid: list[float], degrees: list[float]) -> dict:
    """The race on all surfaces, on the ravine to a millionth, and with memories."""
    data = {
        "grid": grid,
        "degrees": degrees,
        "tolerance": TOLERANCE,
        "stay": STAY,
        "surfaces": {},
    }
    for name, surface in SURFACES.items():
        print(name)
        data["surfaces"][name] = race(surface, degrees, grid, surface.steps)
    print("ravine, to a millionth")
    ravine = SURFACES["ravine"]
    data["ravine_tight"] = race(ravine, degrees[:1], grid, ravine.steps, 1e-6)
    data["memories"] = {
        name: memories(SURFACES[name], TURNED, grid) for name in ("ravine", "Beale")
    }
    return data


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        race(SURFACES["ravine"], [0.0, 30.0], [0.01, 0.1, 1.0, 10.0], 800)
        return
    write_recorded(
        "optimizers_race",
        measure(GRID, [0.0, 10.0, 20.0, 30.0, 45.0, 60.0, 75.0, 90.0]),
        description="Steps that eleven optimizers need on a ravine, on Beale's surface "
        "and at a saddle, turned by eight angles, each with the best rate of a grid of "
        "quarter decades; five of them also with the best memories of a grid.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.optimizers_race",
    )


if __name__ == "__main__":
    main()
