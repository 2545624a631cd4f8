"""What holds for each page of the built site, in light and dark, wide and narrow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
WIDE, NARROW, LIGHT, DARK = 1280, 390, "default", "slate"
# Every page sees both widths and both schemes. What depends on a pair of them is in the
# frame, which all pages share: one page of each kind sees all four pairs.
PAIRS = [(WIDE, LIGHT), (NARROW, DARK)]
ALL_PAIRS = [*PAIRS, (WIDE, DARK), (NARROW, LIGHT)]
ONE_OF_EACH_KIND = ["", "start/handwriting/", "reference/layers/"]
# Thousands of small elements, alike on all pages, would keep axe busy for minutes: they
# are thinned out, except on those three.
THIN_OUT = """
  for (const text of document.querySelectorAll(
    "pre > code, .katex-html, .katex-mathml"))
    text.textContent += "";
  for (const svg of document.querySelectorAll(".nb-figure svg")) svg.replaceChildren();
  for (const source of document.querySelectorAll(".mkdocstrings-source"))
    source.open = false;
"""


def _pages() -> list[str]:
    folder = ROOT / os.environ.get("NNBOOK_SITE", "no site")
    found = sorted(p.parent.relative_to(folder) for p in folder.rglob("index.html"))
    return [f"{path.as_posix()}/".removeprefix("./") for path in found] or ["no site"]


ALL_SCROLLABLE = """() => [...document.querySelectorAll("article pre > code")].every(
  code => code.scrollWidth <= code.clientWidth + 1 || code.tabIndex == 0)"""


@pytest.mark.parametrize("path", _pages())
def test_page_is_fit_to_read(page: Page, address: str, path: str) -> None:
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
    page.goto(address + path)
    page.evaluate("document.fonts.ready")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in (320, 768):
        page.set_viewport_size({"width": width, "height": 900})
        complaints += _sticks_out(page, width)

    page.evaluate(AXE)
    if path not in ONE_OF_EACH_KIND:
        page.evaluate(THIN_OUT)
    for width, scheme in ALL_PAIRS if path in ONE_OF_EACH_KIND else PAIRS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("s => document.body.dataset.mdColorScheme = s", scheme)
        # The scripts of the theme answer to a new width a little later.
        page.wait_for_function(ALL_SCROLLABLE)
        complaints += [f"{width} px, {scheme}: {v}" for v in _axe(page)]
    assert not complaints, "\n\n".join(complaints)


def _axe(page: Page) -> list[str]:
    # axe takes a heading that is a formula for empty, since it does not read MathML;
    # tests/book looks for empty headings in the sources.
    violations = page.evaluate(
        """axe.run({resultTypes: ['violations'], preload: false,
                    rules: {'empty-table-header': {enabled: false}}})
             .then(found => found.violations)"""
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
