"""Markdown extension: run the ```` ```python ```` fences and show what they do.

A preprocessor reads the comments around a fence; superfences calls `formatter` for each
fence named `python`, wherever on the page it stands.
"""

from __future__ import annotations

import functools
import html
import itertools
import json
from collections import defaultdict
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from pymdownx.superfences import SuperFencesException, highlight_validator

from bookkit import cell
from bookkit.compare import Bound
from bookkit.fence import Fence, PageError
from bookkit.judge import complaint
from bookkit.opening import fold
from bookkit.pages import ROOT, locate, snippets, sources
from bookkit.runner import fill_cache, key, run_cached
from bookkit.scanner import EXPECTED, scan
from bookkit.spaces import whole


class Snippets(Extension):
    """The fences of the page that is being converted, by their code."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        md.bookkit = self  # type: ignore[attr-defined]
        # After snippets (32) and white space (30), before superfences (25).
        md.preprocessors.register(_ReadComments(md), "bookkit", 28)
        md.postprocessors.register(_AllShown(md), "bookkit", 0)
        self.reset()

    def reset(self) -> None:
        """Called by Markdown before each page."""
        self.page = "a page"
        self.fences: dict[str, list[Fence]] = defaultdict(list)


class _ReadComments(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        page, first = locate(lines)
        while lines and not lines[0].strip():
            lines = lines[1:]
        try:
            fences = _scan(page, lines, first)
        except PageError as error:
            raise SuperFencesException(str(error)) from None
        extension = self.md.bookkit  # type: ignore[attr-defined]
        extension.page = page
        if fences:
            _run_whole_book()
        openings = {}
        for fence in fences:
            if fence.language == "python":
                extension.fences[_key(fence.code)].append(fence)
            if fence.language == "console":
                # Without prompts all would be taken for output, and be grey.
                opening = lines[fence.line - first].replace("console", "bash")
                openings[fence.line - first] = opening
            if fence.output:
                opening = _opening(fence.output.indent, fence.within)
                openings[fence.output.line - first] = opening
        lines = [openings.get(at, line) for at, line in enumerate(lines)]
        for fence in reversed(fences):  # so that the lines above keep their numbers
            if fence.opens:
                last = fence.output.end if fence.output else fence.end
                figures = "".join(_figures(fence, run_cached(fence.code)))
                figure = self.md.htmlStash.store(figures)
                lines = fold(lines, fence.line - first, last - first, figure)
        return [line for line in lines if line.strip() != EXPECTED]


def _scan(page: str, lines: list[str], first: int) -> list[Fence]:
    path = ROOT / page
    if path.is_file():
        # The file's own text, since Markdown has taken out its tabs.
        return scan(path.read_text(encoding="utf-8"), page)
    return scan("\n".join(lines), page, first)


def _key(code: str) -> str:
    """A snippet's code, as its file and Markdown have it in common."""
    return "\n".join(line.rstrip() for line in code.split("\n")).rstrip("\n")


class _AllShown(Postprocessor):
    """Refuses a page with a snippet that Markdown did not take for a fence."""

    def run(self, text: str) -> str:
        extension = self.md.bookkit  # type: ignore[attr-defined]
        for fence in itertools.chain.from_iterable(extension.fences.values()):
            raise SuperFencesException(
                f"{extension.page}:{fence.line}: Markdown does not take this for a "
                f"fence; is it indented as its box or list is?"
            )
        return text


def _opening(indent: str, within: Bound | None) -> str:
    """The opening line of a fence that shows an output."""
    if within is None:
        return f'{indent}``` {{.text .nb-output title="Output"}}'
    return f'{indent}``` {{.text .nb-output .nb-within title="Output, {within}"}}'


@functools.cache
def _run_whole_book() -> None:
    """Run the snippets of all pages side by side, before the first page is shown."""
    codes = []
    for path in sources():
        try:
            codes += [fence.code for fence in snippets(path)]
        except (OSError, PageError):
            continue  # reported when its turn comes
    fill_cache(codes)


def validator(
    language: str, inputs: dict[str, str], options: Any, attrs: Any, md: Markdown
) -> bool:
    """What superfences asks before it calls `formatter`."""
    return bool(highlight_validator(language, inputs, options, attrs, md))


def formatter(
    source: str,
    language: str,
    css_class: str,
    options: dict[str, Any],
    md: Markdown,
    **kwargs: Any,
) -> str:
    """HTML of a snippet: its code, then the figures or the traceback of its run."""
    extension = md.bookkit  # type: ignore[attr-defined]
    known = extension.fences[_key(source)]
    if not known:
        raise SuperFencesException(
            f"{extension.page}: this snippet was not found by the tests:\n{source}"
        )
    fence = known.pop(0)
    try:
        result = run_cached(fence.code)
        problem = complaint(fence, result)
        block = md.preprocessors["fenced_code_block"].highlight(  # type: ignore[attr-defined]
            source, language, {**options, **fence.options}, md, **kwargs
        )
        shown = f'<div class="nb-cell">{block}{_result(fence, result)}</div>'
    except Exception as error:
        # superfences swallows all others, and would publish the fence as it is.
        problem = f"{type(error).__name__}: {error}"
    if problem:
        raise SuperFencesException(f"{extension.page}:{fence.line}: {problem}")
    return shown


def _result(fence: Fence, result: cell.Result) -> str:
    parts = [] if fence.opens else _figures(fence, result)
    if result.error:
        text = html.escape(result.error)
        parts.append(
            '<div class="language-text highlight nb-error">'
            '<span class="filename">Error</span>'
            f"<pre><code>{text}</code></pre></div>"
        )
    return f'<div class="nb-result">{"".join(parts)}</div>' if parts else ""


def _figures(fence: Fence, result: cell.Result) -> list[str]:
    return [_figure(svg, fence, result) for svg in result.figures]


def _figure(svg: str, fence: Fence, result: cell.Result) -> str:
    if fence.figure is None:
        return svg  # refused
    alt = html.escape(fence.figure.alt, quote=True)
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)
    caption = html.escape(whole(fence.figure.caption), quote=False)
    turn = player = ""
    if result.film is not None or "plots.paths(" in fence.code:
        # Its room, which a script fills.
        film = "" if result.film is None else _data("film", result.film)
        player = f'<div class="nb-player"{film}></div>'
    if result.controls is not None:
        data = _data("controls", json.dumps(result.controls))
        if result.frames:
            data += f' data-frames="{key(fence.code)}"'
        count = len(result.controls)
        turn = (
            f'<div class="nb-turn" style="--nb-controls: {count}; '
            f'--nb-pairs: {(count + 1) // 2}"{data}></div>'
        )
    return (
        f'<figure class="nb-figure">{svg}{player}{turn}'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _data(name: str, text: str) -> str:
    """JSON as an attribute: a link's theme forgets what a script element is called."""
    for mark, written in {"&": "&amp;", "<": "&lt;", "'": "&#39;"}.items():
        text = text.replace(mark, written)
    return f" data-{name}='{text}'"


def makeExtension(**kwargs: Any) -> Snippets:
    """What Markdown calls to load the extension."""
    return Snippets(**kwargs)
