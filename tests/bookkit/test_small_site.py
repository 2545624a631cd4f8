"""A book of three pages is built anew: with MkDocs twice, and with Zensical."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAPTER = """\
---
title: A chapter
description: A figure, formulas, an output and an error, as chapters have them.
---

# A chapter

A formula: $\\tfrac12 x^2$, and one of its own:

$$
\\frac{\\partial L}{\\partial z} = p - y .
$$

<!-- figure: The line rises. | alt: A straight line from left to right. -->
```python
import matplotlib.pyplot as plt

plt.plot([0, 1], [0, 1], label="a line")
plt.legend()
plt.show()
print("drawn")
```
<!--pytest-codeblocks:expected-output-->
```
drawn
```

<!-- within: 0.02 -->
```python
print(0.95)
```
<!--pytest-codeblocks:expected-output-->
```
0.97
```

!!! note
    <!--pytest.mark.xfail-->
    ```python
    import nnbook as nn

    nn.mlp([0, 1])
    ```

See [`nn.softmax`][nnbook.softmax.softmax] and [the cover](index.md#a-small-book).
"""
PAGES = {
    "index.md": "---\ntitle: Small\ndescription: Small.\n---\n\n# A small book\n",
    "chapter.md": CHAPTER,
    "api.md": "---\ntitle: Softmax\ndescription: Softmax.\n---\n\n# Softmax\n\n"
    "::: nnbook.softmax\n",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the project with other pages, so that nothing is kept from before."""
    _write(tmp_path, PAGES)
    return tmp_path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, built."""
    book = tmp_path_factory.mktemp("built")
    _write(book, PAGES)
    done = _mkdocs(book, "site")
    assert done.returncode == 0, done.stderr
    return book


def _write(book: Path, pages: dict[str, str]) -> None:
    for name in ("bookkit", "includes", "overrides", "src"):
        shutil.copytree(ROOT / name, book / name)
    shutil.copytree(ROOT / "docs/assets", book / "docs/assets")
    (book / "README.md").write_text("# Small\n", encoding="utf-8")
    for name, text in pages.items():
        (book / "docs" / name).write_text(text, encoding="utf-8")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = re.sub(
        r"(?<=redirect_maps:\n)(?: {8}\S.*\n)+", "        old.md: chapter.md\n", config
    )
    nav = "nav:\n" + "".join(f"  - {name}\n" for name in pages)
    (book / "mkdocs.yml").write_text(
        config[: config.index("\nnav:\n") + 1] + nav, encoding="utf-8"
    )


def _build(
    book: Path, *command: str, **addresses: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=book,
        # Where the tests run, the environment may know addresses.
        env={k: v for k, v in os.environ.items() if not k.endswith("_URL")}
        | addresses
        | {
            "NNBOOK_NUMPY_INVENTORY": (ROOT / "includes/numpy.inv").as_uri(),
            "NO_MKDOCS_2_WARNING": "1",
            "PYTHONPATH": str(book / "src"),
            "SOURCE_DATE_EPOCH": "1700000000",
        },
        capture_output=True,
        encoding="utf-8",
    )


def _mkdocs(
    book: Path, folder: str, **addresses: str
) -> subprocess.CompletedProcess[str]:
    # As `make test` builds the real book: with --quiet, --strict overlooks warnings.
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    options = re.findall(r"-m mkdocs build (.*) --site-dir \.cache/site", makefile)
    command = ["mkdocs", "build", *options[0].split(), "--site-dir", folder]
    return _build(book, *command, **addresses)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_clean_builds_are_the_same_to_the_byte(built: Path, book: Path) -> None:
    done = _mkdocs(book, "site")
    assert done.returncode == 0, done.stderr
    first, second = _files(built / "site"), _files(book / "site")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_old_address_leads_to_the_new_page(built: Path) -> None:
    old = (built / "site/old/index.html").read_text(encoding="utf-8")
    assert 'http-equiv="refresh" content="0; url=../chapter/"' in old
    assert "old/" not in (built / "site/sitemap.xml").read_text(encoding="utf-8")
    assert "old/" not in (built / "site/search/search_index.json").read_text("utf-8")


def test_site_shows_figure_formula_output_and_error(built: Path) -> None:
    _assert_complete(built)


def _assert_complete(book: Path) -> None:
    html = (book / "site/chapter/index.html").read_text(encoding="utf-8")
    assert 'aria-label="A straight line from left to right."' in html
    assert "<figcaption>The line rises.</figcaption>" in html
    assert html.index("The line rises.</fig") < html.index("How this figure is made")
    assert html.index("How this figure is made") < html.index(">matplotlib")
    assert html.count("<math") == 2
    assert re.search(r'class="[^"]*\bnb-output\b', html)
    assert "Output, ± 0.02 on other machines</span>" in html
    assert re.search(r"nb-error.*ValueError", html, re.DOTALL)
    assert re.search(r'href="\.\./api/#nnbook\.softmax\.softmax"', html)
    api = (book / "site/api/index.html").read_text(encoding="utf-8")
    assert 'id="nnbook.softmax.softmax"' in api


def _addresses(page: str) -> list[str]:
    """Whole addresses that the page leads to or names in its head."""
    return re.findall(r'(?:href|content|src)="(https?://[^"]*)"', page)


def test_without_addresses_the_site_names_none(built: Path) -> None:
    for path in (built / "site").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert [a for a in _addresses(page) if "numpy.org" not in a] == [], path
        if path.parent.name != "old":  # which names the new page
            assert 'rel="canonical"' not in page
        assert "og:" not in page
        assert "md-source" not in page
        assert 'rel="edit"' not in page


def test_with_addresses_each_page_has_its_own(book: Path) -> None:
    repository = "https://example.org/ada/editions"
    done = _mkdocs(
        book,
        "site",
        NNBOOK_REPO_URL=repository,
        NNBOOK_SITE_URL="https://ada.example.org/editions/",
    )
    assert done.returncode == 0, done.stderr
    page = (book / "site/chapter/index.html").read_text(encoding="utf-8")
    address = "https://ada.example.org/editions/chapter/"
    assert f'<link rel="canonical" href="{address}">' in page
    for name, content in {
        "title": "A chapter",
        "description": "A figure, formulas, an output and an error, as chapters have "
        "them.",
        "url": address,
        "image": "https://ada.example.org/editions/assets/cover.png",
    }.items():
        assert f'<meta property="og:{name}" content="{content}">' in page
    assert (book / "site/assets/cover.png").is_file()
    assert f'<a href="{repository}" title=' in page
    source = "main/docs/chapter.md"
    assert f'<a href="{repository}/edit/{source}" rel="edit">Edit this page</a>' in page
    assert f'<a href="{repository}/blob/{source}?plain=1">' in page


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, ""),
        (
            {
                "GITHUB_SERVER_URL": "https://git.example.org",
                "GITHUB_REPOSITORY": "ada/editions",
            },
            "https://git.example.org/ada/editions",
        ),
    ],
    ids=["at home", "in a workflow"],
)
def test_makefile_takes_the_repository_from_the_workflow(
    tmp_path: Path, environment: dict[str, str], address: str
) -> None:
    make = shutil.which("make")
    if not make:
        pytest.skip("NO MAKE, so the addresses of the build were NOT tested")
    (tmp_path / "show.mk").write_text(
        "show:\n\t@echo at:$$NNBOOK_REPO_URL\n", encoding="utf-8"
    )
    known = ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "NNBOOK_REPO_URL", "MAKEFLAGS")
    done = subprocess.run(
        [make, "-s", "-f", "Makefile", "-f", str(tmp_path / "show.mk"), "show"],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k not in known} | environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.strip() == f"at:{address}"


def test_nothing_names_an_owner_of_the_repository() -> None:
    for name in ("pyproject.toml", "CITATION.cff", "mkdocs.yml", "README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"github\.(com|io)", text), name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```python\n1 / 0\n```\n", "docs/chapter.md:6: the snippet fails"),
        ('```python title="a"\n1\n```\n', "docs/chapter.md:6: the fence"),
        ("$\\foo$\n", "docs/chapter.md:6: "),
        ("[gone](gone.md)\n", "gone.md"),
        ("[gone][nnbook.gone]\n", "nnbook.gone"),
        ("[gone](index.md#gone)\n", "#gone"),
    ],
    ids=["failing snippet", "attribute", "formula", "page", "API name", "anchor"],
)
def test_bad_page_stops_the_build(tmp_path: Path, text: str, message: str) -> None:
    front = "---\ntitle: Bad\ndescription: Bad.\n---\n\n"
    pages = {"index.md": PAGES["index.md"], "chapter.md": front + text}
    _write(tmp_path, pages)
    done = _mkdocs(tmp_path, "site")
    assert done.returncode != 0
    assert message in done.stderr


def test_zensical_builds_the_same_book(book: Path) -> None:
    pytest.importorskip("zensical", reason="NO ZENSICAL, so it was NOT tested")
    done = _build(book, "zensical", "build", "--clean")
    assert done.returncode == 0, done.stderr + done.stdout
    _assert_complete(book)
