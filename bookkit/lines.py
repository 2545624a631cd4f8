"""Markdown extension: each line of Python code is an element of its own.

On a narrow screen a long line then wraps, what is left of it hanging below its own
indent, and copying still gives the line as it is.
"""

from __future__ import annotations

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

# Snippets, listings, and the sources that the reference unfolds.
_CODE = re.compile(
    r'(<div class="(?:(?:language-python )?highlight|[^"]*\bnb-listing\b[^"]*)">'
    r".*?<code>)(.*?)(</code>)",
    re.DOTALL,
)
# A highlighted line ends behind its line feed.
_LINE = re.compile(r".*?\n(?:</span>)*|.+\Z", re.DOTALL)


def hang(code: str) -> str:
    """Highlighted code, each line in a `span.nb-line` that knows its indent."""
    return _LINE.sub(_hang_line, code)


def _hang_line(match: re.Match[str]) -> str:
    line = match[0]
    text = re.sub("<[^>]*>", "", line)
    indent = len(text) - len(text.lstrip(" "))
    style = f' style="--nb-indent:{indent}"' if indent and text.strip() else ""
    return f'<span class="nb-line"{style}>{line}</span>'


class _HangLines(Postprocessor):
    def run(self, text: str) -> str:
        return _CODE.sub(lambda m: f"{m[1]}{hang(m[2])}{m[3]}", text)


class Lines(Extension):
    """Registers the postprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(_HangLines(md), "bookkit-lines", 1)


def makeExtension(**kwargs: Any) -> Lines:
    """What Markdown calls to load the extension."""
    return Lines(**kwargs)
