"""Frames of the figures that a reader turns before Python is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown import Markdown

from bookkit import browser, snippets
from bookkit.runner import run_all

CODE = """import matplotlib.pyplot as plt
import nnbook as nn


def draw(a=1, text="x"):
    plt.plot([0, a], [0, 1])
    plt.title(text)
    plt.show()


nn.interact(draw, a=(0, 2), text=["x", "yy"])
"""


@pytest.fixture(autouse=True)
def _no_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snippets, "_run_whole_book", lambda: None)


def test_each_value_has_its_frame() -> None:
    (result,) = run_all([CODE])
    assert result.error is None
    drawn = result.frames
    assert len(drawn) == len(set(drawn)) == 6  # the last control runs fastest
    letters = [svg.count("<use") for svg in drawn]
    assert letters[1] > letters[0]
    assert letters[3] - letters[2] == letters[1] - letters[0]
    ids = [
        set(re.findall('id="([^"]+)"', svg)) for svg in (result.figures[0], drawn[0])
    ]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_figure_that_cannot_be_drawn_is_an_error() -> None:
    (result,) = run_all([CODE.replace("[0, a]", "[0, 1 / (a - 2) * 0]")])
    assert result.error
    assert re.search(r"ZeroDivisionError.*for \(2, 'x'\)", result.error, re.DOTALL)


def test_the_page_names_the_frames_of_few_values_only() -> None:
    page = "<!-- figure: A line. | alt: A line. -->\n```python\n{}```\n"
    few = _converted(page.format(CODE))
    assert re.findall(browser.FRAMES, few)
    many = _converted(page.format(CODE.replace("(0, 2)", "(0, 20)")))
    assert "data-controls=" in many
    assert not re.findall(browser.FRAMES, many)


def test_frames_of_the_pages_stand_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, source = tmp_path / "site", tmp_path / "page.md"
    site.mkdir()
    source.write_text(
        f"<!-- figure: A line. | alt: A line. -->\n```python\n{CODE}```\n"
    )
    page = _converted(source.read_text())
    (site / "index.html").write_text(page)
    monkeypatch.setattr(browser, "sources", lambda: [source])
    (folder,) = re.findall(browser.FRAMES, page)
    for _ in range(2):
        browser.add_frames(site)
        assert len(list((site / "assets" / "frames" / folder).iterdir())) == 6


def _converted(page: str) -> str:
    md = Markdown(
        extensions=["pymdownx.superfences", "pymdownx.highlight", "bookkit.snippets"],
        extension_configs={
            "pymdownx.superfences": {
                "custom_fences": [
                    {
                        "name": "python",
                        "class": "python",
                        "validator": snippets.validator,
                        "format": snippets.formatter,
                    }
                ]
            }
        },
    )
    return md.convert(page)
