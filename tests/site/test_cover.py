"""The first screen of the cover, its film, and the page for wrong addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, expect

FILM = ".nb-hero .nb-figure"
SLIDER = f"{FILM} input[type=range]"
OUTPUT = f"{FILM} output"
PLAY = f"{FILM} .nb-player button"


@pytest.fixture
def moving(browser: Browser, address: str) -> Iterator[Page]:
    """The cover, for a reader who has nothing against motion."""
    with browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="no-preference"
    ) as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(address)
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["wide", "narrow"])
def test_first_screen_shows_what_the_book_is(
    browser: Browser, address: str, size: tuple[int, int], scheme: str
) -> None:
    width, height = size
    with browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    ) as context:
        page = context.new_page()
        page.goto(address)
        page.evaluate("document.fonts.ready")
        expect(page.locator(SLIDER)).to_be_visible()
        for part in ("h1", ".nb-promise", f"{FILM} svg", SLIDER, PLAY):
            box = page.locator(part).first.bounding_box()
            assert box is not None, part
            assert box["y"] >= 0, part
            assert box["y"] + box["height"] <= height, part
        article = page.locator("article")
        for name in ("Start reading", "Run it yourself"):
            button = article.get_by_role("link", name=name).bounding_box()
            assert button is not None
            assert button["y"] + button["height"] <= height
            assert button["height"] >= 44


def test_film_ends_with_what_the_library_drew(moving: Page) -> None:
    # Away from the last step and back to it, and the regions are drawn anew.
    still = moving.locator(f"{FILM} image")
    drawn = _pixels(still.get_attribute("xlink:href"), moving)
    moving.locator(SLIDER).press("ArrowLeft")
    moving.locator(SLIDER).press("ArrowRight")
    computed = _pixels(still.get_attribute("href"), moving)
    alike = sum(a == b for a, b in zip(drawn, computed, strict=True)) / len(drawn)
    assert alike > 0.97
    moving.locator(SLIDER).press("Home")
    untrained = _pixels(still.get_attribute("href"), moving)
    alike = sum(a == b for a, b in zip(drawn, untrained, strict=True)) / len(drawn)
    assert alike < 0.7


def _pixels(address: str | None, page: Page) -> list[str]:
    """Colours on a grid, from the first row of the picture to the last."""
    assert address is not None
    return list(
        page.evaluate(
            """async address => {
              const image = new Image();
              image.src = address;
              await image.decode();
              const canvas = document.createElement("canvas");
              const side = canvas.width = canvas.height = 60;
              const context = canvas.getContext("2d");
              context.imageSmoothingEnabled = false;
              context.drawImage(image, 0, 0, side, side);
              const {data} = context.getImageData(0, 0, side, side);
              const near = [[31, 119, 180], [255, 127, 14], [44, 160, 44]];
              return Array.from({length: side * side}, (_, i) => {
                const [r, g, b] = data.slice(4 * i, 4 * i + 3);
                const gaps = near.map(c => Math.hypot(c[0] - r, c[1] - g, c[2] - b));
                return gaps.indexOf(Math.min(...gaps));
              });
            }""",
            re.sub(r"\s", "", address),
        )
    )


def test_film_answers_to_the_keyboard(moving: Page) -> None:
    slider = moving.get_by_role("slider", name="Step of the training")
    assert moving.locator(OUTPUT).inner_text() == "step 300: 99 %"
    slider.press("Home")
    assert re.fullmatch(r"step 0: \d\d %", moving.locator(OUTPUT).inner_text())
    slider.press("ArrowRight")
    assert moving.locator(OUTPUT).inner_text().startswith("step 5:")
    assert slider.get_attribute("aria-valuetext") == moving.locator(OUTPUT).inner_text()


def test_film_plays_from_the_start_to_the_end(moving: Page) -> None:
    play = moving.get_by_role("button", name="Play").first
    assert moving.locator(OUTPUT).inner_text().startswith("step 300")
    play.press("Enter")
    expect(moving.locator(PLAY)).to_have_text("Pause")
    expect(moving.locator(OUTPUT)).not_to_have_text(re.compile("step (0|300):"))
    expect(moving.locator(OUTPUT)).to_have_text("step 300: 99 %")
    expect(moving.locator(PLAY)).to_have_text("Play")


def test_nothing_moves_for_who_does_not_want_it(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(SLIDER)).to_be_visible()
    expect(page.locator(PLAY)).to_be_hidden()


def test_wrong_address_leads_on(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}404.html")
    titles = page.locator("article a").all_inner_texts()
    assert titles[0] == "The cover"
    assert {"I One neuron", "V Decay", "Reference"} <= set(titles)
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run().then(found => found.violations)") == []
    page.get_by_role("searchbox", name="Search the book").fill("softmax")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/?q=softmax")
    expect(page.locator(".md-search-result__link").first).to_be_visible()


@pytest.mark.parametrize("path", ["", "draw/", "playground/"])
def test_lines_are_short_where_no_chapters_stand_beside_them(
    page: Page, address: str, path: str
) -> None:
    page.goto(address + path)
    widths = page.locator("article > :is(p, ul, ol)").evaluate_all(
        "all => all.map(part => part.clientWidth)"
    )
    assert widths
    # Some ninety letters.
    assert max(widths) < 700
