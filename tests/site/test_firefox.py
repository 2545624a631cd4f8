"""Another browser: a snippet, a figure and a control run in Firefox, too.

Nothing drives this browser. It opens a page that presses the buttons of a chapter in a
frame, and sends what it saw.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bookkit.server import Files, served

PATIENCE = 240  # seconds, for a busy machine
READER = Path(__file__).with_name("reader.html")


class _Listening(Files):
    seen: ClassVar[queue.Queue[dict[str, Any]]] = queue.Queue()

    def do_GET(self) -> None:
        if self.path == "/reader.html":
            self.send(READER.read_bytes())
        else:
            super().do_GET()

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.seen.put(json.loads(self.rfile.read(length)))
        self.send(b"")


@pytest.mark.usefixtures("python_there")
def test_a_snippet_and_a_control_run_in_firefox(site: Path, tmp_path: Path) -> None:
    firefox = os.environ.get("NNBOOK_FIREFOX") or shutil.which("firefox-esr")
    if not firefox:
        pytest.skip(
            "NO FIREFOX, so Run was NOT tested there; install firefox-esr, or name a "
            "Firefox by NNBOOK_FIREFOX"
        )
    with served(site, _Listening) as address:
        browser = subprocess.Popen(
            [
                *(firefox, "--headless", "--no-remote", "--profile", tmp_path),
                f"{address}reader.html",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            seen = _Listening.seen.get(timeout=PATIENCE)
        finally:
            browser.kill()
            browser.wait()
    assert "error" not in seen, seen
    assert "Firefox/" in seen["agent"]
    assert "Failed" not in seen["status"]
    assert seen["live"].strip() == seen["printed"].strip()
