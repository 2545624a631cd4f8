"""The reference: every name in its order, headed, linked, with examples that run."""

from __future__ import annotations

import doctest
import html
import importlib
import inspect
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import nnbook as nn
from bookkit.pages import ROOT

PAGES = {
    path.stem: match[1]
    for path in sorted((ROOT / "docs/reference").glob("*.md"))
    if (match := re.search(r"^::: (\S+)$", path.read_text("utf-8"), re.M))
}
every_page = pytest.mark.parametrize("stem", PAGES)


def _html(site: Path, stem: str) -> str:
    return (site / "reference" / stem / "index.html").read_text(encoding="utf-8")


def _text(markup: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", markup))


def _documented(module: str) -> list[tuple[str, object]]:
    """Public names with the class or function that describes them."""
    home = importlib.import_module(module)
    things = [(name, getattr(home, name)) for name in home.__all__]
    described = [
        (name, type(thing) if isinstance(thing, nn.Activation) else thing)
        for name, thing in things
    ]
    return [
        (name, thing)
        for name, thing in described
        if inspect.isclass(thing) or inspect.isfunction(thing)
    ]


@every_page
def test_a_page_holds_what_its_package_hands_on_in_that_order(
    site: Path, stem: str
) -> None:
    found = re.findall(rf'<h2 id="{PAGES[stem]}\.(\w+)"', _html(site, stem))
    assert found == [thing.__name__ for _, thing in _documented(PAGES[stem])]


@every_page
def test_properties_and_methods_are_named_with_their_class(
    site: Path, stem: str
) -> None:
    headings = re.findall(r'<h3 id="nnbook.*?</h3>', _html(site, stem), re.S)
    names = [_text(heading).split()[0] for heading in headings]
    assert [
        name for name in names if not re.fullmatch(r"(nn\.)?\w+(\.\w+)+", name)
    ] == []


@every_page
def test_headings_say_what_a_reader_writes(site: Path, stem: str) -> None:
    headings = re.findall(r'<h2 id="nnbook.*?</h2>', _html(site, stem), re.S)
    for heading, (name, _) in zip(headings, _documented(PAGES[stem]), strict=True):
        written = _text(heading).split()[0]
        if name == "Recorded":  # what `nn.recorded` gives; nobody writes its name
            assert written == name
            continue
        assert written.endswith(f".{name}")
        assert eval(written, {"nn": nn}) is getattr(
            importlib.import_module(PAGES[stem]), name
        )


@every_page
def test_examples_run_as_they_are_copied(
    site: Path,
    stem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if stem == "parallel":
        request.getfixturevalue("mpiexec")
    monkeypatch.chdir(tmp_path)
    sessions = re.findall(r'<div class="nb-session">.*?</pre>', _html(site, stem), re.S)
    assert sessions or stem in ("recorded", "plots")
    runner = doctest.DocTestRunner(verbose=False)
    for session in sessions:
        examples = doctest.DocTestParser().get_doctest(
            _text(session), {}, stem, None, None
        )
        runner.run(examples)
    assert runner.summarize(verbose=False).failed == 0


@every_page
def test_every_class_and_function_says_what_to_see_also(site: Path, stem: str) -> None:
    page = _html(site, stem)
    parts = re.split(r'<h2 id="', page)[1:]
    alone = [part.split('"')[0] for part in parts if "See also:" not in part]
    # Those that stand alone in their file, and that no chapter names.
    assert len(alone) <= 1, alone


def test_inherited_methods_are_named_where_they_are_used(site: Path) -> None:
    entries = re.split(r'<h2 id="', _html(site, "optimizers"))
    (part,) = (e for e in entries if e.startswith('nnbook.optimizers.Adam"'))
    (inherited,) = re.findall(r'<p class="nb-inherited">.*?</p>', part, re.S)
    assert 'href="#nnbook.optimizers.Optimizer.step"' in inherited


@pytest.mark.parametrize(
    ("stem", "target", "shown"),
    [
        ("optimizers", "../#nnbook.optimizers.base.LearningRate", "LearningRate"),
        ("training", "../callbacks/#nnbook.callbacks.Checkpoint", "nn.Checkpoint"),
        ("callbacks", "../#nnbook.run.Progress", "Progress"),
        ("layers", "../#nnbook._types.Array", "Array"),
    ],
)
def test_types_and_names_lead_to_their_entries(
    site: Path, stem: str, target: str, shown: str
) -> None:
    links = re.findall(
        rf'<a [^>]*href="{re.escape(target)}"[^>]*>(.*?)</a>', _html(site, stem)
    )
    assert shown in [_text(link) for link in links]


def test_names_from_a_to_z_lead_to_every_entry(page: Page, address: str) -> None:
    page.goto(f"{address}reference/names/")
    links = page.locator("article li a code")
    found = links.all_text_contents()
    last = [name.rpartition(".")[2].lower() for name in found]
    assert last == sorted(last)
    spaces = [n for n in nn.__all__ if inspect.ismodule(getattr(nn, n))]
    names = {f"nn.{name}" for name in nn.__all__ if name not in spaces}
    assert names <= set(found)
    assert {f"nn.{s}." for s in spaces} <= {n[: n.rfind(".") + 1] for n in found}
    links.nth(found.index("nn.fit")).click()
    expect(page.locator("h2:target")).to_contain_text("nn.fit")


def test_a_session_is_copied_without_prompts_and_output(
    page: Page, address: str
) -> None:
    page.goto(f"{address}reference/activations/")
    page.locator(".nb-session .nb-copy").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "import nnbook as nn\nnn.relu([-1.0, 2.0])\nnn.relu.derivative([-1.0, 2.0])\n"
    )


def test_no_hover_repeats_the_name_of_a_type(site: Path) -> None:
    for path in site.glob("reference/*/index.html"):
        assert "<span title=" not in path.read_text(encoding="utf-8"), path
