"""Each page of `bad_pages/` has one fault, which is found with its page and line."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from bookkit import cell, formulas, listings, pages, snippets
from bookkit.scanner import EXPECTED

BAD = Path(__file__).with_name("bad_pages")
CASES = {
    "apostrophe": (3, "in double quotes"),
    "attribute": (3, "would not be tested"),
    "bound_of_no_output": (2, "bounds no number"),
    "bound_of_nothing": (2, "never widens integers"),
    "bound_on_integers": (2, "-127\n+128"),
    "bound_passed": (2, "-0.97\n+0.94"),
    "bound_too_wide": (2, "wider than a tenth of 0.19"),
    "bound_without_number": (3, "needs a positive number"),
    "braces": (1, "would not be tested"),
    "call_as_text": (3, "Python code"),
    "closed_by_more": (3, "would end the fence of line 5 here"),
    "closed_elsewhere": (4, "would end the fence of line 6 here"),
    "closed_within": (3, "would end the fence of line 5 here"),
    "comment_never_closed": (3, "never closed"),
    "comment_within_a_line": (1, "line of its own"),
    "continued": (5, "is not one of"),
    "ending": (1, "its process ended with code 0"),
    "ending_xfail": (4, "not in this way"),
    "failing": (1, "ZeroDivisionError"),
    "failing_otherwise": (2, "ZeroDivisionError"),
    "failing_with_another_text": (2, "ValueError: too few"),
    "figure_comment_without_alt": (1, "an alt text"),
    "figure_of_a_console": (1, "belongs before a python fence"),
    "figure_comment_without_figure": (2, "draws nothing"),
    "figure_too_heavy": (2, "at most 80,000"),
    "figure_without_comment": (3, "no caption and alt text"),
    "formula": (3, r"\foo"),
    "formula_of_letters": (4, "é"),
    "hidden": (3, "run but not shown"),
    "indented_behind_a_list": (7, "indented block"),
    "indented_behind_a_fence": (5, "indented block"),
    "indented_code": (3, "indented block"),
    "indented_fence": (4, "more than its box or list"),
    "indented_in_a_box": (2, "indented block"),
    "indented_in_a_list": (5, "indented block"),
    "leaving": (1, "SystemExit"),
    "less_indented": (4, "less than its fence in line 6"),
    "lines_as_text": (1, "Python code"),
    "mark_at_the_end": (3, "does not stand before a fence"),
    "mark_before_other_fence": (1, "before a python or console fence"),
    "mark_before_text": (3, "does not stand before a fence"),
    "never_closed": (3, "never closed"),
    "no_language": (3, "would not be tested"),
    "not_run_in_vain": (1, "belongs before a console fence"),
    "not_run_with_output": (5, "nobody compares the output"),
    "not_run_without_reason": (1, "say why"),
    "not_alone": (5, "NameError: name 'np' is not defined"),
    "output_after_text": (7, "directly follow a python or console fence"),
    "output_not_asserted": (3, "+1"),
    "output_of_nothing": (3, "directly follow a python or console fence"),
    "output_twice": (8, "has an expected output already"),
    "output_with_language": (4, "followed by a plain"),
    "output_without_fence": (4, "followed by a plain"),
    "pre": (4, "in <pre>"),
    "pycon": (1, "would not be tested"),
    "python3": (1, "would not be tested"),
    "python_as_text": (1, "Python code"),
    "quoted": (3, "block quote"),
    "running_xfail": (4, "marked as failing, but it runs"),
    "session_as_console": (1, "Python code"),
    "shell": (1, "would not be tested"),
    "short_name": (3, "would not be tested"),
    "skipfile": (1, "is not one of"),
    "skipped": (1, "is not one of"),
    "source_unknown": (3, "nnbook.optimizers has no 'Adma'"),
    "space": (1, "would not be tested"),
    "tab": (1, "a tab"),
    "tildes": (3, "~~~"),
    "two_orders_off": (1, "-2e-13\n+3e-11"),
    "two_units_off": (1, "-0.9756\n+0.9758"),
    "unknown_directive": (1, "is not one of"),
    "unknown_mark": (1, "is not one of"),
    "unknown_option": (1, "a code comment knows"),
    "wrong_integer": (1, "-0.25 127\n+0.25 128"),
    "wrong_output": (1, "-2\n+1"),
    "wrong_word": (1, "-error 0.25\n+loss 0.25"),
}


def test_each_bad_page_is_a_case() -> None:
    assert sorted(CASES) == sorted(path.stem for path in BAD.glob("*.md"))


def _markdown(*custom_fences: dict[str, Any]) -> Markdown:
    return Markdown(
        extensions=[
            *("admonition", "def_list", "pymdownx.details"),
            "pymdownx.superfences",
            "pymdownx.highlight",
            "pymdownx.arithmatex",
            "bookkit.snippets",
            "bookkit.listings",
            "bookkit.formulas",
        ],
        extension_configs={
            "pymdownx.arithmatex": {"generic": True},
            "pymdownx.superfences": {"custom_fences": custom_fences},
        },
    )


@pytest.fixture(scope="module")
def markdown() -> Markdown:
    return _markdown(
        {
            "name": "python",
            "class": "python",
            "validator": snippets.validator,
            "format": snippets.formatter,
        }
    )


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book of its own; converting a page of it does not run the real one."""

    def locate(lines: list[str]) -> tuple[str, int]:
        return pages.locate(lines, tmp_path)

    monkeypatch.setattr(snippets, "locate", locate)
    monkeypatch.setattr(snippets, "ROOT", tmp_path)
    monkeypatch.setattr(snippets, "_run_whole_book", lambda: None)
    monkeypatch.setattr(formulas, "ROOT", tmp_path)
    monkeypatch.setattr(listings, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_bad_page_is_refused(book: Path, markdown: Markdown, name: str) -> None:
    line, message = CASES[name]
    front = "---\ntitle: Bad\n---\n\n"
    text = (BAD / f"{name}.md").read_text(encoding="utf-8")
    (book / f"docs/{name}.md").write_text(front + text, encoding="utf-8")
    with pytest.raises((SuperFencesException, formulas.FormulaError)) as caught:
        markdown.reset().convert(text)
    where = f"docs/{name}.md:{line + front.count(chr(10))}: "
    assert str(caught.value).startswith(where)
    assert message in str(caught.value)


def test_whatever_fails_while_a_snippet_is_shown_names_page_and_line(
    book: Path, markdown: Markdown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(code: str) -> cell.Result:
        raise KeyError(code)

    monkeypatch.setattr(snippets, "run_cached", fail)
    text = "Text.\n\n```python\nx = 1\n```\n"
    (book / "docs/page.md").write_text(text, encoding="utf-8")
    with pytest.raises(SuperFencesException, match=r"^docs/page\.md:3: KeyError: 'x"):
        markdown.reset().convert(text)


def test_snippet_that_is_shown_without_being_run_is_refused(book: Path) -> None:
    text = "Text.\n\n```python\nx = 1\n```\n"
    (book / "docs/page.md").write_text(text, encoding="utf-8")
    with pytest.raises(SuperFencesException, match=r"^docs/page\.md:3: Markdown does"):
        _markdown().convert(text)


def test_commands_are_shown_as_commands_and_not_as_output(
    book: Path, markdown: Markdown
) -> None:
    shown = markdown.reset().convert("```console\necho one  # a remark\n```\n")
    assert '<span class="nb">echo</span>' in shown
    assert 'class="go"' not in shown


def test_what_is_written_about_a_snippet_is_text_and_no_html(
    book: Path, markdown: Markdown
) -> None:
    alt = """a "quoted" <b> & 'c'"""
    shown = markdown.reset().convert(
        f"<!-- figure: Is 1 < 2 & <i>? | alt: {alt} -->\n"
        "```python\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2])\n```\n\n"
        "<!--pytest.mark.xfail-->\n```python\nraise ValueError('<u> & <s>')\n```\n"
    )
    label = re.search(r'<svg role="img" aria-label="([^"]*)"', shown)
    assert label
    assert html.unescape(label[1]) == alt
    assert "<figcaption>Is 1 &lt; 2 &amp; &lt;i&gt;?</figcaption>" in shown
    assert "ValueError: &lt;u&gt; &amp; &lt;s&gt;\n" in shown
    assert not re.search("<[bius]>", re.sub("<!--.*?-->", "", shown))


GOOD = """\
# A page

- A list.

    Its second paragraph, of `<pre>` and of code.

    - A list within, whose line goes
        on here.

        And another paragraph.

    ```python
    print("a\\tb")
    ```
    <!--pytest-codeblocks:expected-output-->
    ```
    a       b
    ```

Text\twith a tab,
    whose second line hangs.

!!! note "It's a box"
    A paragraph.

    ??? question "Within"
        <!-- code: title="it's" hl_lines="1 2" -->
        ```python
        x = (
            1,
SPACES
        )
        print(x, end="")
        ```
        <!--pytest-codeblocks:expected-output-->
        ```
        (1,)
        ```

A word
:   Its meaning.

    More of it.

<!--pytest.mark.xfail(reason="ZeroDivisionError: div")-->
```python
print("before")
1 / 0
```
<!--pytest-codeblocks:expected-output-->
```
before
```

```text
input -> layer -> loss: 0.5
for each batch:
    the loss and its gradient
```

````markdown
```python
not run
```
````
""".replace("SPACES", 12 * " ")


def test_good_page_is_shown_and_tested(
    book: Path, markdown: Markdown, pytester: pytest.Pytester
) -> None:
    (book / "docs/page.md").write_text(GOOD, encoding="utf-8")
    shown = markdown.reset().convert(GOOD)
    assert shown.count("nb-cell") == 3
    assert shown.count("nb-output") == 3
    assert '<span class="filename">it\'s</span>' in html.unescape(shown)
    _run_pytest(pytester, {"page": GOOD}).assert_outcomes(passed=3)


def test_pytest_refuses_them_too(pytester: pytest.Pytester) -> None:
    # A figure is nothing to pytest, nor a formula, nor a listing.
    unseen = re.compile("figure_|formula|source_")
    known = {n: at for n, (at, _) in CASES.items() if not unseen.match(n)}
    pages = {name: (BAD / f"{name}.md").read_text(encoding="utf-8") for name in known}
    out = _run_pytest(pytester, pages).stdout.str()
    missing = {
        name
        for name, line in known.items()
        if not re.search(rf"\b{name}\.md(:|::line ){line}\b", out)
    }
    assert missing == set(), out


def test_pytest_explains_a_failing_assert_at_its_line(
    pytester: pytest.Pytester,
) -> None:
    text = "Text.\n\n```python\nx = 1\n\nassert x + 1 == 3\n```\n"
    out = _run_pytest(pytester, {"page": text}).stdout.str()
    assert "page.md:3: the snippet fails" in out
    assert 'page.md", line 6, in <module>' in out
    assert "assert (1 + 1) == 3" in out


def test_what_a_page_changes_the_next_does_not_find_in_pytest(
    pytester: pytest.Pytester,
) -> None:
    change = "```python\nimport os\n\nos.environ['A'] = '1'\nos.getcwd = None\n```\n"
    look = (
        "```python\nimport os\n\nprint('A' in os.environ, os.getcwd is None)\n```\n"
        f"{EXPECTED}\n```\nFalse False\n```\n"
    )
    pages = {"a": change, "b": look, "c": change, "d": look}
    _run_pytest(pytester, pages).assert_outcomes(passed=4)


def _run_pytest(pytester: pytest.Pytester, pages: dict[str, str]) -> pytest.RunResult:
    root = Path(__file__).parents[2]
    shutil.copy(root / "conftest.py", pytester.path)
    for name, text in pages.items():
        (pytester.path / f"{name}.md").write_text(text, encoding="utf-8")
    pytester.makepyprojecttoml(
        '[tool.pytest.ini_options]\nxfail_strict = true\nfilterwarnings = ["error"]\n'
        f"pythonpath = [{str(root)!r}]\n"
    )
    return pytester.runpytest_subprocess(
        "--codeblocks", "--continue-on-collection-errors", "-p", "no:cacheprovider"
    )
