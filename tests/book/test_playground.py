"""What the playground's page says of its stories is what they do."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from bookkit.pages import ROOT, snippets
from bookkit.playground import snippet
from bookkit.playground.session import Session
from bookkit.playground.settings import Settings

PAGE = ROOT / "docs" / "playground.md"
TEXT = PAGE.read_text(encoding="utf-8")
STORIES = dict(re.findall(r'^### .* \{#([\w-]+) data-play="(.*)"\}$', TEXT, re.M))


def _run(story: str, steps: int, also: str = "") -> Session:
    session = Session(Settings.parse(STORIES[story] + also))
    session.advance(steps, math.inf)
    assert session.error is None
    return session


def test_the_still_shows_where_the_first_settings_lead() -> None:
    (fence,) = snippets(PAGE)
    code = snippet.setup(Settings()) + "\n" + snippet.loop(Settings(), "range(600)")
    for part in code.split("\n\n"):
        assert part.strip() in fence.code


@pytest.mark.parametrize("story", STORIES)
def test_each_story_is_told_by_a_chapter_that_leads_to_it(story: str) -> None:
    told = TEXT.partition(f"{{#{story} ")[2].partition("\n### ")[0]
    (chapter,) = re.findall(r"\]\(([\w/-]+\.md)", told)
    text = (ROOT / "docs" / chapter).read_text(encoding="utf-8")
    assert f"../playground.md#{story})" in text


def test_without_bias_a_line_goes_through_the_origin() -> None:
    without, with_one = (
        _run("bias-switched-off", 500, bias).frame() for bias in ("", "&bias=0")
    )
    assert without["score"] == pytest.approx(0.75, abs=0.01)
    assert with_one["score"] == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize("story", ["zeros-as-a-start", "a-dead-relu-layer"])
def test_no_gradient_comes_through(story: str) -> None:
    session = _run(story, 0)
    for _ in range(20):
        session.advance(10, math.inf)
        frame = session.frame()
        assert frame["norms"][0] == 0
        assert frame["loss"] == pytest.approx(math.log(3), abs=5e-4)


def test_a_dead_layer_that_begins_higher_is_not_dead() -> None:
    for bias in ("-1", "0"):
        assert _run("a-dead-relu-layer", 300, f"&bias={bias}").frame()["loss"] < 0.9


def test_the_largest_stable_rate_is_two_over_the_curvature() -> None:
    story = "beyond-the-largest-stable-rate"
    session = _run(story, 1)
    X = np.column_stack([session.X, np.ones(len(session.X))])
    (*_, curvature) = np.linalg.eigvalsh(2 * X.T @ X / len(X))
    assert f"$L = {curvature:.2f}$" in TEXT
    assert f"$2/L = {2 / curvature:.2f}$" in TEXT
    assert _run(story, 300).frame()["loss"] > 1e6
    assert _run(story, 300, "&rate=0.95").frame()["loss"] < 1e-6


@pytest.mark.parametrize(("seed", "loss"), [(2, 0.35), (7, 0.48), (1, 0.69), (0, 0)])
def test_two_relus_seldom_find_exclusive_or(seed: int, loss: float) -> None:
    frame = _run("xor-with-two-units", 2000, f"&seed={seed}").frame()
    assert frame["loss"] == pytest.approx(loss, abs=0.005)
    wide = _run("xor-with-two-units", 1000, f"&seed={seed}&layers=8").frame()
    assert wide["score"] == 1
