"""How pytest runs the snippets of the book: `pytest --codeblocks`.

pytest-codeblocks finds the fences. This file says what happens to each: it runs as a
reader would run it, in a process of its own, from an empty directory, with every
warning an error, and its failure names page and line.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_codeblocks import plugin

from bookkit.apart import Task
from bookkit.fence import Fence, PageError
from bookkit.judge import complaint
from bookkit.pages import snippets
from bookkit.runner import run_and_keep

# For the tests of this file: pytest that runs pytest.
pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent
# Before NumPy and matplotlib are imported, which read these only once.
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("NNBOOK_DATA_DIR", str(ROOT / "data"))


class SnippetError(Exception):
    """What a reader of the page has to know about a snippet that went wrong."""


class Snippet(plugin.TestBlock):
    """A fence of a page as a test."""

    def runtest(self) -> None:
        """Run the snippet and compare what it does with what the page says."""
        if self.obj.syntax != "python":
            raise SnippetError(f"{self.place}: show shell commands as ```console")
        fence = self.fence()
        # Under the page's name and line numbers.
        task = Task(fence.code, name=str(self.path), line=fence.line, explain=True)
        result = run_and_keep(task)
        problem = complaint(fence, result)
        if problem:
            raise SnippetError(f"{self.place}: {problem}")

    def add_marker(self, marker: Any, append: bool = True) -> None:
        """Leave out xfail: `runtest` knows which error is meant."""
        if marker.name != "xfail":
            super().add_marker(marker, append)

    @property
    def place(self) -> str:
        """Page and line of the opening fence."""
        return f"{self.path.relative_to(self.config.rootpath)}:{self.obj.lineno}"

    def fence(self) -> Fence:
        """The fence as the page shows it.

        pytest-codeblocks drops the blank lines of an indented fence: the lines of its
        traceback would be wrong, and texts of several lines too.
        """
        for fence in snippets_of(self.path):
            if fence.line == self.obj.lineno:
                if without_blank_lines(fence.code) == without_blank_lines(
                    self.obj.code
                ):
                    return fence
                break
        raise SnippetError(f"{self.place}: the page does not show what is tested")

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], **_: Any
    ) -> str:
        """The text under FAILURES."""
        if isinstance(excinfo.value, SnippetError):
            return str(excinfo.value)
        return str(excinfo.getrepr(style="native"))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where pytest says the test is: the line of the opening fence."""
        return self.path, self.obj.lineno - 1, self.place


class MarkdownPage(plugin.MarkdownFile):
    """A page, whose fences must be such that pytest-codeblocks finds them all."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its snippets."""
        try:
            snippets_of(self.path)
        except PageError as error:
            raise self.CollectError(str(error)) from None
        yield from super().collect()


plugin.TestBlock, plugin.MarkdownFile = Snippet, MarkdownPage


@functools.cache
def snippets_of(path: Path) -> list[Fence]:
    """The snippets of a page."""
    return snippets(path)


def without_blank_lines(text: str) -> list[str]:
    """Its lines, but for the blank ones."""
    return [line for line in text.splitlines() if line.strip()]


def close_figures() -> None:
    """Forget all figures and styles, if anything was drawn at all."""
    if "matplotlib.pyplot" in sys.modules:
        import matplotlib as mpl
        import matplotlib.pyplot as plt

        plt.close("all")
        mpl.rcdefaults()
        mpl.use("agg")


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    close_figures()
