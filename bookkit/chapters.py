"""What the chapters say of themselves in their front matter.

    title: Softmax
    needs: The dot product, Cross-entropy
    gives: how scores become probabilities
    also: soft arg-max, normalised exponential

`needs` names chapters by their titles, `gives` ends the sentence "After it you know",
`also` holds other words for the subject, for the search.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bookkit.fence import PageError
from bookkit.pages import ROOT
from bookkit.scanner import FRONT_MATTER

# A page of formulas: 2,200 words are a quarter of an hour.
WORDS_PER_MINUTE = 150
_NOT_PROSE = re.compile(
    r"^[ \t]*(`{3,}).*\n(?:.*\n)*?[ \t]*\1`*$"  # fences
    r"|^[ \t]*\$\$[^$]*\$\$"  # formulas of their own
    r"|^( *)\?\?\?(?!\+).*\n(?:(?:\2 {4}.*)?\n)*"  # what is folded
    r"|<!--(?:.|\n)*?-->",
    re.MULTILINE,
)
_TARGET = re.compile(r"(?<=\])(?:\([^)]*\)|\[[^\]]*\])")  # of a link
_WORD = re.compile(r"[^\W_][\w'’-]*")


@dataclass(frozen=True)
class Chapter:
    """A page that is read in its turn.

    Attributes
    ----------
    path
        Below `docs/`, as in the table of contents.
    part
        The heading above it there.
    """

    path: str
    part: str
    title: str
    needs: tuple[str, ...]
    gives: str


# Asked for every chapter by every page.
@functools.cache
def front_matter(text: str) -> Mapping[str, Any]:
    """The keys above a page, none if it has none."""
    match = FRONT_MATTER.match(text)
    return yaml.safe_load(match[0].strip("-\n")) if match else {}


def main_path(text: str) -> str:
    """The prose of a page for a reader who unfolds nothing."""
    return _NOT_PROSE.sub("", FRONT_MATTER.sub("", text))


def words(text: str) -> int:
    """How many words such a reader reads."""
    return len(_WORD.findall(_TARGET.sub("", main_path(text))))


def minutes(text: str) -> int:
    """How long they take."""
    return math.ceil(words(text) / WORDS_PER_MINUTE)


def chapters(root: Path = ROOT) -> dict[str, Chapter]:
    """The chapters by their titles, in reading order.

    Raises
    ------
    PageError
        If a chapter needs another one that is not there.
    """
    found = {}
    for part, path in contents(root):
        front = front_matter((root / "docs" / path).read_text(encoding="utf-8"))
        if "gives" in front:
            needs = tuple(filter(None, (front.get("needs") or "").split(", ")))
            found[front["title"]] = Chapter(
                path, part, front["title"], needs, front["gives"]
            )
    for chapter in found.values():
        for title in chapter.needs:
            if title not in found:
                raise _unknown(chapter, title, root)
    return found


def _unknown(chapter: Chapter, title: str, root: Path) -> PageError:
    page = f"docs/{chapter.path}"
    lines = (root / page).read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines, 1) if line.startswith("needs:"))
    return PageError(page, at, f"needs names {title!r}, which no chapter is called")


def contents(root: Path = ROOT) -> list[tuple[str, str]]:
    """Part and path of every page in the table of contents."""
    pages: list[tuple[str, str]] = []
    for entry in _navigation((root / "mkdocs.yml").read_text(encoding="utf-8")):
        parts = entry.items() if isinstance(entry, dict) else [("", [entry])]
        pages += [(part, path) for part, paths in parts for path in paths]
    return pages


@functools.cache
def _navigation(settings: str) -> list[Any]:
    nav: list[Any] = yaml.load(settings, _Loader)["nav"]
    return nav


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without what its tags stand for."""


_Loader.add_multi_constructor("", lambda *_: None)
