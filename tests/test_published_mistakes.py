"""Mistakes of published code: the check that the library passes turns them down.

Each was found in a public repository. A check that lets the wrong formula through
would prove nothing about the right one, so every test shows both.
"""

import math

import numpy as np
import pytest

import nnbook as nn

# The project's bound for a right gradient.
RIGHT = 1e-7
# What a mistake shows at least.
WRONG = 1e-2


def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


# The gradient of softmax without the terms beside the diagonal.


def error_of_softmax_backward(backward):
    rng = np.random.default_rng(0)
    z, g = rng.normal(size=(2, 5))
    numeric = nn.numerical_gradient(lambda z: g @ nn.softmax(z), z)
    return relative_error(backward(nn.softmax(z), g), numeric)


def test_softmax_gradient_of_the_diagonal_alone():
    assert error_of_softmax_backward(nn.softmax_backward) < RIGHT
    assert error_of_softmax_backward(lambda p, g: g * p * (1 - p)) > WRONG


# The gradient of the biases summed over everything, so that all biases stay equal.


class OneSumForAllBiases(nn.Dense):
    def backward(self, dA):
        dX = super().backward(dA)
        self.db[:] = self.db.sum()
        return dX


class OverClassesInsteadOfSamples(nn.Dense):
    def backward(self, dA):
        dX = super().backward(dA)
        self.db[:] = dA.sum(axis=1)[0]
        return dX


def error_of_network(*layers, loss=None):
    rng = np.random.default_rng(0)
    network = nn.Network(*layers, seed=1, dtype=np.float64)
    X, y = rng.normal(size=(6, 3)), rng.integers(0, 3, 6)
    return nn.check_gradients(network, X, y, loss or nn.SoftmaxCrossEntropy())


@pytest.mark.parametrize("wrong", [OneSumForAllBiases, OverClassesInsteadOfSamples])
def test_bias_gradient_summed_over_classes(wrong):
    def error(kind):
        return error_of_network(nn.Dense(3, 4, activation=nn.tanh), kind(4, 3))

    assert error(nn.Dense) < RIGHT
    assert error(wrong) > WRONG


# "=" for "+=" where a value is used twice: the last use alone counts.


class LastUseAlone(nn.Residual):
    def backward(self, dA):
        return super().backward(dA) - dA


def test_assignment_instead_of_addition_on_the_way_back():
    def error(kind):
        inner = nn.Dense(4, 4, activation=nn.tanh)
        return error_of_network(nn.Dense(3, 4), kind(inner), nn.Dense(4, 3))

    assert error(nn.Residual) < RIGHT
    assert error(LastUseAlone) > WRONG


# exp of the scores as they are.


def naive_softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def sums_of_shares(softmax):
    # 709 is the last whole number whose exponential float64 holds.
    with np.errstate(over="ignore", invalid="ignore"):
        return [float(softmax(np.array([top, 0.0])).sum()) for top in (700, 710, 1e4)]


def test_softmax_that_overflows():
    assert sums_of_shares(nn.softmax) == [1, 1, 1]
    first, *others = sums_of_shares(naive_softmax)
    assert first == 1
    assert all(math.isnan(total) for total in others)


# Adam: with a gradient that never changes, both moments are exact after their
# correction, m / (1 - β1ᵗ) = g and v / (1 - β2ᵗ) = g², so every step has the length
# η |g| / (|g| + ε). A large ε shows where it stands.

RATE, BETA1, BETA2, EPSILON = 0.01, 0.9, 0.999, 0.1
GRADIENT = np.array([0.5, -2.0])
STEPS = 20


def steps_of(adam):
    """Parameters after each step with the constant gradient."""
    theta, m, v = np.zeros(2), np.zeros(2), np.zeros(2)
    path = [theta]
    for t in range(1, STEPS + 1):
        m = BETA1 * m + (1 - BETA1) * GRADIENT
        v = BETA2 * v + (1 - BETA2) * GRADIENT**2
        theta = theta - adam(t, m, v)
        path.append(theta)
    return np.diff(path, axis=0)


def steps_of_library():
    optimizer, theta = nn.Adam(RATE, BETA1, BETA2, EPSILON), np.zeros(2)
    path = [theta.copy()]
    for _ in range(STEPS):
        optimizer.step(theta, GRADIENT)
        path.append(theta.copy())
    return np.diff(path, axis=0)


def error_of_steps(steps):
    expected = -RATE * GRADIENT / (np.abs(GRADIENT) + EPSILON)
    return relative_error(steps, np.tile(expected, (STEPS, 1)))


def corrected(t, m, v):
    return m / (1 - BETA1**t), v / (1 - BETA2**t)


def textbook(t, m, v):
    m, v = corrected(t, m, v)
    return RATE * m / (np.sqrt(v) + EPSILON)


def without_correction(t, m, v):
    return RATE * m / (np.sqrt(v) + EPSILON)


def correction_without_power(t, m, v):
    return RATE * m / (1 - BETA1) / (np.sqrt(v / (1 - BETA2)) + EPSILON)


def epsilon_outside_the_denominator(t, m, v):
    m, v = corrected(t, m, v)
    return RATE * (m / np.sqrt(v) + EPSILON)


def by_epsilon_hat(factor):
    # The corrections drawn into the rate, with another ε beside the raw moment.
    def step(t, m, v):
        rate = RATE * math.sqrt(1 - BETA2**t) / (1 - BETA1**t)
        return rate * m / (np.sqrt(v) + factor(1 - BETA2**t) * EPSILON)

    return step


def test_adam_of_the_library_and_of_the_textbook():
    assert error_of_steps(steps_of_library()) < 1e-13
    assert error_of_steps(steps_of(textbook)) < 1e-13
    assert error_of_steps(steps_of(by_epsilon_hat(math.sqrt))) < 1e-13


@pytest.mark.parametrize(
    "wrong",
    [
        without_correction,
        correction_without_power,
        epsilon_outside_the_denominator,
        by_epsilon_hat(lambda share: share),
        by_epsilon_hat(lambda share: 1.0),
    ],
    ids=[
        "no correction",
        "1 - β for 1 - βᵗ",
        "ε outside the denominator",
        "ε̂ without the root",
        "ε̂ = ε",
    ],
)
def test_adam_gone_wrong(wrong):
    assert error_of_steps(steps_of(wrong)) > WRONG
