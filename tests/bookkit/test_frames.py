"""Frames of the figures that a reader turns before Python is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown import Markdown

from bookkit import frames, snippets

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


def test_each_value_has_its_frame(tmp_path: Path) -> None:
    frames.draw(CODE, tmp_path / "abc")
    drawn = [(tmp_path / "abc" / f"{i}.svg").read_text() for i in range(6)]
    assert len(list((tmp_path / "abc").iterdir())) == 6
    assert len(set(drawn)) == 6  # the last control runs fastest
    letters = [svg.count("<use") for svg in drawn]
    assert letters[1] > letters[0]
    assert letters[3] - letters[2] == letters[1] - letters[0]
    assert 'id="abc-' in drawn[0]


def test_a_figure_that_cannot_be_drawn_is_an_error(tmp_path: Path) -> None:
    spoiled = CODE.replace("[0, a]", "[0, 1 / (a - 2) * 0]")
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        frames.draw(spoiled, tmp_path / "abc")
    assert not (tmp_path / "abc").exists()


def test_the_page_names_the_frames_of_few_values_only() -> None:
    page = "<!-- figure: A line. | alt: A line. -->\n```python\n{}```\n"
    few = _converted(page.format(CODE))
    assert re.findall(frames.REFERENCE, few)
    many = _converted(page.format(CODE.replace("(0, 2)", "(0, 20)")))
    assert "data-controls=" in many
    assert not re.findall(frames.REFERENCE, many)


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
    monkeypatch.setattr(frames, "sources", lambda: [source])
    monkeypatch.setattr(frames, "KEPT", tmp_path / "kept")
    (folder,) = re.findall(frames.REFERENCE, page)
    for _ in range(2):  # the second time as they were kept
        frames.add_frames(site)
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
