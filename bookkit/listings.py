"""Markdown extension: code of the repository on a page, named by `source` comments.

    <!-- source: nnbook.optimizers.Adam.update -->

becomes a listing, made from the source while the site is built: Python code below the
name of its file, without docstrings, and a link to the entry in the reference. Several
names make one listing for each file. The path of a file lists all of it,

    <!-- source: experiments/frameworks/with_torch.py -->

and below it what it printed, if a text file of the same name stands beside it.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from pymdownx.superfences import SuperFencesException

from bookkit.fence import PageError
from bookkit.names import nn_name
from bookkit.pages import ROOT

_SOURCE = re.compile(r"([ \t]*)<!--\s*source:\s*(.*?)\s*-->\s*")


class UnknownNameError(ValueError):
    """A listing of something that the library does not have, or not as source."""


def listing(name: str) -> tuple[str, str]:
    """File and source of a part of the library, without docstrings.

    Parameters
    ----------
    name
        As `nnbook.optimizers.Adam.update`.

    Raises
    ------
    UnknownNameError
        If there is no such class, function or method.
    """
    thing = _find(name)
    try:
        source = textwrap.dedent(inspect.getsource(thing))
        file = Path(inspect.getfile(inspect.unwrap(thing)))
    except (TypeError, OSError):
        raise UnknownNameError(
            f"{name} has no source; name a class, a function or a method"
        ) from None
    package = Path(importlib.import_module(name.partition(".")[0]).__file__ or "")
    return (
        file.relative_to(package.parents[1]).as_posix(),
        _without_docstrings(source).strip("\n"),
    )


def _find(name: str) -> Any:
    """What a name stands for; a module before a function of the same name."""
    thing: Any = None
    parts = name.split(".")
    for at, part in enumerate(parts):
        with contextlib.suppress(ImportError):
            thing = importlib.import_module(".".join(parts[: at + 1]))
            continue
        if not hasattr(thing, part):
            known = ".".join(parts[:at]) or "Python"
            raise UnknownNameError(f"{known} has no {part!r}")
        thing = getattr(thing, part)
    return thing


def _without_docstrings(source: str) -> str:
    lines = source.split("\n")
    for node in reversed(list(ast.walk(ast.parse(source)))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            said = node.body[0]
            end = said.end_lineno
            while end and end < len(lines) and not lines[end].strip():
                end += 1
            del lines[said.lineno - 1 : end]
    return "\n".join(lines)


def _markdown(names: list[str], indent: str) -> list[str]:
    lines = _of_file(names[0]) if names[0].endswith(".py") else _of_library(names)
    return [f"{indent}{line}" if line else "" for line in lines]


def _of_file(name: str) -> list[str]:
    path = ROOT / name
    if not path.is_file():
        raise UnknownNameError(f"the repository has no file {name!r}")
    lines = _fence(f'.py .nb-listing title="{name}"', path.read_text(encoding="utf-8"))
    printed = path.with_suffix(".txt")
    if printed.is_file():
        text = printed.read_text(encoding="utf-8")
        lines += _fence('.text .nb-output title="Output"', text)
    return lines


def _fence(head: str, text: str) -> list[str]:
    return [f"``` {{{head}}}", *text.rstrip("\n").split("\n"), "```", ""]


def _of_library(names: list[str]) -> list[str]:
    files: dict[str, list[str]] = {}
    for name in names:
        file, code = listing(name)
        files.setdefault(file, []).append(code)
    fences = [
        line
        for file, codes in files.items()
        for line in _fence(f'.py .nb-listing title="{file}"', "\n\n".join(codes))
    ]
    # Its class has an entry, be the method described or not.
    public = ".".join(names[0].split(".")[:3])
    link = f"[`{nn_name(public)}` in the reference][{public}]"
    return [*fences, link, "{: .nb-listed }", ""]


class _Listings(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        result = []
        for line in lines:
            match = _SOURCE.fullmatch(line)
            try:
                result += _markdown(match[2].split(), match[1]) if match else [line]
            except UnknownNameError as error:
                raise SuperFencesException(str(self._at(line, error))) from None
        return result

    def _at(self, line: str, error: UnknownNameError) -> PageError:
        page = self.md.bookkit.page  # type: ignore[attr-defined]
        path = ROOT / page
        text = path.read_text(encoding="utf-8") if path.is_file() else line
        return PageError(page, text.count("\n", 0, text.index(line)) + 1, str(error))


class Listings(Extension):
    """Registers the preprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:
        # After bookkit.snippets (28), which finds the page's name.
        md.preprocessors.register(_Listings(md), "bookkit-listings", 27)


def makeExtension(**kwargs: Any) -> Listings:
    """What Markdown calls to load the extension."""
    return Listings(**kwargs)
