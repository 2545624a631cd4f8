"""The results of experiments and benchmarks, as snippets read them."""

import importlib

import pytest

import nnbook as nn

# The name `nn.recorded` is the function's.
module = importlib.import_module("nnbook.recorded")
RECORD = """{
  "name": "made_up", "description": "Made up.", "command": "python -m made_up",
  "date": "2026-11-28", "seeds": [0, 1], "versions": {"numpy": "2.0.0"},
  "machine": {"cpu": "a processor", "cores": 2}, "data": {"x": [1, 2.5]}
}"""


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_FOLDER", tmp_path)
    return tmp_path


def test_a_record_says_what_was_measured_and_how(folder):
    (folder / "made_up.json").write_text(RECORD, encoding="utf-8")
    assert nn.recorded("made_up") == module.Recorded(
        name="made_up",
        description="Made up.",
        command="python -m made_up",
        date="2026-11-28",
        seeds=[0, 1],
        versions={"numpy": "2.0.0"},
        machine={"cpu": "a processor", "cores": 2},
        data={"x": [1, 2.5]},
    )


def test_unknown_name_lists_the_known_ones(folder):
    for name in ("second", "first"):
        (folder / f"{name}.json").write_text(RECORD, encoding="utf-8")
    with pytest.raises(ValueError, match="'third'; expected one of first, second"):
        nn.recorded("third")


def test_every_record_of_the_package_can_be_read():
    for path in module._FOLDER.glob("*.json"):
        assert nn.recorded(path.stem).name == path.stem


@pytest.mark.parametrize("name", [None, "", 3, "../recorded"])
def test_bad_name(folder, name):
    with pytest.raises(ValueError, match="expected one of"):
        nn.recorded(name)
