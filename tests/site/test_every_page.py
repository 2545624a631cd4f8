"""What holds for each page of the built site, in light and dark, wide and narrow."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).parents[2]
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
# What depends on the scheme is axe's rules of colour.
SCHEMES: dict[str, dict[str, object]] = {
    "default": {},
    "slate": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
# Formulas, tokens and the shapes of figures are thousands of small elements, alike on
# all pages: three formulas and a token of each class stay as they are.
THIN_OUT = """() => {
  const formulas = [...document.querySelectorAll(".nb-math")];
  for (const formula of formulas.slice(3)) formula.textContent = "x";
  for (const svg of document.querySelectorAll(".nb-figure svg")) svg.replaceChildren();
  for (const code of document.querySelectorAll("pre > code")) {
    // Else axe lays out code far below before the page knows that it scrolls.
    code.style.contentVisibility = "visible";
  }
  const seen = new Set();
  for (const token of document.querySelectorAll("pre > code span")) {
    if (seen.has(token.className)) token.replaceWith(...token.childNodes);
    seen.add(token.className);
  }
}"""
# Contrast takes axe most of its time. It is a function of a text's colour, size and
# weight, and of what lies behind it: three visible texts of each look are enough (more
# than one, since axe cannot judge a text that something covers).
MARK_LOOKS = """() => {
  const behind = new Map([[null, ""]]);
  const backdrop = element => {
    if (!behind.has(element)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity].join();
      const clear = own == "rgba(0, 0, 0, 0),none,1";
      behind.set(element, backdrop(element.parentElement) + (clear ? "" : own));
    }
    return behind.get(element);
  };
  const looks = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    delete element.dataset.look;
    if (![...element.childNodes].some(c => c.nodeType == 3 && c.data.trim())) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(element);
    const look = [color, fontSize, fontWeight, backdrop(element)].join();
    looks.set(look, (looks.get(look) ?? 0) + 1);
    if (looks.get(look) <= 3) element.dataset.look = "";
  }
}"""
# axe takes a heading that is a formula for empty, since it does not read MathML;
# tests/book looks for empty headings in the sources.
CONFIGURE = """axe.configure({rules: [
  {id: "color-contrast", selector: "[data-look]"},
  {id: "empty-table-header", enabled: false}]})"""


def _pages() -> list[str]:
    folder = ROOT / os.environ.get("NNBOOK_SITE", "no site")
    found = sorted(
        page.parent.relative_to(folder)
        for page in folder.rglob("index.html")
        # Old addresses only lead to the new pages.
        if 'http-equiv="refresh"' not in page.read_text(encoding="utf-8")
    )
    return [f"{path.as_posix()}/".removeprefix("./") for path in found] or ["no site"]


ALL_SCROLLABLE = """() => [...document.querySelectorAll("article pre > code")].every(
  code => code.scrollWidth <= code.clientWidth + 1 || code.tabIndex == 0)"""


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


@pytest.mark.parametrize("path", _pages())
def test_page_is_fit_to_read(
    watched: tuple[Page, list[str]], address: str, path: str
) -> None:
    page, complaints = watched
    complaints.clear()
    page.goto(address + path)
    page.evaluate("document.fonts.ready")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in (320, 768):
        page.set_viewport_size({"width": width, "height": 900})
        complaints += _sticks_out(page, width)

    page.evaluate(AXE)
    page.evaluate(CONFIGURE)
    page.evaluate(THIN_OUT)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        # The scripts of the theme answer to a new width a little later.
        page.wait_for_function(ALL_SCROLLABLE)
        for scheme, options in SCHEMES.items():
            page.evaluate("s => document.body.dataset.mdColorScheme = s", scheme)
            page.evaluate(MARK_LOOKS)
            complaints += [f"{width} px, {scheme}: {v}" for v in _axe(page, options)]
    assert not complaints, "\n\n".join(complaints)


def _axe(page: Page, options: dict[str, object]) -> list[str]:
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
    return [f"{width} px: sticks out: {element}" for element in wide]
