"""Markdown extension: no line ends between a number and what belongs to it.

As between 98 and its per cent sign, before the pages of a source, and in ρ = 0.9.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

_TORN = re.compile(
    r"(?<=\d) (?=%)|(?<=\bpp\.) (?=\d)|(?<=\b\w) (?== [−\d])|(?<= =) (?=[−\d])"
)
_AS_IT_IS = ("code", "pre", "script", "style")


def whole(text: str) -> str:
    """A text with spaces at which no line ends."""
    return _TORN.sub("\u00a0", text)


class _Spaces(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root:
            if element.tag not in _AS_IT_IS and element.get("class") != "arithmatex":
                element.text = element.text and whole(element.text)
                self.run(element)
            element.tail = element.tail and whole(element.tail)


class Spaces(Extension):
    """Registers the processor."""

    def extendMarkdown(self, md: Markdown) -> None:
        # Behind what makes elements of the text (20).
        md.treeprocessors.register(_Spaces(md), "bookkit-spaces", 15)


def makeExtension(**kwargs: Any) -> Spaces:
    """What Markdown calls to load the extension."""
    return Spaces(**kwargs)
