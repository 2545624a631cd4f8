import json
import math
import warnings
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import erfc  # which takes complex numbers

import nnbook as nn
from nnbook import activations
from nnbook.activations.gated import Gate

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "torch_values.json").read_text()
)["activations"]
IN_REFERENCE = {
    "leaky_relu": "leaky_relu_0.01",
    "elu": "elu_alpha1",
    "gelu": "gelu_erf",
    "gelu_sigmoid": "gelu_sigmoid_1.702",
}
ALL = list(activations._KNOWN.values())
KINKED = [nn.step, nn.relu, nn.leaky_relu, nn.elu, nn.selu]
RISING = [*KINKED, nn.identity, nn.sigmoid, nn.tanh, nn.softplus]
DIPPING = [nn.silu, nn.gelu, nn.gelu_tanh, nn.gelu_sigmoid]

# Both sides compute in float64, each by its own formula: a few roundings apart.
SAME = 1e-9
# The error of a complex step is that of rounding alone.
EXACT = 1e-13
# float32 has 24 bits; a few operations lose one or two of them.
SINGLE = 1e-6

every_activation = pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)


@pytest.mark.parametrize(
    "f",
    [f for f in ALL if IN_REFERENCE.get(f.name, f.name) in REFERENCE],
    ids=lambda f: f.name,
)
def test_values_and_slopes_of_pytorch(f):
    expected = REFERENCE[IN_REFERENCE.get(f.name, f.name)]
    x = REFERENCE["x"]
    np.testing.assert_allclose(f(x), expected["value"], rtol=SAME, atol=1e-15)
    np.testing.assert_allclose(
        f.derivative(x), expected["derivative"], rtol=SAME, atol=1e-15
    )


def test_step_by_hand():
    np.testing.assert_array_equal(nn.step([-1.0, -1e-300, 0.0, 1e-300]), [0, 0, 0, 1])
    np.testing.assert_array_equal(nn.step.derivative([-1.0, 0.0, 2.0]), 0)


# The textbook's forms, which overflow or lose digits in the tails, but take complex
# numbers and are right near 0.
TEXTBOOK = {
    nn.sigmoid: lambda z: 1 / (1 + np.exp(-z)),
    nn.tanh: np.tanh,
    nn.softplus: lambda z: np.log(1 + np.exp(z)),
    nn.silu: lambda z: z / (1 + np.exp(-z)),
    nn.gelu_tanh: lambda z: (
        z / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    ),
    nn.gelu_sigmoid: lambda z: z / (1 + np.exp(-1.702 * z)),
    nn.elu: lambda z: np.where(z.real > 0, z, np.exp(z) - 1),
    nn.selu: lambda z: (
        1.0507009873554805
        * np.where(z.real > 0, z, 1.6732632423543772 * (np.exp(z) - 1))
    ),
    nn.leaky_relu: lambda z: np.where(z.real > 0, z, 0.01 * z),
    nn.identity: lambda z: z,
    nn.step: lambda z: np.where(z.real > 0, 1, 0 * z),
    nn.relu: lambda z: np.where(z.real > 0, z, 0 * z),
    nn.gelu: lambda z: z / 2 * erfc(-z / math.sqrt(2)),
}


@pytest.mark.parametrize("f", TEXTBOOK, ids=lambda f: f.name)
def test_textbook_form_and_complex_step(f):
    z = np.linspace(-5, 5, 40)
    step = 1e-30
    np.testing.assert_allclose(f(z), TEXTBOOK[f](z + 0j).real, rtol=EXACT, atol=1e-15)
    slope = TEXTBOOK[f](z + 1j * step).imag / step
    np.testing.assert_allclose(f.derivative(z), slope, rtol=EXACT, atol=EXACT)


@every_activation
def test_slope_is_that_of_centred_differences(f):
    # 40 points from -5 to 5 leave out 0, where some have a kink.
    z = np.linspace(-5, 5, 40)
    numeric = nn.numerical_gradient(lambda z: f(z).sum(), z)
    np.testing.assert_allclose(f.derivative(z), numeric, atol=1e-9)


def test_conventions_at_the_kink():
    slopes = {f.name: float(f.derivative(0.0)) for f in KINKED}
    assert slopes == {
        "step": 0,
        "relu": 0,
        "leaky_relu": 0.01,
        "elu": 1,
        "selu": pytest.approx(1.0507009873554805 * 1.6732632423543772, rel=1e-15),
    }


