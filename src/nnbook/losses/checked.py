"""The calls of a loss's methods, which readers write and users call: checked."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks, _parts
from nnbook._types import Array

_TOO_LARGE = (
    "predictions or targets are too large for their dtype; expected numbers of about "
    "1. Scale them, or compute in float64."
)


@np.errstate(all="ignore")  # what comes out is checked
def value(
    loss: Any, method: Callable[..., Any], predictions: ArrayLike, targets: ArrayLike
) -> float:
    P, Y = map(_parts.read_only, loss._check(predictions, targets))
    value = as_number(loss, method(P, Y))
    if not math.isfinite(value):
        raise ValueError(f"the loss is {value}: {_TOO_LARGE}")
    return value


@np.errstate(all="ignore")
def gradient(
    loss: Any, method: Callable[..., Any], predictions: ArrayLike, targets: ArrayLike
) -> Array:
    P, Y = map(_parts.read_only, loss._check(predictions, targets))
    slopes = _parts.like(P, "predictions", loss, "gradient", method(P, Y))
    slopes = slopes.astype(P.dtype)
    if not _checks.all_finite(slopes):
        raise ValueError(f"the gradient is not finite: {_TOO_LARGE}")
    return slopes


@np.errstate(all="ignore")
def answers(loss: Any, method: Callable[..., Any], outputs: ArrayLike) -> Array:
    P = _parts.read_only(loss._check_outputs("outputs", outputs))
    return np.array(method(P))  # a copy: it may be a view of the outputs


def as_number(loss: Any, value: Any) -> float:
    array = np.asarray(value)
    if array.ndim or array.dtype.kind not in "fiub":
        raise ValueError(
            f"value of {loss!r} gives {_checks.describe(value)}; expected one number "
            f"for the batch, such as the mean."
        )
    return float(array)
