"""Run snippets apart from each other, and keep the results of those that succeed."""

from __future__ import annotations

import atexit
import dataclasses
import functools
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from bookkit import apart, cell, frames
from bookkit.apart import ROOT, Task

CACHE = ROOT / ".cache" / "snippets"


class Runner:
    """The process of `bookkit.apart`.

    Parameters
    ----------
    **environment
        Variables for it and its snippets.
    """

    def __init__(self, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bookkit.apart"],
            cwd=ROOT,
            env=variables() | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, tasks: Sequence[Task]) -> list[cell.Result]:
        """Results of tasks."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        line = json.dumps([dataclasses.asdict(task) for task in tasks])
        try:
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            # As a result of each, so that page and line are named.
            gone = cell.Result(error="the process that runs the snippets has ended\n")
            return [gone] * len(tasks)
        return [cell.Result(**result) for result in json.loads(answer)]

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def variables() -> dict[str, str]:
    """The environment in which all that a page shows is run."""
    chosen = {"OPENBLAS_NUM_THREADS": "1", "NNBOOK_DATA_DIR": str(data_folder())}
    fixed = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    return chosen | dict(os.environ) | fixed


@functools.cache
def runner() -> Runner:
    """The one that this process uses."""
    only = Runner()
    atexit.register(only.close)
    return only


def run_all(codes: Sequence[str]) -> list[cell.Result]:
    """Run snippets side by side, without looking at what is kept."""
    return runner().run([Task(code) for code in codes])


def run_cached(code: str) -> cell.Result:
    """Result of a snippet, from an earlier run if nothing that it uses has changed."""
    kept = _kept(code)
    if kept.exists():
        return cell.Result(**json.loads(kept.read_text(encoding="utf-8")))
    return run_and_keep(Task(code))


def fill_cache(codes: Iterable[str]) -> None:
    """Run those snippets whose results are not kept yet, side by side."""
    missing = [code for code in dict.fromkeys(codes) if not _kept(code).exists()]
    if missing:
        for code, result in zip(missing, run_all(missing), strict=True):
            _keep(code, result)


def run_and_keep(task: Task) -> cell.Result:
    """Result of a new run, kept for those that ask later."""
    (result,) = runner().run([task])
    _keep(task.code, result)
    return result


def _keep(code: str, result: cell.Result) -> None:
    if result.error:
        return  # Its cause may pass: no memory, no network, a busy machine.
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = _kept(code)
    temporary = kept.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(dataclasses.asdict(result)), encoding="utf-8")
    temporary.replace(kept)


def _kept(code: str) -> Path:
    return CACHE / f"{key(code)}.json"


def key(code: str) -> str:
    """A name for what a run of the snippet leaves, new if anything it uses is."""
    salt = _digest("recorded" in code)
    return hashlib.sha256(f"{salt}\0{code}".encode()).hexdigest()[:16]


@functools.cache
def _digest(with_records: bool) -> str:
    """Of all that a snippet may use: versions, the library, data, recorded results."""
    versions = [metadata.version(name) for name in ("numpy", "matplotlib")]
    digest = hashlib.sha256(f"{platform.python_version()} {versions}".encode())
    for folder in (ROOT / "src", data_folder()):
        for path in sorted(folder.rglob("*")):
            is_record = path.suffix == ".json" and folder.name == "src"
            if path.suffix == ".pyc" or not path.is_file():
                continue
            if with_records or not is_record:
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    for module in (apart, cell, frames, sys.modules[__name__]):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def data_folder() -> Path:
    return Path(os.environ.get("NNBOOK_DATA_DIR", ROOT / "data"))
