"""Markdown extension: each line of Python code is an element of its own.

On a narrow screen a long line then wraps, behind a bracket rather than inside a name,
what is left of it hanging below its own indent, and copying still gives the line as it
is. Names and spaces, half of the parts of highlighted code, have no colour of their own
and need no element.
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
_PLAIN = re.compile(r'<span class="[nopw]">([^<]*)</span>')
# A highlighted line ends behind its line feed.
_LINE = re.compile(r".*?\n(?:</span>)*|.+\Z", re.DOTALL)
# Longer ones may not fit a phone. No browser breaks a line behind f( or f([ unasked.
# What a session answers keeps its columns.
_SHORT = 36
# Nor should it between a minus and what it stands before, or within a date.
_WHOLE = re.compile(
    r"(<[^>]*>)|(\d{4}-\d\d-\d\d|[\w\"']?-+(?:[A-Za-z_]\w*|[\"']|&quot;|&#39;))"
)
_OPENING = re.compile(r"(<[^>]*>)|(\(\[*(?![\s)])|=(?=[\w.]{18}))")


def hang(code: str) -> str:
    """Highlighted code, each line in a `span.nb-line` that knows its indent."""
    return _LINE.sub(_hang_line, _PLAIN.sub(r"\1", code))


def _hang_line(match: re.Match[str]) -> str:
    line = match[0]
    text = re.sub("<[^>]*>", "", line)
    indent = len(text) - len(text.lstrip(" "))
    style = f' style="--nb-indent:{indent}"' if indent and text.strip() else ""
    if len(text) > _SHORT and 'class="go"' not in line:
        line = _WHOLE.sub(
            lambda part: part[1] or f'<span class="nb-whole">{part[2]}</span>', line
        )
        line = _OPENING.sub(lambda part: part[1] or f"{part[2]}<wbr>", line)
    return f'<span class="nb-line"{style}>{line}</span>'


def _hang_block(match: re.Match[str]) -> str:
    before, code, behind = match.groups()
    # How high it is, before it is laid out.
    height = f'<code style="--nb-lines:{code.count(chr(10))}">'
    return f"{before.removesuffix('<code>')}{height}{hang(code)}{behind}"


class _HangLines(Postprocessor):
    def run(self, text: str) -> str:
        return _CODE.sub(_hang_block, text)


class Lines(Extension):
    """Registers the postprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(_HangLines(md), "bookkit-lines", 1)


def makeExtension(**kwargs: Any) -> Lines:
    """What Markdown calls to load the extension."""
    return Lines(**kwargs)
