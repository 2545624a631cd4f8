"""What is in a page: its fences, their directives, and what is not allowed.

pytest-codeblocks silently skips a fence that is not exactly ```` ```python ````. A page
with such a fence would show code that nobody ran, so it is refused here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bookkit.compare import Bound

ROOT = Path(__file__).parents[1]
LANGUAGES = ("python", "text", "console", "toml", "yaml", "json", "markdown", "bibtex")
EXPECTED = "<!--pytest-codeblocks:expected-output-->"

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})(.*)$")
_QUOTED = re.compile(r"^\s*>[>\s]*(`{3,}|~{3,})")
_COMMENT = re.compile(r"^\s*<!--(.*?)-->\s*$")
_XFAIL = re.compile(r"""pytest\.mark\.xfail(?:\(reason=(["'])(?P<raises>.+)\1\))?""")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


class PageError(Exception):
    """Something on a page that is not allowed, with page and line."""

    def __init__(self, page: str, line: int, message: str) -> None:
        self.page, self.line, self.message = page, line, message
        super().__init__(f"{page}:{line}: {message}")


@dataclass
class Figure:
    """What `<!-- figure: caption | alt: text -->` says."""

    caption: str
    alt: str


@dataclass
class Fence:
    """A fenced block.

    Attributes
    ----------
    line
        Number of its opening line in the file, from 1.
    indent
        White space before its opening line.
    language
        Empty for an expected output.
    code
        Its text, dedented.
    end
        Number of its closing line.
    figure, options, within, xfail
        From the comments before it.
    raises
        How name and message of its error begin, if it is meant to fail.
    output
        The expected output behind it, if there is one.
    """

    line: int
    indent: str
    language: str
    code: str
    end: int
    figure: Figure | None = None
    options: dict[str, str] = field(default_factory=dict)
    within: Bound | None = None
    xfail: bool = False
    raises: str = ""
    output: Fence | None = None


def sources(root: Path = ROOT) -> list[Path]:
    """All pages whose snippets are tested: those of `docs/` and the README."""
    return [*sorted((root / "docs").rglob("*.md")), root / "README.md"]


def snippets(path: Path) -> list[Fence]:
    """The Python fences of a page, in order."""
    text = path.read_text(encoding="utf-8")
    return [f for f in scan(text, str(path)) if f.language == "python"]


def scan(text: str, page: str = "page", first_line: int = 1) -> list[Fence]:
    """Find the fences of a page and refuse what could escape the tests.

    Parameters
    ----------
    text
        Markdown, with or without front matter.
    page
        Its name in error messages.
    first_line
        Number of the text's first line in the file.

    Returns
    -------
    list of Fence
        In order; expected outputs are attached to their snippets.

    Raises
    ------
    PageError
        For anything that is not allowed.
    """
    match = _FRONT_MATTER.match(text)
    if match:
        first_line += match[0].count("\n")
        text = text[match.end() :]
    return _Scanner(page, text.split("\n"), first_line).scan()


def locate(lines: Sequence[str], root: Path = ROOT) -> tuple[str, int]:
    """File and first line of a page's body, as a Markdown processor sees it.

    Other extensions may have added lines at its end.
    """
    body = "\n".join(lines).strip()
    for path in sources(root):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        front = _FRONT_MATTER.match(text)
        start = front.end() if front else 0
        own = text[start:].strip()
        if own and body.startswith(own):
            first = text.index(own, start)
            return path.relative_to(root).as_posix(), text.count("\n", 0, first) + 1
    return "a page", 1


class _Scanner:
    def __init__(self, page: str, lines: list[str], first_line: int) -> None:
        self.page, self.lines, self.first = page, lines, first_line
        self.fences: list[Fence] = []
        self.pending: dict[str, tuple[int, str]] = {}

    def scan(self) -> list[Fence]:
        at = 0
        while at < len(self.lines):
            at = self._line(at)
        self._nothing_pending(len(self.lines) - 1)
        return self.fences

    def fail(self, at: int, message: str) -> PageError:
        return PageError(self.page, self.first + at, message)

    def _line(self, at: int) -> int:
        line = self.lines[at]
        if _QUOTED.match(line):
            raise self.fail(at, "a fence in a block quote is not tested; use a box")
        fence = _FENCE.match(line)
        if fence:
            return self._fence(at, fence)
        comment = _COMMENT.match(line)
        if comment:
            self._directive(at, comment[1].strip())
        elif "<!--" in line:
            return self._long_comment(at)
        elif line.strip():
            self._nothing_pending(at)
        return at + 1

    def _long_comment(self, at: int) -> int:
        end = at
        while "-->" not in self.lines[end]:
            end += 1
            if end == len(self.lines):
                raise self.fail(at, "this comment is never closed")
        if any(_FENCE.match(line) for line in self.lines[at : end + 1]):
            raise self.fail(at, "a fence inside a comment is run but not shown")
        raise self.fail(at, "a comment must stand on a line of its own")

    def _directive(self, at: int, text: str) -> None:
        kind, _, rest = text.partition(":")
        xfail = _XFAIL.fullmatch(text)
        if text == "pytest-codeblocks:expected-output":
            self._expect_output(at)
        elif xfail:
            self.pending["xfail"] = at, xfail["raises"] or ""
        elif kind.strip() in ("figure", "code", "within"):
            self.pending[kind.strip()] = at, rest.strip()
        elif re.search("pytest|codeblocks", text) or re.search("figure|within", kind):
            raise self.fail(
                at,
                f"the directive {text!r} is not one of expected-output, "
                f"pytest.mark.xfail, figure:, code: and within:",
            )

    def _expect_output(self, at: int) -> None:
        following = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        last = self.fences[-1] if self.fences else None
        between = self.lines[last.end - self.first + 1 : at] if last else []
        if last is not None and last.output is not None:
            raise self.fail(at, "this snippet has an expected output already")
        if last is None or last.language != "python" or any(map(str.strip, between)):
            raise self.fail(at, "expected-output must directly follow a python fence")
        if not re.match(r"^\s*`{3,}\s*$", following):
            raise self.fail(at, "expected-output must be followed by a plain ``` fence")
        self.pending["output"] = at, ""

    def _nothing_pending(self, at: int) -> None:
        for kind, (where, _) in self.pending.items():
            raise self.fail(where, f"this {kind} comment does not stand before a fence")

    def _fence(self, at: int, match: re.Match[str]) -> int:
        indent, ticks, info = match[1], match[2], match[3]
        is_output = "output" in self.pending
        if ticks[0] == "~":
            raise self.fail(at, "a ~~~ fence is not tested; use ``` instead")
        if not is_output and info not in LANGUAGES:
            raise self.fail(
                at,
                f"the fence {ticks + info!r} is not allowed, since it would not be "
                f"tested; expected ```python or one of {', '.join(LANGUAGES[1:])}, "
                f"with nothing behind it",
            )
        end = at + 1
        while end < len(self.lines) and not self._closes(self.lines[end], ticks):
            end += 1
        if end == len(self.lines):
            raise self.fail(at, "this fence is never closed")
        width = len(indent)
        body = [_dedent(line, width) for line in self.lines[at + 1 : end]]
        fence = Fence(
            self.first + at,
            indent,
            info.strip(),
            "".join(f"{line}\n" for line in body),
            self.first + end,
        )
        self._attach(fence, is_output)
        return end + 1

    def _closes(self, line: str, ticks: str) -> bool:
        text = line.strip()
        return text.startswith(ticks) and not text.strip("`")

    def _attach(self, fence: Fence, is_output: bool) -> None:
        pending, self.pending = self.pending, {}
        if is_output:
            self.fences[-1].output = fence
            return
        if pending and fence.language != "python":
            where = next(iter(pending.values()))[0]
            raise self.fail(where, "this comment belongs before a python fence")
        if "xfail" in pending:
            fence.xfail, fence.raises = True, pending["xfail"][1]
        if "figure" in pending:
            where, text = pending["figure"]
            caption, _, alt = text.partition("| alt:")
            if not caption.strip() or not alt.strip():
                raise self.fail(
                    where,
                    "a figure needs a caption and an alt text: "
                    "<!-- figure: caption | alt: text -->",
                )
            fence.figure = Figure(caption.strip(), alt.strip())
        if "within" in pending:
            where, text = pending["within"]
            try:
                fence.within = Bound.parse(text)
            except ValueError as error:
                raise self.fail(where, str(error)) from None
        if "code" in pending:
            where, text = pending["code"]
            fence.options = dict(_options(text))
            if set(fence.options) - {"title", "hl_lines"}:
                raise self.fail(where, "a code comment knows title= and hl_lines=")
        self.fences.append(fence)


def _dedent(line: str, width: int) -> str:
    space = len(line) - len(line.lstrip())
    return line[min(width, space) :]


def _options(text: str) -> Iterator[tuple[str, str]]:
    for part in shlex.split(text):
        key, _, value = part.partition("=")
        yield key, value
