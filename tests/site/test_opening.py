"""A chapter opens with its figure: within the first screen, before its code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from bookkit.chapters import chapters

PATHS = [c.path.removesuffix(".md") + "/" for c in chapters().values()]
SCREENS = {"desktop": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module", params=SCREENS)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Page:
    width, height = SCREENS[request.param]
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        yield context.new_page()


@pytest.mark.parametrize("path", PATHS)
def test_the_first_screen_shows_the_whole_figure(
    screen: Page, address: str, path: str
) -> None:
    screen.goto(address + path)
    screen.evaluate("document.fonts.ready")
    figure = screen.locator("article .nb-figure svg").first.bounding_box()
    assert figure is not None
    size = screen.viewport_size
    assert size is not None
    assert figure["y"] + figure["height"] <= size["height"], figure
    assert figure["width"] >= 250, "too small to see anything"


@pytest.mark.parametrize("path", PATHS)
def test_its_code_is_folded_below_it(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    figure = page.locator("article .nb-figure").first
    made = page.locator("article > .nb-figure:first-of-type + details.nb-made")
    expect(made.locator("summary")).to_have_text("How this figure is made")
    code = made.locator(".nb-cell pre")
    expect(code).not_to_be_visible()
    made.locator("summary").click()
    expect(code).to_be_visible()
    expect(figure).to_be_visible()
