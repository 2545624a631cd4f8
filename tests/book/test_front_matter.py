"""What the chapters say of themselves in their front matter."""

import re
from itertools import pairwise

import pytest

from bookkit.chapters import chapters, front_matter
from bookkit.pages import ROOT

DOCS = ROOT / "docs"
CHAPTERS = chapters()
PARTS = [
    path
    for path in sorted(DOCS.glob("*/*.md"))
    if path.parent.name not in ("reference", "assets")
]
TITLED = [path for path in sorted(DOCS.rglob("*.md")) if path != DOCS / "index.md"]


def _name(path):
    return path.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("path", TITLED, ids=_name)
def test_a_page_has_one_name(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall("^# (.*)$", re.sub("```.*?```", "", text, flags=re.S), re.M) == [
        front_matter(text)["title"]
    ]


@pytest.mark.parametrize("path", PARTS, ids=_name)
def test_a_chapter_says_what_it_gives_and_by_what_words_it_is_sought(path):
    front = front_matter(path.read_text(encoding="utf-8"))
    assert 20 <= len(front["gives"]) <= 90
    assert len(front["also"].split(", ")) >= 5
    assert "," not in front["title"], "a comma parts the titles in `needs`"


@pytest.mark.parametrize("path", TITLED, ids=_name)
def test_nothing_is_said_twice_of_a_page(path):
    _, front, _ = path.read_text(encoding="utf-8").split("---\n", 2)
    keys = re.findall(r"^(\w+):", front, re.M)
    assert len(set(keys)) == len(keys), "the last one would count, and hide the others"


def test_every_chapter_is_in_the_table_of_contents():
    assert {chapter.path for chapter in CHAPTERS.values()} == set(map(_name, PARTS))


def test_no_chapter_needs_a_later_one():
    order = list(CHAPTERS)
    for chapter in CHAPTERS.values():
        at = order.index(chapter.title)
        assert set(chapter.needs) <= set(order[:at]), chapter.title


def test_no_need_follows_from_another_one():
    """Who needs back-propagation needs what that needs: said once is enough."""

    def all_needs(title):
        direct = CHAPTERS[title].needs
        return set(direct).union(*map(all_needs, direct))

    for chapter in CHAPTERS.values():
        for title in chapter.needs:
            rest = set().union(*(all_needs(t) for t in chapter.needs if t != title))
            assert title not in rest, f"{chapter.title} needs {title} anyway"


@pytest.mark.parametrize("path", PARTS, ids=_name)
def test_sources_stand_as_a_list(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\*\*Sources\.\*\*", text, re.M)
    _, found, sources = text.partition("\n**Sources**\n\n")
    if found:
        items = sources.strip().split("\n")
        assert all(item.startswith("- ") for item in items)
        assert all(one != other for one, other in pairwise(sorted(items)))
