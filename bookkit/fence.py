"""A fenced block of a page, with what the comments around it say."""

from __future__ import annotations

from dataclasses import dataclass, field

from bookkit.compare import Bound


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
    not_run
        Why the commands of a `console` fence are not run, if they are not.
    output
        The expected output behind it, if there is one.
    opens
        Whether its figure stands above its folded code, as the page's first one does
        before the first `##` heading, and those of a comment `figure first:`.
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
    not_run: str = ""
    output: Fence | None = None
    opens: bool = False
