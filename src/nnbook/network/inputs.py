"""What goes into a network and what comes out, checked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array


def check_shape(X: Array, n_in: int | None) -> Array:
    """The array, if it has a sample a row and as many columns as there are inputs."""
    if X.ndim != 2:
        raise ValueError(
            f"X has shape {X.shape}; expected (n, {n_in or 'n_in'}), a sample "
            f"a row.{_reshaped(X, n_in)}"
        )
    if n_in is not None and X.shape[1] != n_in:
        raise ValueError(
            f"X has shape {X.shape}; expected {n_in} columns, the inputs of "
            f"the first layer."
        )
    if X.size == 0:
        raise ValueError(
            f"X is empty, of shape {X.shape}; expected at least one sample."
        )
    return X


def checked(X: ArrayLike, n_in: int | None, dtype: np.dtype[Any]) -> Array:
    """Samples as an array of a network's dtype, which must be able to hold them."""
    array = check_shape(_checks.as_floats("X", X), n_in)
    if array.dtype == dtype:
        return array
    return _checks.cast("X", array, dtype, "make the network with dtype=np.float64")


def finite_outputs(A: Array) -> Array:
    """The outputs, if none is NaN or infinite."""
    if not _checks.all_finite(A):
        raise ValueError(
            "the outputs are not finite: X is too large, or the parameters are not "
            "finite. Scale X to about 1, or load the parameters again."
        )
    return A


def _reshaped(X: Array, n_in: int | None) -> str:
    """How an array of another dimension becomes one with one row per sample."""
    if X.ndim == 1 and n_in == 1:
        return " One feature of many samples is np.reshape(X, (-1, 1))."
    if X.ndim == 1 and n_in in (None, len(X)):
        return " A single sample is np.reshape(X, (1, -1))."
    if X.ndim > 2 and n_in in (None, math.prod(X.shape[1:])):
        return " Make a row of each: np.reshape(X, (len(X), -1))."
    return ""
