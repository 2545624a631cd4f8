"""Losses of numbers: squared, absolute, and Huber's between them."""

from __future__ import annotations

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.losses.base import Loss


class MeanSquaredError(Loss):
    r"""Mean of the squared differences.

    $$L = \operatorname{mean}\bigl((\hat y - y)^2\bigr), \qquad
    \frac{\partial L}{\partial \hat y}
    = \frac{2 (\hat y - y)}{\text{number of elements}}$$

    Without a factor of one half, as in PyTorch and Keras.

    Examples
    --------
    >>> nn.MeanSquaredError()([1.0, 2.0], [0.0, 0.0])
    2.5
    """

    def value(self, predictions: Array, targets: Array) -> float:
        return float(np.mean((predictions - targets) ** 2))

    def gradient(self, predictions: Array, targets: Array) -> Array:
        slopes: Array = 2 * (predictions - targets) / predictions.size
        return slopes

    def _value_and_gradient(self, P: Array, Y: Array, out: Array) -> float:
        np.subtract(P, Y, out=out)
        value = float(np.vdot(out, out)) / out.size
        out *= 2 / out.size
        return value


class MeanAbsoluteError(Loss):
    r"""Mean of the absolute differences; slope 0 where prediction and target agree.

    $$L = \operatorname{mean}(|\hat y - y|), \qquad
    \frac{\partial L}{\partial \hat y}
    = \frac{\operatorname{sign}(\hat y - y)}{\text{number of elements}}$$

    PyTorch's `L1Loss`, Keras' `MeanAbsoluteError`.

    Examples
    --------
    >>> nn.MeanAbsoluteError()([1.0, 2.0], [0.0, 0.0])
    1.5
    """

    def value(self, predictions: Array, targets: Array) -> float:
        return float(np.mean(np.abs(predictions - targets)))

    def gradient(self, predictions: Array, targets: Array) -> Array:
        slopes: Array = np.sign(predictions - targets) / predictions.size
        return slopes


class Huber(Loss):
    r"""Quadratic for small differences, linear for large ones (Huber, 1964).

    $$\tfrac12 r^2 \text{ for } |r| \le \delta, \qquad
    \delta\,(|r| - \tfrac12 \delta) \text{ beyond}, \qquad r = \hat y - y$$

    The mean over all elements, as in PyTorch and Keras. Its gradient is r, cut at -δ
    and δ, divided by the number of elements. PyTorch's `SmoothL1Loss` is this divided
    by δ.

    Parameters
    ----------
    delta
        Where the two meet, in the unit of the targets.

    Raises
    ------
    TypeError, ValueError
        If delta is not positive.

    Examples
    --------
    >>> nn.Huber()([0.5, 3.0], [0.0, 0.0])
    1.3125
    """

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = _checks.number("delta", delta, low=0, open_low=True)

    def value(self, predictions: Array, targets: Array) -> float:
        r, delta = np.abs(predictions - targets), self.delta
        each = np.where(r <= delta, r**2 / 2, delta * (r - delta / 2))
        return float(np.mean(each))

    def gradient(self, predictions: Array, targets: Array) -> Array:
        r = predictions - targets
        slopes: Array = np.clip(r, -self.delta, self.delta) / r.size
        return slopes
