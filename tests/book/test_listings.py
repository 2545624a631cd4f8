"""Every optimizer's own lines stand on a page, and no page prints them as output."""

import re

import pytest

import nnbook as nn
from bookkit.pages import ROOT, snippets, sources

OPTIMIZERS = [
    *(nn.SGD, nn.Momentum, nn.Nesterov, nn.AdaGrad, nn.RMSProp, nn.AdaDelta),
    *(nn.Adam, nn.AdaMax, nn.Nadam, nn.AMSGrad, nn.AdamW),
]


@pytest.fixture(scope="module")
def listed():
    pages = sorted((ROOT / "docs" / "optimizers").glob("*.md"))
    texts = [page.read_text(encoding="utf-8") for page in pages]
    names = re.findall(r"<!-- source: (.*) -->", "\n".join(texts))
    return {name.removeprefix("nnbook.optimizers.") for name in " ".join(names).split()}


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: o.__name__)
def test_a_page_lists_the_lines_that_make_the_optimizer(optimizer, listed):
    own = {f"{optimizer.__name__}.{name}" for name in vars(optimizer)}
    assert own & listed, f"no listing of nn.{optimizer.__name__}'s own methods"


@pytest.mark.parametrize("page", sources(), ids=lambda p: p.stem)
def test_source_is_listed_not_printed(page):
    for fence in snippets(page):
        assert "getsource" not in fence.code, f"{page}:{fence.line}"
