"""What a reader does with the book: search, turn pages, copy, switch to dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from bookkit.pages import ROOT, snippets

CHAPTER = "loss/softmax-gradient/"
DONE = re.compile(r"\bnb-done\b")


@pytest.fixture
def chapter(page: Page, address: str) -> Page:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + CHAPTER)
    return page


def test_search_finds_softmax(chapter: Page) -> None:
    chapter.locator(".md-search__input").fill("softmax")
    first = chapter.locator(".md-search-result__link").first
    expect(first).to_contain_text("softmax", ignore_case=True)
    first.click()
    article = chapter.locator("article.md-content__inner")
    expect(article).to_contain_text("softmax", ignore_case=True)


def test_pages_turn_forwards_and_back(chapter: Page) -> None:
    title = chapter.title()
    chapter.locator(".md-footer__link--next").click()
    chapter.wait_for_url(lambda url: CHAPTER not in url)
    chapter.locator(".md-footer__link--prev").click()
    chapter.wait_for_url(f"**/{CHAPTER}")
    expect(chapter).to_have_title(title)


def test_copy_button_copies_each_snippet_exactly(chapter: Page) -> None:
    codes = [f.code for f in snippets(ROOT / "docs/loss/softmax-gradient.md")]
    chapter.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    buttons = chapter.locator(".nb-copy").all()
    assert len(buttons) == len(codes)
    for button, code in list(zip(buttons, codes, strict=True))[:: len(codes) // 4]:
        button.click()
        expect(button).to_have_class(DONE)
        assert (
            chapter.evaluate("navigator.clipboard.readText()").rstrip() == code.rstrip()
        )


def test_dark_changes_the_colours_of_the_figures(chapter: Page) -> None:
    chapter.get_by_role("button", name="Switch to light mode").click()
    expect(chapter.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    light = _colours(chapter)
    chapter.get_by_role("button", name="Switch to dark mode").click()
    expect(chapter.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    dark = _colours(chapter)
    assert all(one != other for one, other in zip(light, dark, strict=True)), (
        light,
        dark,
    )
    chapter.reload()
    expect(chapter.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    chapter.evaluate("localStorage.clear()")


def _colours(page: Page) -> list[str]:
    """Of ink, of curves, of the page."""
    return list(
        page.evaluate(
            """() => [
              getComputedStyle(document.querySelector('.nb-figure svg')).color,
              getComputedStyle(
                document.querySelector(
                  '.nb-figure [style*="stroke: var(--nb-c"]')).stroke,
              getComputedStyle(document.body).backgroundColor]"""
        )
    )


def test_glossary_words_explain_themselves(chapter: Page) -> None:
    word = chapter.locator("article p abbr[title], article p abbr").first
    word.hover()
    expect(chapter.locator(".md-tooltip2, .md-tooltip").first).to_be_visible()


def test_keyboard_reaches_the_copy_button(chapter: Page) -> None:
    button = chapter.locator(".nb-copy:visible").first
    button.focus()
    chapter.keyboard.press("Enter")
    expect(button).to_have_class(DONE)


def test_book_needs_no_script(page: Page, address: str) -> None:
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as bare:
        plain = bare.new_page()
        plain.goto(address + CHAPTER)
        expect(plain.locator(".nb-figure svg").first).to_be_visible()
        expect(plain.locator(".nb-math math").first).to_be_visible()
        expect(plain.locator(".nb-output").first).to_be_visible()
