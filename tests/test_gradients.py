import math

import numpy as np
import pytest

import nnbook as nn
from nnbook.activations import SiLU

# The project's bound for a right gradient.
RIGHT = 1e-7


@pytest.mark.parametrize(
    ("f", "slope", "at"),
    [
        (math.exp, math.exp, 1.0),
        (math.sin, math.cos, 2.0),
        (lambda x: x**3, lambda x: 3 * x**2, -1.5),
        (lambda x: x**2, lambda x: 2 * x, 1e6),
        (math.sqrt, lambda x: 0.5 / math.sqrt(x), 4.0),
    ],
)
def test_default_step_gives_nine_digits(f, slope, at):
    numeric = nn.numerical_gradient(lambda x: f(float(x)), at)
    assert numeric == pytest.approx(slope(at), rel=1e-9)


def test_error_falls_with_the_square_of_the_step():
    # f''' / 6 · h² = e / 6 · h².
    errors = [
        float(nn.numerical_gradient(np.exp, 1.0, step=h)) - math.e for h in (1e-2, 1e-3)
    ]
    assert errors[0] == pytest.approx(math.e / 6 * 1e-4, rel=1e-3)
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-3)


def test_the_step_that_is_taken_counts_not_the_one_asked_for():
    # Near 1000 neighbouring numbers lie 1e-13 apart, so that h is rounded.
    slope = nn.numerical_gradient(lambda x: x.sum(), [1000.0], step=1e-12)
    assert slope == [1.0]


def test_every_entry_of_an_array():
    A = np.array([[1.0, 2.0], [3.0, -1.0]])
    X = np.array([[1, 0], [2, 5]])
    gradient = nn.numerical_gradient(lambda X: np.sum(A * X**2), X)
    np.testing.assert_allclose(gradient, 2 * A * X, atol=1e-9)
    assert gradient.dtype == np.float64
    assert gradient.shape == (2, 2)
    np.testing.assert_array_equal(X, [[1, 0], [2, 5]])


def test_a_function_may_change_what_it_gets():
    def spoil(x):
        value = (x**2).sum()
        x[:] = 0
        return value

    np.testing.assert_allclose(nn.numerical_gradient(spoil, [1.0, 2.0]), [2, 4])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.numerical_gradient(3, [1.0]), TypeError, "f is 3"),
        (lambda: nn.numerical_gradient(np.sum, [np.nan]), ValueError, "x holds nan"),
        (lambda: nn.numerical_gradient(np.sum, [1.0], 0), ValueError, "step is 0"),
        (lambda: nn.numerical_gradient(np.sum, 1e9, 1e-9), ValueError, "too small"),
        (lambda: nn.numerical_gradient(lambda x: x, [1.0, 2]), TypeError, "one number"),
        (lambda: nn.numerical_gradient(lambda x: "a", 1.0), TypeError, "one number"),
        (
            lambda: nn.numerical_gradient(lambda x: math.inf, 1.0),
            ValueError,
            "f returned inf near x",
        ),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def batch(n=5):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 3)), rng.integers(0, 3, n)


def network_of(*layers):
    return nn.Network(*layers, seed=1, dtype=np.float64)


def check(network, loss=None):
    return nn.check_gradients(network, *batch(), loss or nn.SoftmaxCrossEntropy())


def test_right_gradients_pass_and_the_network_is_left_alone():
    network = network_of(
        nn.Dense(3, 4, activation=nn.tanh),
        nn.BatchNorm(4),
        nn.Dropout(0.5),
        nn.Dense(4, 3),
    )
    X, _ = batch()
    twin = network.copy()
    result = check(network)
    assert 0 < result < RIGHT
    np.testing.assert_array_equal(network.params, twin.params)
    np.testing.assert_array_equal(network.grads, 0)
    np.testing.assert_array_equal(network.statistics(), twin.statistics())
    np.testing.assert_array_equal(network.forward(X), twin.forward(X))


class SummedCrossEntropy(nn.SoftmaxCrossEntropy):
    """The gradient of the sum beside the mean: 1/N is missing."""

    def gradient(self, predictions, targets):
        return len(predictions) * super().gradient(predictions, targets)


def test_a_missing_mean_is_found_as_the_factor_n():
    result = check(nn.mlp([3, 4, 3], dtype=np.float64), SummedCrossEntropy())
    # |N a - a| / (N |a| + |a|) with N = 5, in every array.
    assert [error for _, error, _ in result.rows] == pytest.approx([4 / 6] * 4)
    assert result == max(error for _, error, _ in result.rows)


class TransposedDense(nn.Dense):
    """Goes back through W instead of its transpose."""

    def backward(self, dA):
        super().backward(dA)
        return dA @ self.W


def test_a_transposed_weight_is_found_below_it():
    layers = nn.Dense(3, 3, activation=nn.tanh), TransposedDense(3, 3)
    errors = {name: error for name, error, _ in check(network_of(*layers)).rows}
    assert errors["layer 0 W"] > 0.01
    assert errors["layer 0 b"] > 0.01
    assert errors["layer 1 W"] < RIGHT
    assert errors["layer 1 b"] < RIGHT


class SlopeOfTheOutput(SiLU):
    """Takes f'(a) for f'(z)."""

    def derivative(self, z):
        return super().derivative(self.value(z))


def test_a_slope_at_the_output_is_found():
    def network(f):
        return network_of(nn.Dense(3, 4, activation=f), nn.Dense(4, 3))

    assert check(network(nn.silu)) < RIGHT
    errors = {n: error for n, error, _ in check(network(SlopeOfTheOutput())).rows}
    assert min(errors["layer 0 W"], errors["layer 0 b"]) > 0.01
    assert max(errors["layer 1 W"], errors["layer 1 b"]) < RIGHT


