"""Markdown extension: the line under a chapter's title, and the map of the book.

The line says how long the chapter takes, which chapters it needs and what it gives. The
map stands where a page says `<!-- map -->`.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from pymdownx.superfences import SuperFencesException

from bookkit.chapters import Chapter, chapters, minutes
from bookkit.fence import PageError
from bookkit.map import draw
from bookkit.pages import ROOT

_MAP = re.compile(r"\s*<!--\s*map\s*-->\s*")


class _Front(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        page = self.md.bookkit.page  # type: ignore[attr-defined]
        here = page.removeprefix("docs/")
        if here == page:
            return lines  # a docstring of the reference
        try:
            known = chapters(ROOT)
        except PageError as error:
            raise SuperFencesException(str(error)) from None
        lines = [
            self.md.htmlStash.store(draw(list(known.values()), here))
            if _MAP.fullmatch(line)
            else line
            for line in lines
        ]
        for chapter in known.values():
            if chapter.path == here:
                at = next(n for n, line in enumerate(lines) if line.startswith("# "))
                time = minutes((ROOT / page).read_text(encoding="utf-8"))
                lines[at + 1 : at + 1] = ["", *about(chapter, known, time)]
        return lines


def about(chapter: Chapter, known: dict[str, Chapter], time: int) -> list[str]:
    """The line under a chapter's title, in Markdown."""
    folder = posixpath.dirname(chapter.path)
    needs = [
        f"[{title}]({posixpath.relpath(known[title].path, folder)})"
        for title in chapter.needs
    ]
    said = [f"{time} minutes", f"**Gives** {chapter.gives}"]
    if needs:
        said.insert(1, f"**Needs** {', '.join(needs)}")
    # The point stays at the end of a line.
    return ["\u00a0· ".join(said), "{: .nb-about }", ""]


class Front(Extension):
    """Registers the preprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After bookkit.snippets (28), which finds the page's name.
        md.preprocessors.register(_Front(md), "bookkit-front", 26)


def makeExtension(**kwargs: Any) -> Front:
    """What Markdown calls to load the extension."""
    return Front(**kwargs)
