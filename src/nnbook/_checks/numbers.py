"""Checks of numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnbook._checks.texts import describe
from nnbook._types import Array

# Which Python and NumPy count among the whole numbers.
NO_NUMBERS = (bool, np.bool_, np.timedelta64)


def number(
    name: str,
    value: float,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """A finite float between two bounds, which are included unless said otherwise."""
    if isinstance(value, NO_NUMBERS) or not isinstance(
        value, (int, float, np.integer, np.floating)
    ):
        raise TypeError(f"{name} is {describe(value)}; expected a number.")
    try:
        x = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        x = math.inf
    too_low = x <= low if open_low else x < low
    too_high = x >= high if open_high else x > high
    if not math.isfinite(x) or too_low or too_high:
        raise ValueError(
            f"{name} is {describe(value)}; expected a finite number"
            f"{_bounds(low, high, open_low, open_high)}."
        )
    return x


def positive_in(dtype: Any, name: str, value: float) -> None:
    """Refuse a positive number that a dtype rounds to 0 or to infinity."""
    limits = np.finfo(dtype)
    if not float(limits.tiny) <= value <= float(limits.max):
        raise ValueError(
            f"{name} is {value}, which rounds to 0 or infinity in {np.dtype(dtype)}; "
            f"expected a number between {limits.tiny:g} and {limits.max:g}."
        )


def n_weights(count: int, params: Array) -> int:
    """How many leading entries of a vector are weights."""
    if params.ndim != 1:
        raise ValueError(
            f"params have shape {params.shape}; expected one vector, since n_weights "
            f"is given. Leave n_weights out, or give params.reshape(-1)."
        )
    count = integer("n_weights", count, low=0)
    if count > params.size:
        raise ValueError(
            f"n_weights is {count}; expected at most {params.size}, the number of "
            f"params."
        )
    return count


def share(name: str, value: float) -> float:
    """A share of the past that is kept: from 0 to just below 1."""
    return number(name, value, low=0, high=1, open_high=True)


def rate(name: str, value: float) -> float:
    """A learning rate: not negative."""
    return number(name, value, low=0)


def small(value: float) -> float:
    """What keeps a division defined: above 0."""
    return number("epsilon", value, low=0, open_low=True)


def integer(name: str, value: int, *, low: int | None = None) -> int:
    """A whole number, at least `low`."""
    if isinstance(value, NO_NUMBERS) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {describe(value)}; expected a whole number.")
    if low is not None and value < low:
        raise ValueError(f"{name} is {value}; expected at least {low}.")
    return int(value)


def _bounds(low: float, high: float, open_low: bool, open_high: bool) -> str:
    parts = []
    if low > -math.inf:
        parts.append(f"{'above' if open_low else 'at least'} {low:g}")
    if high < math.inf:
        parts.append(f"{'below' if open_high else 'at most'} {high:g}")
    return " " + " and ".join(parts) if parts else ""
