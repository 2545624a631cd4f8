"""No word of the glossary is used before a chapter has explained it.

An entry's link says which chapter explains the word. An earlier chapter may use it in
its unfolded prose where the paragraph of its first use gives the word in bold or
italics, with its meaning, which then holds for all chapters behind it, or links to
the chapter or the glossary, which holds for that chapter alone. The word's hover is not
enough: a reader of paper or of a phone does not see it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from unittest import mock

import pytest

from bookkit.chapters import chapters, contents, main_path
from bookkit.glossary import PAGE, forms, homes
from bookkit.pages import ROOT

DOCS = ROOT / "docs"
GLOSSARY_PAGE = PAGE.relative_to("docs").as_posix()
# Words in an everyday sense.
EVERYDAY = {
    "neuron/bias.md": {"Spread", "Temperature"},
    "loss/cross-entropy.md": {"Divergence"},
}
# What is not read as prose: headings and titles name what their section explains.
_ASIDE = re.compile(
    r"^ *#+ .*$|^ *(?:!!!|\?\?\?\+) .*$|^\*\*Sources\*\*[\s\S]*\Z"
    r"|`[^`\n]+`|\$[^$\n]+\$|^\{:.*\}$",
    re.MULTILINE,
)
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\](\([^)]*\)|\[[^\]]*\])")


def early(pages: dict[str, str], glossary: str) -> Iterator[tuple[str, str, str]]:
    """Page, word and paragraph of each use that comes too early.

    `pages` holds the chapters by their paths below `docs/`, in reading order; what no
    chapter explains counts as explained behind them all.
    """
    order = [*pages, *set(homes(glossary).values()).difference(pages)]
    explained: set[str] = set()
    for at, (path, text) in enumerate(pages.items()):
        paragraphs = _ASIDE.sub("", main_path(text)).split("\n\n")
        given = set()
        for names, home in homes(glossary).items():
            if names in explained or order.index(home) <= at:
                continue
            word = re.compile(rf"(?<![\w-])(?:{'|'.join(forms(names))})(?![\w-])")
            used = [p for p in paragraphs if word.search(_LINK.sub(r"\1", p))]
            if not used:
                continue
            if _is_given(used[0], word):
                given.add(names)
            elif not _is_linked(used[0], path, home, word):
                yield path, names, " ".join(used[0].split())
        explained |= given


def _is_given(paragraph: str, word: re.Pattern[str]) -> bool:
    return bool(re.search(rf"\*(?:{word.pattern})\*", paragraph))


def _is_linked(paragraph: str, path: str, home: str, word: re.Pattern[str]) -> bool:
    folder = posixpath.dirname(path)
    for text, target in _LINK.findall(paragraph):
        page = posixpath.join(folder, target.strip("()[]").partition("#")[0])
        if word.search(text) or posixpath.normpath(page) in (home, GLOSSARY_PAGE):
            return True
    return False


def test_no_chapter_uses_a_word_before_it_is_explained() -> None:
    read = {c.path: (DOCS / c.path).read_text("utf-8") for c in chapters().values()}
    found: dict[str, set[str]] = {}
    complaints = []
    for path, names, paragraph in early(read, (ROOT / PAGE).read_text("utf-8")):
        found.setdefault(path, set()).add(names)
        if names not in EVERYDAY.get(path, set()):
            complaints.append(
                f"{path} uses {names!r} before a chapter has explained it, and neither "
                f"says what it means nor links: {paragraph[:200]}"
            )
    assert complaints == []
    for path, listed in EVERYDAY.items():
        assert listed <= found.get(path, set()), f"the list says too much of {path}"


def test_the_page_that_explains_a_word_uses_it() -> None:
    known = {path for _, path in contents()}
    for names, home in homes((ROOT / PAGE).read_text(encoding="utf-8")).items():
        assert home in known, names
        if not home.startswith("reference/"):  # whose text stands in the code
            text = (DOCS / home).read_text(encoding="utf-8")
            assert re.search(rf"\b(?:{'|'.join(forms(names))})\b", text), names


GLOSSARY = """\
Softmax
:   Shares: (2, 0). [Softmax](../loss/softmax.md)
"""


@pytest.mark.parametrize(
    ("prose", "allowed"),
    [
        ("Take softmax.", False),
        ("## Softmax\n\nTake `softmax` and $softmax$.", True),
        ("??? question\n    Take softmax.\n", True),
        ('!!! example "Exercise"\n    ??? tip "Hint"\n        Take softmax.\n', True),
        ('!!! tip "To expect"\n    Take softmax.', False),
        ("**Softmax** means shares. Later: softmax.", True),
        ("Take softmax.\n\n**Softmax** means shares.", False),
        ("Take [softmax](../loss/softmax.md#why).", True),
        ("Take softmax ([explained later](../loss/softmax.md)).", True),
        ("Take softmax, as [above](first.md).", False),
        ("Take the [glossary's](../reference/glossary.md) softmax.", True),
        ("Take softmaxes.", False),
    ],
)
def test_an_early_use_wants_a_link_or_a_gloss(prose: str, allowed: bool) -> None:
    pages = {"a/first.md": prose, "loss/softmax.md": "Softmax is explained."}
    assert list(early(pages, GLOSSARY)) == (
        [] if allowed else [("a/first.md", "Softmax", mock.ANY)]
    )


def test_a_gloss_holds_for_later_chapters_and_a_link_does_not() -> None:
    later = {"b/second.md": "Take softmax.", "loss/softmax.md": ""}
    for first, fine in (("**softmax**", True), ("[softmax](c.md)", False)):
        pages = {"a/first.md": f"Take {first}.", **later}
        assert [path for path, *_ in early(pages, GLOSSARY)] == (
            [] if fine else ["b/second.md"]
        )
