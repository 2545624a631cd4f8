"""What a narrow screen shows: formulas, code, tables, legends and the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bookkit.pages import ROOT, snippets

CHAPTER = "loss/softmax-gradient/"


@pytest.fixture
def chapter(phone: BrowserContext, address: str) -> Iterator[Page]:
    page = phone.new_page()
    page.goto(address + CHAPTER)
    yield page
    page.close()


def test_what_scrolls_has_a_shade_where_more_is_to_come(chapter: Page) -> None:
    chapter.set_viewport_size({"width": 320, "height": 700})
    chapter.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for selector in ("div.nb-math", ".nb-output pre > code"):
        boxes = chapter.locator(selector).all()
        box = next(
            b for b in boxes if b.evaluate("b => b.scrollWidth > b.clientWidth + 20")
        )
        box.scroll_into_view_if_needed()
        assert _shades(box) == (False, True)
        box.evaluate("b => b.scrollLeft = 5")
        assert _shades(box) == (True, True)
        box.evaluate("b => b.scrollLeft = b.scrollWidth")
        assert _shades(box) == (True, False)
    code = next(b for b in boxes if b.evaluate("b => b.scrollWidth <= b.clientWidth"))
    assert _shades(code) == (False, False)


def test_a_wide_table_has_a_shade_and_takes_the_focus(
    phone: BrowserContext, address: str
) -> None:
    page = phone.new_page()
    page.goto(f"{address}optimizers/table/")
    table = page.locator(".md-typeset__scrollwrap").first
    table.scroll_into_view_if_needed()
    assert _shades(table) == (False, True)
    assert table.get_attribute("tabindex") == "0"
    page.close()


def test_the_link_of_a_heading_never_stands_on_a_line_of_its_own(
    phone: BrowserContext, address: str
) -> None:
    page = phone.new_page()
    page.goto(f"{address}start/handwriting/")
    alone = page.evaluate(
        """() => {
          const titles = ":is(h2, h3):has(.headerlink)";
          const headings = [...document.querySelectorAll(titles)];
          return [340, 360, 380, 390, 412].flatMap(width => {
            document.querySelector("article").style.width = `${width - 32}px`;
            return headings.filter(heading => {
              const height = heading.getBoundingClientRect().height;
              heading.querySelector(".headerlink").style.display = "none";
              const without = heading.getBoundingClientRect().height;
              heading.querySelector(".headerlink").style.display = "";
              return height > without + 1;
            }).map(heading => `${width}: ${heading.textContent}`);
          });
        }"""
    )
    assert not alone
    page.close()


def _shades(box: object) -> tuple[bool, bool]:
    """Is there one on the left, on the right?"""
    box.page.wait_for_timeout(300)  # type: ignore[attr-defined]
    shadow = box.evaluate("b => getComputedStyle(b).boxShadow")  # type: ignore[attr-defined]
    sides = set(re.findall(r" (-?)[\d.]+px 0px", shadow))
    return "" in sides, "-" in sides


def test_long_lines_of_code_wrap_below_their_own_indent(chapter: Page) -> None:
    wide = chapter.evaluate(
        """() => [...document.querySelectorAll("code:has(> .nb-line)")]
          .map(code => code.scrollWidth > code.clientWidth + 1)"""
    )
    assert len(wide) >= len(snippets(ROOT / "docs/loss/softmax-gradient.md"))
    assert not any(wide)
    starts = chapter.evaluate(
        """() => {
          document.querySelectorAll("details").forEach(d => d.open = true);
          const lines = [...document.querySelectorAll(".nb-line")];
          const wrapped = lines.filter(line => line.getClientRects()[0].height > 25);
          return wrapped.map(line => {
            const range = document.createRange();
            const lefts = [...line.textContent].flatMap((letter, at) => {
              if (!letter.trim()) return [];
              const [node, start] = place(line, at);
              range.setStart(node, start);
              range.setEnd(node, start + 1);
              const box = range.getBoundingClientRect();
              return [[Math.round(box.top), box.left]];
            });
            return [lefts[0][1], lefts.find(([top]) => top > lefts[0][0] + 9)[1]];
          });
          function place(line, at) {
            const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
              if (at < walk.currentNode.length) return [walk.currentNode, at];
              at -= walk.currentNode.length;
            }
          }
        }"""
    )
    assert len(starts) > 10
    hangs = [rest - first for first, rest in starts]
    assert min(hangs) > 10
    assert max(hangs) < 25


def test_the_table_that_a_session_prints_keeps_its_columns(
    chapter: Page, address: str
) -> None:
    chapter.goto(f"{address}reference/network/")
    table = chapter.locator(".nb-session code", has_text="parameters").last
    table.scroll_into_view_if_needed()
    lines = table.locator(".nb-line:has(> .go)")
    assert lines.count() > 3
    heights = lines.evaluate_all("all => all.map(line => line.clientHeight)")
    assert max(heights) < 1.5 * min(heights)
    expect(table).to_have_class(re.compile("nb-more-right"))


def test_wrapped_code_is_copied_as_it_is(chapter: Page) -> None:
    codes = [f.code for f in snippets(ROOT / "docs/loss/softmax-gradient.md")]
    chapter.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    cell = chapter.locator(".nb-cell").filter(has=chapter.locator(".nb-line")).first
    assert cell.locator("pre > code").text_content() in codes
    code = str(cell.locator("pre > code").text_content())
    selected = cell.locator("pre > code").evaluate(
        """code => {
          getSelection().selectAllChildren(code);
          return getSelection().toString();
        }"""
    )
    assert selected.rstrip() == code.rstrip()
    chapter.evaluate("document.execCommand('copy')")
    copied = chapter.evaluate("navigator.clipboard.readText()")
    assert copied.rstrip() == code.rstrip()


def test_glossary_opens_by_tap(chapter: Page) -> None:
    word = chapter.locator("article p abbr").first
    word.tap()
    hover = chapter.locator(".md-tooltip2").first
    expect(hover).to_be_visible()
    expect(hover).not_to_be_empty()


def test_sources_and_terms_have_no_hovers(site: Path, page: Page, address: str) -> None:
    page.goto(address + CHAPTER)
    quoted = page.locator("p:has(strong:text-is('Sources')) + ul")
    expect(quoted).to_have_count(1)
    expect(quoted.locator("em abbr")).to_have_count(0)
    page.goto(address + "reference/glossary/")
    assert page.locator("article dt").count() > 50
    expect(page.locator("article dt abbr")).to_have_count(0)
