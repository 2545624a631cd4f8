"""The pages' own modules: typed by their comments, as TypeScript's compiler reads them."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from bookkit.pages import ROOT

MODULES = sorted((ROOT / "docs" / "assets" / "js").glob("*.mjs"))


def test_every_module_wants_to_be_checked() -> None:
    unchecked = [
        p.name for p in MODULES if not p.read_text().startswith("// @ts-check")
    ]
    assert MODULES
    assert unchecked == []


def test_types_agree() -> None:
    compiler = os.environ.get("NNBOOK_TSC") or shutil.which("tsc")
    if not compiler:
        pytest.skip(
            "NO TYPESCRIPT, so types were NOT checked; `npm install typescript` gets it, "
            "NNBOOK_TSC names its tsc"
        )
    command = [compiler, "--project", str(ROOT)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
