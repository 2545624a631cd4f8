"""The pages of the book, and where they are."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

from bookkit.fence import Fence
from bookkit.scanner import FRONT_MATTER, scan

ROOT = Path(__file__).parents[1]


def sources(root: Path = ROOT) -> list[Path]:
    """All pages whose snippets are tested: those of `docs/` and the README."""
    return [*sorted((root / "docs").rglob("*.md")), root / "README.md"]


def snippets(path: Path) -> list[Fence]:
    """The Python fences of a page, in order."""
    return [fence for fence in _fences(path) if fence.language == "python"]


def session(path: Path) -> list[Fence]:
    """The console fences of a page that are run, in order."""
    return [
        fence
        for fence in _fences(path)
        if fence.language == "console" and not fence.not_run
    ]


def programs(path: Path) -> dict[str, str]:
    """The Python fences whose title is a file's name, which the commands find there."""
    return {
        title: fence.code
        for fence in snippets(path)
        if (title := fence.options.get("title", "")).endswith(".py")
    }


def _fences(path: Path) -> list[Fence]:
    return scan(path.read_text(encoding="utf-8"), str(path))


def locate(lines: Sequence[str], root: Path = ROOT) -> tuple[str, int]:
    """File and first line of a page's body, as a Markdown processor sees it.

    Other extensions may have added lines at its end.
    """
    body = _normal("\n".join(lines))
    for path in sources(root):
        try:
            own, first = _body(path, path.stat().st_mtime_ns)
        except FileNotFoundError:
            continue
        if own and body.startswith(own):
            return path.relative_to(root).as_posix(), first
    return "a page", 1


# Asked for each page and each docstring.
@functools.cache
def _body(path: Path, changed: int) -> tuple[str, int]:
    """A page without front matter, as Markdown sees it, and its first line."""
    text = path.read_text(encoding="utf-8")
    front = FRONT_MATTER.match(text)
    own = text[front.end() :] if front else text
    before = text[: len(text) - len(own.lstrip())]
    return _normal(own), before.count("\n") + 1


def _normal(text: str) -> str:
    # Markdown takes out tabs, and spaces that stand alone on a line.
    return re.sub(r"^ +$", "", text.expandtabs(4), flags=re.MULTILINE).strip()
