"""The built site, a server for it, and a browser."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Response,
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
def python_there(site: Path) -> None:
    """Python stands beside the pages; without it, the test is skipped."""
    config = site / "assets" / "python" / "config.json"
    if not config.is_file() or json.loads(config.read_text())["url"] != "pyodide/":
        if os.environ.get("NNBOOK_PYODIDE_DIR"):
            pytest.fail("the site was built without the folder NNBOOK_PYODIDE_DIR")
        pytest.skip(
            "NO PYTHON in the built site, so Run was NOT tested; build it with "
            "NNBOOK_PYODIDE_DIR=<a folder with Pyodide 0.27.7, NumPy and matplotlib>"
        )


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    """`goto` waits for the page's scripts, which are put in place after its text."""
    goto = Page.goto

    def patient(self: Page, url: str, **options: Any) -> Response | None:
        response = goto(self, url, **options)
        if self.locator("html.js").count():  # else this page runs no scripts
            self.wait_for_function("!document.getElementById('nb-scripts')")
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "goto", patient)
        yield


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


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone held upright, with a finger."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture(scope="session")
def follow() -> Callable[[Page, str], None]:
    """Goes to another page of the site as a link does, so that its Python stays up."""

    def go(page: Page, path: str) -> None:
        if page.evaluate("location.pathname") == f"/{path}":
            return
        page.evaluate(
            """path => {
              document.querySelector("article").dataset.left = "";
              const link = document.createElement("a");
              link.href = new URL("/" + path, location);
              document.body.append(link);
              link.click();
            }""",
            path,
        )
        page.wait_for_selector("article:not([data-left])")

    return go


@pytest.fixture(scope="session")
def reader(context: BrowserContext, address: str, python_there: None) -> Iterator[Page]:
    """Someone who goes from page to page, while Python stays up, once started."""
    page = context.new_page()
    page.set_default_timeout(180_000)  # for a long snippet on a busy machine
    page.goto(address)
    page.wait_for_load_state("networkidle")
    yield page
    page.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """An empty page of that context."""
    page = context.new_page()
    yield page
    page.close()
