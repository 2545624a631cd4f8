"""What an experiment writes is what a snippet reads."""

import importlib
import json
import os
import platform
import re

import numpy as np
import pytest

import nnbook as nn
from experiments import _record
from experiments._record import write_recorded

FACTS = {"description": "Made up.", "command": "python experiments/made_up.py"}


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(_record, "FOLDER", tmp_path)
    reading = importlib.import_module("nnbook.recorded")
    monkeypatch.setattr(reading, "_FOLDER", tmp_path)
    return tmp_path


def test_it_is_written_where_it_is_read():
    assert importlib.import_module("nnbook.recorded")._FOLDER == _record.FOLDER


def test_what_is_written_can_be_read(folder):
    data = {
        "rates": np.array([0.1, 0.2], np.float64),
        "counts": np.arange(4).reshape(2, 2),
        "best": np.float32(0.5),
        "runs": [{"seed": 0, "converged": True}, None, ("a", 1e-300)],
    }
    write_recorded("made_up", data, seeds=range(3), packages=["pytest"], **FACTS)
    result = nn.recorded("made_up")
    assert result.data == {
        "rates": [0.1, 0.2],
        "counts": [[0, 1], [2, 3]],
        "best": 0.5,
        "runs": [{"seed": 0, "converged": True}, None, ["a", 1e-300]],
    }
    assert result.name == "made_up"
    assert result.seeds == [0, 1, 2]
    assert result.description == "Made up."
    assert result.command == "python experiments/made_up.py"
    assert result.versions["python"] == platform.python_version()
    assert result.versions["numpy"] == np.__version__
    assert result.versions["pytest"] == pytest.__version__
    assert set(result.machine) == {"cpu", "cores"}
    assert result.machine["cores"] == os.cpu_count()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", result.date)


def test_the_file_is_json_that_compares_well(folder):
    data = {"x": [1, 2, 3], "matrix": [[1, 2], [3, 4]], "empty": [], "none": {}}
    path = write_recorded("made_up", data, **FACTS)
    text = path.read_text(encoding="utf-8")
    write_recorded("made_up", data, **FACTS)
    assert path.read_text(encoding="utf-8") == text
    assert json.loads(text)["data"] == data
    assert '    "x": [1, 2, 3],\n' in text
    assert '    "matrix": [\n      [1, 2],\n      [3, 4]\n    ],\n' in text
    assert text.endswith("}\n")


def test_the_file_names_no_host_and_no_path(folder):
    text = write_recorded("made_up", [1], **FACTS).read_text(encoding="utf-8")
    assert platform.node() not in text
    assert os.getcwd() not in text


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"name": "../up"}, ValueError, "lower-case letters"),
        ({"name": "Race"}, ValueError, "lower-case letters"),
        ({"name": 3}, ValueError, "lower-case letters"),
        ({"data": {"loss": [1.0, np.nan]}}, ValueError, r"data\['loss'\]\[1\] is nan"),
        ({"data": np.array([np.inf])}, ValueError, r"data\[0\] is inf"),
        ({"data": {1: 2}}, TypeError, "the key 1; expected texts"),
        ({"data": [object()]}, TypeError, r"data\[0\] is <object"),
        ({"data": 1j}, TypeError, "data is 1j"),
        ({"seeds": [0, -1]}, ValueError, "seed is -1"),
        ({"packages": ["no-such"]}, ValueError, "'no-such', which is not installed"),
        ({"seeds": [0.5]}, TypeError, "whole number"),
        ({"data": "/home/me/mnist"}, ValueError, "absolute path '/home/me/mnist'"),
        ({"command": r"C:\book\run.py"}, ValueError, "absolute path"),
    ],
)
def test_bad_input(folder, arguments, error, message):
    with pytest.raises(error, match=message):
        write_recorded(**{"name": "made_up", "data": 1, **FACTS, **arguments})
    assert not list(folder.iterdir())


def test_the_processor_is_named_where_there_is_no_proc(monkeypatch):
    def unreadable(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(_record.Path, "read_text", unreadable)
    monkeypatch.setattr(_record.platform, "processor", lambda: "")
    assert _record._cpu_model() == platform.machine()
    monkeypatch.setattr(_record.platform, "processor", lambda: "a processor")
    assert _record._cpu_model() == "a processor"
