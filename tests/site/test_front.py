"""A title's line, the map of the book, marks of what was visited, and old addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bookkit.pages import ROOT

CHAPTER = "loss/softmax-gradient/"
REDIRECTS = re.findall(
    r"^ {8}(\S+)\.md: (\S+)\.md$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M
)


@pytest.fixture(params=["light", "dark"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A new visitor with a phone."""
    with browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=request.param
    ) as context:
        yield context.new_page()


def test_a_chapter_leads_to_what_it_needs(page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    line = page.locator("h1 + p.nb-about")
    expect(line).to_have_text(re.compile(r"^\d+ minutes\s· Needs .*\s· Gives .*"))
    line.locator("a").first.click()
    expect(page.locator("h1")).to_contain_text("Cross-entropy")


def test_the_map_is_readable_on_a_phone_and_leads_to_chapters(
    phone: Page, address: str
) -> None:
    # With the phone's own font, which is wider and stays if the book's comes late.
    phone.route("**/*.woff2", lambda route: route.abort())
    phone.goto(f"{address}map/")
    link = phone.locator(".nb-map a > text", has_text="The softmax derivative")
    box = link.bounding_box()
    assert box is not None
    assert box["height"] >= 14
    widest = phone.evaluate(
        """() => Math.max(...[...document.querySelectorAll('.nb-map text')].map(
          text => text.getBoundingClientRect().right))"""
    )
    assert widest <= 390
    colours = phone.evaluate(
        """() => ['.nb-map a text', '.nb-map .nb-part'].map(
          part => getComputedStyle(document.querySelector(part)).fill).concat(
          getComputedStyle(document.body).backgroundColor)"""
    )
    assert len(set(colours)) == 3
    assert "rgb(0, 0, 0)" not in colours
    link.click()
    phone.wait_for_url(f"**/{CHAPTER}")


def test_a_visited_chapter_is_marked_and_no_other(phone: Page, address: str) -> None:
    phone.goto(address + CHAPTER)
    phone.goto(f"{address}map/")
    marked = phone.locator(".nb-map a.nb-visited > text")
    expect(marked).to_have_text("The softmax derivative")
    sidebar = phone.locator(".md-nav--primary a.nb-visited")
    expect(sidebar).to_contain_text(["A map of the book", "The softmax derivative"])


@pytest.mark.parametrize(("old", "new"), REDIRECTS)
def test_an_old_address_leads_to_the_new_page(
    page: Page, address_below: str, old: str, new: str
) -> None:
    page.goto(f"{address_below}{old}/#in-one-breath")
    page.wait_for_url(f"{address_below}{new}/#in-one-breath")
    expect(page.locator("h2#in-one-breath")).to_be_visible()
