"""The tables of all optimizers, cell by cell."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
import nnbook.optimizers

PAGE = Path(__file__).parents[2] / "docs" / "optimizers" / "table.md"
LARGE_EPSILON = 0.3  # so that a misplaced epsilon shows


def read_table():
    """The page's tables, one below the other, as one row a method."""
    rows, head = {}, []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| Method | "):
            head = cells
        elif not line.startswith("|"):
            head = []
        elif head and "---" not in cells:
            method = re.search(r"`(\w+)`", cells[0])[1]
            rows.setdefault(method, {}).update(zip(head, cells, strict=True))
    return rows


TABLE = read_table()


def make(name, rate=0.1, **options):
    return getattr(nn, name)(rate, **options)


def defaults(name):
    parameters = inspect.signature(getattr(nn, name)).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


# The cells "Remembers" and "Step" as one reads them, and the same in Python. A changed
# cell fails until its reading is changed too.
ADAM_M = r"$m \leftarrow \beta_1 m + (1 - \beta_1) g$"
ADAM_V = r"$v \leftarrow \beta_2 v + (1 - \beta_2) g^2$"


def adam_averages(s, g, o):
    s["m"] = o["beta1"] * s["m"] + (1 - o["beta1"]) * g
    s["v"] = o["beta2"] * s["v"] + (1 - o["beta2"]) * g**2


def adam_step(s, o, v):
    root = np.sqrt(v / (1 - o["beta2"] ** s["t"]))
    return o["lr"] * s["m"] / (1 - o["beta1"] ** s["t"]) / (root + o["epsilon"])


def sgd(s, g, theta, o):
    return o["lr"] * g


def momentum(s, g, theta, o):
    s["v"] = o["momentum"] * s["v"] + g
    return o["lr"] * s["v"]


def nesterov(s, g, theta, o):
    s["v"] = o["momentum"] * s["v"] + g
    return o["lr"] * (g + o["momentum"] * s["v"])


def adagrad(s, g, theta, o):
    s["G"] = s["G"] + g**2
    return o["lr"] * g / (np.sqrt(s["G"]) + o["epsilon"])


def rmsprop(s, g, theta, o):
    s["v"] = o["rho"] * s["v"] + (1 - o["rho"]) * g**2
    return o["lr"] * g / (np.sqrt(s["v"]) + o["epsilon"])


def adadelta(s, g, theta, o):
    rho, eps = o["rho"], o["epsilon"]
    s["E_g"] = rho * s["E_g"] + (1 - rho) * g**2
    step = o["lr"] * np.sqrt(s["E_d"] + eps) / np.sqrt(s["E_g"] + eps) * g
    s["E_d"] = rho * s["E_d"] + (1 - rho) * (step / o["lr"]) ** 2
    return step


def adam(s, g, theta, o):
    adam_averages(s, g, o)
    return adam_step(s, o, s["v"])


def adamax(s, g, theta, o):
    s["m"] = o["beta1"] * s["m"] + (1 - o["beta1"]) * g
    s["w"] = np.maximum(o["beta2"] * s["w"], np.abs(g) + o["epsilon"])
    return o["lr"] / (1 - o["beta1"] ** s["t"]) * s["m"] / s["w"]


def nadam(s, g, theta, o):
    adam_averages(s, g, o)
    mu, ahead = (
        o["beta1"] * (1 - 0.5 * 0.96 ** (0.004 * t)) for t in (s["t"], s["t"] + 1)
    )
    s["P"] = (s["P"] if s["t"] > 1 else 1.0) * mu
    top = ahead * s["m"] / (1 - s["P"] * ahead) + (1 - mu) * g / (1 - s["P"])
    root = np.sqrt(s["v"] / (1 - o["beta2"] ** s["t"]))
    return o["lr"] * top / (root + o["epsilon"])


def amsgrad(s, g, theta, o):
    adam_averages(s, g, o)
    s["v_max"] = np.maximum(s["v_max"], s["v"])
    return adam_step(s, o, s["v_max"])


def adamw(s, g, theta, o):
    adam_averages(s, g, o)
    return adam_step(s, o, s["v"]) + o["lr"] * o["weight_decay"] * theta