def _precise(formula):
    with localcontext() as context:
        context.prec = 50
        return float(formula())


def _exp(x):
    return Decimal(x).exp()


@pytest.mark.parametrize(
    ("computed", "formula"),
    [
        (lambda: nn.sigmoid(-30.0), lambda: 1 / (1 + _exp(30))),
        (lambda: nn.sigmoid(-700.0), lambda: 1 / (1 + _exp(700))),
        (lambda: nn.sigmoid.derivative(30.0), lambda: _exp(-30) / (1 + _exp(-30)) ** 2),
        (lambda: nn.tanh.derivative(-20.0), lambda: 4 / (_exp(20) + _exp(-20)) ** 2),
        (lambda: nn.softplus(-40.0), lambda: (1 + _exp(-40)).ln()),
        (lambda: nn.silu(-40.0), lambda: -40 / (1 + _exp(40))),
        (lambda: nn.elu(-1e-10), lambda: _exp("-1e-10") - 1),
        (
            lambda: nn.gelu_tanh(-8.0),
            lambda: -8 / (1 + _exp(Decimal(2) * Decimal(math.sqrt(2 / math.pi))
            * (8 + Decimal("0.044715") * 512))),
        ),
    ],
)  # fmt: skip
def test_tails_keep_twelve_digits(computed, formula):
    assert float(computed()) == pytest.approx(_precise(formula), rel=1e-12, abs=0)


def test_gelu_tails_against_erfc():
    for z in (-0.1, -0.7, -3.0, -10.0, -30.0):
        share = 0.5 * math.erfc(-z / math.sqrt(2))
        bell = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
        assert float(nn.gelu(z)) == pytest.approx(z * share, rel=1e-12, abs=0)
        slope = pytest.approx(share + z * bell, rel=1e-9, abs=0)
        assert float(nn.gelu.derivative(z)) == slope


@every_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_and_tiny_numbers(f, dtype):
    # Warnings are errors in all tests.
    z = np.array([-1e30, -1e4, -100, -1e-30, 0, 1e-30, 100, 1e4, 1e30], dtype)
    value, slope = f(z), f.derivative(z)
    assert np.isfinite(value).all()
    assert np.isfinite(slope).all()
    bounded = {"step": (0, 1), "sigmoid": (0, 1), "tanh": (-1, 1)}
    if f.name in bounded:
        assert (value[0], value[-1]) == bounded[f.name]
        assert slope[0] == slope[-1] == 0
    elif f in RISING + DIPPING:
        np.testing.assert_allclose(value[-3:] / f(np.ones(1, dtype) * 50) * 50, z[-3:])


@every_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_in_place_steps_equal_the_readable_ones(f, dtype):
    rng = np.random.default_rng(0)
    z = np.array([-1e4, -30, -4, -1e-3, -1e-45, 0, 1e-45, 1e-25, 1e-3, 4, 30, 1e4])
    z = np.concatenate([z, rng.normal(size=44)]).astype(dtype).reshape(7, 8)
    a, d = np.empty_like(z), rng.normal(size=z.shape).astype(dtype)
    tolerance = SINGLE if dtype == np.float32 else 1e-14

    apart = z.copy()
    f._apply(apart, a)
    np.testing.assert_array_equal(apart, z)
    np.testing.assert_array_equal(a, f(z))
    over = z.copy()
    f._apply(over, over)
    np.testing.assert_array_equal(over, f(z))

    chained = d.copy()
    f._chain(chained, over if f._from_output else z, a)
    assert chained.dtype == dtype
    np.testing.assert_allclose(
        chained, d * f.derivative(z), rtol=tolerance, atol=tolerance
    )


@every_activation
def test_shape_and_dtype_are_kept(f):
    for g in (f, f.derivative):
        assert g(np.zeros((2, 0, 3))).shape == (2, 0, 3)
        assert g(np.ones((2, 3), np.float32)).dtype == np.float32
        assert isinstance(g(np.float32(1)), np.float32)
        assert isinstance(g(1.5), np.float64)
        assert g([1, 2]).dtype == np.float64
        assert g(np.ones(2, np.float16)).dtype == np.float64


