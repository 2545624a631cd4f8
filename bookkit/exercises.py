"""Markdown extension: a link leads to an exercise, `#exercise-2` to the second."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

_TITLE = re.compile(r"Exercise (\d+)\b")


class _Anchors(Treeprocessor):
    def run(self, root: Element) -> None:
        for box in root.iter("div"):
            if box.get("class") == "admonition example":
                number = _TITLE.match("".join(box[0].itertext()))
                if number:
                    box.set("id", f"exercise-{number[1]}")


class Exercises(Extension):
    """Registers the processor."""

    def extendMarkdown(self, md: Markdown) -> None:
        # Before MkDocs looks which anchors a page has.
        md.treeprocessors.register(_Anchors(md), "bookkit-exercises", 10)


def makeExtension(**kwargs: Any) -> Exercises:
    """What Markdown calls to load the extension."""
    return Exercises(**kwargs)
