"""Take pictures of the built site: a chapter for the README, the cover for links to it.

python -m bookkit.picture [site]
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from bookkit.pages import ROOT

PICTURES = {"chapter.png": ("loss/softmax/", 900), "cover.png": ("", 630)}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def take(site: Path) -> None:
    """Write the tops of the pages as PNG files, light, 1200 pixels wide."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser_path = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(color_scheme="light")
            for name, (path, height) in PICTURES.items():
                page.set_viewport_size({"width": 1200, "height": height})
                page.goto(f"http://127.0.0.1:{server.server_port}/{path}")
                page.evaluate("document.fonts.ready")
                page.screenshot(path=ROOT / "docs" / "assets" / name)
            browser.close()
        server.shutdown()


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site"))
