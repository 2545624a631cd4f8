"""A narrow window and no mouse, as for who reads at four times the size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

CHAPTER = "loss/softmax/"
# What has the focus: its name, whether it is seen, and whether one sees that it has it.
FOCUSED = """() => {
  const e = document.activeElement;
  const box = e.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  let opacity = 1;
  for (let n = e; n instanceof Element; n = n.parentElement) {
    opacity *= getComputedStyle(n).opacity;
  }
  return {
    name: (e.ariaLabel || e.labels?.[0]?.innerText || e.innerText).trim(),
    tag: e.tagName,
    seen: Boolean(at) && opacity > 0.5 && (e.contains(at) || at.contains(e)),
    ring: getComputedStyle(e).outlineStyle !== "none",
  };
}"""


@pytest.fixture
def narrow(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address + CHAPTER, wait_until="networkidle")
    expect(page.get_by_role("button", name="Chapters")).to_be_visible()
    yield page
    context.close()


def _press(page: Page, key: str) -> dict[str, Any]:
    page.keyboard.press(key)
    page.wait_for_timeout(50)
    focused: dict[str, Any] = page.evaluate(FOCUSED)
    return focused


def test_the_keyboard_goes_through_what_is_seen(narrow: Page) -> None:
    expect(narrow.get_by_role("slider").first).to_be_visible()
    narrow.evaluate("document.querySelector('h1').tabIndex = -1")
    narrow.locator("h1").focus()
    stops = []
    while (stop := _press(narrow, "Tab"))["tag"] != "BODY":
        stops.append(stop)
    assert len(stops) > 50
    assert [stop for stop in stops if not (stop["seen"] and stop["ring"])] == []
    assert [stop for stop in stops if not stop["name"]] == []


def test_the_list_of_chapters_opens_shuts_and_leads_on(narrow: Page) -> None:
    drawer = narrow.locator("#__drawer")
    _press(narrow, "Tab")
    assert _press(narrow, "Tab")["name"] == "Chapters"
    assert _press(narrow, "Enter")["name"] == "II Loss and gradient"
    assert _press(narrow, "Escape")["name"] == "Chapters"
    expect(drawer).not_to_be_checked()
    _press(narrow, "Space")
    assert _press(narrow, "Space")["name"] == "nnbook"  # one level up
    names = [_press(narrow, "Tab")["name"] for _ in range(3)]
    assert names[1:] == ["Start", "I One neuron"]
    _press(narrow, "Enter")
    assert _press(narrow, "Tab")["name"] == "The dot product"
    _press(narrow, "Enter")
    narrow.wait_for_url("**/neuron/dot-product/")
    expect(drawer).not_to_be_checked()


def test_leaving_the_list_of_chapters_shuts_it(narrow: Page) -> None:
    narrow.get_by_role("button", name="Chapters").focus()
    _press(narrow, "Enter")
    for _ in range(7):
        _press(narrow, "Tab")
    expect(narrow.locator("#__drawer")).not_to_be_checked()
    assert narrow.evaluate("document.activeElement.closest('article') !== null")


def test_a_search_that_is_given_up_leads_back(narrow: Page) -> None:
    word = narrow.locator("article p abbr").nth(4)
    word.focus()
    narrow.keyboard.press("/")
    expect(narrow.get_by_role("textbox", name="Search")).to_be_focused()
    narrow.keyboard.type("momentum")
    expect(narrow.locator(".md-search-result__link").first).to_be_visible()
    narrow.keyboard.press("ArrowDown")
    narrow.keyboard.press("Escape")
    expect(word).to_be_focused()


def test_escape_takes_the_meaning_of_a_word_away(narrow: Page) -> None:
    words = narrow.locator("article p abbr")
    meaning = narrow.locator(".md-tooltip2--active")
    for word in (words.nth(4), words.nth(5), words.nth(4)):
        word.focus()
        expect(meaning).to_have_css("opacity", "1")
        narrow.keyboard.press("Escape")
        expect(meaning).to_have_count(0)
        expect(word).to_be_focused()


@pytest.mark.usefixtures("python_there")
def test_run_and_stop_keep_the_focus_also_while_python_comes(narrow: Page) -> None:
    narrow.context.route("**/pyodide.asm.wasm", lambda _: None)  # never comes
    cell = narrow.locator("article > .nb-cell").first
    run = cell.get_by_role("button", name=re.compile("^Run"))
    run.press("Enter")
    status = cell.locator(".nb-status")
    expect(status).to_have_text(re.compile(r"^[\d.]+ of 16.8 MB$"))
    expect(run).to_be_focused()
    # Another one hears of the same loading, and can do without it.
    other = narrow.locator("article > .nb-cell").nth(1)
    other.get_by_role("button", name="Run").press("Enter")
    expect(other.locator(".nb-status")).to_have_text(re.compile(r"of 16.8 MB$"))
    other.get_by_role("button", name="Stop").press("Enter")
    expect(other.get_by_role("button", name="Run")).to_be_focused()
    said = other.locator("xpath=following-sibling::*[1]")
    expect(said).to_contain_text("Loading was stopped.")
    expect(status).to_have_text(re.compile(r"of 16.8 MB$"))
    # With the last one, the loading itself ends.
    assert [worker for worker in narrow.workers if "worker.mjs" in worker.url]
    cell.get_by_role("button", name="Stop").press("Enter")
    expect(run).to_be_focused()
    narrow.wait_for_timeout(500)
    assert not [worker for worker in narrow.workers if "worker.mjs" in worker.url]
