"""The playground's Python: what a page does with it, in plain CPython."""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

import nnbook as nn
from bookkit import playground
from bookkit.playground.choices import CONTROLS, OPTIMIZERS
from bookkit.playground.formula import FUNCTIONS, as_numpy
from bookkit.playground.rules import RULES, number
from bookkit.playground.session import SIDE, Session
from bookkit.playground.settings import Settings

POINTS = "0.1,0.2,0,-0.5,0.4,1,0.3,-0.8,1,-0.2,-0.3,0,0.7,0.7,2"
RUNS = 30
# Each snippet in a namespace of its own, as its only text.
RUN_ALL = """
import contextlib, io, json, sys
for code in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    print(json.dumps(out.getvalue()))
"""


def _random_address(rng: np.random.Generator) -> str:
    """Any settings that a reader can choose; those that seldom diverge."""
    chosen = {
        control.name: rng.choice([value for value, _ in control.choices])
        for control in CONTROLS
        if control.kind == "menu"
    }
    chosen |= {
        "formula": "sin(3*x)/2 + 0.1*x^2 - 0.1",
        "noise": round(rng.uniform(0, 0.5), 2),
        "layers": ",".join(map(str, rng.integers(1, 9, rng.integers(0, 4)))),
        "rate": rng.choice([0.001, 0.01, 0.1]),
        "strength": rng.choice([0.0001, 0.01]),
        "seed": rng.integers(100),
        "points": POINTS,
    }
    return urlencode(chosen)