@given(
    st.sampled_from(ALL),
    hnp.arrays(float, hnp.array_shapes(), elements=st.floats(-50, 50)),
)
def test_each_entry_by_itself_and_the_input_unchanged(f, z):
    before = z.copy()
    value, slope = f(z), f.derivative(z)
    np.testing.assert_array_equal(z, before)
    each = [float(f(x)) for x in z.ravel()]
    np.testing.assert_allclose(value.ravel(), each, rtol=1e-14, atol=1e-300)
    # The steepest slopes: 1.7581 of SELU left of 0, 1.1289 of GELU at √2.
    assert slope.max() <= 1.7581
    assert slope.min() >= -0.13


@given(st.sampled_from(RISING), st.floats(-60, 60), st.floats(0, 10))
def test_those_without_a_dip_never_fall(f, z, further):
    assert f(z) <= f(z + further)


@every_activation
def test_names(f):
    assert activations.get(f.name) is f
    assert eval(repr(f), {"nn": nn}) is f


def test_an_unknown_name_lists_the_known():
    known = ", ".join(sorted(f.name for f in ALL))
    with pytest.raises(ValueError, match=f"'swish'; expected one of {known}"):
        activations.get("swish")


# Activations of a reader -------------------------------------------------------------


class Mish(nn.Activation):
    initializer = nn.init.he_normal

    def value(self, z):
        return z * np.tanh(np.logaddexp(0, z))

    def derivative(self, z):
        t = np.tanh(np.logaddexp(0, z))
        return t + z * (1 - t**2) / (1 + np.exp(-z))


class Leaning(type(nn.relu)):
    """A ReLU whose value alone is another one."""

    def value(self, z):
        return np.maximum(z, 0) + 1


def network_of(f):
    return nn.Network(nn.Dense(3, 5, f), nn.Dense(5, 2), dtype=np.float64)


def test_an_own_activation_is_used_and_named():
    mish = Mish()
    assert mish.name == "mish"
    assert repr(mish) == "Mish()"
    z = np.linspace(-5, 5, 40)

    def textbook(z):  # tanh(log s) = (s² - 1) / (s² + 1)
        square = (1 + np.exp(z)) ** 2
        return z * (square - 1) / (square + 1)

    np.testing.assert_allclose(mish(z), textbook(z), rtol=1e-12)
    slope = textbook(z + 1e-30j).imag / 1e-30
    np.testing.assert_allclose(mish.derivative(z), slope, rtol=1e-12)
    assert mish.value([0.5]) == mish([0.5])
    assert mish(np.float32(1)).dtype == np.float32
    X, y = np.random.default_rng(0).normal(size=(7, 3)), [0, 1, 1, 0, 1, 0, 0]
    result = nn.check_gradients(network_of(mish), X, y, nn.SoftmaxCrossEntropy())
    assert result < 1e-7


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_own_activation_in_place(dtype):
    mish, z = Mish(), np.random.default_rng(0).normal(size=(4, 3)).astype(dtype)
    a = z.copy()
    mish._apply(a, a)
    np.testing.assert_array_equal(a, mish(z))
    d = np.full_like(z, 2)
    mish._chain(d, z, a)
    np.testing.assert_allclose(d, 2 * mish.derivative(z), rtol=SINGLE)


def test_what_is_overridden_is_used_in_place_of_fast_paths():
    f, z = Leaning(), np.array([[-1.0, 2.0]])
    a, d = np.empty_like(z), np.ones_like(z)
    f._apply(z, a)
    np.testing.assert_array_equal(a, [[1, 3]])
    # ReLU takes its slope from a, which is positive here everywhere.
    assert not f._from_output
    f._chain(d, z, a)
    np.testing.assert_array_equal(d, [[0, 1]])
    assert (f.name, repr(f)) == ("leaning", "Leaning()")


@pytest.mark.parametrize(
    ("old", "new"),
    [("__call__", "value"), ("_value", "value"), ("_slope", "derivative")],
)
def test_other_names_are_refused(old, new):
    message = rf"Mine overrides {old}; override {new}\(z\) instead"
    with pytest.raises(TypeError, match=message):
        type("Mine", (nn.Activation,), {old: lambda self, z: z})
    type("Mine", (nn.Activation,), {new: lambda self, z: z})


