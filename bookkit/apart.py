"""Run each snippet in a process, a process group and an empty directory of its own.

    python -m bookkit.apart

loads the libraries once and forks itself for each snippet, which takes milliseconds. It
reads lines from its input, each a JSON list of tasks, and answers each by a line, a
JSON list of results. What a snippet needs and another one made, it does not find.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import hashlib
import importlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

from bookkit import cell, frames

ROOT = Path(__file__).parents[1]
PRELOADED = (
    *("matplotlib.pyplot", "matplotlib.backends.backend_svg"),
    *("nnbook.datasets", "nnbook.plots", "_pytest.assertion.rewrite"),
)
# Fonts and the labels of logarithmic axes, which are slow to set, are there at a fork.
FIRST_FIGURE = """\
import matplotlib.pyplot as plt

plt.loglog([1e-9, 1e9], [1e-9, 1e9])
plt.show()
"""
LIMIT = 120.0  # seconds; a snippet takes at most 30 on a laptop


@dataclass(frozen=True)
class Task:
    """A snippet, and how it is run.

    Attributes
    ----------
    code
        Its text.
    name, line
        What a traceback calls its file, and how many lines it has above the snippet.
    limit
        Seconds until it is stopped.
    draw
        Whether figures are made of what it draws, and frames of what a reader turns.
    explain
        Whether a failing assert tells the values that it compared, as in pytest.
    """

    code: str
    name: str = "<snippet>"
    line: int = 0
    limit: float = LIMIT
    draw: bool = True
    explain: bool = False


def run_side_by_side(tasks: Sequence[Task]) -> list[cell.Result]:
    """Results of tasks, as many at a time as there are cores."""
    results: dict[int, cell.Result] = {}
    waiting = list(enumerate(tasks))[::-1]
    running: dict[int, _Child] = {}
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                at, task = waiting.pop()
                running[at] = _Child(task)
            # Not for long: a process that a snippet leaves behind holds the sentinel.
            wait([child.process.sentinel for child in running.values()], 0.1)
            for at, child in list(running.items()):
                late = time.monotonic() > child.stops
                if late or not child.process.is_alive():
                    results[at] = running.pop(at).end(late)
    finally:
        for child in running.values():
            child.end(late=True)
    return [results[at] for at in range(len(tasks))]


class _Child:
    """A process that runs one task and leaves the result in a file."""

    def __init__(self, task: Task) -> None:
        fork = "fork" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if fork else "spawn")
        self.task = task
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = context.Process(target=_run, args=(task, self.folder.name))
        self.process.start()
        self.stops = time.monotonic() + task.limit

    def end(self, late: bool) -> cell.Result:
        """End it with all processes that it started, and read what it left."""
        self.process.kill()
        self.process.join()
        if hasattr(os, "killpg"):
            _end_group(self.process.pid or 0)
        with self.folder as folder:
            left = Path(folder, "result.json")
            if late:
                said = f"TimeoutError: it ran for more than {self.task.limit:g} s"
                return cell.Result(error=f"{said}\n")
            if not left.exists():
                said = Path(folder, "stderr").read_text("utf-8", "replace")
                code = self.process.exitcode
                return cell.Result(error=f"{said}its process ended with code {code}\n")
            return cell.Result(**json.loads(left.read_text(encoding="utf-8")))


def _end_group(number: int) -> None:
    # A second for helpers, such as joblib's, that remove files when all else is gone.
    for ask in (signal.SIGTERM, *50 * [0], signal.SIGKILL):
        try:
            os.killpg(number, ask)
        except OSError:
            return  # Nobody is left.
        time.sleep(0.02)


def _run(task: Task, folder: str) -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    home, script = Path(folder, "home"), Path(folder, "snippet.py")
    home.mkdir()
    code = "\n" * task.line + task.code
    script.write_text(code, encoding="utf-8")
    # What a process that the snippet starts prints goes past Python's `sys.stdout`.
    for number, name in ((1, "stdout"), (2, "stderr")):
        with Path(folder, name).open("wb") as file:
            os.dup2(file.fileno(), number)
    # `python -m` put the project's folder on the path; a reader's snippet lacks it.
    sys.path[:] = [path for path in sys.path if path not in ("", str(ROOT))]
    os.chdir(home)
    prefix = f"nb{hashlib.sha256(task.code.encode()).hexdigest()[:8]}-"
    result = cell.run(
        code,
        name=task.name,
        prefix=prefix,
        file=str(script),
        strict=True,
        draw=task.draw,
        parse=_explained if task.explain else ast.parse,
    )
    if task.draw and result.controls and not result.error:
        try:
            result.frames = frames.draw(cell.latest_interaction(), f"{prefix}t")
        except RuntimeError as error:
            result.error = f"RuntimeError: {error}\n"
    os.chdir(folder)
    result.stdout += Path("stdout").read_text("utf-8", "replace")
    Path("result.json").write_text(
        json.dumps(dataclasses.asdict(result)), encoding="utf-8"
    )
    # Without waiting for processes that the snippet left: they end now.
    os._exit(0)


def _explained(code: str, name: str) -> ast.Module:
    from _pytest.assertion.rewrite import rewrite_asserts

    tree = ast.parse(code, name)
    rewrite_asserts(tree, code.encode(), name)
    return tree


def main() -> None:
    """The command."""
    tasks = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    for name in PRELOADED:
        # If one cannot be imported, each snippet that needs it tells why.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    cell.run(FIRST_FIGURE)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        for line in tasks:
            results = run_side_by_side([Task(**task) for task in json.loads(line)])
            json.dump([dataclasses.asdict(result) for result in results], answers)
            print(file=answers, flush=True)


if __name__ == "__main__":
    main()
