"""How pytest runs the snippets of the book: `pytest --codeblocks`.

pytest-codeblocks finds the fences. This file says what happens to each: it runs as a
reader would run it, from an empty directory, with every warning an error, and its
failure names page and line.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts
from pytest_codeblocks import plugin
from pytest_codeblocks.main import stdout_io

from bookkit.judge import output_complaint
from bookkit.pages import Fence, PageError, snippets

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
        """Run the snippet and compare what it prints with what the page says."""
        if self.obj.syntax != "python":
            raise SnippetError(f"{self.place}: show shell commands as ```console")
        fence = self.fence()
        with reader_s_python(), stdout_io() as out:
            self.execute(fence.code)
        problem = output_complaint(fence, out.getvalue())
        if problem:
            raise SnippetError(f"{self.place}: {problem}")

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

    def execute(self, code: str) -> None:
        """Run it under the page's name and line numbers."""
        code = "\n" * self.obj.lineno + code
        page = str(self.path)
        try:
            tree = ast.parse(code, page)
            # As in any test: a failing assert tells the values it compared.
            rewrite_asserts(tree, code.encode(), page, self.config)
            exec(
                compile(tree, page, "exec", dont_inherit=True), {"__name__": "__main__"}
            )
        except (Exception, SystemExit) as error:
            raise SnippetError(
                f"{self.place}: the snippet fails\n\n{traceback_from(page, error)}"
            ) from None

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


def traceback_from(page: str, error: BaseException) -> str:
    """The traceback from the page's own lines on."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != page:
        frame = frame.tb_next
    return "".join(traceback.format_exception(type(error), error, frame))


@contextlib.contextmanager
def reader_s_python() -> Iterator[None]:
    """An empty directory and the state of a fresh Python, restored afterwards."""
    import numpy as np

    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        warnings.catch_warnings(),
        np.printoptions(),
        np.errstate(),
    ):
        # Only some platforms warn that `plt.show()` has no window to show.
        warnings.filterwarnings("ignore", message=".*non-interactive.*")
        try:
            yield
        finally:
            close_figures()


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
