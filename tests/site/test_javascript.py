"""The pages' own modules, whose comments give types that a compiler checks."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from bookkit.pages import ROOT

MODULES = sorted((ROOT / "docs" / "assets" / "js").glob("*.mjs"))


def test_every_module_wants_to_be_checked() -> None:
    assert MODULES
    for path in MODULES:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "// @ts-check", path.name


def test_types_agree() -> None:
    compiler = os.environ.get("NNBOOK_TSC") or shutil.which("tsc")
    if not compiler:
        pytest.skip(
            "NO TYPESCRIPT, so types of the pages' modules were NOT checked; "
            "`npm install typescript` gets it, and NNBOOK_TSC names its tsc"
        )
    command = [compiler, "--project", str(ROOT)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
