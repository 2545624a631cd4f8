"""Figures whose numbers can be turned."""

import sys
import types

import pytest

import nnbook as nn


@pytest.fixture
def drawn():
    """A function with arguments of each kind, and what it was asked to draw."""
    calls = []

    def draw(slope=1.0, units=2, rate=0.1, name="relu", noisy=False):
        calls.append((slope, units, rate, name, noisy))

    draw.calls = calls
    return draw


CONTROLS = {
    "slope": (-1, 2, 0.1),
    "units": (1, 8),
    "rate": [0.01, 0.1, 1.0],
    "name": ["relu", "tanh"],
    "noisy": bool,
}


def test_in_plain_python_the_figure_is_drawn_once(drawn):
    interaction = nn.interact(drawn, **CONTROLS)
    assert drawn.calls == [(1.0, 2, 0.1, "relu", False)]
    interaction.draw(units=5, noisy=True)
    assert drawn.calls[1:] == [(1.0, 5, 0.1, "relu", True)]
    assert nn.Interaction.latest is interaction


def test_controls_say_what_the_reader_can_choose(drawn):
    controls = {c.name: c for c in nn.interact(drawn, **CONTROLS).controls}
    assert [c.kind for c in controls.values()] == [
        *("slider", "slider", "slider"),
        *("menu", "checkbox"),
    ]
    assert controls["units"].choices == tuple(range(1, 9))
    assert controls["noisy"].choices == (False, True)
    # Numbers as one writes them, and the default is one of them.
    assert controls["slope"].choices[-4:] == (1.7, 1.8, 1.9, 2.0)
    assert controls["slope"].value in controls["slope"].choices


@pytest.mark.parametrize(
    ("controls", "error", "words"),
    [
        ({"bias": (0, 1)}, TypeError, "no argument 'bias' with a default"),
        ({"slope": (2, 3, 0.5)}, ValueError, "default of 'slope' is 1.0.*2.0, 2.5"),
        ({"slope": (2.0, 3.0)}, ValueError, r"\(low, high, step\)"),
        ({"slope": (3, 2, 1)}, ValueError, r"\(low, high, step\)"),
        ({"slope": (0, 2, 0)}, ValueError, r"\(low, high, step\)"),
        ({"name": []}, ValueError, "not understood"),
        ({"name": "relu"}, ValueError, "not understood"),
        ({"noisy": True}, ValueError, "not understood.*bool"),
        ({"units": (1,)}, ValueError, "not understood"),
    ],
)
def test_a_control_that_is_none_is_refused_by_name(drawn, controls, error, words):
    with pytest.raises(error, match=words):
        nn.interact(drawn, **controls)
    assert drawn.calls == []


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match="expected a function that draws"):
        nn.interact(3)


def test_an_unknown_control_is_named(drawn):
    with pytest.raises(TypeError, match=r"no control 'bias'.*slope, units"):
        nn.interact(drawn, **CONTROLS).draw(bias=1)


def test_a_notebook_gets_widgets(drawn, monkeypatch):
    ipywidgets = pytest.importorskip("ipywidgets")
    shell = types.SimpleNamespace(kernel=object())
    there = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", there)
    made = {}
    monkeypatch.setattr(
        ipywidgets, "interact", lambda function, **widgets: made.update(widgets)
    )
    nn.interact(drawn, **CONTROLS)
    assert made.keys() == CONTROLS.keys()
    assert made["rate"].value == 0.1
    assert made["rate"].options == (0.01, 0.1, 1.0)
    assert made["noisy"].value is False


def test_without_a_kernel_there_are_no_widgets(drawn, monkeypatch):
    there = types.SimpleNamespace(get_ipython=lambda: None)
    monkeypatch.setitem(sys.modules, "IPython", there)
    nn.interact(drawn, **CONTROLS)
    assert len(drawn.calls) == 1
