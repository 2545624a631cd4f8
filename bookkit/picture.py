"""Take pictures of the built site: a chapter for the README, the cover for links to it.

python -m bookkit.picture [site]
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from bookkit.pages import ROOT
from bookkit.server import served

PICTURES = {"chapter.png": ("loss/softmax/", 900), "cover.png": ("", 630)}


def take(site: Path) -> None:
    """Write the tops of the pages as PNG files, light, 1200 pixels wide."""
    named = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=named, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(color_scheme="light")
        for name, (path, height) in PICTURES.items():
            page.set_viewport_size({"width": 1200, "height": height})
            page.goto(address + path)
            page.evaluate("document.fonts.ready")
            # A picture does not play, and would cut the button.
            page.add_style_tag(content=".nb-player { visibility: hidden }")
            page.screenshot(path=ROOT / "docs" / "assets" / name)
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site"))
