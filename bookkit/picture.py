"""Take the README's picture of a chapter from the built site.

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

PAGE = "loss/softmax/"
PICTURE = ROOT / "docs" / "assets" / "chapter.png"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def take(site: Path) -> None:
    """Write the top of the page as a PNG, light, as wide as a laptop."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser_path = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(
                viewport={"width": 1200, "height": 900}, color_scheme="light"
            )
            page.goto(f"http://127.0.0.1:{server.server_port}/{PAGE}")
            page.evaluate("document.fonts.ready")
            page.screenshot(path=PICTURE)
            browser.close()
        server.shutdown()


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site"))
