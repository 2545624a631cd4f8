"""The library's tests in the browser's Python, where indices have 32 bits."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nnbook as nn

ROOT = Path(__file__).parents[1]
SOURCES = Path(nn.__file__).parent
PYODIDE = os.environ.get("NNBOOK_PYODIDE_DIR")
# What pytest is made of, all without compiled code.
PYTEST = ["pytest", "_pytest", "iniconfig", "packaging", "pluggy", "py", "pygments"]
# What the tests of the library may import there; hypothesis is played.
THERE = {"hypothesis", "nnbook", "numpy", "pytest", *sys.stdlib_module_names}


def can_run_there(path: Path) -> bool:
    """Whether a file of tests imports nothing that is not there."""
    text = path.read_text(encoding="utf-8")
    return set(re.findall(r"^(?:import|from) (\w+)", text, re.M)) <= THERE


def test_indices_have_the_type_of_indices():
    # With 64 bits both types are one, and no other test would tell. Counts of an
    # epidemic are no indices.
    wide = {
        path.relative_to(SOURCES).as_posix(): re.findall("np.int64", text)
        for path in SOURCES.rglob("*.py")
        if "np.int64" in (text := path.read_text(encoding="utf-8"))
    }
    assert wide == {"datasets/covid.py": ["np.int64"]}


@pytest.mark.skipif(
    not (PYODIDE and shutil.which("node")),
    reason="needs node, and NNBOOK_PYODIDE_DIR: the folder of Pyodide with NumPy",
)
def test_the_library_passes_its_tests_with_32_bits(tmp_path):
    for name in PYTEST:
        module = Path(importlib.util.find_spec(name).origin)
        if module.name == "__init__.py":
            shutil.copytree(module.parent, tmp_path / name)
        else:
            shutil.copy(module, tmp_path)
    # Examples draw and save, what is imported is measured in new processes, and there
    # is no MPI.
    left_out = {"test_docstrings.py", "test_import.py", "test_parallel.py"}
    left_out.add(Path(__file__).name)
    tests = [
        f"tests/{path.name}"
        for path in sorted(ROOT.glob("tests/test_*.py"))
        if path.name not in left_out and can_run_there(path)
    ]
    # --noconftest: the one in the root is of the pages.
    options = ["-q", "-p", "no:cacheprovider", "--capture=sys", "--noconftest"]
    run = ROOT / "tests" / "browser_python" / "run.mjs"
    done = subprocess.run(
        ["node", run, ROOT, tmp_path, *options, *tests],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-3_000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert int(passed[1]) > 1000, done.stdout[-10_000:]
