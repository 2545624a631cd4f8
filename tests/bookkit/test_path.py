"""A path through the book, with times."""

from __future__ import annotations

import pytest
from markdown import Markdown

from bookkit import path
from bookkit.chapters import chapters, minutes
from bookkit.pages import ROOT


def _written(text: str) -> str:
    md = Markdown(extensions=["bookkit.snippets", "bookkit.path"])
    return md.convert(text)


def test_path_lists_chapters_with_their_times() -> None:
    titles = ["A network that reads handwriting", "The dot product"]
    html = _written(f"<!-- path: {', '.join(titles)} -->")
    total = 0
    for title in titles:
        chapter = chapters()[title]
        time = minutes((ROOT / "docs" / chapter.path).read_text(encoding="utf-8"))
        total += time
        assert f'<a href="{chapter.path}">{title}</a>, {time} minutes' in html
    assert f"about {total / 60:.1f}" in html


@pytest.mark.parametrize(
    ("titles", "message"),
    [
        ("A network that reads handwriting, Gone", "which no chapter is called"),
        ("The softmax derivative", "stands before what it needs"),
    ],
)
def test_path_that_cannot_be_walked_stops_the_build(titles: str, message: str) -> None:
    with pytest.raises(path.SuperFencesException, match=message):
        _written(f"<!-- path: {titles} -->")
