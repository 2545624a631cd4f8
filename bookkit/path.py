"""Markdown extension: a path through the book, with the time that each chapter takes.

    <!-- path: The dot product, The bias, Softmax -->

becomes a list of links with minutes, and says how long it takes in all.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from pymdownx.superfences import SuperFencesException

from bookkit.chapters import chapters, minutes
from bookkit.pages import ROOT

_PATH = re.compile(r"\s*<!--\s*path:(.*?)-->\s*")


class _Path(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        written: list[str] = []
        for line in lines:
            match = _PATH.fullmatch(line)
            written += self._list(match[1].split(",")) if match else [line]
        return written

    def _list(self, titles: list[str]) -> list[str]:
        page = self.md.bookkit.page  # type: ignore[attr-defined]
        folder = posixpath.dirname(page.removeprefix("docs/"))
        known, entries, total = chapters(ROOT), [], 0
        for title in map(str.strip, titles):
            if title not in known:
                raise SuperFencesException(
                    f"{page}: the path names {title!r}, which no chapter is called"
                )
            chapter = known[title]
            unread = set(chapter.needs) - {t.strip() for t in titles[: len(entries)]}
            if unread:
                raise SuperFencesException(
                    f"{page}: on the path {title!r} stands before what it needs: "
                    f"{', '.join(sorted(unread))}"
                )
            path = ROOT / "docs" / chapter.path
            time = minutes(path.read_text(encoding="utf-8"))
            total += time
            link = posixpath.relpath(chapter.path, folder)
            entries.append(f"1. [{title}]({link}), {time} minutes: {chapter.gives}")
        hours = f"{total / 60:.1f}".removesuffix(".0")
        return [*entries, "", f"Together that is about {hours} hours of reading."]


class Path(Extension):
    """Registers the preprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After bookkit.snippets (28), which finds the page's name.
        md.preprocessors.register(_Path(md), "bookkit-path", 26)


def makeExtension(**kwargs: Any) -> Path:
    """What Markdown calls to load the extension."""
    return Path(**kwargs)
