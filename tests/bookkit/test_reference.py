"""Names of the library: all of them, in order, and links where code is a name."""

from __future__ import annotations

import re

import pytest
from markdown import Markdown

import nnbook as nn
from bookkit import snippets
from bookkit.names import nn_name
from bookkit.reference import entries, list_of_names


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("nnbook.optimizers.Adam.update", "nn.Adam.update"),
        ("nnbook.softmax.softmax", "nn.softmax"),
        ("nnbook.initializers.zeros", "nn.init.zeros"),
        ("nnbook.datasets.spiral", "nn.datasets.spiral"),
    ],
)
def test_a_name_is_given_as_a_reader_writes_it(path: str, name: str) -> None:
    assert nn_name(path) == name


def test_entries_are_what_their_names_stand_for() -> None:
    for name, entry in entries().items():
        thing = eval(name, {"nn": nn})
        described = type(thing) if isinstance(thing, nn.Activation) else thing
        assert entry.path == f"{described.__module__}.{described.__qualname__}"
        assert entry.summary, name
    assert {"nn.fit", "nn.relu", "nn.init.zeros", "nn.Network.predict"} <= set(
        entries()
    )


def test_code_that_is_a_name_leads_to_its_entry_but_not_in_chapters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    markdown = Markdown(extensions=["bookkit.snippets", "bookkit.reference"])
    text = "As `nn.Checkpoint`, but not `nn.Checkpoint(path)` or [`nn.fit`](there)."
    docstring = markdown.convert(text)
    assert docstring.count("autoref identifier=") == 1
    assert 'identifier="nnbook.callbacks.checkpoint.Checkpoint"' in docstring
    for page, links in {"docs/reference/x.md": 1, "docs/loss/x.md": 0}.items():
        monkeypatch.setattr(snippets, "locate", lambda _, page=page: (page, 1))
        assert markdown.reset().convert(text).count("autoref identifier=") == links


def test_the_list_of_names_has_a_heading_for_each_letter() -> None:
    markdown = Markdown(extensions=["bookkit.snippets", "bookkit.reference"])
    html = markdown.convert("<!-- names -->")
    assert html.startswith('<p><a href="#a">A</a> <a href="#b">B</a>')
    assert html.index("<h2>A</h2>") < html.index("nn.Adam") < html.index("<h2>B</h2>")


def test_the_list_of_names_says_each_name_once() -> None:
    names = re.compile(r"- \[`([\w.]+)`\]\[[\w.]+\] (.+)")
    entries = [found for line in list_of_names() if (found := names.fullmatch(line))]
    assert "nn.tanh" in [entry[1] for entry in entries]
    assert [entry[1] for entry in entries if entry[2].startswith(f"`{entry[1]}`")] == []