@pytest.mark.parametrize("name", [3, None, property(lambda self: "mine")])
def test_a_name_is_a_text(name):
    with pytest.raises(TypeError, match=r'name of Mine is .* name = "mine"\.'):
        type("Mine", (nn.Activation,), {"name": name})
    assert type("Mine", (nn.Activation,), {"name": "mine"})().name == "mine"


@pytest.mark.parametrize("missing", ["value", "derivative"])
def test_what_is_missing_is_asked_for(missing):
    written = {"value", "derivative"} - {missing}
    mine = type("Mine", (nn.Activation,), dict.fromkeys(written, lambda self, z: z))()
    with pytest.raises(NotImplementedError, match=rf"Mine lacks {missing}\(z\)"):
        getattr(mine, missing)(1.0)


def test_functions_of_numpy_are_methods_too():
    class Sine(nn.Activation):
        value, derivative = np.sin, staticmethod(np.cos)

    sine = Sine()
    assert (sine(0), sine.derivative(0)) == (0, 1)
    result = nn.check_gradients(
        network_of(sine), [[0.1, 0.2, 0.3]], [1], nn.SoftmaxCrossEntropy()
    )
    assert result < 1e-7


def test_an_own_activation_changes_nothing_of_its_caller():
    class Careless(nn.Activation):
        def value(self, z):
            z[z < 0] = 0
            return z

        def derivative(self, z):
            return z

    z = np.array([-1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        Careless()(z)
    with pytest.raises(ValueError, match="read-only"):
        Careless()._apply(z, z)
    slope = Careless().derivative(z)
    slope[0] = 5
    np.testing.assert_array_equal(z, [-1, 2])


@pytest.mark.parametrize("result", [1.0, np.ones((2, 1)), np.ones(2, complex), ["a"]])
def test_what_an_own_activation_gives_has_the_shape_of_z(result):
    mine = type("Mine", (nn.Activation,), {"value": lambda self, z: result})()
    mine.__class__.derivative = mine.__class__._raw_derivative = mine._raw_value
    message = r"value of Mine\(\) gives .*; expected an array of .* shape of z, \(2,\)"
    with pytest.raises(ValueError, match=message):
        mine([1.0, 2.0])
    z = np.array([1.0, 2.0])
    with pytest.raises(ValueError, match=message):
        mine._apply(z, z)
    with pytest.raises(ValueError, match="derivative of"):
        mine._chain(z, z, z)


def test_a_value_that_is_no_number_is_refused():
    class Textbook(nn.Activation):
        def value(self, z):
            return np.exp(z) / (1 + np.exp(z))

    with pytest.raises(ValueError, match=r"value of .* is nan where z is 1000.0; expe"):
        Textbook()([0.0, 1000.0])
    with pytest.raises(ValueError, match=r"value of nn\.selu is inf where z is 1\.7"):
        nn.selu(1.79e308)


def test_each_activation_knows_the_initializer_that_fits():
    relatives = {
        "elu",
        "gelu",
        "gelu_sigmoid",
        "gelu_tanh",
        "leaky_relu",
        "relu",
        "silu",
    }
    for f in ALL:
        expected = nn.init.he_normal if f.name in relatives else nn.init.glorot_uniform
        expected = nn.init.lecun_normal if f is nn.selu else expected
        assert f.initializer is expected, (
            f"{f.name} starts with {f.initializer}; add it to `relatives` if it is a "
            f"relative of ReLU, else leave out `initializer`."
        )
    assert Mish().initializer is nn.init.he_normal
    assert Leaning().initializer is nn.init.he_normal

    class Small(nn.Activation):
        initializer = nn.init.normal(1e-3)

    W = Small().initializer((20, 30), np.random.default_rng(0))
    assert W.std() == pytest.approx(1e-3, rel=0.1)


def test_base_class_of_gates_asks_for_the_share_and_its_slope():
    gate = Gate()
    with pytest.raises(NotImplementedError):
        gate(1.0)
    with pytest.raises(NotImplementedError):
        gate._share_slope(np.ones(1), np.ones(1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("f", ALL, ids=repr)
def test_the_largest_numbers_give_no_warning(f, dtype):
    largest = 0.9 * np.finfo(dtype).max  # SELU multiplies by 1.05
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for z in (largest, -largest):
            assert np.isfinite(f(dtype(z)))
            assert np.isfinite(f.derivative(dtype(z)))
