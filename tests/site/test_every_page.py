"""What holds for each page of the built site: on a desktop and a phone, light and dark.

A page is opened once on each, since opening it takes longer than most measurements.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, Page, expect

from bookkit.chapters import chapters
from tests.site.measures import FIGURES, FORMULAS, MARK_LOOKS, THIN_OUT

ROOT = Path(__file__).parents[2]
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
SMALLEST = 9  # size of letters in a figure on a phone, in pixels
CHAPTERS = {c.path.removesuffix(".md") + "/" for c in chapters().values()}
COLOURS = ("color-contrast", "link-in-text-block")
TIMES = 3  # that each look is judged
# axe takes a heading that is a formula for empty, since it does not read MathML;
# tests/book looks for empty headings in the sources.
CONFIGURE = """axe.configure({rules: [
  {id: "color-contrast", selector: "[data-look]"},
  {id: "link-in-text-block", selector: "a[href][data-look]"},
  {id: "empty-table-header", enabled: false}]})"""
ALL_SCROLLABLE = """() => [...document.querySelectorAll(
  "article pre > code, article div.nb-math")].every(
  box => box.scrollWidth <= box.clientWidth + 1 || box.tabIndex == 0)"""


def _pages(holding: str = "") -> list[str]:
    folder = ROOT / os.environ.get("NNBOOK_SITE", "no site")
    found = sorted(
        page.parent.relative_to(folder)
        for page in folder.rglob("index.html")
        # Old addresses only lead to the new pages.
        if 'http-equiv="refresh"' not in (text := page.read_text(encoding="utf-8"))
        and holding in text
    )
    return [f"{path.as_posix()}/".removeprefix("./") for path in found] or ["no site"]


@pytest.fixture(scope="module")
def watched(
    context: BrowserContext, site: Path, address: str
) -> tuple[Page, list[str]]:
    """One tab for all pages, since a new one loads slower, and its complaints."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            request.url.startswith((address, "data:", "blob:"))
            or complaints.append(f"asks another host: {request.url}")
        ),
    )
    # The index takes each page half a second; test_reading.py tries the search.
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    empty = index | {"docs": []}
    page.route("**/search_index.json", lambda route: route.fulfill(json=empty))
    return page, complaints


@pytest.fixture(scope="module")
def looks() -> Counter[str]:
    """How often texts of each look were judged."""
    return Counter()


@pytest.mark.parametrize("path", _pages())
def test_page_is_fit_to_read(
    watched: tuple[Page, list[str]], address: str, path: str, looks: Counter[str]
) -> None:
    page, complaints = watched
    complaints.clear()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address + path)
    page.evaluate("document.fonts.ready")
    if path in CHAPTERS:
        _opens_with_a_figure(page)
        _unfolds_its_code(page)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in (320, 390, 768, 820):
        page.set_viewport_size({"width": width, "height": 900})
        complaints += [
            f"{width} px: {what}"
            for what in _sticks_out(page, width) + page.evaluate(FORMULAS)
        ]

    page.evaluate(AXE)
    page.evaluate(CONFIGURE)
    page.evaluate(THIN_OUT)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        # The scripts of the theme answer to a new width a little later.
        page.wait_for_function(ALL_SCROLLABLE)
        complaints += [f"{width} px: {v}" for v in _axe(page, looks)]
    assert not complaints, "\n\n".join(complaints)


@pytest.fixture(scope="module")
def hand(phone: BrowserContext) -> Iterator[Page]:
    """One tab for all pages on the phone."""
    page = phone.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("path", _pages(holding='class="nb-figure"'))
def test_figures_code_and_roots_suit_a_phone(
    hand: Page, site: Path, address: str, path: str
) -> None:
    text = (site / path / "index.html").read_text(encoding="utf-8")
    hand.goto(address + path)
    hand.evaluate("document.fonts.ready")
    if path in CHAPTERS:
        _opens_with_a_figure(hand)
    if 'class="nb-result"' in text:
        hand.wait_for_selector(".nb-bar", state="attached")
    seen, wrong = hand.evaluate(FIGURES, SMALLEST)
    assert seen >= text.count('class="nb-figure"')
    assert not wrong, "\n".join(wrong)


def _opens_with_a_figure(page: Page) -> None:
    """Within the first screen, and whole."""
    figure = page.locator("article .nb-figure svg").first.bounding_box()
    assert figure is not None
    size = page.viewport_size
    assert size is not None
    assert figure["y"] + figure["height"] <= size["height"], figure
    assert figure["width"] >= 250, "too small to see anything"


def _unfolds_its_code(page: Page) -> None:
    """The code stands below the figure that opens a chapter, and is folded."""
    figure = page.locator("article .nb-figure").first
    made = page.locator("article > .nb-figure:first-of-type + details.nb-made")
    expect(made.locator("summary")).to_have_text("How this figure is made")
    code = made.locator(".nb-cell pre")
    expect(code).not_to_be_visible()
    made.locator("summary").click()
    expect(code).to_be_visible()
    expect(figure).to_be_visible()


def _axe(page: Page, looks: Counter[str]) -> list[str]:
    """What axe complains of; colours are judged where a look is new."""
    found = []
    for scheme in ("default", "slate"):
        page.evaluate("s => document.body.dataset.mdColorScheme = s", scheme)
        judged = [look for look, times in looks.items() if times >= TIMES]
        new = page.evaluate(MARK_LOOKS, judged)
        looks.update(new)
        if scheme == "default":
            off = {} if new else {rule: {"enabled": False} for rule in COLOURS}
            found += _violations(page, {"rules": off})
        elif new:
            found += _violations(page, {"runOnly": COLOURS})
    return found


def _violations(page: Page, options: dict[str, object]) -> list[str]:
    violations = page.evaluate(
        """options => axe.run({...options, resultTypes: ['violations'], preload: false})
             .then(found => found.violations)""",
        options,
    )
    return [
        f"{v['id']}: {v['help']}\n"
        + "\n".join(f"  {n['html'][:200]}\n  {n['failureSummary']}" for n in v["nodes"])
        for v in violations
    ]


def _sticks_out(page: Page, width: int) -> list[str]:
    wide = page.evaluate(
        """width => document.documentElement.scrollWidth <= width ? [] :
          [...document.querySelectorAll('article *')].filter(
            e => e.getBoundingClientRect().right > width + 1
              && !e.closest('pre, .nb-math, .md-typeset__scrollwrap, svg')
          ).map(e => e.outerHTML.slice(0, 200)).concat('(the page)')""",
        width,
    )
    return [f"sticks out: {element}" for element in wide]
