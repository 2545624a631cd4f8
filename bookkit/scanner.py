"""What is in a page: its fences, their directives, and what is not allowed.

pytest-codeblocks silently skips a fence that is not exactly ```` ```python ````. A page
with such a fence would show code that nobody ran, so it is refused here.
"""

from __future__ import annotations

import re

from bookkit.compare import Bound
from bookkit.fence import Fence, Figure, PageError
from bookkit.prose import Prose, hides_python

LANGUAGES = ("python", "text", "console", "toml", "yaml", "json", "markdown", "bibtex")
EXPECTED = "<!--pytest-codeblocks:expected-output-->"
# The fences that are run, each with the comments that may stand before it.
RUN = {
    "python": ("figure", "code", "within", "xfail"),
    "console": ("not run", "within", "xfail"),
}

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})(.*)$")
_QUOTED = re.compile(r"^\s*>[>\s]*(`{3,}|~{3,})")
_COMMENT = re.compile(r"^\s*<!--(.*?)-->\s*$")
_XFAIL = re.compile(r"""pytest\.mark\.xfail(?:\(reason=(["'])(?P<raises>.+)\1\))?""")
_OPTION = re.compile(r'\b(title|hl_lines)="([^"]*)"')
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


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
    match = FRONT_MATTER.match(text)
    if match:
        first_line += match[0].count("\n")
        text = text[match.end() :]
    return _Scanner(page, text.split("\n"), first_line).scan()


class _Scanner:
    def __init__(self, page: str, lines: list[str], first_line: int) -> None:
        self.page, self.lines, self.first = page, lines, first_line
        self.prose = Prose()
        self.fences: list[Fence] = []
        self.pending: dict[str, tuple[int, str]] = {}
        self.opening = True

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
        fence = _FENCE.match(line)
        fault = self.prose.fence_fault(line) if fence else self.prose.fault(line)
        if fault:
            raise self.fail(at, fault)
        if _QUOTED.match(line):
            raise self.fail(at, "a fence in a block quote is not tested; use a box")
        if fence:
            return self._fence(at, fence)
        comment = _COMMENT.match(line)
        if comment:
            self._directive(at, comment[1].strip())
        elif "<!--" in line:
            return self._long_comment(at)
        elif line.strip():
            self._nothing_pending(at)
            self.opening = self.opening and not line.startswith("## ")
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
        elif kind.strip() in ("figure", "figure first", "code", "within", "not run"):
            self.opening = self.opening or kind.strip() == "figure first"
            self.pending[kind.strip().removesuffix(" first")] = at, rest.strip()
        elif re.search("pytest|codeblocks", text) or re.search(
            "figure|within|not run", kind
        ):
            raise self.fail(
                at,
                f"the directive {text!r} is not one of expected-output, "
                f"pytest.mark.xfail, figure:, code:, within: and not run:",
            )

    def _expect_output(self, at: int) -> None:
        following = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        last = self.fences[-1] if self.fences else None
        between = self.lines[last.end - self.first + 1 : at] if last else []
        if last is not None and last.output is not None:
            raise self.fail(at, "this snippet has an expected output already")
        if last is None or last.language not in RUN or any(map(str.strip, between)):
            raise self.fail(
                at, "expected-output must directly follow a python or console fence"
            )
        if last.not_run:
            raise self.fail(at, "nobody compares the output of what is not run")
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
        end = self._end(at, indent, ticks)
        body = [line[len(indent) :] for line in self.lines[at + 1 : end]]
        fence = Fence(
            self.first + at,
            indent,
            info.strip(),
            "".join(f"{line}\n" for line in body),
            self.first + end,
        )
        if info == "python" and "\t" in indent + fence.code:
            raise self.fail(at, "there is a tab in this snippet; write spaces, or \\t")
        if hides_python(fence.language, fence.code) and not is_output:
            raise self.fail(
                at,
                "this fence shows Python code that would not be tested; make it "
                "```python, or a formula, or words",
            )
        self._attach(fence, is_output)
        return end + 1

    def _end(self, at: int, indent: str, ticks: str) -> int:
        """Where the fence ends for all that read it: Markdown, tests and this."""
        for end in range(at + 1, len(self.lines)):
            line = self.lines[end].rstrip()
            if line == indent + ticks:
                return end
            if line.lstrip().startswith(ticks):
                raise self.fail(
                    end,
                    f"the tests would end the fence of line {self.first + at} here; "
                    f"give it more backticks, or this line the same indentation",
                )
            if line and not line.startswith(indent):
                raise self.fail(
                    end,
                    f"this line is indented less than its fence in line "
                    f"{self.first + at}, which Markdown would not take for one",
                )
        raise self.fail(at, "this fence is never closed")

    def _attach(self, fence: Fence, is_output: bool) -> None:
        pending, self.pending = self.pending, {}
        if is_output:
            self.fences[-1].output = fence
            return
        for kind, (where, _) in pending.items():
            if kind not in RUN.get(fence.language, ()):
                kinds = " or ".join(
                    name for name, known in RUN.items() if kind in known
                )
                raise self.fail(
                    where, f"this {kind} comment belongs before a {kinds} fence"
                )
        if "not run" in pending:
            where, fence.not_run = pending["not run"]
            if not fence.not_run:
                raise self.fail(where, "say why: <!-- not run: needs a cluster -->")
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
            fence.opens = self.opening and not fence.indent
            self.opening = False
        if "within" in pending:
            where, text = pending["within"]
            try:
                fence.within = Bound.parse(text)
            except ValueError as error:
                raise self.fail(where, str(error)) from None
        if "code" in pending:
            where, text = pending["code"]
            options = _OPTION.findall(text)
            if _OPTION.sub("", text).strip() or not options:
                raise self.fail(
                    where,
                    'a code comment knows title="…" and hl_lines="2 3", '
                    "in double quotes",
                )
            fence.options = dict(options)
        self.fences.append(fence)
