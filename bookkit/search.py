"""Markdown extension: what of a page the search finds.

Code and figures are left out of the index, since nobody looks for `np` or `0.5`. The
words of the front matter's `also`, a list or a text, stand in it: other words for the
page's subject. They are on the page as well, where nobody sees them.
"""

from __future__ import annotations

import html
import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from bookkit.chapters import front_matter
from bookkit.pages import ROOT

_LEFT_OUT = re.compile(r'<(div class="[^"]*\bhighlight\b[^"]*"|svg\b)')


class _Found(Postprocessor):
    def run(self, text: str) -> str:
        text = _LEFT_OUT.sub(r'<\1 data-search-exclude="code"', text)
        path = ROOT / self.md.bookkit.page  # type: ignore[attr-defined]
        if not path.is_file() or "</h1>" not in text:
            return text
        also = front_matter(path.read_text(encoding="utf-8")).get("also") or []
        words = also if isinstance(also, str) else ", ".join(map(str, also))
        if not words:
            return text
        # Thrice: they name the subject, and a long section would drown them.
        words = html.escape(", ".join([words] * 3), quote=False)
        hidden = f"<p hidden>{words}</p>"
        # At the end of the page's first section, which has the page's address.
        first, heading, rest = text.partition("<h2")
        return f"{first}{hidden}{heading}{rest}"


class Search(Extension):
    """Registers the postprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(_Found(md), "bookkit-search", 0)


def makeExtension(**kwargs: Any) -> Search:
    """What Markdown calls to load the extension."""
    return Search(**kwargs)
