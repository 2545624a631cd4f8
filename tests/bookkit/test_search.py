"""What of a page the search finds, and how code stands on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown import Markdown

from bookkit import search
from bookkit.lines import hang

PAGE = """---
title: A page
also: {also}
---

# A page

First *words*.

## A section

Second.
"""


@pytest.mark.parametrize("also", ["backprop, x < y", "[backprop, x < y]"])
def test_also_stands_hidden_in_the_first_section(
    also: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "ROOT", tmp_path)
    (tmp_path / "page.md").write_text(PAGE.format(also=also), encoding="utf-8")
    text = _html(PAGE.partition("---\n\n")[2], "bookkit.search")
    # Thrice, as a page about something says its word more than once.
    hidden = f"<p hidden>{', '.join(['backprop, x &lt; y'] * 3)}</p>"
    assert text.index("First") < text.index(hidden) < text.index("<h2")


def test_code_and_figures_are_left_out() -> None:
    search_ = _html('<div class="highlight">a</div>\n\n<svg></svg>', "bookkit.search")
    assert search_.count("data-search-exclude=") == 2


def test_each_line_of_code_knows_its_indent_and_keeps_its_text() -> None:
    code = '<span class="k">for</span> x:\n    <span class="n">y</span>\n\n'
    assert hang(code) == (
        '<span class="nb-line"><span class="k">for</span> x:\n</span>'
        '<span class="nb-line" style="--nb-indent:4">'
        "    y\n</span>"
        '<span class="nb-line">\n</span>'
    )
    marked = '<span class="hll">a\n</span>b'
    assert hang(marked).count('<span class="nb-line">') == 2


def test_a_long_line_of_code_may_break_behind_an_opening_bracket() -> None:
    call = 'print(<span class="s2">"(x)"</span>.join(np.array([1.0, a[0], f()])))'
    assert "<wbr>" not in hang(call[:20])
    broken = hang(f"    {call}\n")
    assert re.sub("<[^>]*>", "", broken) == re.sub("<[^>]*>", "", f"    {call}\n")
    assert broken.count("<wbr>") == 4
    for place in ("print(<wbr>", "join(<wbr>", "array([<wbr>1.0", "a[0]", "f()"):
        assert place in broken
    answer = f'<span class="go">{call}</span>\n'
    assert "<wbr>" not in hang(answer)


def _html(text: str, *extensions: str) -> str:
    md = Markdown(extensions=extensions)

    class Page:
        page = "page.md"

    md.bookkit = Page()  # type: ignore[attr-defined]
    return md.convert(text)
