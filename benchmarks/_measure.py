"""Timing side by side: everything takes turns, so that a busy moment hits all alike."""

from __future__ import annotations

import importlib.util
import os
import statistics
import time
from collections.abc import Callable, Mapping

Task = Callable[[], object]
PEERS = {"torch": "PyTorch", "jax": "JAX", "sklearn": "scikit-learn"}


def installed() -> list[str]:
    """Which peers are there; prints which are not."""
    found = [name for name in PEERS if importlib.util.find_spec(name)]
    missing = [title for name, title in PEERS.items() if name not in found]
    if missing:
        print(f"Not installed, so not compared with: {', '.join(missing)}.")
        print('They come with: .venv/bin/pip install -e ".[bench]"')
    return found


def one_core() -> None:
    """Keep this process on one core and its libraries to one thread."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def interleaved(
    tasks: Mapping[str, Task],
    *,
    rounds: int = 15,
    seconds: float = 0.02,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Time tasks in turn.

    Parameters
    ----------
    tasks
        What to time, by name.
    rounds
        How often each has its turn.
    seconds
        About how long a turn lasts; short tasks are repeated within it.
    clock
        `time.process_time` counts this process alone.

    Returns
    -------
    dict
        For each task its seconds per call, one entry a round.
    """
    repeats = {name: _repeats(task, seconds, clock) for name, task in tasks.items()}
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            times[name].append(_time(task, repeats[name], clock))
    return times


def ratio(times: Mapping[str, list[float]], slow: str, fast: str) -> list[float]:
    """Lower quartile, median and upper quartile of slow / fast, round by round."""
    ratios = [a / b for a, b in zip(times[slow], times[fast], strict=True)]
    return [float(f"{q:.3g}") for q in statistics.quantiles(ratios, n=4)]


def _time(task: Task, repeats: int, clock: Callable[[], float]) -> float:
    started = clock()
    for _ in range(repeats):
        task()
    return (clock() - started) / repeats


def _repeats(task: Task, seconds: float, clock: Callable[[], float]) -> int:
    task()
    return max(1, round(seconds / max(_time(task, 1, clock), 1e-7)))
