import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import nnbook as nn

MODULES = sorted(
    module.name.removeprefix("nnbook.")
    for module in pkgutil.walk_packages(nn.__path__, "nnbook.")
)
# What a reader imports from: the packages and modules, not the files in a package,
# nor what `training` and `callbacks` hand on.
PUBLIC = [
    name for name in MODULES if name[0] != "_" and "." not in name and name != "run"
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name, tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)  # some write files
    if name == "parallel":
        request.getfixturevalue("mpiexec")
    module = importlib.import_module(f"nnbook.{name}")
    result = doctest.testmod(module, extraglobs={"nn": nn, "np": np})
    assert result.failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    with_examples = {
        name
        for name in MODULES
        for test in finder.find(importlib.import_module(f"nnbook.{name}"))
        if test.examples
    }
    assert {
        "losses.classification",
        "network.network",
        "optimizers.adam",
    } <= with_examples
    assert {"softmax", "training"} <= with_examples


@pytest.mark.parametrize("name", nn.__all__)
def test_every_public_name_is_documented_and_exported_by_its_module(name):
    value = getattr(nn, name)
    assert inspect.getdoc(value)
    if inspect.ismodule(value):
        assert value.__all__
    elif isinstance(value, nn.Activation):
        assert name in importlib.import_module("nnbook.activations").__all__
    else:
        modules = [importlib.import_module(f"nnbook.{name}") for name in PUBLIC]
        lists = [m.__all__ for m in modules if getattr(m, name, None) is value]
        assert sum(name in names for names in lists) == 1


@pytest.mark.parametrize("module", PUBLIC)
def test_every_exported_name_exists(module):
    members = importlib.import_module(f"nnbook.{module}")
    for name in members.__all__:
        assert hasattr(members, name)


def test_dir_lists_the_public_names_and_nothing_else_is_found():
    assert dir(nn) == sorted(nn.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Densee'"):
        _ = nn.Densee
