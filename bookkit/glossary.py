"""Markdown extension: where a word of the glossary first stands, it explains itself.

The glossary's page is the only source: a line of names, and below it a sentence with an
example, which the hover shows without its last link.

    Logit, score
    :   What the last layer gives before softmax: −2.3. [Softmax](../loss/softmax.md)
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrTreeprocessor

from bookkit.pages import ROOT

PAGE = Path("docs/reference/glossary.md")
# Titles, links and names of papers stay as they are.
QUIET = {"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "a", "autoref", "em"}
QUIET_CLASSES = {"admonition-title", "nb-about", "nb-listed"}
_ENTRY = re.compile(r"^(\w.*)\n:   (.*?)(?: \[[^\]]*\]\(([^)]*)\))?$", re.MULTILINE)


def entries(text: str) -> dict[str, str]:
    """Sentences by the first line of their entries."""
    return {names: sentence for names, sentence, _ in _ENTRY.findall(text)}


def homes(text: str) -> dict[str, str]:
    """By the same, the pages that explain the words: paths below `docs/`."""
    folder = PAGE.relative_to("docs").parent.as_posix()
    return {
        names: posixpath.normpath(posixpath.join(folder, link))
        for names, _, link in _ENTRY.findall(text)
    }


def forms(names: str) -> list[str]:
    """How a text writes an entry's words: at a sentence's head, in it, and several."""
    return [
        head + written[1:]
        for name in names.split(", ")
        for written in (name, _several(name))
        for head in ([name[0].upper(), name[0].lower()] if _common(name) else name[0])
    ]


def _common(name: str) -> bool:
    """Whether it is no name, whose capitals stay."""
    return name[1:] == name[1:].lower()


def _several(name: str) -> str:
    if name.endswith(("s", "x", "ch")):
        return name + "es"
    return re.sub(r"(?<=[^aeiou])y$", "ie", name) + "s"


def hovers(text: str) -> dict[str, str]:
    """Sentences by every word that shows them."""
    return {
        form: sentence
        for names, sentence in entries(text).items()
        for form in forms(names)
    }


class _Hover(AbbrTreeprocessor):
    """Marks each word once, where it first stands in the text of a page.

    Not in the docstrings of the reference, of which each would mark it again.
    """

    def run(self, root: Element) -> None:
        snippets = getattr(self.md, "bookkit", None)
        if snippets and not snippets.page.startswith("docs/"):
            return
        super().run(root)
        self._thin_out(root, False, set())

    def _thin_out(self, element: Element, quiet: bool, seen: set[str]) -> None:
        for child in list(element):
            if child.tag == "abbr":
                if quiet or child.attrib["title"] in seen:
                    _unwrap(element, child)
                seen.update([] if quiet else [child.attrib["title"]])
            else:
                classes = QUIET_CLASSES & set(child.get("class", "").split())
                still = quiet or child.tag in QUIET or bool(classes)
                self._thin_out(child, still, seen)


def _unwrap(parent: Element, child: Element) -> None:
    at = list(parent).index(child)
    text = (child.text or "") + (child.tail or "")
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(child)


class Glossary(Extension):
    """Registers what marks words."""

    def extendMarkdown(self, md: Markdown) -> None:
        path = ROOT / PAGE
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        # As the extension of Markdown does that marks abbreviations.
        md.treeprocessors.register(_Hover(md, hovers(text)), "bookkit-glossary", 7)


def makeExtension(**kwargs: Any) -> Glossary:
    """What Markdown calls to load the extension."""
    return Glossary(**kwargs)
