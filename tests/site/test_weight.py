"""What a page weighs: what does not depend on the mood of the machine."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

ZIPPED = {".html", ".css", ".js", ".mjs", ".json", ".svg"}
FIRST, LATER = 350_000, 130_000  # bytes over the wire
REQUESTS = 20
NODES = 10_000
SHIFT = 0.02  # what Lighthouse calls good is 0.1
# How far the page moves under a reader who scrolls through it.
SCROLL = """async () => {
  let shift = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) shift += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  const step = innerHeight * 0.9;
  for (let top = 0; top < document.body.scrollHeight; top += step) {
    scrollTo(0, top);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  }
  await new Promise(resolve => setTimeout(resolve, 100));
  return shift;
}"""


def _weight(file: Path) -> int:
    data = file.read_bytes()
    return len(gzip.compress(data, 6)) if file.suffix in ZIPPED else len(data)


def _pages(site: Path) -> list[Path]:
    return sorted(site.rglob("index.html"))


@pytest.fixture
def loaded(browser: Browser, site: Path, address: str) -> Callable[[str], list[Path]]:
    """Visit pages, one after another, and list the file behind each request."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))

    def load(path: str) -> list[Path]:
        asked.clear()
        page.goto(address + path, wait_until="networkidle")
        urls = sorted(url for url in asked if url.startswith(address))
        files = [site / unquote(urlsplit(url).path).lstrip("/") for url in urls]
        return [f / "index.html" if f.is_dir() else f for f in files]

    return load


def test_first_chapter_is_light_and_the_next_ones_lighter(
    loaded: Callable[[str], list[Path]], site: Path
) -> None:
    first = loaded("loss/softmax/")
    assert len(first) <= REQUESTS
    assert sum(map(_weight, first)) <= FIRST
    later = loaded("depth/vanishing-gradients/")
    new = [file for file in later if file not in first]
    assert sum(map(_weight, new)) <= LATER
    heavy = {p.parent.name: _weight(p) for p in _pages(site) if _weight(p) > LATER}
    assert heavy == {}


def test_pages_have_few_elements(site: Path) -> None:
    nodes = {
        page.parent.relative_to(site).as_posix(): len(
            re.findall("<[a-zA-Z]", page.read_text(encoding="utf-8"))
        )
        for page in _pages(site)
    }
    assert len(nodes) > 40
    assert {path: count for path, count in nodes.items() if count > NODES} == {}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["", "draw/", "loss/softmax/", "reference/schedules/"])
def test_nothing_moves_under_the_reader(
    browser: Browser, address: str, path: str, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 850}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address + path)
    page.evaluate("document.fonts.ready")
    assert page.evaluate(SCROLL) <= SHIFT
    context.close()
