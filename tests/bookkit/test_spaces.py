"""A number and its sign stay on one line."""

from __future__ import annotations

import pytest
from markdown import Markdown

from bookkit.spaces import whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it reads 98 % of them", "it reads 98~% of them"),
        ("with ρ = 0.9 or x = −1", "with ρ~=~0.9 or x~=~−1"),
        ("a journal, pp. 211–217", "a journal, pp.~211–217"),
        ("the app. 3 of 4 = four", "the app. 3 of 4 = four"),
    ],
)
def test_a_number_keeps_what_belongs_to_it(text: str, shown: str) -> None:
    assert whole(text) == shown.replace("~", "\u00a0")


def test_code_and_formulas_stay_as_they_are() -> None:
    md = Markdown(
        extensions=["pymdownx.arithmatex", "bookkit.spaces"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    html = md.convert("*At 5 %* `x = 1` and 7 %, $y = 2$.\n\n    z = 3\n")
    assert html.count("\u00a0") == 2
    assert "<code>x = 1</code> and 7\u00a0%" in html