READING = {
    "SGD": ("nothing", r"$\eta g$", sgd),
    "Momentum": (r"$v \leftarrow \mu v + g$", r"$\eta v$", momentum),
    "Nesterov": (r"$v \leftarrow \mu v + g$", r"$\eta (g + \mu v)$", nesterov),
    "AdaGrad": (
        r"$G \leftarrow G + g^2$",
        r"$\dfrac{\eta g}{\sqrt G + \epsilon}$",
        adagrad,
    ),
    "RMSProp": (
        r"$v \leftarrow \rho v + (1 - \rho) g^2$",
        r"$\dfrac{\eta g}{\sqrt v + \epsilon}$",
        rmsprop,
    ),
    "AdaDelta": (
        r"$E_g \leftarrow \rho E_g + (1 - \rho) g^2$; after the step "
        r"$E_\Delta \leftarrow \rho E_\Delta + (1 - \rho) (\Delta / \eta)^2$",
        r"$\eta\, \dfrac{\sqrt{E_\Delta + \epsilon}}{\sqrt{E_g + \epsilon}}\, g$",
        adadelta,
    ),
    "Adam": (
        f"{ADAM_M}; {ADAM_V}",
        r"$\eta\, \dfrac{m / (1 - \beta_1^t)}"
        r"{\sqrt{v / (1 - \beta_2^t)} + \epsilon}$",
        adam,
    ),
    "AdaMax": (
        r"$m$ as Adam; $w \leftarrow \max(\beta_2 w, \lvert g \rvert + \epsilon)$",
        r"$\dfrac{\eta}{1 - \beta_1^t}\, \dfrac{m}{w}$",
        adamax,
    ),
    "Nadam": (
        r"$m$, $v$ as Adam; $P \leftarrow P \mu_t$ from $P = 1$, with "
        r"$\mu_t = \beta_1 (1 - \tfrac12\, 0.96^{0.004 t})$",
        r"$\eta\, \dfrac{\mu_{t+1} m / (1 - P \mu_{t+1}) + (1 - \mu_t) g / (1 - P)}"
        r"{\sqrt{v / (1 - \beta_2^t)} + \epsilon}$",
        nadam,
    ),
    "AMSGrad": (
        r"$m$, $v$ as Adam; $\bar v \leftarrow \max(\bar v, v)$",
        r"Adam's with $\bar v$ for $v$",
        amsgrad,
    ),
    "AdamW": (
        "$m$, $v$ as Adam",
        r"Adam's $+\ \eta \lambda \theta$",
        adamw,
    ),
}


def constant(name, t, rate=0.1):
    """Length of step t under a constant gradient, and the options."""
    theta, optimizer = np.array([2.0]), make(name, rate)
    for _ in range(t):
        before = theta.copy()
        optimizer.step(theta, np.array([STEADY]))
    return before[0] - theta[0], before[0], {"lr": rate, **defaults(name)}


STEADY = 0.01  # so small that AdaDelta's slowly growing step gets there
IN_THE_END = {
    r"$\eta g$": lambda t, theta, o: o["lr"] * STEADY,
    r"$\eta g / (1 - \mu)$": lambda t, theta, o: o["lr"] * STEADY / (1 - o["momentum"]),
    r"$\eta / \sqrt t$": lambda t, theta, o: o["lr"] / np.sqrt(t),
    r"$\eta$": lambda t, theta, o: o["lr"],
    r"$\eta + \eta \lambda \theta$": lambda t, theta, o: (
        o["lr"] + o["lr"] * o["weight_decay"] * theta
    ),
}


class Counted(np.ndarray):
    passes = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        Counted.passes += 1
        inputs = [np.asarray(x) for x in inputs]
        if out:
            options["out"] = tuple(np.asarray(x) for x in out)
        return getattr(ufunc, method)(*inputs, **options).view(Counted)


def walk(name, scale=1.0, turn=np.eye(2)):  # noqa: B008
    hessian = np.array([[1.0, 0.6], [0.6, 2.0]])
    theta, optimizer = turn.T @ np.array([3.0, -2.0]), make(name, 0.01)
    for _ in range(60):
        optimizer.step(theta, scale * turn.T @ hessian @ turn @ theta)
    return turn @ theta


