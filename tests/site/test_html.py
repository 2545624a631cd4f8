"""What every page of the built site holds, found from its HTML."""

from __future__ import annotations

import ast
import html
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pytest_codeblocks.main import extract_from_file

import nnbook as nn
from bookkit import pages

ROOT = pages.ROOT
DOCS = sorted((ROOT / "docs").rglob("*.md"))
VOID = {"img", "br", "hr", "input", "meta", "link", "source", "wbr", "col", "area"}


@dataclass
class Parsed(HTMLParser):
    """Snippets, outputs, figures and head of a page."""

    codes: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    unnamed_images: int = 0
    description: str = ""
    title: str = ""
    stack: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def inside(self, name: str) -> bool:
        return any(name in (tag, *classes.split()) for tag, classes in self.stack)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in pairs}
        if tag not in VOID:
            self.stack.append((tag, attrs.get("class", "")))
        if tag == "code" and self.inside("pre"):
            if self.inside("nb-cell") and not self.inside("nb-error"):
                self.codes.append("")
            elif self.inside("nb-output"):
                self.outputs.append("")
        elif tag == "svg" and self.inside("nb-figure"):
            named = attrs.get("role") == "img" and attrs.get("aria-label", "")
            self.figures.append((named or "", ""))
        elif tag == "img" and not attrs.get("alt"):
            self.unnamed_images += 1
        elif tag == "meta" and attrs.get("name") == "description":
            self.description = attrs["content"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.inside("pre") and self.inside("code"):
            if self.inside("nb-cell") and not self.inside("nb-error"):
                self.codes[-1] += data
            elif self.inside("nb-output"):
                self.outputs[-1] += data
        elif self.inside("figcaption") and self.figures:
            alt, caption = self.figures[-1]
            self.figures[-1] = alt, caption + data
        elif self.stack and self.stack[-1][0] == "title" and not self.inside("svg"):
            self.title += data


def _parsed(site: Path, source: Path) -> Parsed:
    name = source.relative_to(ROOT / "docs").with_suffix("")
    folder = name.parent if name.name == "index" else name
    page = Parsed()
    page.feed((site / folder / "index.html").read_text(encoding="utf-8"))
    return page


every_page = pytest.mark.parametrize(
    "source", DOCS, ids=lambda p: p.relative_to(ROOT / "docs").as_posix()
)


@every_page
def test_site_shows_the_code_that_pytest_runs(site: Path, source: Path) -> None:
    page = _parsed(site, source)
    shown = pages.snippets(source)
    assert [_text(code) for code in page.codes] == [_text(f.code) for f in shown]
    outputs = [_text(f.output.code) for f in shown if f.output]
    # Commands and listed programs have outputs, too.
    assert [o for o in map(_text, page.outputs) if o in outputs] == outputs

    # pytest-codeblocks drops the blank lines of indented fences; conftest.py does not.
    run = [b.code for b in extract_from_file(source) if b.syntax == "python"]
    assert [_without_blank(c) for c in page.codes] == [_without_blank(c) for c in run]


def _text(code: str) -> str:
    return code.strip("\n")


def _without_blank(code: str) -> list[str]:
    return [line for line in code.splitlines() if line.strip()]


@every_page
def test_site_names_each_figure_and_page(site: Path, source: Path) -> None:
    page = _parsed(site, source)
    assert page.title
    assert page.description
    assert not page.unnamed_images
    assert all(alt and caption.strip() for alt, caption in page.figures)


REFERENCES = [source for source in DOCS if "\n::: " in source.read_text("utf-8")]


@pytest.mark.parametrize("source", REFERENCES, ids=lambda p: p.stem)
def test_reference_unfolds_the_whole_code(site: Path, source: Path) -> None:
    page = (site / "reference" / source.stem / "index.html").read_text("utf-8")
    shown = "".join(html.unescape(re.sub("<[^>]*>", "", page)).split())
    for name in re.findall("^::: (.*)$", source.read_text("utf-8"), re.M):
        module = importlib.import_module(name)
        for public in module.__all__:
            member = getattr(module, public)
            if isinstance(member, nn.Activation):
                member = type(member)
            if inspect.isclass(member) or inspect.isfunction(member):
                assert _code(member) in shown, public


@pytest.mark.parametrize(
    ("page", "symbol", "helpers"),
    [
        ("schedules", "class CosineDecay", ["def cosine"]),
        ("optimizers", "class RMSProp", ["def average"]),
        ("layers", "class LayerNorm", ["class _Norm"]),
        ("activations", "class GELU(", ["class Gate", "def _normal_cdf"]),
        ("special", "def erf(", ["def erf_unchecked", "def erfc_positive"]),
        ("training", "def fit(", ["def train("]),
        ("estimators", "class NetworkClassifier", ["class NetworkEstimator"]),
    ],
)
def test_reference_unfolds_what_a_formula_leans_on(
    site: Path, page: str, symbol: str, helpers: list[str]
) -> None:
    text = (site / "reference" / page / "index.html").read_text("utf-8")
    folded = re.findall('<details class="mkdocstrings-source".*?</details>', text, re.S)
    codes = [html.unescape(re.sub("<[^>]*>", "", code)) for code in folded]
    (code,) = (
        code for code in codes if re.search(rf"\.py\s+{re.escape(symbol)}", code)
    )
    assert [helper for helper in helpers if helper not in code] == []
    assert "def _check_kinds" not in code


def _code(member: object) -> str:
    """Source without spaces and without the docstring, which is the text above it."""
    source = inspect.getsource(member)
    lines = source.splitlines()
    first = ast.parse(source).body[0].body[0]
    if inspect.getdoc(member) and isinstance(first, ast.Expr):
        del lines[first.lineno - 1 : first.end_lineno]
    return "".join("".join(lines).split())


def test_links_and_anchors_lead_somewhere(site: Path) -> None:
    lychee = Path(sys.executable).with_name("lychee")
    found = shutil.which(lychee) or shutil.which("lychee")
    if not found:
        pytest.skip("NO LYCHEE, so links and anchors were NOT tested")
    done = subprocess.run(
        [
            *(found, "--offline", "--include-fragments", "--no-progress"),
            *("--root-dir", str(site), "--index-files", "index.html"),
            # The page for wrong addresses does not know where it is.
            *("--exclude-path", "404.html", f"{site}/**/*.html"),
        ],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
