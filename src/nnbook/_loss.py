"""What all losses share: checks of predictions and targets."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array

_TOO_LARGE = (
    "predictions or targets are too large for their dtype; expected numbers of about "
    "1. Scale them, or compute in float64."
)


class Loss:
    """A loss: call it for its value, `gradient` is its slope at the predictions."""

    classification = False  # whether targets are classes, so that accuracy makes sense

    def __call__(self, predictions: ArrayLike, targets: ArrayLike) -> float:
        """Mean loss of the batch.

        Parameters
        ----------
        predictions
            Shape (n, k).
        targets
            Shape (n,) for labels, else that of the predictions.

        Returns
        -------
        float
            The mean.

        Raises
        ------
        TypeError, ValueError
            If shapes, labels or values do not fit, or the mean is too large a number.
        """
        value, _ = self._measure(predictions, targets)
        if not math.isfinite(value):
            raise ValueError(f"the loss is {value}: {_TOO_LARGE}")
        return value

    def gradient(self, predictions: ArrayLike, targets: ArrayLike) -> Array:
        """Gradient of the mean loss, of the shape and dtype of the predictions.

        Parameters
        ----------
        predictions
            Shape (n, k).
        targets
            Shape (n,) for labels, else that of the predictions.

        Returns
        -------
        ndarray
            Slope of the loss with respect to each prediction.

        Raises
        ------
        TypeError, ValueError
            If shapes, labels or values do not fit, or a slope is too large a number.
        """
        _, slopes = self._measure(predictions, targets)
        if not _checks.all_finite(slopes):
            raise ValueError(f"the gradient is not finite: {_TOO_LARGE}")
        return slopes

    @np.errstate(all="ignore")
    def _measure(
        self, predictions: ArrayLike, targets: ArrayLike
    ) -> tuple[float, Array]:
        P, Y = self._check(predictions, targets)
        slopes = np.empty_like(P)
        return self._value_and_gradient(P, Y, slopes), slopes

    def _check(self, predictions: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
        P = _checks.as_floats("predictions", predictions)
        if P.ndim not in (1, 2) or P.size == 0:
            raise ValueError(
                f"predictions have shape {P.shape}; expected (n,) or (n, k), with at "
                f"least one sample."
            )
        self._check_values(P)
        k = P.shape[1] if P.ndim == 2 else 1
        return P, self._prepare(targets, len(P), k, P.dtype).reshape(P.shape)

    def _check_values(self, P: Array) -> None:
        """Refuse predictions of the wrong kind, such as scores instead of shares."""

    def _prepare(self, targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
        """Check all targets once; `_value_and_gradient` takes rows of the result."""
        Y = _checks.as_floats("targets", targets)
        if Y.shape not in ((n, k), (n,) if k == 1 else (n, k)):
            labels = np.asarray(targets).dtype.kind in "iu" and Y.shape == (n,)
            hint = f" Of labels make rows: np.eye({k})[targets]." if labels else ""
            raise ValueError(
                f"targets have shape {Y.shape}; expected {(n, k)}, the shape of the "
                f"predictions.{hint}"
            )
        return _checks.cast("targets", Y.reshape(n, k), dtype)

    def _value_and_gradient(self, P: Array, Y: Array, out: Array) -> float:
        """The loss of checked arrays; its gradient is written to `out`."""
        raise NotImplementedError(f"{type(self).__name__} lacks _value_and_gradient.")

    def __repr__(self) -> str:
        options = ", ".join(f"{k}={v}" for k, v in vars(self).items() if k[0] != "_")
        return f"nn.{type(self).__name__}({options})"


class ClassLoss(Loss):
    """A loss of one class for each sample, given as a label or as a distribution."""

    classification = True

    def _check(self, predictions: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
        P = _checks.as_floats("predictions", predictions, ndim=2)
        if P.size == 0:
            raise ValueError(
                f"predictions have shape {P.shape}; expected at least one sample."
            )
        self._check_values(P)
        n, k = P.shape
        return P, self._prepare(targets, n, k, P.dtype)


def classes(targets: ArrayLike, n: int, k: int) -> Array:
    """Labels (n,) as int64 or distributions (n, k) as float64, checked."""
    Y = _checks.as_array("targets", targets)
    single = (
        " For yes or no from a single score use nn.BinaryCrossEntropy()."
        if k == 1
        else ""
    )
    if Y.ndim == 2 and Y.shape == (n, k):
        Y = _checks.as_floats("targets", Y).astype(np.float64)
        if (Y < 0).any() or (np.abs(Y.sum(axis=1) - 1) > 1e-4).any():
            raise ValueError(
                "targets do not hold distributions: each row must be non-negative and "
                "add up to 1." + (single or " Divide each row by its sum.")
            )
        return Y
    if Y.shape != (n,):
        hint = " Use targets.ravel()." if Y.shape == (n, 1) else ""
        raise ValueError(
            f"targets have shape {Y.shape}; expected labels of shape {(n,)} or "
            f"distributions of shape {(n, k)}.{hint}"
        )
    if Y.dtype.kind not in "iu":
        raise TypeError(
            f"targets have dtype {Y.dtype}; expected whole numbers as labels. "
            + _checks.whole_numbers("targets", Y)
        )
    if Y.min() < 0 or Y.max() >= k:
        bad = Y[(Y < 0) | (k <= Y)][0]
        raise ValueError(
            f"targets hold the label {bad}; expected labels from 0 to {k - 1}, since "
            f"the predictions have {k} column{'s' if k > 1 else ''}.{single}"
        )
    return Y.astype(np.int64)