def test_the_shown_code_prints_what_the_page_says_and_the_saved_network_opens(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(0)
    codes, said = [], []
    for i in range(RUNS):
        address = _random_address(rng)
        begun = playground.start(address)
        assert "error" not in begun, address
        frame = playground.advance(int(rng.integers(1, 80)), 1e9, None)
        assert not frame["error"], address
        told = playground.code()
        codes.append(told["code"])
        said.append(told["prints"])
        name = "r2" if begun["regression"] else "accuracy"
        numbers = f"loss {frame['loss']:.4g}, {name} {frame['score']:.4g}"
        assert told["prints"] == f"{numbers}\n"
        path = tmp_path / f"{i}.safetensors"
        path.write_bytes(playground.weights())
        network, session = nn.load(path), playground._session
        assert session is not None
        assert (network.predict(session.X) == session.network.predict(session.X)).all()
        assert network.evaluate(session.X, session.y)["loss"] == frame["loss"]
        assert max(map(len, codes[-1].splitlines())) <= 76
    command = [sys.executable, "-W", "error", "-c", RUN_ALL]
    done = subprocess.run(
        command, input=json.dumps(codes), capture_output=True, text=True, check=True
    )
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert printed == said


def test_an_address_gives_the_same_run_again() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        settings = Settings.parse(_random_address(rng))
        again = Settings.parse(settings.address())
        assert again == settings
    assert Settings().address() == ""


def test_steps_one_by_one_are_those_of_one_go() -> None:
    whole, parts = Session(Settings(batch="32")), Session(Settings(batch="32"))
    whole.advance(37, math.inf)
    for steps in (1, 11, 25):
        parts.advance(steps, math.inf)
        parts.frame()
        parts.weight(0, 0, 0)
    assert (whole.network.params == parts.network.params).all()


def test_a_run_is_that_of_fit() -> None:
    session = Session(Settings(batch="32", regularizer="L2", optimizer="Momentum"))
    epochs = 3
    session.advance(10 * epochs, math.inf)
    X, y = nn.datasets.spiral()
    network = nn.mlp([2, 8, 3], nn.tanh, dtype=np.float64)
    options: dict[str, Any] = {
        "loss": nn.SoftmaxCrossEntropy(),
        "optimizer": nn.Momentum(0.02),
        "regularizer": nn.L2(0.001),
    }
    nn.fit(network, X, y, epochs=epochs, batch_size=32, **options)
    np.testing.assert_allclose(session.network.params, network.params, rtol=1e-10)


def test_time_ends_an_advance_but_not_before_one_step() -> None:
    session = Session(Settings())
    session.advance(1000, 0)
    assert session.steps == 1
    session.advance(10**6, 20)
    assert 1 < session.steps < 10**5


def test_a_frame_holds_what_the_network_answers() -> None:
    session = Session(Settings(layers=(4, 5)))
    session.advance(20, math.inf)
    frame = session.frame()
    left, right, bottom, top = session.extent
    classes = np.frombuffer(frame["classes"], np.uint8).reshape(SIDE, SIDE)
    certainty = np.frombuffer(frame["certainty"], np.uint8).reshape(SIDE, SIDE)
    width, height = (right - left) / SIDE, (top - bottom) / SIDE
    for row, column in [(0, 0), (7, 40), (59, 3)]:
        point = [left + (column + 0.5) * width, top - (row + 0.5) * height]
        (P,) = session.network.predict_proba([point])
        assert classes[row, column] == P.argmax()
        assert certainty[row, column] == pytest.approx(
            255 * (1.5 * P.max() - 0.5), abs=1
        )
    assert len(frame["units"]) == (4 + 5 + 3) * 15 * 15
    session._fill_gradient()  # at the point where the frame was taken
    layer = session.network.layers[1]
    norm = math.sqrt((layer.dW**2).sum() + (layer.db**2).sum())
    assert session.frame()["norms"][1] == pytest.approx(norm)


def test_regression_shows_size_and_sign() -> None:
    session = Session(Settings(data="slope", noise=0.0, rate=0.05))
    session.advance(300, math.inf)
    frame = session.frame()
    assert frame["score"] > 0.99
    positive = np.frombuffer(frame["classes"], np.uint8).reshape(SIDE, SIDE)
    assert positive[0, -1] == 1
    assert positive[-1, 0] == 0


def _evaluated(text: str) -> float:
    for sign, python in {"−": "-", "·": "*", "^": "**"}.items():
        text = text.replace(sign, python)
    text = re.sub(r"√([\d.e+-]+)", r"√(\1)", text).replace("√", "sqrt")
    return float(eval(text, {"sqrt": math.sqrt}))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("optimizer", RULES)
def test_the_rule_with_its_numbers_gives_the_new_weight(
    optimizer: str, bias: bool
) -> None:
    settings = Settings(optimizer=optimizer, schedule="halved", rate=0.1)
    session = Session(settings)
    session.advance(203, math.inf)
    told = session.weight(0, 2 if bias else 1, 3)
    new, rule = told["lines"][-1].split(" = ")
    assert float(told["value"]) == pytest.approx(_evaluated(new))
    assert _evaluated(rule) == pytest.approx(_evaluated(new), rel=1e-3, abs=1e-4)
    # And the step itself, of a weight that hardly moves.
    layer = session.network.layers[0]
    before = session._before.copy()
    after, session.network.params[:] = session.network.params.copy(), before
    old = float(layer.b[3] if bias else layer.W[1, 3])
    session.network.params[:] = after
    step = float(layer.b[3] if bias else layer.W[1, 3]) - old
    assert step != 0
    if optimizer != "AdamW" or bias:
        _, _, subtracted = rule.rpartition(f"{number(old)} − ")
        assert -_evaluated(subtracted) == pytest.approx(step, rel=1e-2)


def test_every_optimizer_of_the_library_is_offered() -> None:
    classes = [value for value in vars(nn).values() if isinstance(value, type)]
    known = {c.__name__ for c in classes if issubclass(c, nn.Optimizer)}
    assert set(OPTIMIZERS) == known - {"Optimizer"}
    assert set(RULES) == set(OPTIMIZERS)


def test_the_gradient_of_a_weight_is_that_of_a_difference() -> None:
    session = Session(Settings())
    told = session.weight(1, 4, 2)
    W, h = session.network.layers[1].W, 1e-6
    losses = []
    for sign in (1, -1):
        W[4, 2] += sign * h
        losses.append(session.network.evaluate(session.X, session.y)["loss"])
        W[4, 2] -= sign * h
    slope = (losses[0] - losses[1]) / (2 * h)
    assert float(told["gradient"]) == pytest.approx(slope, rel=1e-3)
    assert told["lines"] == []  # there was no step


def test_divergence_is_said_and_leaves_the_last_finite_network() -> None:
    begun = playground.start("data=slope&optimizer=SGD&rate=50&activation=identity")
    assert "error" not in begun
    frame = playground.advance(10**5, math.inf, None)
    assert re.match(r"Training diverged in step \d+", frame["error"])
    assert np.isfinite(frame["loss"])
    steps = frame["steps"]
    assert playground.advance(5, math.inf, None)["steps"] == steps
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(playground.code()["code"], {})
    assert out.getvalue() == playground.code()["prints"]
    assert out.getvalue().startswith(f"loss {frame['loss']:.4g}")


WRONG = {
    "size=3": "no setting “size”",
    "data=iris": "it can be spiral",
    "rate=fast": "expected numbers",
    "rate=nan": "from 0 to 100",
    "layers=99": "1 to 16 units",
    "layers=1,1,1,1,1,1": "At most 5",
    "data=points&points=": "two points at least",
    "data=points&points=0,0,0": "two points at least",
    "data=points&points=0,0,0,1,1,0": "two classes at least",
    "data=points&points=0,0,0,1,1": "x, y and class",
    "data=points&points=0,0,0,1,inf,1": "a million",
    "data=curve&formula=__import__('os')": "holds “__import__",
    "data=curve&formula=x.real": "holds “x.real”",
    "data=curve&formula=y": "uses “y”",
    "data=curve&formula=sin": "uses “sin”",
    "data=curve&formula=sin(x,x,x)": "holds",
    "data=curve&formula=3x": "is not a formula",
    "data=curve&formula=log(x)": "not a finite number",
    "data=curve&formula=9^9^9^9^9": "beyond all numbers",
    "data=curve&formula=10^(999*x)": "not a finite number",
    "data=formula&formula=(lambda:1)()": "holds",
    f"data=formula&formula={'(' * 150}x{')' * 150}": "longer than",
    "data=formula&formula=[x for x in x]": "holds",
}


@pytest.mark.parametrize("address", WRONG)
def test_what_cannot_be_set_is_said_in_a_sentence(address: str) -> None:
    assert WRONG[address] in playground.start(address)["error"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_of_a_formula_is_numpys(name: str) -> None:
    arguments = ", ".join(["x"] * FUNCTIONS[name])
    line = as_numpy(f"{name}({arguments}) + 0*pi", {"x": "x1"})
    x1 = np.array([0.25, 0.5])
    expected = getattr(np, name)(*[x1] * FUNCTIONS[name])
    np.testing.assert_array_equal(eval(line, {"np": np, "x1": x1}), expected)


def test_classes_lie_under_the_curve() -> None:
    session = Session(Settings.parse("data=curve&formula=x^2-0.5&noise=0"))
    x, y = session.X.T
    np.testing.assert_array_equal(session.y, y < x**2 - 0.5)


TABLES = {
    "0.5,1,0\n-1,0.2,1": ([0.5, 1, 0, -1, 0.2, 1], "2 points."),
    "x;y;kind\n0,5;1;b\n0,1;-1;a\n": ([0.5, 1, 0, 0.1, -1, 1], "“b” is class 0"),
    "150\t0\t5\n190\t1\t3\n": ([-1, 0, 1, 1, 1, 0], "x: 150 … 190 became −1 … 1."),
}


@pytest.mark.parametrize("text", TABLES)
def test_a_table_becomes_points(text: str) -> None:
    points, said = TABLES[text]
    read = playground.table(text, regression=False)
    assert read["points"] == points
    assert said in read["said"]
    settings = Settings(data="points", points=tuple(points))
    assert Settings.parse(settings.address()) == settings


@pytest.mark.parametrize(
    ("text", "regression", "why"),
    [
        ("", False, "no table of points"),
        ("a,b,c\n1,2,3", False, "no table of points"),
        ("1,2,3\n1,2", False, "Row 2"),
        ("1,2,a\n1,x,b", False, "Row 2 is “1, x, b”"),
        ("1,2,a\n1,1,b", True, "Row 1 has “a” where a value belongs"),
        ("\n".join(f"0,0,{i}.5" for i in range(9)), False, "9 different entries"),
        ("0,0,1\n" * 1001, False, "1001 rows"),
        ("1,2,nan\n1,1,3", True, "where a value belongs"),
    ],
)
def test_a_table_that_does_not_fit_is_explained(
    text: str, regression: bool, why: str
) -> None:
    assert why in playground.table(text, regression)["error"]
