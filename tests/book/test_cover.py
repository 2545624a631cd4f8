"""What the cover says is what the pages say."""

from __future__ import annotations

import re

import pytest
import yaml

import nnbook as nn
from bookkit.chapters import chapters
from bookkit.pages import ROOT, snippets

COVER = (ROOT / "docs/index.md").read_text(encoding="utf-8")
QUESTIONS = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([\w/-]+\.md)(?:#[\w-]+)?\)")


def _section(heading: str) -> str:
    (text,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", COVER, re.M | re.S)
    return text


def _outputs(page: str) -> str:
    fences = snippets(ROOT / "docs" / page)
    return "\n".join(fence.output.code for fence in fences if fence.output)


def test_cover_asks_six_questions_and_the_rest_stands_on_its_own_page() -> None:
    asked = re.findall(
        r"^\[\*\*(.*?\?)\*\*", _section("Six questions to begin with"), re.M
    )
    assert len(asked) == 6
    assert "](questions.md)" in COVER
    assert len(re.findall(r"^- \[.*?\?\]\(", QUESTIONS, re.M)) >= 48


@pytest.mark.parametrize("text", [COVER, QUESTIONS], ids=["cover", "questions"])
def test_every_chapter_can_be_reached(text: str) -> None:
    linked = set(LINK.findall(text))
    assert {chapter.path for chapter in chapters().values()} <= linked


def test_every_part_has_a_picture() -> None:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nav = yaml.safe_load(config[config.index("\nnav:\n") :])["nav"]
    parts = [name for entry in nav if isinstance(entry, dict) for name in entry]
    drawn = re.findall(r"^### (.*)\n\n<!-- figure first: ", COVER, re.M)
    assert drawn == [part for part in parts if part != "Reference"]


def test_findings_are_those_of_the_pages() -> None:
    findings = _section("Three findings that surprise experts")
    assert findings.count("{: .nb-number }") == 3

    bugs = dict(
        re.findall(
            r"^(.*?) +error.*accuracy (.*)$",
            _outputs("loss/checking-gradients.md"),
            re.M,
        )
    )
    wrong, right = (float(bugs[name]) for name in ("sigmoid's slope", "no bug"))
    assert f"**{wrong:.0%}**".replace("%", "&nbsp;%") in findings
    assert f"it gets {right:.0%}".replace("%", "&nbsp;%") in findings

    race = nn.recorded("optimizers_race").data
    steps = race["surfaces"]["ravine"]["AdaGrad"]["steps"]
    turned = steps[race["degrees"].index(45)]
    assert f"**{steps[0]} steps, or {turned}**" in findings

    floors = re.findall(
        r"^0\.\d+ +(\S+e\S+) +\S+ +(\S+e\S+) +\S+$",
        _outputs("decay/noise-floor.md"),
        re.M,
    )
    (drawn, shuffled), (halved, eighth) = (map(float, row) for row in floors[1:3])
    assert drawn / halved == pytest.approx(2, rel=0.1)
    assert shuffled / eighth == pytest.approx(8, rel=0.1)
