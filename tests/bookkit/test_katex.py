"""Formulas become HTML and MathML while the site is built."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET

import pytest

from bookkit.katex import FormulaError, render


def test_formula_becomes_html_for_the_eye_and_mathml_for_the_ear() -> None:
    text = render(r"\frac{\partial L}{\partial z} = p - y", False)
    assert 'class="katex-html" aria-hidden="true"' in text
    assert "<math" in text
    assert r"\frac{\partial L}{\partial z} = p - y</annotation>" in text
    ET.fromstring(text)


def test_display_is_told_apart() -> None:
    assert "katex-display" in render("x^2", True)
    assert "katex-display" not in render("x^2", False)


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
