"""Markdown extension: all names of the library, A to Z, and links to them.

The list stands where a page says `<!-- names -->`. In the reference and its docstrings,
code that is nothing but a name, such as `nn.fit`, leads to its entry.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

import nnbook

_NAMES = re.compile(r"\s*<!--\s*names\s*-->\s*")


@dataclass(frozen=True)
class Entry:
    """A public name: as readers write it, its place in the reference, a sentence."""

    name: str
    path: str
    summary: str


@functools.cache
def entries() -> dict[str, Entry]:
    """All public names, in the order of the alphabet."""
    found = [
        entry
        for public in nnbook.__all__
        for entry in _entries(f"nn.{public}", getattr(nnbook, public))
    ]
    return {e.name: e for e in sorted(found, key=lambda e: _sorting(e.name))}


def _entries(name: str, thing: Any) -> Iterator[Entry]:
    if isinstance(thing, ModuleType):
        for public in thing.__all__:
            yield from _entries(f"{name}.{public}", getattr(thing, public))
        return
    if isinstance(thing, nnbook.Activation):
        thing = type(thing)  # the entry of `nn.relu` is that of its class
    if not inspect.isclass(thing) and not inspect.isfunction(thing):
        return  # a type of signatures, which has no entry
    path = f"{thing.__module__}.{thing.__qualname__}"
    yield Entry(name, path, (inspect.getdoc(thing) or "").split("\n\n")[0])
    if inspect.isclass(thing) and not issubclass(thing, Exception):
        for method, value in vars(thing).items():
            if method[0] != "_" and inspect.isfunction(value) and value.__doc__:
                yield Entry(
                    f"{name}.{method}",
                    f"{path}.{method}",
                    (inspect.getdoc(value) or "").split("\n\n")[0],
                )


def _sorting(name: str) -> tuple[str, str]:
    return name.rpartition(".")[2].lower(), name


def list_of_names() -> list[str]:
    """The list in Markdown, with a heading for each letter."""
    letters: dict[str, list[str]] = {}
    for entry in entries().values():
        summary = " ".join(entry.summary.split())
        # An object such as `nn.relu` is named by the sentence, too.
        summary = summary.removeprefix(f"`{entry.name}`").lstrip(" ,:")
        letters.setdefault(_sorting(entry.name)[0][0].upper(), []).append(
            f"- [`{entry.name}`][{entry.path}] {summary}"
        )
    links = " ".join(f"[{letter}](#{letter.lower()})" for letter in letters)
    lines = [links, "{: .nb-letters }", ""]
    for letter, items in letters.items():
        lines += [f"## {letter}", "", *items, ""]
    return lines


class _List(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return [
            new
            for line in lines
            for new in (list_of_names() if _NAMES.fullmatch(line) else [line])
        ]


class _Link(Treeprocessor):
    def run(self, root: Element) -> None:
        # A docstring is no page, and mkdocstrings converts it alone.
        page = self.md.bookkit.page  # type: ignore[attr-defined]
        if page.startswith("docs/") and not page.startswith("docs/reference/"):
            return
        for parent in root.iter():
            if parent.tag in ("a", "autoref", "h1", "h2", "h3", "h4", "pre"):
                continue
            for at, child in enumerate(parent):
                entry = (
                    entries().get(self._text(child)) if child.tag == "code" else None
                )
                if entry:
                    link = Element("autoref", identifier=entry.path, optional="")
                    link.tail, child.tail = child.tail, None
                    link.append(child)
                    parent[at] = link

    def _text(self, code: Element) -> str:
        """What code says; pymdownx.inlinehilite puts it aside."""
        aside = HTML_PLACEHOLDER_RE.fullmatch(code.text or "")
        return (
            str(self.md.htmlStash.rawHtmlBlocks[int(aside[1])])
            if aside
            else code.text or ""
        )


class Reference(Extension):
    """Registers what lists and what links."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After bookkit.snippets (28), which counts on the page as it is in its file.
        md.preprocessors.register(_List(md), "bookkit-names", 25.5)
        # After the inline patterns (20), which make the code elements.
        md.treeprocessors.register(_Link(md), "bookkit-links", 15)


def makeExtension(**kwargs: Any) -> Reference:
    """What Markdown calls to load the extension."""
    return Reference(**kwargs)
