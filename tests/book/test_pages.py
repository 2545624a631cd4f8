"""What every page of the book promises, found from its source."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_codeblocks.main import extract_from_file

from bookkit import pages
from bookkit.judge import complaint
from bookkit.outputs import update
from bookkit.runner import run_cached

ROOT = pages.ROOT
SOURCES = pages.sources()
CHAPTERS = [p for p in SOURCES if p.parent.name not in ("docs", "reference", ROOT.name)]
RECORDS = ROOT / "src/nnbook/recorded_results"
# What fits the page at a width of 1280 pixels without scrolling.
COLUMNS = 80


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_page = pytest.mark.parametrize("path", SOURCES, ids=_name)


@every_page
def test_what_the_page_shows_is_what_pytest_codeblocks_runs(path: Path) -> None:
    shown = pages.snippets(path)
    run = [b for b in extract_from_file(path) if b.syntax in ("python", "sh", "bash")]
    assert [f.line for f in shown] == [b.lineno for b in run]
    for fence, block in zip(shown, run, strict=True):
        # It drops blank lines from indented fences; conftest.py puts them back.
        assert _lines(fence.code) == _lines(block.code)
        assert _lines(fence.output.code if fence.output else "") == _lines(
            block.expected_output or ""
        )
        assert fence.xfail == bool(block.marks)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@every_page
def test_each_snippet_stands_alone_and_prints_what_the_page_says(path: Path) -> None:
    for fence in pages.snippets(path):
        problem = complaint(fence, run_cached(fence.code))
        assert problem is None, f"{_name(path)}:{fence.line}: {problem}"


@every_page
def test_outputs_are_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert update(text, pages.snippets(path)) == text


@pytest.mark.parametrize("path", [p for p in SOURCES if p.parent != ROOT], ids=_name)
def test_page_has_title_and_description(path: Path) -> None:
    front = re.match(r"---\n(.*?)\n---\n", path.read_text(encoding="utf-8"), re.DOTALL)
    assert front, "no front matter"
    said = dict(line.split(": ", 1) for line in front[1].splitlines() if ": " in line)
    assert said.get("title")
    assert 40 <= len(said.get("description", "")) <= 200


def test_titles_are_unique() -> None:
    titles = [
        match[1]
        for path in SOURCES
        if (match := re.search(r"^title: (.*)$", path.read_text("utf-8"), re.MULTILINE))
    ]
    assert len(titles) == len(set(titles))


@every_page
def test_no_line_of_a_snippet_is_wider_than_the_page(path: Path) -> None:
    wide = [
        f"{_name(path)}:{fence.line + 1 + at}: {len(line)} columns"
        for fence in pages.snippets(path)
        for at, line in enumerate(fence.code.splitlines())
        if len(line) > COLUMNS
    ]
    assert not wide, "\n".join(wide)


@every_page
def test_captions_and_alt_texts_say_something(path: Path) -> None:
    for fence in pages.snippets(path):
        if fence.figure:
            where = f"{_name(path)}:{fence.line}"
            assert len(fence.figure.caption) >= 20, where
            assert len(fence.figure.alt) >= 40, where
            assert fence.figure.alt != fence.figure.caption, where


@every_page
def test_tables_have_headings(path: Path) -> None:
    # An empty one is nothing to a screen reader.
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r"^ *\|(.*)\|\n *\|[-:| ]+\|$", text, re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        cells = re.split(r"(?<!\\)\|", match[1])
        assert all(cell.strip() for cell in cells), f"{_name(path)}:{line}"


@every_page
def test_no_snippet_measures_time(path: Path) -> None:
    # Another machine would print something else; times come from recorded results.
    clock = re.compile(r"\b(import time|from time|timeit|perf_counter|datetime\.now)\b")
    for fence in pages.snippets(path):
        assert not clock.search(fence.code), f"{_name(path)}:{fence.line}"


@every_page
def test_recorded_results_exist(path: Path) -> None:
    for fence in pages.snippets(path):
        for name in re.findall(r"""recorded\(\s*["'](\w+)["']""", fence.code):
            assert (RECORDS / f"{name}.json").is_file(), f"{_name(path)}:{fence.line}"


@pytest.mark.parametrize("path", sorted(RECORDS.glob("*.json")), ids=lambda p: p.stem)
def test_recorded_results_can_be_measured_again(path: Path) -> None:
    command = json.loads(path.read_text(encoding="utf-8"))["command"].split()
    module = command[command.index("-m") + 1].replace(".", "/")
    assert (ROOT / f"{module}.py").is_file() or (ROOT / module).is_dir()


@every_page
def test_snippets_have_no_unused_and_no_undefined_names(
    path: Path, tmp_path: Path
) -> None:
    for fence in pages.snippets(path):
        file = tmp_path / f"line_{fence.line}.py"
        file.write_text(fence.code, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--select=F,NPY",
            "--output-format=concise",
            "--quiet",
            ".",
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