def test_the_table_has_a_row_for_every_optimizer():
    public = set(nnbook.optimizers.__all__) - {"Optimizer"}
    assert set(TABLE) == public, (
        f"The tables differ from nn.optimizers in {set(TABLE) ^ public}; "
        f"give each optimizer a row in the page's tables, and an entry in READING."
    )


@pytest.mark.parametrize("name", TABLE)
def test_what_is_remembered_and_the_step(name):
    remembers, step, reading = READING[name]
    assert (TABLE[name]["Remembers"], TABLE[name]["Step Δ"]) == (remembers, step)
    options = {k: v for k, v in defaults(name).items() if k != "learning_rate"}
    if "epsilon" in options:
        options["epsilon"] = LARGE_EPSILON
    rng = np.random.default_rng(0)
    theta = rng.normal(size=4)
    ours, optimizer = theta.copy(), make(name, 0.1, **options)
    state = dict.fromkeys(["m", "v", "w", "G", "E_g", "E_d", "v_max", "P"], 0.0)
    for t in range(1, 51):
        g = rng.normal(size=4) * [0.01, 0.1, 1, 10]
        state["t"] = t
        optimizer.step(theta, g)
        ours -= reading(state, g, ours, {"lr": 0.1, **options})
    assert theta == pytest.approx(ours, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", TABLE)
def test_the_step_in_the_end(name):
    t = 20_000 if name == "AdaDelta" else 3000
    step, theta, options = constant(name, t)
    expected = IN_THE_END[TABLE[name]["Step in the end"]](t, theta, options)
    assert step == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("name", TABLE)
def test_memory(name):
    optimizer = make(name)
    optimizer.step(np.ones(3), np.ones(3))
    state = optimizer.state_dict().values()
    vectors = [entry for entry in state if isinstance(entry, np.ndarray)]
    assert len(vectors) == int(TABLE[name]["Memory"])


@pytest.mark.parametrize("name", TABLE)
def test_passes(name):
    optimizer = make(name)
    theta, g = np.ones((2, 8)).view(Counted)
    optimizer.step(theta, g)
    Counted.passes = 0
    optimizer.step(theta, g)
    assert Counted.passes == int(TABLE[name]["Passes"])


@pytest.mark.parametrize("name", TABLE)
def test_defaults(name):
    printed = re.findall(r"`(\w+)=([^`]+)`", TABLE[name]["Defaults"])
    assert {key: float(value) for key, value in printed} == defaults(name)


@pytest.mark.parametrize("name", TABLE)
def test_where_epsilon_stands(name):
    place, step = TABLE[name]["ε stands"], TABLE[name]["Step Δ"]
    if name in ("AMSGrad", "AdamW"):
        step = TABLE["Adam"]["Step Δ"]
    if place == "–":
        assert "epsilon" not in defaults(name)
        assert r"\epsilon" not in step
    elif place == "beside the root":
        assert re.search(r"(\\sqrt \w|\\sqrt\{.*?\}) \+ \\epsilon\}", step)
    elif place == "inside both roots":
        assert len(re.findall(r"\\sqrt\{\w+(?:\\Delta)? \+ \\epsilon\}", step)) == 2
    else:
        assert place == "inside the maximum"
        assert r"\rvert + \epsilon)" in TABLE[name]["Remembers"]


@pytest.mark.parametrize("name", TABLE)
def test_invariances(name):
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    start, base = np.array([3.0, -2.0]), walk(name)
    scaled = walk(name, scale=100.0)
    same = {
        "Loss × c": np.allclose(scaled, base, rtol=0, atol=1e-6),
        "Turned": np.allclose(walk(name, turn=turn), base, rtol=0, atol=1e-12),
    }
    for column, is_same in same.items():
        assert (TABLE[name][column] == "same") == is_same
    if TABLE[name]["Loss × c"] == "× c":
        theta, optimizer = start.copy(), make(name)
        optimizer.step(theta, np.array([0.5, 1.0]))
        other, optimizer = start.copy(), make(name)
        optimizer.step(other, np.array([50.0, 100.0]))
        assert other - start == pytest.approx(100 * (theta - start))
