"""Formulas become MathML while the site is built."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import markdown
import pytest

from bookkit.font import CHARACTERS
from bookkit.formulas import FormulaError, render
from bookkit.pages import ROOT, sources


def test_formula_becomes_mathml_for_eye_and_ear_and_nothing_else() -> None:
    text = render(r"\frac{\partial L}{\partial z} = p - y", False)
    assert ET.fromstring(text).tag == "math"
    assert "<mfrac>" in text
    assert "annotation" not in text
    # KaTeX needed 44 elements in 2600 bytes for it.
    assert text.count("</") < 20
    assert len(text) < 400


def test_display_is_told_apart() -> None:
    assert 'display="block"' in render("x^2", True)
    assert 'display="block"' not in render("x^2", False)


@pytest.mark.parametrize("tex", [r"\foo", r"\frac{1}", "x_", "{", "é", r"\text{a}}"])
def test_bad_formula_is_an_error_that_shows_it(tex: str) -> None:
    with pytest.raises(FormulaError, match="in the formula:") as caught:
        render(tex, False)
    assert tex in str(caught.value)


def test_matrices_and_aligned_lines_are_understood() -> None:
    render(
        r"\begin{aligned} &\begin{pmatrix} 1 & 2 \end{pmatrix} \\ &= b \end{aligned}",
        True,
    )
    render(r"\begin{cases} 1 & i = j \\ 0 & \text{else} \end{cases}", True)


@pytest.mark.parametrize(
    ("tex", "lines"),
    [
        ("a = b + c", ["a=", "b+", "c"]),
        # Neither a bracket nor an operator stands alone at the end of a line.
        (r"f(x) = \bigl(a\bigr) b", ["f(x)=", "(a)b"]),
        (r"1 + \dots + n", ["1+⋯+", "n"]),
        # What stands on top of one another stays there.
        (r"\frac{f(x)}{g(x)} = \sqrt{h(x) - k(x)}", ["f(x)g(x)=", "h(x)−k(x)"]),
    ],
)
def test_formula_in_a_line_breaks_behind_its_operators(
    tex: str, lines: list[str]
) -> None:
    rows = ET.fromstring(render(tex, False))
    assert ["".join(row.itertext()) for row in rows] == lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("of $x$, and", "of |x,| and"),
        ("of $a = b$, and", "of |a=|b,| and"),
        ("($a = b$) is", "|(a=|b)| is"),
        ("the $n$th\nterm", "the |nth|\nterm"),
        ("the $k$-means term", "the |k|-means term"),
        ("**$x$**, $y$", "|x|, |y|"),
    ],
)
def test_neighbours_cling_to_a_formula(text: str, shown: str) -> None:
    extensions = ["pymdownx.arithmatex", "bookkit.formulas"]
    page = markdown.markdown(
        text,
        extensions=extensions,
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    page = re.sub("</mrow><mrow>|</?math>", "|", page)
    assert html.unescape(re.sub("<[^>]*>", "", page)) == shown


def test_font_has_the_characters_of_all_formulas() -> None:
    known = {c for first, last in CHARACTERS for c in range(first, last + 1)}
    used = set()
    for path in sources():
        prose = re.sub(r"```.*?```|`[^`]*`", "", path.read_text("utf-8"), flags=re.S)
        for double, single in re.findall(r"\$\$(.+?)\$\$|\$([^$]+?)\$", prose, re.S):
            text = render((double or single).strip(), bool(double))
            used |= set(html.unescape(re.sub("<[^>]*>", "", text)))
    assert len(used) > 100
    assert {c for c in used if ord(c) not in known} == set()


def test_two_hundred_formulas_take_little_time() -> None:
    start = time.perf_counter()
    for i in range(200):
        render(
            rf"\sum_{{k=1}}^{{{i}}} \frac{{e^{{z_k}}}}{{\operatorname{{max}}(x, {i})}}",
            True,
        )
    seconds = time.perf_counter() - start
    print(f"200 formulas in {seconds:.2f} s")
    # A second where nothing else runs; this is for the machine that runs much else.
    assert seconds < 30


def test_engine_is_closed_before_the_interpreter_ends() -> None:
    code = """
import atexit

from bookkit import formulas

@atexit.register
def later():  # what is registered first runs last
    try:
        print(formulas._engine().eval("6 * 7"))
    except Exception as error:
        print(type(error).__name__)

formulas.render("x", False)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() not in ("", "42")
