"""What a page tells its reader to type works, and says what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookkit import pages
from bookkit.console import run_session
from bookkit.judge import text_complaint

PAGES = [path for path in pages.sources() if pages.session(path)]


@pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(pages.ROOT).as_posix()
)
def test_commands_say_what_the_page_says(path: Path) -> None:
    fences = pages.session(path)
    results = run_session(fences, pages.programs(path))
    for fence, result in zip(fences, results, strict=True):
        problem = text_complaint(fence, result)
        assert not problem, f"{path}:{fence.line}: {problem}"
