"""`outputs` writes what snippets print, and leaves everything else alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookkit import outputs, pages
from bookkit.scanner import EXPECTED

STALE = f"""\
---
title: A page
---

Missing:

```python
print("a\\n\\nb")
```

Wrong:

```python
print(1)
```
{EXPECTED}
```
2
3
```
Text directly behind it.

Too much:

```python
x = 1
```
{EXPECTED}
```
1
```

Right, and nearly so:

```python
print(0.9757, 8, 3e-11)
```
{EXPECTED}
```
0.9756 7 1e-11
```

<!-- within: 0.02 -->
```python
print(0.95)
```
{EXPECTED}
```
0.97
```

!!! note
    ```python
    print("c\\n\\nd")
    ```

<!--pytest.mark.xfail-->
```python
1 / 0
```

```text
not code
```
"""
FRESH = f"""\
---
title: A page
---

Missing:

```python
print("a\\n\\nb")
```
{EXPECTED}
```
a

b
```

Wrong:

```python
print(1)
```
{EXPECTED}
```
1
```
Text directly behind it.

Too much:

```python
x = 1
```

Right, and nearly so:

```python
print(0.9757, 8, 3e-11)
```
{EXPECTED}
```
0.9756 8 1e-11
```

<!-- within: 0.02 -->
```python
print(0.95)
```
{EXPECTED}
```
0.97
```

!!! note
    ```python
    print("c\\n\\nd")
    ```
    {EXPECTED}
    ```
    c

    d
    ```

<!--pytest.mark.xfail-->
```python
1 / 0
```

```text
not code
```
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(outputs, "ROOT", tmp_path)
    path = tmp_path / "page.md"
    path.write_bytes(STALE.encode())
    return path


def test_outputs_are_added_replaced_and_removed(page: Path) -> None:
    assert outputs.main([str(page)]) == 0
    assert page.read_bytes() == FRESH.encode()


def test_a_second_time_changes_nothing(page: Path) -> None:
    page.write_text(FRESH, encoding="utf-8")
    assert outputs.update(FRESH, pages.snippets(page)) == FRESH
    assert outputs.main(["--check", str(page)]) == 0


def test_check_tells_but_does_not_write(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outputs.main(["--check", str(page)]) == 1
    assert capsys.readouterr().out == "would change page.md\n"
    assert page.read_bytes() == STALE.encode()


def test_failing_snippet_stops_it(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page.write_text("Text.\n\n```python\n1 / 0\n```\n", encoding="utf-8")
    assert outputs.main([str(page)]) == 2
    assert "page.md:3: " in capsys.readouterr().err
