"""Markdown extension: render formulas as MathML while the site is built.

pymdownx.arithmatex finds the formulas; Temml runs in an embedded JavaScript engine, so
that neither the build nor the reader's browser needs anything else. Browsers set MathML
themselves: a chapter has a third of the elements that boxes of HTML would need, and a
screen reader reads what the eye sees.
"""

from __future__ import annotations

import atexit
import functools
import html
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from py_mini_racer import MiniRacer

from bookkit.pages import ROOT

_TEMML = Path(__file__).parent / "vendor" / "temml.min.js"
# With what clings to a formula in a line: an opening bracket, a comma, the th of n-th.
_FORMULA = re.compile(
    r"""((?<=[\s>])[(\[“‘]|)<(span|div) class="arithmatex">"""
    r"""\\([(\[])(.*?)\\[)\]]</\2>([^\s<&]{1,3}(?=[\s<])|)""",
    re.DOTALL,
)
# What Temml leaves for browsers to set in another way than TeX would.
_MENDED = (
    # No space around dots, nor behind an operator's name that ends a formula.
    (re.compile(r"<mo>(?=[…⋯]</mo>)"), '<mo lspace="0em" rspace="0em">'),
    (re.compile(r'<mspace width="0.1667em"></mspace>(?=(</mrow>)*</math>)'), ""),
    # A lone bracket below an exponent would not be centred on its line.
    (
        re.compile(r"(<m(?:sup|sub|subsup)>)(<mo fence[^>]*>[^<]*</mo>)"),
        r"\1<mrow>\2<mn></mn></mrow>",
    ),
    # Browsers hang the sign of a root at its bar: over a low letter it would stand
    # below the line.
    (re.compile(r"<msqrt>"), '<msqrt><mspace height="0.7em"></mspace>'),
)


class FormulaError(ValueError):
    """A formula that Temml does not understand, with its page and line."""


@functools.cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    # Left to the interpreter's own end, it may wait for ever for threads that are gone.
    atexit.register(engine.close)
    engine.eval(_TEMML.read_text(encoding="utf-8"))
    # Errors come back as text: an exception inside the engine would lose its message.
    # wrap: a formula inside a line may break where TeX would break it.
    engine.eval(
        """
        function render(tex, displayMode) {
          try {
            return [true, temml.renderToString(tex, {
              displayMode, throwOnError: true, strict: true, wrap: "tex" })];
          } catch (error) { return [false, error.message]; }
        }
        """
    )
    return engine


@functools.cache
def render(tex: str, display: bool) -> str:
    """MathML of a formula.

    Raises
    ------
    FormulaError
        If Temml does not understand it.
    """
    call = f"JSON.stringify(render({json.dumps(tex)}, {json.dumps(display)}))"
    good, result = json.loads(_engine().eval(call))
    if not good:
        raise FormulaError(f"{result}\nin the formula: {tex}")
    for pattern, replacement in _MENDED:
        result = pattern.sub(replacement, result)
    return str(result) if display else _join_rows(str(result))


def _join_rows(formula: str) -> str:
    """Let no line end behind a bracket or dots, and no operator be alone on one."""
    math = ET.fromstring(formula)
    last: ET.Element | None = None
    for row in list(math):
        end = last[-1] if last is not None and len(last) else None
        alone = [part.tag for part in row] == ["mo"] and not row[0].get("fence")
        if end is not None and row.tag == "mrow" and (alone or _holds(end)):
            assert last is not None
            last.extend(row)
            math.remove(row)
        else:
            last = row if row.tag == "mrow" else None
    return ET.tostring(math, "unicode", short_empty_elements=False)


def _holds(part: ET.Element) -> bool:
    bracket = part.get("form") == "postfix" or part.get("fence")
    return part.tag == "mo" and bool(bracket or (part.text or "") in "…⋯")


def _cling(formula: str, before: str, behind: str) -> str:
    """Put neighbours into a formula: browsers break lines at both ends of one."""
    if not before + behind:
        return formula
    inner = formula.removeprefix("<math>").removesuffix("</math>")
    if not inner.endswith("</mrow>"):
        inner = f"<mrow>{inner}</mrow>"
    if before:
        inner = inner.replace("<mrow>", f"<mrow><mtext>{before}</mtext>", 1)
    if behind:
        inner = f"{inner.removesuffix('</mrow>')}<mtext>{behind}</mtext></mrow>"
    return f"<math>{inner}</math>"


class _RenderFormulas(Postprocessor):
    def run(self, text: str) -> str:
        return _FORMULA.sub(self._formula, text)

    def _formula(self, match: re.Match[str]) -> str:
        before, tag, kind, tex, behind = match.groups()
        tex = html.unescape(tex).strip()
        try:
            rendered = render(tex, kind == "[")
        except FormulaError as error:
            raise FormulaError(f"{self._where(tex)}: {error}") from None
        if tag == "span":
            return f'<span class="nb-math">{_cling(rendered, before, behind)}</span>'
        return f'{before}<div class="nb-math">{rendered}</div>{behind}'

    def _where(self, tex: str) -> str:
        extension = getattr(self.md, "bookkit", None)
        page = extension.page if extension else "a page"
        path = ROOT / page
        if not path.is_file():
            return str(page)
        source = path.read_text(encoding="utf-8")
        at = source.find(tex)
        return f"{page}:{source.count(chr(10), 0, at) + 1}" if at >= 0 else str(page)


class Formulas(Extension):
    """Replaces what arithmatex leaves by rendered formulas."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.postprocessors.register(_RenderFormulas(md), "bookkit-formulas", 1)


def makeExtension(**kwargs: Any) -> Formulas:
    """What Markdown calls to load the extension."""
    return Formulas(**kwargs)
