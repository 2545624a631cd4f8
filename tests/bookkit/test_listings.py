"""The library's own lines on a page are those of its files."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from html import escape

import pytest
from markdown import Markdown
from pymdownx.superfences import SuperFencesException

import nnbook as nn
from bookkit.listings import UnknownNameError, listing
from bookkit.pages import ROOT


def test_listing_is_the_source_without_docstrings() -> None:
    file, code = listing("nnbook.optimizers.Momentum")
    assert file == "nnbook/optimizers/descent.py"
    source = inspect.getsource(nn.Momentum)
    assert '"""' in source
    assert '"""' not in code
    rest = iter(source.splitlines())
    assert all(line in rest for line in code.splitlines()), "in the source's order"
    assert len(ast.parse(code).body[0].body) == len(ast.parse(source).body[0].body) - 1


def test_listing_of_a_method_begins_at_the_margin() -> None:
    _, code = listing("nnbook.softmax.softmax")
    assert code.startswith("def softmax(")
    _, code = listing("nnbook.optimizers.Optimizer.step")
    assert code.startswith("def step(self")
    assert textwrap.indent(code.splitlines()[-1], "    ") in inspect.getsource(
        nn.optimizers.Optimizer
    )


def test_a_method_whose_calls_are_checked_is_listed_as_written_and_where() -> None:
    file, code = listing("nnbook.losses.SoftmaxCrossEntropy.gradient")
    assert file == "nnbook/losses/classification.py"
    assert code.startswith("def gradient(self, predictions: Array, targets: Array)")


def test_one_listing_shows_several_parts_of_a_file_and_links_the_reference() -> None:
    markdown = Markdown(
        extensions=[
            *("pymdownx.superfences", "pymdownx.highlight", "attr_list"),
            *("bookkit.snippets", "bookkit.listings"),
        ]
    )
    html = markdown.convert(
        "<!-- source: nnbook.optimizers.SGD nnbook.optimizers.Momentum.__init__ -->\n\n"
        "[nnbook.optimizers.SGD]: /there"
    )
    assert html.count('<span class="filename">nnbook/optimizers/descent.py</span>') == 1
    assert html.index("SGD") < html.index("__init__")
    assert '<a href="/there"><code>nn.SGD</code> in the reference</a>' in html
    html = markdown.convert(
        "<!-- source: nnbook.optimizers.SGD nnbook.optimizers.Adam -->"
    )
    assert html.index("optimizers/descent.py") < html.index("optimizers/adam.py")


def test_listing_of_a_file_shows_all_of_it_and_what_it_printed() -> None:
    markdown = Markdown(
        extensions=[
            *("pymdownx.superfences", "pymdownx.highlight", "attr_list"),
            *("bookkit.snippets", "bookkit.listings"),
        ]
    )
    name = "experiments/frameworks/with_torch.py"
    html = markdown.convert(f"<!-- source: {name} -->")
    assert f'<span class="filename">{name}</span>' in html
    text = re.sub("<.*?>", "", html)
    for path in (ROOT / name, (ROOT / name).with_suffix(".txt")):
        assert escape(path.read_text(encoding="utf-8"), quote=False).strip() in text
    with pytest.raises(SuperFencesException, match=r"no file 'experiments/no\.py'"):
        markdown.convert("<!-- source: experiments/no.py -->")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nnbook.optimizers.Adma", "nnbook.optimizers has no 'Adma'"),
        ("nnbook.optimizers.Adam.updat", "nnbook.optimizers.Adam has no 'updat'"),
        ("nnbok.Adam", "Python has no 'nnbok'"),
        ("nnbook.__version__", "no source"),
    ],
)
def test_a_name_that_is_not_there_is_refused(name: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        listing(name)
