"""The console fences of a page are one session, whose output is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookkit import outputs, pages
from bookkit.console import run_session
from bookkit.judge import text_complaint
from bookkit.scanner import EXPECTED

PAGE = f"""\
<!-- not run: would leave the session -->
```console
exit 7
```

```console
echo "loss 0.1234" > found.txt
cat \\
  found.txt
```
{EXPECTED}
```
loss 0.1235
```

1.  In a list:

    <!--pytest.mark.xfail(reason="Error: no")-->
    ```console
    wc -l < found.txt
    echo "Error: no" >&2; false
    echo never
    ```
    {EXPECTED}
    ```
    1
    Error: no
    ```
"""


def complaints(path: Path, text: str) -> list[str | None]:
    path.write_text(text, encoding="utf-8")
    fences = pages.session(path)
    return [
        text_complaint(fence, result)
        for fence, result in zip(
            fences, run_session(fences, pages.programs(path)), strict=True
        )
    ]


def test_a_session_goes_on_from_fence_to_fence(tmp_path: Path) -> None:
    assert complaints(tmp_path / "page.md", PAGE) == [None, None]


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("loss 0.1235", "loss 0.1236", 0, "+loss 0.1234"),
        ("    1\n", "    2\n", 1, "+1"),
        ("; false", "; true", 1, "marked as failing, but it runs"),
        ('"Error: no"', '"Error: yes"', 1, "raises another error"),
        ("cat \\", "false \\", 0, "exit code 1"),
        ("cat \\", "false | cat \\", 0, "exit code 1"),
    ],
)
def test_what_a_page_says_wrongly_is_found(
    tmp_path: Path, old: str, new: str, at: int, message: str
) -> None:
    assert PAGE.count(old) >= 1
    found = complaints(tmp_path / "page.md", PAGE.replace(old, new, 1))[at]
    assert found is not None
    assert message in found


def test_a_session_may_hand_lines_to_python(tmp_path: Path) -> None:
    text = (
        "```console\npython - <<'END'\nimport math\nprint(math.isqrt(9))\nEND\n```\n"
        f"{EXPECTED}\n```\n3\n```\n"
    )
    assert complaints(tmp_path / "page.md", text) == [None]


def test_outputs_of_a_session_are_written(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE.replace("0.1235", "9"), encoding="utf-8")
    new = outputs.update(path.read_text("utf-8"), [], "page", pages.session(path))
    assert new == PAGE.replace("0.1235", "0.1234")


def test_commands_are_those_of_the_environment_and_print_no_colours(
    tmp_path: Path,
) -> None:
    text = (
        "```console\npython -c 'import bookkit' 2> /dev/null || echo elsewhere\n"
        "python -c 'import nnbook, os; print(os.environ[\"NO_COLOR\"])'\n```\n"
        f"{EXPECTED}\n```\nelsewhere\n1\n```\n"
    )
    assert complaints(tmp_path / "page.md", text) == [None]


def test_a_snippet_whose_title_is_a_file_is_found_by_the_commands(
    tmp_path: Path,
) -> None:
    text = (
        '<!-- code: title="hello.py" -->\n```python\nprint(6 * 7)\n```\n'
        '<!-- code: title="no file" -->\n```python\nprint(1)\n```\n'
        f"```console\nls\npython hello.py\n```\n{EXPECTED}\n```\nhello.py\n42\n```\n"
    )
    path = tmp_path / "page.md"
    assert complaints(path, text) == [None]
    written = outputs.update(
        text.replace("42", "41"), [], "page", pages.session(path), pages.programs(path)
    )
    assert written == text
