"""The built site, a server for it, and a browser."""

from __future__ import annotations

import functools
import os
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    expect,
    sync_playwright,
)

# Milliseconds; a busy machine is slow, which is no fault of the page.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site that NNBOOK_SITE names; without it, the test is skipped."""
    named = os.environ.get("NNBOOK_SITE")
    if not named:
        pytest.skip("NNBOOK_SITE names no built site (`make test` builds one)")
    folder = Path(__file__).parents[2] / named
    assert (folder / "index.html").is_file(), f"NNBOOK_SITE={named} holds no site"
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the built site is served, with a slash at its end."""
    yield from _serve(site)


@pytest.fixture(scope="session")
def address_below(site: Path) -> Iterator[str]:
    """The same where the host serves it from a folder, as GitHub Pages does."""
    for host in _serve(site.parent):
        yield f"{host}{site.name}/"


def _serve(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Handler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: NNBOOK_CHROMIUM, the system's, or Playwright's own."""
    named = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        try:
            # Without a sandbox: containers do not let root have one.
            browser = playwright.chromium.launch(
                executable_path=named, args=["--no-sandbox", "--disable-gpu"]
            )
        except Error as error:
            pytest.skip(
                "NO BROWSER, so the built site was NOT tested; `.venv/bin/python -m "
                f"playwright install chromium` gets one ({str(error).splitlines()[0]})"
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser: Browser, address: str) -> BrowserContext:
    """Light, 1280 pixels wide, without animations, allowed to use the clipboard."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(30_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    return context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """An empty page of that context."""
    page = context.new_page()
    yield page
    page.close()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The module of the standard library asks the system, which may not know these.
    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".woff2": "font/woff2",
        ".svg": "image/svg+xml",
    }

    def do_GET(self) -> None:
        """A file; the list of pages with the addresses that they have here.

        The theme replaces the text of pages in that list alone.
        """
        if self.path != "/sitemap.xml":
            super().do_GET()
            return
        pages = (Path(self.directory) / "sitemap.xml").read_text(encoding="utf-8")
        published = re.findall(r"<loc>([^<]*)</loc>", pages)[0]
        content = pages.replace(published, f"http://{self.headers['Host']}/").encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
