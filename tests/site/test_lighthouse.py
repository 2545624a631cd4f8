"""Lighthouse: accessibility, best practices and search engines at 100."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CATEGORIES = ("accessibility", "best-practices", "seo")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.mark.parametrize("path", ["", "loss/softmax-gradient/", "reference/layers/"])
def test_lighthouse_finds_nothing(address: str, tmp_path: Path, path: str) -> None:
    lighthouse = os.environ.get("NNBOOK_LIGHTHOUSE") or shutil.which("lighthouse")
    chromium = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
    if not lighthouse or not chromium:
        pytest.skip("NO LIGHTHOUSE or no Chromium, so its audits were NOT made")
    report = tmp_path / "report.json"
    done = subprocess.run(
        [
            *(lighthouse, address + path, "--quiet", "--output=json"),
            f"--output-path={report}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={' '.join(FLAGS)}",
        ],
        env=os.environ | {"CHROME_PATH": chromium},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    failed = {
        name: audit.get("details", {}).get("items", audit["title"])
        for name, audit in found["audits"].items()
        if audit["score"] is not None and audit["score"] < 1
    }
    scores = {name: found["categories"][name]["score"] for name in CATEGORIES}
    assert set(scores.values()) == {1}, json.dumps([scores, failed], indent=1)[:5000]
