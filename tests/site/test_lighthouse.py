"""Lighthouse: accessibility, best practices and search engines at 100."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

PAGES = {"cover": "", "chapter": "loss/softmax-gradient/", "entry": "reference/layers/"}
CATEGORIES = ("accessibility", "best-practices", "seo")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def test_lighthouse_finds_nothing(address: str, tmp_path: Path) -> None:
    lighthouse = os.environ.get("NNBOOK_LIGHTHOUSE") or shutil.which("lighthouse")
    chromium = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
    if not lighthouse or not chromium:
        pytest.skip("NO LIGHTHOUSE or no Chromium, so its audits were NOT made")
    # All at once, since each of them mostly waits.
    runs = {
        name: subprocess.Popen(
            [
                *(lighthouse, address + path, "--quiet", "--output=json"),
                f"--output-path={tmp_path / name}",
                f"--only-categories={','.join(CATEGORIES)}",
                f"--chrome-flags={' '.join(FLAGS)}",
            ],
            env=os.environ | {"CHROME_PATH": chromium},
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for name, path in PAGES.items()
    }
    said = {name: run.communicate()[1] for name, run in runs.items()}
    for name, run in runs.items():
        assert run.returncode == 0, said[name]
        found = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        failed = {
            title: audit.get("details", {}).get("items", audit["title"])
            for title, audit in found["audits"].items()
            if audit["score"] is not None and audit["score"] < 1
        }
        scores = {kind: found["categories"][kind]["score"] for kind in CATEGORIES}
        problems = json.dumps([name, scores, failed], indent=1)[:5000]
        assert set(scores.values()) == {1}, problems
