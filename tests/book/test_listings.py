"""Every optimizer's own lines are printed on a page, by the page's own snippet.

A snippet prints them with `inspect.getsource`, and its expected output is asserted, so
page and library cannot differ; here only that none is missing.
"""

import inspect
import textwrap

import pytest

import nnbook as nn
from bookkit.pages import ROOT, snippets

OPTIMIZERS = [
    *(nn.SGD, nn.Momentum, nn.Nesterov, nn.AdaGrad, nn.RMSProp, nn.AdaDelta),
    *(nn.Adam, nn.AdaMax, nn.Nadam, nn.AMSGrad, nn.AdamW),
]


@pytest.fixture(scope="module")
def outputs():
    pages = sorted((ROOT / "docs" / "optimizers").glob("*.md"))
    return [
        textwrap.dedent(fence.output.code)
        for page in pages
        for fence in snippets(page)
        if fence.output
    ]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: o.__name__)
def test_a_page_prints_the_lines_that_make_the_optimizer(optimizer, outputs):
    own = [name for name in vars(optimizer) if name in ("_update", "_second", "_decay")]
    method = "_update" if "_update" in own else own[0]
    source = textwrap.dedent(inspect.getsource(getattr(optimizer, method))).strip()
    assert any(source in output for output in outputs), (
        f"no page under docs/optimizers prints the source of "
        f"nn.{optimizer.__name__}.{method}"
    )
