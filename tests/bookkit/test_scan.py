"""What `pages` finds on a page, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown import Markdown
from markdown.preprocessors import NormalizeWhitespace

from bookkit import fence, pages
from bookkit.scanner import scan

PAGE = """\
---
title: A page
---

# A page

<!-- A remark. -->

<!-- figure: A line rises. | alt: A line from left to right. -->
<!-- code: title="line.py" hl_lines="2 3" -->
```python
import matplotlib.pyplot as plt

plt.plot([1, 2])
print("two\\n\\nlines")
```
<!--pytest-codeblocks:expected-output-->
```
two

lines
```

!!! note
    <!--pytest.mark.xfail-->
    ```python
    def f():
        pass

    1 / 0
    ```

````markdown
```python
not run
```
````
"""


def test_scan_finds_fences_with_their_lines() -> None:
    first, second, third = scan(PAGE)
    assert (first.line, first.end) == (11, 16)
    assert (second.line, second.end) == (26, 31)
    assert PAGE.splitlines()[second.line - 1].strip() == "```python"
    assert PAGE.splitlines()[second.end - 1].strip() == "```"
    assert third.language == "markdown"
    assert third.code == "```python\nnot run\n```\n"


def test_scan_dedents_and_keeps_blank_lines() -> None:
    second = scan(PAGE)[1]
    assert second.indent == "    "
    assert second.code == "def f():\n    pass\n\n1 / 0\n"


def test_scan_attaches_comments_and_outputs() -> None:
    first, second, _ = scan(PAGE)
    assert first.figure == fence.Figure("A line rises.", "A line from left to right.")
    assert first.options == {"title": "line.py", "hl_lines": "2 3"}
    assert not first.xfail
    assert first.output is not None
    assert first.output.code == "two\n\nlines\n"
    assert second.xfail
    assert second.figure is second.output is None


def test_scan_counts_from_the_line_it_is_told() -> None:
    body = "```python\n1\n```\n"
    assert scan(body)[0].line == 1
    assert scan(body, first_line=7)[0].line == 7


def test_errors_name_page_and_line() -> None:
    with pytest.raises(fence.PageError, match=r"^a\.md:2: ") as caught:
        scan("Text.\n```py\n```\n", "a.md")
    assert (caught.value.page, caught.value.line) == ("a.md", 2)


def test_snippets_are_the_python_fences_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(PAGE, encoding="utf-8")
    assert [fence.line for fence in pages.snippets(path)] == [11, 26]


def test_sources_are_all_pages_and_the_readme(tmp_path: Path) -> None:
    (tmp_path / "docs/part").mkdir(parents=True)
    for name in ["README.md", "docs/b.md", "docs/a.md", "docs/part/c.md", "docs/x.txt"]:
        (tmp_path / name).touch()
    found = [p.relative_to(tmp_path).as_posix() for p in pages.sources(tmp_path)]
    assert found == ["docs/a.md", "docs/b.md", "docs/part/c.md", "README.md"]


def test_locate_knows_a_page_from_its_body(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/other.md").write_text("# Other\n", encoding="utf-8")
    (tmp_path / "docs/a.md").write_text(PAGE, encoding="utf-8")
    body = PAGE.split("---\n")[-1]
    appended = [*body.splitlines(), "", "*[word]: added by another extension"]
    assert pages.locate(appended, tmp_path) == ("docs/a.md", 5)
    assert pages.locate(["something", "else"], tmp_path) == ("a page", 1)


FIGURE = "<!-- figure: It rises. | alt: A line. -->\n```python\n{}\n```\n\n"


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("# T\n\n" + FIGURE.format(1) + FIGURE.format(2), [True, False]),
        ("# T\n\n```python\n0\n```\n\n" + FIGURE.format(1), [False, True]),
        ("# T\n\n## First\n\n" + FIGURE.format(1), [False]),
    ],
    ids=["the first of two", "behind a snippet without one", "behind a heading"],
)
def test_the_first_figure_before_a_heading_opens_the_page(
    text: str, opening: list[bool]
) -> None:
    assert [fence.opens for fence in scan(text)] == opening


def test_locate_knows_a_page_whose_white_space_markdown_changed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    text = "---\ntitle: A\n---\n\nA\ttab.\n   \nAnother paragraph.\n"
    (tmp_path / "docs/a.md").write_text(text, encoding="utf-8")
    seen = NormalizeWhitespace(Markdown()).run(text.split("---\n")[-1].split("\n"))
    assert seen != text.split("---\n")[-1].split("\n")
    assert pages.locate(seen, tmp_path) == ("docs/a.md", 5)
