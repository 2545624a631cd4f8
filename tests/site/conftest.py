"""The built site, a server for it, and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    expect,
    sync_playwright,
)

from bookkit.server import served

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
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def address_below(site: Path) -> Iterator[str]:
    """The same where the host serves it from a folder, as GitHub Pages does."""
    with served(site.parent) as host:
        yield f"{host}{site.name}/"


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
