"""Markdown extension: render formulas with KaTeX while the site is built.

pymdownx.arithmatex finds the formulas; KaTeX runs in an embedded JavaScript engine, so
that neither the build nor the reader's browser needs anything else.
"""

from __future__ import annotations

import functools
import html
import json
import re
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from py_mini_racer import MiniRacer

from bookkit.pages import ROOT

_KATEX = Path(__file__).parent / "vendor" / "katex.min.js"
_FORMULA = re.compile(
    r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL
)


class FormulaError(ValueError):
    """A formula that KaTeX does not understand, with its page and line."""


@functools.cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    engine.eval(_KATEX.read_text(encoding="utf-8"))
    # Errors come back as text: an exception inside the engine would lose its message.
    engine.eval(
        """
        function render(tex, displayMode) {
          try {
            return [true, katex.renderToString(tex, {
              displayMode, throwOnError: true, strict: "error",
              output: "htmlAndMathml" })];
          } catch (error) { return [false, error.message]; }
        }
        """
    )
    return engine


@functools.cache
def render(tex: str, display: bool) -> str:
    """HTML and MathML of a formula.

    Raises
    ------
    FormulaError
        If KaTeX does not understand it.
    """
    call = f"JSON.stringify(render({json.dumps(tex)}, {json.dumps(display)}))"
    good, result = json.loads(_engine().eval(call))
    if not good:
        raise FormulaError(f"{result}\nin the formula: {tex}")
    return str(result)


class _RenderFormulas(Postprocessor):
    def run(self, text: str) -> str:
        return _FORMULA.sub(self._formula, text)

    def _formula(self, match: re.Match[str]) -> str:
        tag, tex = match[1], html.unescape(match[3]).strip()
        try:
            rendered = render(tex, match[2] == "[")
        except FormulaError as error:
            raise FormulaError(f"{self._where(tex)}: {error}") from None
        return f'<{tag} class="nb-math">{rendered}</{tag}>'

    def _where(self, tex: str) -> str:
        extension = getattr(self.md, "bookkit", None)
        page = extension.page if extension else "a page"
        path = ROOT / page
        if not path.is_file():
            return str(page)
        source = path.read_text(encoding="utf-8")
        at = source.find(tex)
        return f"{page}:{source.count(chr(10), 0, at) + 1}" if at >= 0 else str(page)


class Katex(Extension):
    """Replaces what arithmatex leaves by rendered formulas."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(_RenderFormulas(md), "bookkit-katex", 1)


def makeExtension(**kwargs: Any) -> Katex:
    """What Markdown calls to load the extension."""
    return Katex(**kwargs)
