import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnbook as nn
from nnbook.special import erfc_positive

# Cody's approximations and the C library's each round a few times.
ROUNDING = 1e-15
# The square in exp(-x²) is rounded, which the exponential magnifies x² times.
TAIL = 1e-13

# The three ranges, their borders, and both of their neighbours.
GRID = np.concatenate(
    [np.linspace(-7, 7, 701), [0.46875, -0.46875, 4, -4, 1e-300, 1e-8, 26.5, -30]]
)
GRID = np.concatenate([GRID, np.nextafter(GRID, 9), np.nextafter(GRID, -9)])


def test_erf_of_the_c_library():
    expected = [math.erf(x) for x in GRID]
    np.testing.assert_allclose(nn.erf(GRID), expected, rtol=ROUNDING, atol=0)


def test_small_numbers_alone_take_the_short_way():
    x = np.linspace(-0.46, 0.46, 93)
    np.testing.assert_allclose(nn.erf(x), [math.erf(v) for v in x], rtol=ROUNDING)


@pytest.mark.parametrize("end", [3.9, 26.0])
def test_complement_keeps_its_digits_in_the_tail(end):
    x = np.linspace(0.46875, end, 200)
    expected = [math.erfc(v) for v in x]
    np.testing.assert_allclose(erfc_positive(x), expected, rtol=TAIL)


def test_slope_is_the_bell_curve():
    x = np.linspace(-4.2, 4.2, 43)
    numeric = nn.numerical_gradient(lambda x: nn.erf(x).sum(), x)
    np.testing.assert_allclose(
        numeric, 2 / math.sqrt(math.pi) * np.exp(-(x**2)), atol=1e-10
    )


@given(st.floats(-1e300, 1e300), st.floats(0, 1e300))
def test_odd_bounded_and_rising(x, further):
    assert nn.erf(-x) == -nn.erf(x)
    assert abs(nn.erf(x)) <= 1
    # Neighbours may cross by a rounding.
    assert nn.erf(x) <= nn.erf(x + further) + 2e-16


def test_dtypes_and_shapes():
    assert nn.erf(np.float32([[1, 2]])).dtype == np.float32
    np.testing.assert_allclose(nn.erf(np.float32(0.5)), math.erf(0.5), rtol=3e-7)
    assert nn.erf([[1, 2], [3, 4]]).shape == (2, 2)
    assert isinstance(nn.erf(0), np.float64)
    assert nn.erf(np.zeros(0)).shape == (0,)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_numbers_that_are_not_finite(bad):
    with pytest.raises(ValueError, match="x holds"):
        nn.erf([0.0, bad])
