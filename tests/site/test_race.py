"""The players of the figures of paths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("path", ["", "optimizers/race/"])
def test_every_figure_of_paths_has_a_player(
    page: Page, address: str, path: str
) -> None:
    page.goto(address + path)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    codes = page.locator(".nb-cell pre > code").all_text_contents()
    drawn = sum("plots.paths(" in code for code in codes)
    assert drawn
    sliders = page.get_by_role("slider", name="Step of all methods")
    sliders.nth(drawn - 1).wait_for(state="attached")


def test_dots_walk_along_the_paths(page: Page, address: str) -> None:
    page.goto(f"{address}optimizers/race/")
    slider = page.get_by_role("slider", name="Step of all methods").first
    figure = page.locator(".nb-figure", has=slider)
    slider.press("Home")
    dots = figure.locator("circle[r='5']")
    expect(figure.locator("output")).to_have_text("step 0")
    assert dots.count() == figure.locator("[data-way]").count() > 1
    start = [dot.bounding_box() for dot in dots.all()]
    slider.press("End")
    assert all(
        before != dot.bounding_box()
        for before, dot in zip(start, dots.all(), strict=True)
    )


def test_dots_walk_in_a_figure_that_a_control_drew_again(
    reader: Page, follow: Callable[[Page, str], None]
) -> None:
    page = reader
    follow(page, "optimizers/momentum/")
    slider = page.get_by_role("slider", name="Step of all methods").first
    figure = page.locator(".nb-figure", has=slider)
    figure.get_by_role("slider", name="momentum").press("ArrowLeft")
    expect(figure.locator("svg.nb-drawn")).to_be_visible(timeout=120_000)
    slider.press("Home")
    dots = figure.locator("circle[r='5']")
    expect(dots.first).to_be_visible()
    assert dots.count() == figure.locator("[data-way]").count() > 1
