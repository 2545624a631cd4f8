"""The pad: a digit drawn by mouse, finger or letters, and read by two networks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, expect

PATIENCE = 120_000  # milliseconds, for a busy machine

pytestmark = pytest.mark.usefixtures("python_there")


@pytest.fixture(scope="module")
def phone(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}draw/")
    yield page
    context.close()


def _said(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(".nb-said")).to_contain_text(text, timeout=PATIENCE)


def test_a_stroke_is_read_and_cleared(phone: Page) -> None:
    expect(phone.locator(".nb-said")).to_contain_text("17 MB")
    box = phone.locator(".nb-paper").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"]
    phone.mouse.move(x, y + 30)
    phone.mouse.down()
    phone.mouse.move(x - 5, y + 230, steps=8)
    phone.mouse.up()
    _said(phone, "MNIST: 1.")
    expect(phone.locator(".nb-panel canvas")).to_have_count(4)
    expect(phone.locator(".nb-panel").nth(1)).to_contain_text("256 hidden units")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator(".nb-pad").get_by_role("button", name="Clear").tap()
    expect(phone.locator(".nb-panel").first).to_be_hidden()


def test_letters_are_read_and_a_shift_changes_the_image(phone: Page) -> None:
    phone.get_by_role("combobox", name="Draw for me").select_option("2")
    _said(phone, "MNIST: 2.")
    image = phone.locator(".nb-panel").nth(1).locator("canvas").first
    expect(image).to_have_attribute("aria-label", "The digit in 28 by 28 pixels")
    still = image.evaluate("canvas => canvas.toDataURL()")
    phone.get_by_role("button", name="3 pixels →").press("Enter")
    _said(phone, "Shifted by 3 pixels to the right.")
    assert image.evaluate("canvas => canvas.toDataURL()") != still
    phone.get_by_role("button", name="← 3 pixels").press("Enter")
    expect(phone.locator(".nb-said")).not_to_contain_text("Shifted")
    assert image.evaluate("canvas => canvas.toDataURL()") == still


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_it_is_accessible(scheme: str, phone: Page) -> None:
    phone.get_by_role("combobox", name="Draw for me").select_option("3")
    _said(phone, re.compile(r"MNIST: \d\."))
    phone.evaluate("s => { document.body.dataset.mdColorScheme = s }", scheme)
    phone.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = phone.evaluate(
        """async () => {
          const {violations} = await axe.run(document.querySelector(".nb-pad"));
          return violations.map(v => [v.id, v.nodes[0].html]);
        }"""
    )
    assert found == []
