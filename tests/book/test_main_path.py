"""The main path of a chapter is short, and shows numbers rather than verdicts."""

from __future__ import annotations

import re

import pytest

from bookkit.chapters import Chapter, chapters, words
from bookkit.pages import ROOT, snippets, sources

WORDS = 2200  # of prose that is not folded
VERDICTS = 10  # lines of output that say True or False


@pytest.mark.parametrize("chapter", chapters().values(), ids=lambda c: c.path)
def test_main_path_is_read_in_a_quarter_of_an_hour(chapter: Chapter) -> None:
    count = words((ROOT / "docs" / chapter.path).read_text(encoding="utf-8"))
    assert count <= WORDS, f"{count} words; fold, move or cut"


def test_pages_print_numbers_instead_of_verdicts() -> None:
    verdicts = [
        f"{path.relative_to(ROOT)}:{fence.line}: {line}"
        for path in sources()
        for fence in snippets(path)
        if fence.output
        for line in fence.output.code.splitlines()
        if re.search(r"\b(True|False)\b", line)
    ]
    assert len(verdicts) <= VERDICTS, "\n".join(verdicts)
