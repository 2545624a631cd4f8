"""Run snippets, each in a process and an empty directory of its own, and keep results.

    python -m bookkit.runner

reads a JSON list of snippets and writes a JSON list of their results. What a snippet
needs and another one made, it does not find: a page whose snippets do not stand alone
cannot be built.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from pathlib import Path

from bookkit import cell

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "snippets"
PRELOADED = ["matplotlib.pyplot", "nnbook.datasets", "nnbook.plots"]
LONGEST = 600  # seconds for one call, so that an endless loop does not hang a build


def run_cached(code: str) -> cell.Result:
    """Result of a snippet, from an earlier run if nothing that it uses has changed."""
    kept = _kept(code)
    if not kept.exists():
        fill_cache([code])
    return cell.Result(**json.loads(kept.read_text(encoding="utf-8")))


def fill_cache(codes: Iterable[str]) -> None:
    """Run those snippets whose results are not kept yet, side by side."""
    missing = [code for code in dict.fromkeys(codes) if not _kept(code).exists()]
    if not missing:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    for code, result in zip(missing, run_all(missing), strict=True):
        kept = _kept(code)
        temporary = kept.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(dataclasses.asdict(result)), encoding="utf-8")
        temporary.replace(kept)


def run_all(codes: Sequence[str]) -> list[cell.Result]:
    """Run snippets, without looking at what is kept."""
    environment = {
        "NNBOOK_DATA_DIR": str(ROOT / "data"),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    } | dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-m", "bookkit.runner"],
        cwd=ROOT,
        env=environment | {"MPLBACKEND": "agg", "PYTHONUTF8": "1"},
        input=json.dumps(list(codes)),
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
    )
    if done.returncode:
        raise RuntimeError(f"a snippet took its whole process down:\n{done.stderr}")
    return [cell.Result(**result) for result in json.loads(done.stdout)]


def _kept(code: str) -> Path:
    key = hashlib.sha256(f"{_salt(code)}\0{code}".encode()).hexdigest()[:16]
    return CACHE / f"{key}.json"


def _salt(code: str) -> str:
    salt = _digest(".py")
    return salt + _digest(".json") if "recorded(" in code else salt


@functools.cache
def _digest(suffix: str) -> str:
    versions = [metadata.version(name) for name in ("numpy", "matplotlib")]
    digest = hashlib.sha256(f"{platform.python_version()} {versions}".encode())
    library = sorted((ROOT / "src").rglob(f"*{suffix}"))
    for path in [*library, Path(cell.__file__)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _run_apart(code: str) -> cell.Result:
    # `python -m` put the project's folder on the path; a reader's snippet lacks it.
    sys.path[:] = [path for path in sys.path if path not in ("", str(ROOT))]
    home = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            prefix = hashlib.sha256(code.encode()).hexdigest()[:8]
            return cell.run(code, prefix=f"nb{prefix}-")
        finally:
            os.chdir(home)


def main() -> None:
    """The command."""
    codes = json.load(sys.stdin)
    # A fork of a process that has the libraries loaded starts in milliseconds.
    fork = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if fork else "spawn")
    if fork:
        context.set_forkserver_preload(["bookkit.runner", *PRELOADED])
    workers = min(len(codes), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, context, max_tasks_per_child=1) as pool:
        results = [dataclasses.asdict(r) for r in pool.map(_run_apart, codes)]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
