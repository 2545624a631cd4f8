"""Where the site's address is known, a link replaces the text; Python stays up."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

FIRST, NEXT = "loss/softmax/", "loss/cross-entropy/"


@pytest.fixture
def visitor(page: Page, site: Path, address: str) -> Page:
    """Someone on the first page, whose window is told from a new one by a mark."""
    _skip_without_links(site)
    page.goto(address + FIRST)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.same = true")
    return page


def _skip_without_links(site: Path) -> None:
    if '"navigation.instant"' not in (site / "index.html").read_text(encoding="utf-8"):
        pytest.skip("the site was built without NNBOOK_SITE_URL; `make test` sets it")


def _follow(page: Page, path: str) -> None:
    # The address changes before the text does.
    page.evaluate("document.querySelector('article').dataset.left = ''")
    page.locator(f"a[href$='{path.removesuffix('/').split('/')[-1]}/']").first.click()
    page.wait_for_url(f"**/{path}")
    page.wait_for_selector("article:not([data-left])")
    expect(page.locator(".nb-cell .nb-copy").first).to_be_attached()
    assert page.evaluate("window.same"), "the page was loaded anew"


def test_python_goes_on_coming_while_the_reader_goes_on(
    visitor: Page, site: Path
) -> None:
    if not (site / "assets/python/pyodide").is_dir():
        pytest.skip("NO PYTHON in the built site, so Run was NOT tested")
    visitor.evaluate("caches.delete('nnbook-python')")  # what earlier tests loaded
    held: list[Route] = []
    visitor.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    visitor.set_default_timeout(120_000)
    run = "() => document.querySelector('article > .nb-cell .nb-bar').lastChild.click()"
    status = visitor.locator("article > .nb-cell .nb-status").first
    visitor.evaluate(run)
    expect(status).to_have_text(re.compile(r"^[\d.]+ of 16.8 MB$"))
    _follow(visitor, NEXT)
    visitor.evaluate(run)
    expect(status).to_have_text(re.compile(r"^[\d.]+ of 16.8 MB$"))
    assert len(held) == 1  # what has come is not asked for again
    held[0].continue_()
    visitor.wait_for_selector(".nb-live.nb-output")


def test_python_stays_up_from_page_to_page(
    reader: Page, site: Path, follow: Callable[[Page, str], None]
) -> None:
    _skip_without_links(site)
    loaded: list[str] = []
    run = "() => document.querySelector('article > .nb-cell .nb-bar').lastChild.click()"
    reader.evaluate("window.same = true")
    for path in (FIRST, NEXT):
        follow(reader, path)
        expect(reader.locator("article > .nb-cell .nb-bar").first).to_be_attached()
        reader.evaluate(run)
        reader.wait_for_selector(".nb-live.nb-output")
        if path == FIRST:
            reader.on("request", lambda request: loaded.append(request.url))
    assert reader.evaluate("window.same"), "the page was loaded anew"
    assert not [url for url in loaded if "/assets/python/" in url]


def test_what_belongs_to_a_page_is_there_after_a_link(visitor: Page) -> None:
    _follow(visitor, NEXT)
    cells = visitor.locator(".nb-cell").count()
    assert visitor.locator(".nb-cell .nb-bar").count() == cells
    assert visitor.locator(".nb-cell .nb-copy").count() == cells
    expect(visitor.locator("article abbr").first).to_have_attribute("tabindex", "0")
    for path in (FIRST, NEXT):
        link = visitor.locator(f".md-nav--primary a[href$='{path.split('/')[1]}/']")
        expect(link.first).to_have_class(re.compile("nb-visited"))


def test_what_scrolls_says_so_after_a_link(
    visitor: Page, follow: Callable[[Page, str], None]
) -> None:
    visitor.set_viewport_size({"width": 390, "height": 844})
    follow(visitor, "reference/network/")
    table = visitor.locator(".nb-session code", has_text="parameters").last
    table.scroll_into_view_if_needed()
    expect(table).to_have_class(re.compile("nb-more-right"))


@pytest.mark.parametrize("path", ["", "optimizers/race/"])
def test_players_are_there_after_a_link(
    path: str, visitor: Page, follow: Callable[[Page, str], None]
) -> None:
    follow(visitor, path)
    expect(visitor.locator(".nb-player input").first).to_be_visible()
    assert visitor.evaluate("window.same"), "the page was loaded anew"


def test_the_way_back_and_the_search_work(visitor: Page) -> None:
    _follow(visitor, NEXT)
    visitor.go_back()
    expect(visitor.locator("h1").first).to_contain_text("oftmax")
    assert (
        visitor.locator(".nb-cell .nb-bar").count()
        == visitor.locator(".nb-cell").count()
    )
    visitor.get_by_role("textbox", name="Search").fill("momentum")
    visitor.locator(".md-search-result__link").first.click()
    visitor.wait_for_url("**/optimizers/**")
    assert visitor.evaluate("window.same"), "the page was loaded anew"


@pytest.mark.parametrize("target", ["#the-formula-from-the-scores", ""])
def test_a_link_leads_to_its_target_however_slow_the_page(
    target: str, visitor: Page
) -> None:
    # The theme keeps a place 100 ms after the reader has scrolled to it.
    visitor.route(f"**/{NEXT}", lambda route: (time.sleep(1), route.continue_())[1])
    visitor.evaluate(
        """address => {
          const link = document.createElement("a");
          link.href = address;
          document.body.append(link);
          scrollTo(0, 2000);
          requestAnimationFrame(() => requestAnimationFrame(() => link.click()));
        }""",
        f"/{NEXT}{target}",
    )
    expect(visitor.locator("h1")).to_contain_text("Cross-entropy")
    visitor.wait_for_timeout(500)
    sought = visitor.locator(":target" if target else "h1")
    assert 0 < sought.evaluate("e => e.getBoundingClientRect().top") < 300
    assert visitor.evaluate("window.same"), "the page was loaded anew"
    # The way back still leads to where the reader was.
    visitor.go_back()
    expect(visitor.locator("h1")).to_contain_text("oftmax")
    visitor.wait_for_function("scrollY > 1500")
