"""Markdown extension: no hover of the glossary where it would be in the way.

A source's title is a quotation, and a term that is being defined stands beside its
definition.
"""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class _NoHovers(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        for term in root.iter("dt"):
            _unwrap(term)
        for parent in root.iter():
            for heading, sources in itertools.pairwise(parent):
                if "".join(heading.itertext()).strip(" :") == "Sources":
                    _unwrap(sources)


def _unwrap(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for child in parent.findall("abbr"):
            _dissolve(parent, child)


def _dissolve(parent: ET.Element, child: ET.Element) -> None:
    """Leave a child's text in its place."""
    text = (child.text or "") + (child.tail or "")
    at = list(parent).index(child)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(child)


class Hovers(Extension):
    """Registers the treeprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After abbr (7).
        md.treeprocessors.register(_NoHovers(md), "bookkit-hovers", 5)


def makeExtension(**kwargs: Any) -> Hovers:
    """What Markdown calls to load the extension."""
    return Hovers(**kwargs)