class OneWrongEntry(nn.Dense):
    """A single entry of dW is off."""

    def backward(self, dA):
        dX = super().backward(dA)
        self.dW[2, 1] += 1e-4
        return dX


def test_the_table_points_at_the_entry():
    result = check(network_of(nn.Dense(3, 4, activation=nn.tanh), OneWrongEntry(4, 3)))
    worst = max(result.rows, key=lambda row: row[1])
    assert worst[0] == "layer 1 W"
    assert worst[2] == (2, 1)
    lines = str(result).splitlines()
    assert [line.split("  ")[0] for line in lines[:4]] == [
        "layer 0 W",
        "layer 1 W",
        "layer 0 b",
        "layer 1 b",
    ]
    assert lines[1].endswith("worst at [2, 1]")
    assert lines[-1] == f"largest relative error {float(result):.1e}"


class NotANumber(nn.Dense):
    """One of the gradients is NaN."""

    def backward(self, dA):
        dX = super().backward(dA)
        self.db[0] = np.nan
        return dX


def test_nan_is_no_small_error():
    assert check(network_of(nn.Dense(3, 4), NotANumber(4, 3))) == math.inf


# Kinks -------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [nn.relu, nn.leaky_relu, nn.selu, nn.step], ids=repr)
def test_a_kink_is_named_and_the_advice_moves_off_it(f):
    # The first sample of each arm is zero, and so are its scores.
    X, y = nn.datasets.spiral(n_per_class=3)
    network = network_of(nn.Dense(2, 4), nn.Dense(4, 5, activation=f), nn.Dense(5, 3))
    loss = nn.SoftmaxCrossEntropy()
    result = nn.check_gradients(network, X, y, loss)
    assert result > RIGHT
    zeros = [(1, sample, unit, repr(f)) for sample in (0, 3, 6) for unit in range(5)]
    assert result.kinks == zeros
    *_, largest, found, advice = str(result).splitlines()
    assert largest.startswith("largest relative error")
    assert found == (
        f"differences fail at kinks: 15 found, the first of {f} in unit 0 of layer 1 "
        f"for sample 0"
    )
    exec(advice.removeprefix("to move off them: "), {"np": np, "network": network})
    again = nn.check_gradients(network, X, y, loss)
    assert again < RIGHT
    assert again.kinks == []
    assert "kink" not in str(again)


def test_a_kink_is_found_off_zero_and_only_where_a_step_crosses_it():
    class Hat(nn.Activation):
        """Bends at 1."""

        def value(self, z):
            return np.minimum(z, 1)

        def derivative(self, z):
            return (z < 1).astype(z.dtype)

    layer = nn.Dense(1, 1, activation=Hat(), weights=nn.init.constant(1.0))
    network = nn.Network(layer, dtype=np.float64)
    loss = nn.MeanSquaredError()
    X, y = [[0.5], [1.0], [1 + 1e-6], [1.5]], np.zeros((4, 1))
    kinks = nn.check_gradients(network, X, y, loss).kinks
    assert [(i, sample, unit) for i, sample, unit, _ in kinks] == [(0, 1, 0), (0, 2, 0)]


def test_a_wrong_gradient_off_all_kinks_blames_none():
    layers = nn.Dense(3, 3, activation=nn.relu), TransposedDense(3, 3)
    result = check(network_of(*layers))
    assert result > 0.01
    assert result.kinks == []
    for f in (nn.tanh, nn.gelu, nn.elu, nn.sigmoid, nn.softplus):
        layers = nn.Dense(3, 3, activation=f), TransposedDense(3, 3)
        assert check(network_of(*layers)).kinks == []


def test_a_dense_layer_that_keeps_nothing_of_its_pass_is_not_asked_for_kinks():
    class Bare(nn.Dense):
        def forward(self, X, training):
            self.seen = X
            return self.activation(X @ self.W + self.b)

        def backward(self, dA):
            self.dW = self.seen.T @ dA  # without the slope
            return dA @ self.W.T

    result = check(network_of(Bare(3, 4, nn.relu), nn.Dense(4, 3)))
    assert result > 0.01
    assert result.kinks == []


# Frozen layers -----------------------------------------------------------------------


def test_what_is_frozen_is_left_out():
    network = network_of(
        nn.Dense(3, 4, activation=nn.tanh), nn.BatchNorm(4), nn.Dense(4, 3)
    )
    for layer in network.layers[:2]:
        layer.trainable = False
    network.layers[1].running_mean += 0.5
    result = check(network)
    assert result < RIGHT
    assert [name for name, _, _ in result.rows] == ["layer 2 W", "layer 2 b"]
    for layer in network.layers:
        layer.trainable = False
    assert check(network) == 0


def test_gradients_that_are_zero_everywhere_pass():
    # The step is flat, so nothing reaches the first layer.
    network = network_of(nn.Dense(3, 4, activation=nn.step), nn.Dense(4, 3))
    errors = {name: error for name, error, _ in check(network).rows}
    assert errors["layer 0 W"] == errors["layer 0 b"] == 0


def test_without_parameters_there_is_nothing_to_check():
    result = check(network_of(nn.Dropout(0.5)))
    assert result == 0
    assert str(result) == "largest relative error 0.0e+00"


def test_single_precision_is_refused():
    with pytest.raises(ValueError, match="float32; expected float64"):
        check(nn.mlp([3, 3]))
    with pytest.raises(TypeError, match="network is 3"):
        nn.check_gradients(3, [[1.0]], [0], nn.SoftmaxCrossEntropy())
