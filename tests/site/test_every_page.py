"""What holds for each page of the built site: on a desktop and a phone, light and dark.

A page is opened once, since opening it takes longer than most measurements.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bookkit.chapters import chapters
from tests.site.measures import FIGURES, FORMULAS, MARK_LOOKS, THIN_OUT

ROOT = Path(__file__).parents[2]
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
SMALLEST = 9  # size of letters in a figure on a phone, in pixels
CHAPTERS = {c.path.removesuffix(".md") + "/" for c in chapters().values()}
COLOURS = ("color-contrast", "link-in-text-block")
# What axe says of a page's text and marks does not depend on its width, but for these
# and for the colours; what a phone has of its own stands on these pages as on all.
OF_A_WIDTH = ("scrollable-region-focusable",)
WHOLE_ON_A_PHONE = ("", "draw/", "loss/softmax/", "playground/", "reference/layers/")
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
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
    browser: Browser, site: Path, address: str
) -> Iterator[tuple[Page, list[str]]]:
    """One tab for all pages, since a new one loads slower, and its complaints."""
    # With a finger, since the buttons of the snippets are seen then.
    context = browser.new_context(
        color_scheme="light", reduced_motion="reduce", has_touch=True
    )
    context.set_default_timeout(30_000)
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
    yield page, complaints
    context.close()


@pytest.fixture(scope="module")
def looks() -> Counter[str]:
    """How often texts of each look were judged."""
    return Counter()


@pytest.mark.parametrize("path", _pages())
def test_page_is_fit_to_read(
    watched: tuple[Page, list[str]],
    site: Path,
    address: str,
    path: str,
    looks: Counter[str],
) -> None:
    page, complaints = watched
    complaints.clear()
    text = (site / path / "index.html").read_text(encoding="utf-8")
    page.set_viewport_size(DESKTOP)
    page.goto(address + path)
    page.evaluate("document.fonts.ready")
    if path in CHAPTERS:
        _opens_with_a_figure(page)
        page.set_viewport_size(PHONE)
        _opens_with_a_figure(page)
        _unfolds_its_code(page)
    if 'class="nb-result"' in text:
        page.wait_for_selector(".nb-bar", state="attached")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in (820, 768, PHONE["width"], 320):
        page.set_viewport_size({"width": width, "height": 844})
        complaints += [
            f"{width} px: {what}"
            for what in _sticks_out(page, width) + page.evaluate(FORMULAS)
        ]
        if width == PHONE["width"]:
            seen, wrong = page.evaluate(FIGURES, SMALLEST)
            assert seen >= text.count('class="nb-figure"')
            complaints += wrong

    page.evaluate(AXE)
    page.evaluate(CONFIGURE)
    page.evaluate(THIN_OUT)
    some = () if path in WHOLE_ON_A_PHONE else OF_A_WIDTH
    # Ever wider: the theme's scripts, which answer a little later, then let more take
    # the focus than need it, never fewer.
    for size, rules in ((PHONE, some), (DESKTOP, ())):
        page.set_viewport_size(size)
        page.wait_for_function(ALL_SCROLLABLE, polling=100)
        complaints += [f"{size['width']} px: {v}" for v in _axe(page, looks, rules)]
    assert not complaints, "\n\n".join(complaints)


@pytest.mark.usefixtures("site")
def test_the_pages_that_are_judged_whole_are_there() -> None:
    assert set(WHOLE_ON_A_PHONE) <= set(_pages())


def test_what_a_pointer_is_on_can_be_read(
    watched: tuple[Page, list[str]], address: str
) -> None:
    page, _ = watched
    page.set_viewport_size(DESKTOP)
    page.goto(address + "loss/softmax/")
    page.evaluate(AXE)
    for scheme in ("default", "slate"):
        page.evaluate("s => document.body.dataset.mdColorScheme = s", scheme)
        for place in (".md-nav--primary", "article", ".md-footer"):
            link = page.locator(f"{place} a:visible").first
            link.hover()
            link.evaluate("a => a.getAnimations().forEach(change => change.finish())")
            assert _violations(page, {"runOnly": COLOURS}, f"{place} a:hover") == []


def _opens_with_a_figure(page: Page) -> None:
    """Within the first screen, whole, and large enough to see something."""
    # A font that comes late may move it.
    page.wait_for_function(
        """() => {
          const figure = document.querySelector("article .nb-figure svg");
          const {bottom, width} = figure.getBoundingClientRect();
          return bottom <= innerHeight && width >= 250;
        }""",
        timeout=20_000,
        polling=100,  # milliseconds; a page in the background draws no frames
    )


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
    page.mouse.move(0, 0)  # what it stands on has colours of its own


def _axe(page: Page, looks: Counter[str], rules: tuple[str, ...]) -> list[str]:
    """What axe complains of, by all rules if none are named.

    Colours are judged where a look is new.
    """
    found = []
    for scheme in ("default", "slate"):
        page.evaluate("s => document.body.dataset.mdColorScheme = s", scheme)
        judged = [look for look, times in looks.items() if times >= TIMES]
        new = page.evaluate(MARK_LOOKS, judged)
        looks.update(new)
        colours = COLOURS if new else ()
        if scheme == "slate" or rules:
            named = colours if scheme == "slate" else rules + colours
            found += _violations(page, {"runOnly": named}) if named else []
        else:
            off = {rule: {"enabled": False} for rule in COLOURS if not new}
            found += _violations(page, {"rules": off})
    return found


def _violations(
    page: Page, options: dict[str, object], within: str = "html"
) -> list[str]:
    violations = page.evaluate(
        """([within, options]) =>
          axe.run(within, {...options, resultTypes: ['violations'], preload: false})
             .then(found => found.violations)""",
        [within, options],
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
