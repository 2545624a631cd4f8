r"""The error function, which GELU needs and NumPy lacks.

Rational approximations of Cody (1969) in three ranges of |x|, good to 1e-15.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array

__all__ = ["erf"]

# |x| <= 0.46875: erf(x) = x P(x²) / Q(x²), highest power first.
_P_SMALL = (
    1.85777706184603153e-1,
    3.16112374387056560,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3,
)
_Q_SMALL = (
    1.0,
    2.36012909523441209e1,
    2.44024637934444173e2,
    1.28261652607737228e3,
    2.84423683343917062e3,
)
# 0.46875 <= |x| <= 4: erfc(x) = exp(-x²) P(x) / Q(x).
_P_MIDDLE = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594,
    6.61191906371416295e1,
    2.98635138197400131e2,
    8.81952221241769090e2,
    1.71204761263407058e3,
    2.05107837782607147e3,
    1.23033935479799725e3,
)
_Q_MIDDLE = (
    1.0,
    1.57449261107098347e1,
    1.17693950891312499e2,
    5.37181101862009858e2,
    1.62138957456669019e3,
    3.29079923573345963e3,
    4.36261909014324716e3,
    3.43936767414372164e3,
    1.23033935480374942e3,
)
# |x| >= 4: erfc(x) = exp(-x²) / x (1/√π - u P(u) / Q(u)) with u = 1/x².
_P_LARGE = (
    1.63153871373020978e-2,
    3.05326634961232344e-1,
    3.60344899949804439e-1,
    1.25781726111229246e-1,
    1.60837851487422766e-2,
    6.58749161529837803e-4,
)
_Q_LARGE = (
    1.0,
    2.56852019228982242,
    1.87295284992346725,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3,
)


def erf(x: ArrayLike) -> Array:
    r"""Error function: the part of a bell curve within x of its middle, signed.

    $$\operatorname{erf}(x) = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2}\, dt$$

    Parameters
    ----------
    x
        Real numbers of any shape.

    Returns
    -------
    ndarray
        Values between -1 and 1; float32 stays float32, everything else is float64.

    Raises
    ------
    TypeError, ValueError
        If `x` does not hold finite real numbers.

    References
    ----------
    Cody (1969), Rational Chebyshev approximations for the error function, Mathematics
    of Computation 23.

    Examples
    --------
    >>> nn.erf([0.0, 1.0]).round(6)
    array([0.      , 0.842701])
    """
    values = _checks.as_floats("x", x)
    return erf_unchecked(values)[()]


def erf_unchecked(x: Array) -> Array:
    """`erf` of a float array, without looking at it first."""
    size = np.abs(x)
    small = size <= 0.46875
    if small.all():
        return x * _small_ratio(x)
    far = 1.0 - erfc_positive(np.maximum(size, 0.46875))
    return np.where(
        small, x * _small_ratio(np.minimum(size, 0.46875)), np.sign(x) * far
    )


def erfc_positive(x: Array) -> Array:
    """1 - erf(x) for x >= 0.46875, without the loss of digits of that subtraction."""
    x = np.minimum(x, 40.0)  # exp(-x²) is 0 from 28 on, and a square may overflow
    near = np.minimum(x, 4.0)
    middle: Array = _polynomial(_P_MIDDLE, near) / _polynomial(_Q_MIDDLE, near)
    bell: Array = np.exp(-x * x)
    if (x <= 4.0).all():
        return bell * middle
    u = 1.0 / np.square(np.maximum(x, 4.0))
    tail = u * _polynomial(_P_LARGE, u) / _polynomial(_Q_LARGE, u)
    large = (1.0 / math.sqrt(math.pi) - tail) * np.sqrt(u)
    ratio: Array = np.where(x <= 4.0, middle, large)
    return bell * ratio


def _small_ratio(x: Array) -> Array:
    square = x * x
    return _polynomial(_P_SMALL, square) / _polynomial(_Q_SMALL, square)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    total = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        total *= x
        total += c
    return total
