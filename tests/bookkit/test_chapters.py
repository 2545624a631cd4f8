"""What a chapter says of itself: read, measured, shown, drawn."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bookkit import chapters
from bookkit.chapters import Chapter
from bookkit.fence import PageError
from bookkit.front import about
from bookkit.map import draw

CONTENTS = """\
theme:
  icon: !!python/name:bookkit.gone
site_url: !ENV [SITE, ""]
nav:
  - index.md
  - One: [a/first.md, a/second.md]
  - Two:
      - b/third.md
"""
FIRST = "---\ntitle: First\ngives: a start\n---\n\n# First\n"
SECOND = "---\ntitle: Second\nneeds: First\ngives: more\n---\n\n# Second\n"
THIRD = "---\ntitle: Third\nneeds: First, Second\ngives: the rest\n---\n\n# Third\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text(CONTENTS, encoding="utf-8")
    pages = {"a/first": FIRST, "a/second": SECOND, "b/third": THIRD, "index": "# Cover"}
    for name, text in pages.items():
        path = tmp_path / f"docs/{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_chapters_come_in_reading_order_with_what_they_need(book: Path) -> None:
    found = chapters.chapters(book)
    assert list(found) == ["First", "Second", "Third"]
    assert found["Third"] == Chapter(
        "b/third.md", "Two", "Third", ("First", "Second"), "the rest"
    )


def test_a_need_that_no_chapter_is_called_is_named_with_page_and_line(
    book: Path,
) -> None:
    text = THIRD.replace("First, Second", "First, Secnod")
    (book / "docs/b/third.md").write_text(text, encoding="utf-8")
    with pytest.raises(PageError, match=r"^docs/b/third\.md:3: .*'Secnod'"):
        chapters.chapters(book)


def test_minutes_count_the_prose_that_is_not_folded() -> None:
    prose = "word " * 298
    assert chapters.minutes(f"---\ntitle: {prose}\n---\n{prose}") == 2
    assert chapters.minutes(f"{prose}word word word") == 3
    for unread in (
        f"\n```python\n{prose}\n```\n",
        f"\n    ````text\n    ```\n    {prose}\n    ````\n",
        f"\n$$\n{prose}\n$$\n",
        f"\n<!-- figure: {prose} | alt: {prose} -->\n",
        f'\n??? question "Why?"\n    {prose}\n\n    {prose}\n\n',
        f'\n!!! example ""\n    ??? tip ""\n        {prose}\n\n        {prose}\n\n',
    ):
        assert chapters.minutes(prose + unread + "word") == 2, unread[:20]


def test_what_is_folded_but_open_is_read() -> None:
    assert chapters.words('One.\n\n???+ tip "Open"\n    Two three.\n') >= 3
    assert chapters.words('One.\n\n??? tip "Folded"\n    Two three.\n') == 1


def test_words_of_a_link_are_counted_and_its_target_is_not() -> None:
    assert (
        chapters.words("A [link there](../loss/softmax.md#why), a [name][nn.mlp].") == 5
    )


def test_the_line_under_the_title_links_what_the_chapter_needs(book: Path) -> None:
    known = chapters.chapters(book)
    line, _, _ = about(known["Third"], known, 14)
    assert line == (
        "14 minutes\u00a0· **Needs** [First](../a/first.md), [Second](../a/second.md)"
        "\u00a0· **Gives** the rest"
    )
    assert "Needs" not in about(known["First"], known, 14)[0]


def test_the_map_draws_an_arc_for_each_need_and_links_each_chapter(book: Path) -> None:
    known = chapters.chapters(book)
    drawing = ElementTree.fromstring(draw(list(known.values()), "map.md"))
    links = {a.findtext("text"): a for a in drawing.iter("a")}
    assert {
        name: a.get("{http://www.w3.org/1999/xlink}href") for name, a in links.items()
    } == {
        "First": "../a/first/",
        "Second": "../a/second/",
        "Third": "../b/third/",
    }
    height = {name: _of(a, "circle", "cy") for name, a in links.items()}
    assert list(height.values()) == sorted(height.values(), key=float)
    for chapter in known.values():
        arcs = _of(links[chapter.title], "path", "d")
        begin = re.findall(r"M\S+ ([\d.]+)A", arcs)
        end = re.findall(r" ([\d.]+)(?=M|$)", arcs)
        assert begin == [height[title] for title in chapter.needs]
        assert end == [height[chapter.title]] * len(chapter.needs)


def _of(link: ElementTree.Element, tag: str, attribute: str) -> str:
    element = link.find(tag)
    assert element is not None
    return element.attrib[attribute]


def test_the_map_can_stand_on_the_cover(book: Path) -> None:
    drawing = draw(list(chapters.chapters(book).values()), "index.md")
    assert 'xlink:href="a/first/"' in drawing
