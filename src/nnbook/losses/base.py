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
    on_scores = False  # whether it squashes the outputs itself

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

    def _count_right(self, P: Array, Y: Array) -> float:
        """How many samples of checked arrays are answered right."""
        labels = Y if Y.ndim == 1 else Y.argmax(axis=1)
        return float(np.count_nonzero(P.argmax(axis=1) == labels))

    def __repr__(self) -> str:
        options = ", ".join(f"{k}={v}" for k, v in vars(self).items() if k[0] != "_")
        return f"nn.{type(self).__name__}({options})"
