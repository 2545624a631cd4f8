"""The tables of symbols say what the code says."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from bookkit.chapters import chapters
from bookkit.pages import snippets

PAGE = Path(__file__).parents[2] / "docs" / "appendix" / "symbols.md"
HEADER = "| symbol | meaning | shape | in code |"


def rows():
    lines = iter(PAGE.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line != HEADER:
            continue
        next(lines)
        for row in lines:
            if not row.startswith("|"):
                break
            symbol, _, shape, linked = (c.strip() for c in row.strip("|").split("|"))
            code, path = re.fullmatch(r"\[`(.+)`\]\[(.+)\]", linked).groups()
            yield pytest.param(code, path, shape, id=f"{symbol} {code} {path}")


ROWS = list(rows())


@pytest.fixture
def names():
    """What the page's snippet defines."""
    [legend] = [f for f in snippets(PAGE) if "n, d, k = 6, 3, 4  #" in f.code]
    namespace = {}
    exec(legend.code, namespace)
    return namespace


def documented(path):
    module, _, name = path.rpartition(".")
    return getattr(__import__(module, fromlist=[name]), name)


def functions(thing):
    if inspect.isfunction(thing):
        return [thing]
    return [
        f for cls in thing.__mro__ for f in vars(cls).values() if inspect.isfunction(f)
    ]


def spoken(thing):
    """Names that a function or class knows: parameters, locals and attributes."""
    known = {thing.__name__, *dir(thing)}
    for function in functions(thing):
        code = function.__code__
        known |= {*code.co_varnames, *code.co_names}
    return known


def default(thing, name):
    """The parameter's default; a number stands in where it has none."""
    value = inspect.signature(thing).parameters[name].default
    return 1.0 if value in (inspect.Parameter.empty, None) else value


def is_number(value):
    return np.ndim(value) == 0 and np.issubdtype(np.asarray(value).dtype, np.number)


def shape_of(text, names):
    inside = text.removeprefix("$(").removesuffix(")$").replace("dk", "d*k")
    sizes = {key: names[key] for key in "ndk"}
    return tuple(eval(side, {}, sizes) for side in inside.split(","))


def test_the_tables_are_found():
    assert len(ROWS) > 40


@pytest.mark.parametrize(("code", "path", "shape"), ROWS)
def test_a_name_means_what_its_row_says(code, path, shape, names):
    thing = documented(path)
    if code.startswith("optimizer."):
        names["optimizer"] = thing(learning_rate=0.1)
        names["optimizer"].step(names["theta"], names["g"])
    if code.isidentifier() and code not in names:
        value = default(thing, code)
    else:
        value = eval(code, names)
    bare = re.sub(r"\(.*", "", code).split(".")[-1]
    assert bare in spoken(thing) or isinstance(value, thing)
    if shape == "number":
        assert is_number(value)
    elif shape == "function":
        assert callable(value)
    else:
        assert np.shape(value) == shape_of(shape, names)


def test_every_symbol_of_the_optimizers_and_layers_has_a_row():
    told = {row.values[0].split(".")[-1] for row in ROWS}
    wanted = {"momentum", "rho", "beta1", "beta2", "epsilon", "learning_rate"}
    for optimizer in [nn.Momentum, nn.AdaGrad, nn.AdaDelta, nn.RMSProp, nn.Adam]:
        wanted |= set(optimizer.vectors)
    assert wanted <= told


def test_the_conventions_hold(names):
    p, Y, n = names["p"], names["Y"], names["n"]
    assert np.allclose(names["dZ"], (p - Y) / n)
    assert nn.relu.derivative(0.0) == 0
    assert nn.step(0.0) == 0
    assert nn.mlp([2, 3]).params.dtype == np.float32


def test_adam_keeps_its_averages_as_the_page_defines_them():
    theta, g = np.zeros(2), np.array([1.0, -2.0])
    adam = nn.Adam(0.1)
    adam.step(theta, g)
    assert np.allclose(adam.m, 0.1 * g)
    assert np.allclose(adam.v, 0.001 * g**2)


def test_the_first_step_of_an_optimizer_takes_the_schedule_at_zero():
    seen = nn.LinearDecay(1.0, steps=4)
    sgd, theta = nn.SGD(seen), np.zeros(1)
    sgd.step(theta, np.ones(1))
    assert theta[0] == -seen(0) == -1
    assert sgd.steps == 1


GREEK = set(
    re.findall(
        r"\w+",
        """alpha beta gamma delta epsilon varepsilon eta theta kappa lambda mu xi pi rho
        sigma tau phi varphi omega Delta Phi Sigma ell""",
    )
)
WORD = r"\\(?:text|operatorname|mathrm|begin|end)\*?\s*\{[^{}]*\}|_\{?(?:in|out)\}?"


def letters(text):
    """What stands in a page's formulas: of x^2 + \\eta z, these are x, eta and z."""
    prose = re.sub(r"^ *(`{3,}).*?^ *\1$|`[^`\n]*`", "", text, flags=re.M | re.S)
    formulas = re.findall(r"\$\$.*?\$\$|\$[^$\n]+\$", prose, re.S)
    signs = re.findall(r"\\?[a-zA-Z]+", re.sub(WORD, " ", " ".join(formulas)))
    names = {sign[1:] for sign in signs if sign[0] == "\\"}
    return (names & GREEK).union(*(s for s in signs if s[0] != "\\"))


def test_letters_are_found():
    page = "`a` $\\operatorname{relu}(z_i) \\text{ if } \\eta dx_{in}$\n```\n$b$\n```\n"
    assert letters(page) == {"z", "i", "eta", "d", "x"}


@pytest.mark.parametrize("chapter", chapters().values(), ids=lambda c: c.path)
def test_every_letter_of_a_formula_is_listed(chapter):
    text = (PAGE.parents[1] / chapter.path).read_text(encoding="utf-8")
    assert letters(text) <= letters(PAGE.read_text(encoding="utf-8"))
