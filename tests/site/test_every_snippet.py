"""Every snippet of the book runs in the page, and prints there what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bookkit.fence import Fence
from bookkit.pages import ROOT, snippets, sources

PATIENCE = 180_000  # milliseconds, for a long snippet on a busy machine
# Python in a browser cannot do what these snippets show, and their pages say so.
DIFFERENT = {"docs/appendix/numbers.md": "FloatingPointError"}
# Training on 60,000 images takes 3 seconds in CPython, and in a browser, whose NumPy
# has no fast matrix product, a minute and a half. The page says so.
LONG = re.compile(r"datasets\.mnist\(.*nn\.fit\(", re.DOTALL)
SLOW = {"docs/practice/mnist.md": LONG}
RUN = """async ([code, expected, within]) => {
  const {ask} = await import("/assets/js/python.mjs");
  const result = await ask({run: {code, expected, within, prefix: "test-"}});
  return {...result, figures: result.figures.length};
}"""

pytestmark = pytest.mark.usefixtures("python_there")
PAGES = {path.relative_to(ROOT).as_posix(): path for path in sources()}


@pytest.mark.parametrize("name", PAGES)
def test_every_snippet_prints_there_what_its_page_says(
    name: str, reader: Page, follow: Callable[[Page, str], None]
) -> None:
    pressed = []
    if name.startswith("docs/"):  # else it is no page of the site
        address = re.sub(r"(^|/)index$", r"\1", name[len("docs/") : -len(".md")])
        follow(reader, address.rstrip("/") + "/" if address else "")
        pressed = _press_two(reader, name)
    wrong = {}
    for fence in snippets(PAGES[name]):
        if name in SLOW and SLOW[name].search(fence.code):
            continue
        if fence.code.strip() in pressed and not fence.figure:
            continue
        expected = fence.output.code if fence.output else ""
        within = str(fence.within.size) if fence.within else ""
        got = reader.evaluate(RUN, [fence.code, expected, within])
        if not (_right(got, fence) or _known(got, name, fence)):
            wrong[fence.line] = got
    assert wrong == {}


def _right(got: dict[str, object], fence: Fence) -> bool:
    return (
        bool(got["error"]) == fence.xfail
        and not got["differs"]
        and bool(got["figures"]) == bool(fence.figure)
    )


def _known(got: dict[str, object], name: str, fence: Fence) -> bool:
    lacks = "The Python of this page has" in str(got["error"])
    return lacks or (name in DIFFERENT and DIFFERENT[name] in fence.code)


def _press_two(reader: Page, name: str) -> list[str]:
    """Press Run on the first two snippets that print, and hand back their code."""
    cells = reader.locator("article > .nb-cell:has(+ .nb-output)")
    if name in SLOW:
        cells = cells.filter(has_not_text=re.compile(r"nn\.fit\("))
    expect(reader.locator(".nb-cell > .nb-bar")).to_have_count(
        reader.locator(".nb-cell").count()
    )
    pressed = []
    for cell in cells.all()[:2]:
        code = cell.locator("pre > code").text_content()
        bar = cell.locator("> .nb-bar")
        # On a desktop the button is shown to a pointer only.
        run = bar.get_by_role("button", name=re.compile("^Run"))
        run.dispatch_event("click")
        expect(bar).not_to_have_class(re.compile("nb-busy"), timeout=PATIENCE)
        expect(bar.get_by_role("status")).to_have_text(re.compile(r"^[\d.]+ s$"))
        pressed.append(code.strip())
    # What differs stands beside the printed one.
    assert reader.get_by_text("On the page", exact=True).count() == 0
    return pressed
