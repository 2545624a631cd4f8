"""What all losses share: checks of predictions and targets, and reading the outputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks, _parts
from nnbook._types import Array
from nnbook.losses import checked
from nnbook.losses.targets import classes, values

_VALUE, _GRADIENT = "value(predictions, targets)", "gradient(predictions, targets)"


class Loss:
    """A loss: call it for its value, `gradient` is its slope at the predictions.

    A loss of your own writes `value` and `gradient`, and `predict` or `predict_proba`
    where its outputs need reading. What they are given is checked, and not to be
    changed in place.

    Attributes
    ----------
    classification
        Whether targets are classes: labels (n,) or distributions (n, k). Else they are
        values, in the shape of the predictions.
    on_scores
        Whether the loss itself squashes the outputs, so that the network must not.

    Examples
    --------
    >>> class LogCosh(nn.Loss):
    ...     def value(self, predictions, targets):
    ...         return np.mean(np.log(np.cosh(predictions - targets)))
    ...
    ...     def gradient(self, predictions, targets):
    ...         return np.tanh(predictions - targets) / predictions.size
    >>> round(LogCosh()([1.0, 0.0], [0.0, 0.0]), 4)
    0.2169
    """

    classification = False
    on_scores = False
    _raw_value: Callable[..., Any]
    _raw_gradient: Callable[..., Any]
    _raw_predict: Callable[..., Any]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        instead = {"__call__": _VALUE}
        if "value" not in vars(cls) and "_value_and_gradient" in vars(cls):
            instead["_value_and_gradient"] = f"{_VALUE} and {_GRADIENT}"
        _parts.refuse_overrides(cls, Loss, instead)
        for name, check in _CHECKS.items():
            _parts.check_calls(cls, Loss, name, check, f"_raw_{name}")
        readable, fast = ("value", "gradient"), ("_value_and_gradient",)
        _parts.prefer_overrides(cls, Loss, readable, fast)
        _parts.prefer_overrides(cls, Loss, ("predict",), ("_count_right",))

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
        return self.value(predictions, targets)

    def value(self, predictions: Any, targets: Any) -> float:
        """Mean loss of the batch, as the call.

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
        raise NotImplementedError(f"{type(self).__name__} lacks {_VALUE}; write it.")

    def gradient(self, predictions: Any, targets: Any) -> Array:
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
        raise NotImplementedError(f"{type(self).__name__} lacks {_GRADIENT}; write it.")

    def predict(self, outputs: Any) -> Array:
        """What the outputs of a network answer.

        Parameters
        ----------
        outputs
            Shape (n, k).

        Returns
        -------
        ndarray
            Classes (n,): the largest output. For regression the values, (n,) if there
            is one output, else (n, k). For yes or no whole numbers, in the same shapes.

        Raises
        ------
        TypeError, ValueError
            If the outputs do not fit.
        """
        if self.classification:
            best: Array = outputs.argmax(axis=1)
            return best
        return one_column(outputs)

    def predict_proba(self, outputs: Any) -> Array:
        """The probabilities that the outputs of a network stand for.

        Parameters
        ----------
        outputs
            Shape (n, k).

        Returns
        -------
        ndarray
            Shape (n, k), rows that add up to 1; for yes or no from one output (n, 2),
            for several yes-or-no answers per sample the probability of each yes.

        Raises
        ------
        TypeError, ValueError
            If the outputs do not fit, or are no probabilities.
        """
        raise ValueError(
            f"{self!r} gives no probabilities; expected a loss such as "
            f"nn.SoftmaxCrossEntropy(). Use predict for what the network answers."
        )

    def _check(self, predictions: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
        P = self._check_outputs("predictions", predictions)
        k = P.shape[1] if P.ndim == 2 else 1
        Y = self._prepare(targets, len(P), k, P.dtype)
        return P, Y.reshape(P.shape) if P.ndim == 1 else Y

    def _check_outputs(self, name: str, outputs: ArrayLike) -> Array:
        P = _checks.as_floats(name, outputs)
        shapes = "(n, k)" if self._ndims == (2,) else "(n,) or (n, k)"
        if P.ndim not in self._ndims or P.size == 0:
            hint = f" Of one sample make a row: np.atleast_2d({name})."
            raise ValueError(
                f"{name} have shape {P.shape}; expected {shapes}, with at least one "
                f"sample.{hint if P.ndim == 1 and P.size else ''}"
            )
        self._check_values(P)
        return P

    @property
    def _ndims(self) -> tuple[int, ...]:
        """Whether values may come as a vector, too."""
        return (2,) if self.classification else (1, 2)

    def _check_values(self, P: Array) -> None:
        """Refuse predictions of the wrong kind: scores instead of probabilities."""

    def _prepare(self, targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
        """Check all targets once; `_value_and_gradient` takes rows of the result."""
        return (classes if self.classification else values)(targets, n, k, dtype)

    def _value_and_gradient(self, P: Array, Y: Array, out: Array) -> float:
        """The loss of checked arrays; its gradient is written to `out`."""
        if not _checks.all_finite(P):
            return math.nan  # training diverges, which `fit` reports
        P, Y = _parts.read_only(P), _parts.read_only(Y)
        slopes = self._raw_gradient(P, Y)
        out[...] = _parts.like(P, "predictions", self, "gradient", slopes)
        return checked.as_number(self, self._raw_value(P, Y))

    def _count_right(self, P: Array, Y: Array) -> float:
        """How many samples of checked arrays are answered right."""
        true = self._true_answers(Y)
        answers = np.asarray(self._raw_predict(_parts.read_only(P)))
        if answers.shape != true.shape:
            raise ValueError(
                f"predict of {self!r} gives {_checks.describe(answers)}; expected one "
                f"answer for each label, in the shape {true.shape}."
            )
        # Of several answers per sample each counts for its part.
        return float((answers == true).reshape(len(P), -1).mean(axis=1).sum())

    def _true_answers(self, Y: Array) -> Array:
        """What `predict` should answer."""
        return Y if Y.ndim == 1 else Y.argmax(axis=1)

    def __repr__(self) -> str:
        return _parts.shown(self)


def one_column(outputs: Array) -> Array:
    """A single output per sample, as a vector."""
    return outputs[:, 0] if outputs.ndim == 2 and outputs.shape[1] == 1 else outputs


_CHECKS: dict[str, Callable[..., Any]] = {
    "value": checked.value,
    "gradient": checked.gradient,
    "predict": checked.answers,
    "predict_proba": checked.answers,
}
for _name, _check in _CHECKS.items():
    _parts.check_calls(Loss, Loss, _name, _check, f"_raw_{_name}")
