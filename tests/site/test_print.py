"""What a chapter looks like on paper, by the browser's own PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

CHAPTER = "loss/softmax/"


@pytest.fixture
def dark(browser: Browser, address: str) -> Iterator[Page]:
    """A chapter, as a reader has it who likes it dark."""
    context = browser.new_context(color_scheme="dark", reduced_motion="reduce")
    page = context.new_page()
    page.goto(address + CHAPTER)
    yield page
    context.close()


@pytest.mark.parametrize(
    ("path", "most"), [(CHAPTER, 16), ("optimizers/adam/", 24)], ids=["softmax", "adam"]
)
def test_chapter_takes_few_sheets(
    dark: Page, address: str, path: str, most: int
) -> None:
    dark.goto(address + path)
    dark.evaluate("document.fonts.ready")
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
    paper = dark.pdf(format="A4", print_background=True, margin=margin)
    assert 5 < len(re.findall(rb"/Type\s*/Page\b", paper)) <= most


def test_paper_is_light(dark: Page) -> None:
    looks = """() => ["body", "article p", "article pre > code", ".nb-figure svg",
      "code .k, code .kn", ".nb-figure [style*='--nb-c0']"].map(selector => {
        const style = getComputedStyle(document.querySelector(selector));
        return [style.color, style.backgroundColor, style.stroke];
      }).concat(getComputedStyle(document.documentElement).colorScheme)"""
    on_screen = dark.evaluate(looks)
    dark.emulate_media(media="print")
    on_paper = dark.evaluate(looks)
    dark.evaluate("document.body.dataset.mdColorScheme = 'default'")
    assert dark.evaluate(looks) == on_paper != on_screen


def test_what_belongs_together_is_not_parted(dark: Page) -> None:
    dark.emulate_media(media="print")
    for selector, rule, value in (
        (
            ".nb-cell > .highlight:not(:has(.nb-line:nth-child(16)))",
            *("breakInside", "avoid"),
        ),
        (".nb-figure", "breakInside", "avoid"),
        ("div.nb-math", "breakInside", "avoid"),
        (".nb-cell + .nb-output", "breakBefore", "avoid"),
        (".nb-cell .nb-figure", "breakBefore", "avoid"),
        ("article h2", "breakAfter", "avoid"),
        (".admonition-title", "breakAfter", "avoid"),
        (".nb-line:nth-child(4)", "breakAfter", "avoid"),
        (".nb-line:nth-last-child(4)", "breakBefore", "avoid"),
        # What is long may part, or half a sheet would stay empty before it.
        (".admonition.example:has(details)", "breakInside", "auto"),
        (".highlight:has(.nb-line:nth-child(16))", "breakInside", "auto"),
    ):
        found = dark.evaluate(
            "([s, rule]) => getComputedStyle(document.querySelector(s))[rule]",
            [selector, rule],
        )
        assert found == value, selector


def test_what_is_folded_stands_at_the_end(dark: Page) -> None:
    answer = dark.locator("article details.question").first
    words = answer.locator("p").last.text_content()
    assert words
    dark.emulate_media(media="print")
    dark.evaluate("dispatchEvent(new Event('beforeprint'))")
    end = dark.locator("article > .nb-folded")
    expect(end).to_contain_text(words)
    expect(answer.locator("summary")).to_contain_text("(1, at the end)")
    expect(answer.locator("p").last).to_be_hidden()
    dark.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(end).to_have_count(0)
    expect(answer.locator("summary")).not_to_contain_text("at the end")
