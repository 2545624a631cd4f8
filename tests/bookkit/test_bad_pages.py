"""Each page of `bad_pages/` has one fault, which is found with its page and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from bookkit import katex, pages, snippets

BAD = Path(__file__).with_name("bad_pages")
CASES = {
    "attribute": (3, "would not be tested"),
    "bound_of_no_output": (2, "bounds no number"),
    "bound_of_nothing": (2, "never widens integers"),
    "bound_on_integers": (2, "-127\n+128"),
    "bound_passed": (2, "-0.97\n+0.94"),
    "bound_too_wide": (2, "wider than a tenth of 0.19"),
    "bound_without_number": (3, "needs a positive number"),
    "braces": (1, "would not be tested"),
    "comment_never_closed": (3, "never closed"),
    "comment_within_a_line": (1, "line of its own"),
    "continued": (5, "is not one of"),
    "failing": (1, "ZeroDivisionError"),
    "figure_comment_without_alt": (1, "an alt text"),
    "figure_comment_without_figure": (2, "draws nothing"),
    "figure_too_heavy": (2, "at most 80,000"),
    "figure_without_comment": (3, "no caption and alt text"),
    "formula": (3, r"\foo"),
    "formula_of_letters": (4, "é"),
    "hidden": (3, "run but not shown"),
    "leaving": (1, "SystemExit"),
    "mark_at_the_end": (3, "does not stand before a fence"),
    "mark_before_other_fence": (1, "belongs before a python fence"),
    "mark_before_text": (3, "does not stand before a fence"),
    "never_closed": (3, "never closed"),
    "no_language": (3, "would not be tested"),
    "not_alone": (5, "NameError: name 'np' is not defined"),
    "output_after_text": (7, "directly follow a python fence"),
    "output_not_asserted": (3, "+1"),
    "output_of_nothing": (3, "directly follow a python fence"),
    "output_twice": (8, "has an expected output already"),
    "output_with_language": (4, "followed by a plain"),
    "output_without_fence": (4, "followed by a plain"),
    "pycon": (1, "would not be tested"),
    "python3": (1, "would not be tested"),
    "quoted": (3, "block quote"),
    "running_xfail": (4, "marked as failing, but it runs"),
    "shell": (1, "would not be tested"),
    "short_name": (3, "would not be tested"),
    "skipfile": (1, "is not one of"),
    "skipped": (1, "is not one of"),
    "space": (1, "would not be tested"),
    "tildes": (3, "~~~"),
    "two_orders_off": (1, "-2e-13\n+3e-11"),
    "two_units_off": (1, "-0.9756\n+0.9758"),
    "unknown_directive": (1, "is not one of"),
    "unknown_option": (1, "title= and hl_lines="),
    "wrong_integer": (1, "-0.25 127\n+0.25 128"),
    "wrong_output": (1, "-2\n+1"),
    "wrong_word": (1, "-error 0.25\n+loss 0.25"),
}


def test_each_bad_page_is_a_case() -> None:
    assert sorted(CASES) == sorted(path.stem for path in BAD.glob("*.md"))


@pytest.fixture(scope="module")
def markdown() -> Markdown:
    return Markdown(
        extensions=[
            "pymdownx.superfences",
            "pymdownx.highlight",
            "pymdownx.arithmatex",
            "bookkit.snippets",
            "bookkit.katex",
        ],
        extension_configs={
            "pymdownx.arithmatex": {"generic": True},
            "pymdownx.superfences": {
                "custom_fences": [
                    {
                        "name": "python",
                        "class": "python",
                        "validator": snippets.validator,
                        "format": snippets.formatter,
                    }
                ]
            },
        },
    )


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book of its own; converting a page of it does not run the real one."""

    def locate(lines: list[str]) -> tuple[str, int]:
        return pages.locate(lines, tmp_path)

    monkeypatch.setattr(snippets, "locate", locate)
    monkeypatch.setattr(snippets, "_run_whole_book", lambda: None)
    monkeypatch.setattr(katex, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_bad_page_is_refused(book: Path, markdown: Markdown, name: str) -> None:
    line, message = CASES[name]
    front = "---\ntitle: Bad\n---\n\n"
    text = (BAD / f"{name}.md").read_text(encoding="utf-8")
    (book / f"docs/{name}.md").write_text(front + text, encoding="utf-8")
    with pytest.raises((SuperFencesException, katex.FormulaError)) as caught:
        markdown.reset().convert(text)
    where = f"docs/{name}.md:{line + front.count(chr(10))}: "
    assert str(caught.value).startswith(where)
    assert message in str(caught.value)


def test_pytest_refuses_them_too(pytester: pytest.Pytester) -> None:
    root = Path(__file__).parents[2]
    shutil.copy(root / "conftest.py", pytester.path)
    # A figure is nothing to pytest, and a formula neither.
    known = {
        n: at for n, (at, _) in CASES.items() if not re.match("figure_|formula", n)
    }
    for name in known:
        shutil.copy(BAD / f"{name}.md", pytester.path)
    pytester.makepyprojecttoml(
        '[tool.pytest.ini_options]\nxfail_strict = true\nfilterwarnings = ["error"]\n'
        f"pythonpath = [{str(root)!r}]\n"
    )
    done = pytester.runpytest_subprocess(
        "--codeblocks", "--continue-on-collection-errors", "-p", "no:cacheprovider"
    )
    out = done.stdout.str()
    missing = {
        name
        for name, line in known.items()
        if not re.search(rf"\b{name}\.md(:|::line ){line}\b", out)
    }
    assert missing == set(), out
