"""Timing side by side: everything takes turns, so that a busy moment hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Task = Callable[[], object]


def interleaved(
    tasks: Mapping[str, Task], *, rounds: int = 15, seconds: float = 0.02
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

    Returns
    -------
    dict
        For each task its seconds per call, one entry a round.
    """
    repeats = {name: _repeats(task, seconds) for name, task in tasks.items()}
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            times[name].append(_time(task, repeats[name]))
    return times


def ratio(times: Mapping[str, list[float]], slow: str, fast: str) -> list[float]:
    """Lower quartile, median and upper quartile of slow / fast, round by round."""
    ratios = [a / b for a, b in zip(times[slow], times[fast], strict=True)]
    return [float(f"{q:.3g}") for q in statistics.quantiles(ratios, n=4)]


def _time(task: Task, repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        task()
    return (time.perf_counter() - started) / repeats


def _repeats(task: Task, seconds: float) -> int:
    task()
    return max(1, round(seconds / max(_time(task, 1), 1e-7)))
