"""The programs that a page lists print what it says, where their framework is there."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

from bookkit.compare import Bound, difference
from bookkit.pages import ROOT

PROGRAMS = sorted((ROOT / "experiments/frameworks").glob("*.py"))
NEEDS = {"with_torch": ["torch"], "with_jax": ["jax"], "with_keras": ["keras", "jax"]}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program_prints_what_the_page_shows(program):
    for needed in NEEDS[program.stem]:
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
    run = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    known = program.with_suffix(".txt").read_text(encoding="utf-8")
    assert not difference(known, run.stdout, Bound.parse("0.02"))
