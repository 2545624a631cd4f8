"""Hovers come from the glossary's page, once a page, and not in titles."""

from __future__ import annotations

import re

import pytest
from markdown import Markdown

from bookkit.glossary import PAGE, entries, hovers
from bookkit.pages import ROOT

TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
SOFTMAX = hovers(TEXT)["softmax"]


@pytest.mark.parametrize("names", entries(TEXT))
def test_each_entry_has_an_example_and_a_chapter(names: str) -> None:
    sentence = entries(TEXT)[names]
    assert re.search(r"\d|[²√]|: |such as|ten times", sentence), sentence
    # What a hover cannot show: links, formulas, code.
    assert not re.search(r"[$`\[\]]", sentence)
    written = re.search(rf"^{re.escape(names)}\n:   (.*)$", TEXT, re.MULTILINE)
    assert written
    assert re.search(r"\. \[[^\]]+\]\([^)]+\.md\)$", written[1])


def test_every_entry_has_a_hover_of_its_own() -> None:
    heads = re.findall(r"^(\w.*)\n:   ", TEXT, re.MULTILINE)
    assert list(entries(TEXT)) == heads == sorted(heads, key=str.lower)
    assert set(hovers(TEXT).values()) == set(entries(TEXT).values())
    for name in ("logit", "Logits", "score", "ReLU", "ReLUs", "P-value", "p-value"):
        assert name in hovers(TEXT)
    assert "reLU" not in hovers(TEXT)


def _marked(text: str, *extensions: str) -> list[str]:
    html = Markdown(
        extensions=[
            *("admonition", "attr_list", "def_list", "bookkit.glossary"),
            *extensions,
        ]
    ).convert(text)
    return re.findall(r"<abbr title=\"([^\"]*)\">", html)


def test_a_word_is_marked_where_it_first_stands() -> None:
    assert _marked("A softmax. Softmax, and softmaxes.\n\nThe softmax.") == [SOFTMAX]


def test_docstrings_are_not_marked_which_are_many_on_a_page() -> None:
    page = "A softmax."
    assert _marked(page) == [SOFTMAX]
    assert _marked(page, "bookkit.snippets") == []  # as no page of the book begins


@pytest.mark.parametrize(
    "text",
    [
        "# Softmax",
        "*On softmax*, a paper.",
        "[softmax](there)",
        "Softmax\n:   A word.",
        '!!! note "Why softmax?"\n    Text.',
        "Gives softmax\n{: .nb-about }",
        "`softmax`",
    ],
)
def test_no_word_is_marked_in_titles_links_and_code(text: str) -> None:
    assert _marked(text) == []
    assert _marked(f"{text}\n\nThe softmax.") == [SOFTMAX]
