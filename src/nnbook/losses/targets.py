"""Targets of a batch: classes, as labels or distributions, or values; checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array

_SINGLE = "For yes or no from a single score use nn.BinaryCrossEntropy()."
_VALUES = "For values use a loss such as nn.MeanSquaredError()."


def values(targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
    """Numbers of the shape (n, k); with one column a vector will do."""
    Y = _checks.as_array("targets", targets)
    if Y.dtype.kind in "USO" and not _are_numbers(Y):
        raise TypeError(
            f"targets have dtype {Y.dtype}; expected real numbers. "
            + _checks.whole_numbers("targets", Y)
        )
    Y = _checks.as_floats("targets", Y)
    if Y.shape not in ((n, k), (n,) if k == 1 else (n, k)):
        raise ValueError(
            f"targets have shape {Y.shape}; expected {(n, k)}, the shape of the "
            f"predictions.{_advice_on_values(np.asarray(targets), n, k)}"
        )
    return _checks.cast("targets", Y.reshape(n, k), dtype)


def classes(targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
    """Labels (n,) as indices, or distributions (n, k)."""
    Y = _checks.as_array("targets", targets)
    if Y.shape == (n, k) and Y.dtype.kind in "fiub":
        return _distributions(Y, dtype)
    if Y.shape != (n,):
        raise ValueError(
            f"targets have shape {Y.shape}; expected labels of shape {(n,)} or "
            f"distributions of shape {(n, k)}.{_advice_on_shape(Y, n)}"
        )
    if Y.dtype.kind not in "iu":
        raise TypeError(
            f"targets have dtype {Y.dtype}; expected whole numbers as labels. "
            + _checks.whole_numbers("targets", Y, values=_VALUES)
        )
    if Y.min() < 0 or Y.max() >= k:
        bad = Y[(Y < 0) | (k <= Y)][0]
        raise ValueError(
            f"targets hold the label {bad}; expected labels from 0 to {k - 1}, since "
            f"the predictions have {k} column{'s' if k > 1 else ''}. "
            f"{_advice_on_labels(Y, k)}"
        )
    return Y.astype(np.intp)


def rows(targets: Array, like: Array) -> Array:
    """Classes as distributions: of a label a 1 in its column."""
    if targets.ndim == 2:
        return targets
    Y = np.zeros_like(like)
    Y[np.arange(len(Y)), targets] = 1
    return Y


def _distributions(Y: Array, dtype: Any) -> Array:
    Y = _checks.as_floats("targets", Y).astype(np.float64)
    total = Y.sum(axis=1)
    if (Y < 0).any() or (np.abs(total - 1) > 1e-4).any():
        advice = "Divide each row by its sum."
        if Y.shape[1] == 1:
            advice = _SINGLE
        elif np.isin(Y, (0, 1)).all():
            advice = "For several yes-or-no answers use nn.BinaryCrossEntropy()."
        elif (Y < 0).any() or (total == 0).any():
            advice = _VALUES
        raise ValueError(
            f"targets do not hold distributions: each row must be non-negative and add "
            f"up to 1. {advice}"
        )
    return Y.astype(dtype)


def _advice_on_shape(Y: Array, n: int) -> str:
    if Y.shape == (n, 1):
        return " Use np.ravel(targets)."
    if Y.ndim == 2 and len(Y) == n and Y.dtype.kind in "fiub":
        return f" Make the last layer {Y.shape[1]} wide."
    return " Give one for each sample."


def _advice_on_labels(Y: Array, k: int) -> str:
    if k == 1:
        return _SINGLE
    if Y.min() == 1 and Y.max() == k:
        return "Use np.asarray(targets) - 1 if they begin with 1."
    number, count = "np.unique(targets, return_inverse=True)[1]", len(np.unique(Y))
    wider = f", and make the last layer {count} wide" if count > k else ""
    return f"Number them with {number}{wider}."


def _advice_on_values(Y: Array, n: int, k: int) -> str:
    if Y.shape == (n,) and Y.dtype.kind in "iu" and Y.min() >= 0 and Y.max() < k:
        return f" Of labels make rows: np.eye({k})[targets]."
    if Y.shape == (n,):
        return " Make the last layer 1 wide."
    if Y.ndim == 2 and len(Y) == n:
        return f" Make the last layer {Y.shape[1]} wide."
    return " Give one row for each sample."


def _are_numbers(Y: Array) -> bool:
    try:
        Y.astype(float)
    except (TypeError, ValueError, OverflowError):
        return False
    return True
