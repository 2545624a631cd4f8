"""Numbers in the prose are printed by a snippet of the page, or read from a record.

A decimal, a percentage or a large number in a chapter's prose must occur, rounded, in
an output, a snippet, a formula or a recorded result of the same page. `numbers.toml`
lists those that may stand all the same, each with its reason. This finds a number that
nobody measured or that is out of date, not one that stands for the wrong thing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkit import pages

ROOT = pages.ROOT
CHAPTERS = [
    path
    for path in sorted((ROOT / "docs").glob("*/*.md"))
    if path.parent.name != "reference"
]
ALLOWED = tomllib.loads(Path(__file__).with_name("numbers.toml").read_text("utf-8"))

NOT_PROSE = re.compile(
    r"\A---\n.*?\n---\n"  # front matter
    r"|^[ \t]*(?P<ticks>`{3,}).*?^[ \t]*(?P=ticks)[ \t]*$"
    r"|\$\$.*?\$\$|\$[^$\n]+\$"
    r"|<!--.*?-->|`[^`\n]+`|(?<=\])\([^)]*\)"
    r"|^\*\*Sources\.?\*\*.*\Z",
    re.DOTALL | re.MULTILINE,
)
PERCENT = r"\s?(?:%|percent)"
NUMBER = re.compile(
    r"(?<![\w.,])("
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"
    r"|\d+\.\d+(?:e[-+]?\d+)?"
    rf"|\d+(?={PERCENT})"
    r")(?![\w.]*\d)"
)
ANY_NUMBER = re.compile(r"\d[\d_]*(?:,\d{3})*\.?\d*(?:e[-+]?\d+)?")


def numbers_in_prose(text: str) -> Iterator[tuple[int, str, bool]]:
    """Line, number as written, and whether it is a percentage."""
    prose = NOT_PROSE.sub(lambda match: " " + "\n" * match[0].count("\n"), text)
    for match in NUMBER.finditer(prose):
        line = prose.count("\n", 0, match.start()) + 1
        yield line, match[1], bool(re.match(PERCENT, prose[match.end() :]))


def known_numbers(path: Path) -> list[float]:
    """All numbers that a page's snippets, outputs, records and formulas hold."""
    text = path.read_text(encoding="utf-8")
    parts = re.findall(r"\$\$.*?\$\$|\$[^$\n]+\$", text, re.DOTALL)
    for fence in pages.snippets(path) + pages.session(path):
        parts += [fence.code, fence.output.code if fence.output else ""]
        for name in re.findall(r"""recorded\(\s*["'](\w+)["']""", fence.code):
            record = ROOT / f"src/nnbook/recorded_results/{name}.json"
            parts.append(json.dumps(json.loads(record.read_text("utf-8"))["data"]))
    return [
        float(number.replace("_", "").replace(",", ""))
        for number in ANY_NUMBER.findall("\n".join(parts))
    ]


def is_known(written: str, percent: bool, known: list[float]) -> bool:
    """Whether a number that is known rounds to what is written."""
    plain = written.replace(",", "")
    digits = len(plain.partition(".")[2].partition("e")[0])
    exponent = int(plain.partition("e")[2] or 0)
    room = 0.5001 * 10.0 ** (exponent - digits)
    scales = (1.0, 0.01) if percent else (1.0,)
    return any(
        abs(number - float(plain) * scale) <= room * scale
        for scale in scales
        for number in known
    )


@pytest.mark.parametrize(
    "path", CHAPTERS, ids=lambda p: p.relative_to(ROOT / "docs").as_posix()
)
def test_numbers_in_the_prose_come_from_the_page(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    allowed, known = ALLOWED.get(name, {}), known_numbers(path)
    unknown = [
        (line, number)
        for line, number, percent in numbers_in_prose(path.read_text(encoding="utf-8"))
        if not is_known(number, percent, known)
    ]
    assert [f"{name}:{at}: {n}" for at, n in unknown if n not in allowed] == []
    assert set(allowed) <= {n for _, n in unknown}, "numbers.toml lists too many"


def test_allowed_numbers_belong_to_chapters_and_have_reasons() -> None:
    assert set(ALLOWED) <= {path.relative_to(ROOT).as_posix() for path in CHAPTERS}
    assert all(reason for page in ALLOWED.values() for reason in page.values())


def test_only_prose_is_searched() -> None:
    page = (
        "---\ntitle: 1.5\n---\n\nOne is 2.5, `3.5`, $4.5$, [a](5.5.html) and 60 %.\n\n"
        "```python\n7.5\n```\n\nVersion v8.5, 10,000 and 9.5e-3; 11 units.\n\n"
        "**Sources.** 12.5\n"
    )
    assert list(numbers_in_prose(page)) == [
        (5, "2.5", False),
        (5, "60", True),
        (11, "10,000", False),
        (11, "9.5e-3", False),
    ]


@pytest.mark.parametrize(
    ("written", "percent", "known", "expected"),
    [
        ("0.69", False, 0.6931, True),
        ("0.70", False, 0.6931, False),
        ("10,000", False, 10000.0, True),
        ("12.3", True, 0.1234, True),
        ("12.3", False, 0.1234, False),
        ("1.2e-5", False, 1.234e-5, True),
        ("1.2e-5", False, 1.3e-5, False),
    ],
)
def test_rounding(written: str, percent: bool, known: float, expected: bool) -> None:
    assert is_known(written, percent, [known]) is expected
