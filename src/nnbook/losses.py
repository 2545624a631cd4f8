r"""Losses: one number for how wrong a batch of predictions is, and its gradient.

- predictions: what the network computed, shape (n, k); for cross-entropy the scores z
- targets: labels (n,), or an array like the predictions
- p, y: shares and targets as distributions, shape (n, k)
- P, Y: predictions and targets of the batch, as the code names them
- n, k: samples and outputs

Every loss is a mean over the samples; for regression and binary cross-entropy over all
elements. Left out: weights per sample or class.
"""

# To be read beside:
# docs/loss/cross-entropy.md
# docs/loss/softmax-gradient.md

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._loss import ClassLoss, Loss, classes
from nnbook._types import Array

__all__ = [
    "BinaryCrossEntropy",
    "CrossEntropy",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SoftmaxCrossEntropy",
]


class SoftmaxCrossEntropy(ClassLoss):
    r"""Cross-entropy of softmax, from the scores: the joint route.

    $$L = \frac1n \sum_i \bigl(\operatorname{LSE}(z_i) - z_{i,c_i}\bigr), \qquad
    \frac{\partial L}{\partial z} = \frac1n (p - y)$$

    $c_i$ is the label, LSE the logarithm of the sum of exponentials
    (`nnbook.softmax.logsumexp`). Of a distribution y the loss takes
    $\operatorname{LSE}(z_i) - y_i \cdot z_i$; smoothing by s makes it
    $(1 - s)\, y + s/k$.

    Never forms the logarithm of a share, so it survives scores of any size, and the
    gradient divides by nothing. In the code classes are rows, which is faster: p has
    the shape (k, n). PyTorch's `CrossEntropyLoss` is the same. Keras' is,
    with `from_logits=True`: `SparseCategoricalCrossentropy` of labels,
    `CategoricalCrossentropy` of distributions.

    Parameters
    ----------
    label_smoothing
        Share of each target that is spread over all classes (Szegedy and colleagues,
        2015).

    Raises
    ------
    TypeError, ValueError
        If the smoothing is not in [0, 1).

    Examples
    --------
    >>> loss = nn.SoftmaxCrossEntropy()
    >>> round(loss([[0.0, 0.0]], [1]), 4)
    0.6931
    """

    def __init__(self, label_smoothing: float = 0.0) -> None:
        self.label_smoothing = _checks.number(
            "label_smoothing", label_smoothing, low=0, high=1, open_high=True
        )

    def _prepare(self, targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
        Y = classes(targets, n, k)
        if Y.ndim == 1 and not self.label_smoothing:
            return Y
        if Y.ndim == 1:
            Y = np.eye(k)[Y]
        return ((1 - self.label_smoothing) * Y + self.label_smoothing / k).astype(dtype)

    def _value_and_gradient(self, Z: Array, Y: Array, out: Array) -> float:
        # Classes in rows: sums over a short last axis are several times slower.
        n, k = Z.shape
        # Taken away while in use, so that two threads never share them.
        p, rows = vars(self).pop("_buffers", (None, None))
        if p is None or p.shape != (k, n) or p.dtype != Z.dtype:
            p, rows = np.empty((k, n), Z.dtype), np.arange(n)
        np.copyto(p, Z.T)
        p -= np.maximum.reduce(p)
        if Y.ndim == 1:
            # One index into the flat array is several times faster than a pair.
            flat, right = p.reshape(-1), Y * n + rows
            target_score = flat[right]
        else:
            # A share of 0 times a score of minus infinity would be NaN.
            np.maximum(p, np.finfo(p.dtype).min, out=p)
            target_score = np.einsum("kn,nk->n", p, Y)
        np.exp(p, out=p)
        total = np.add.reduce(p)
        loss = np.add.reduce(np.log(total) - target_score) / n
        p /= total
        if Y.ndim == 1:
            flat[right] -= 1
        else:
            p -= Y.T
        np.divide(p.T, n, out=out)
        self._buffers = p, rows
        return float(loss)


class CrossEntropy(ClassLoss):
    r"""Cross-entropy of shares: the separate route.

    $$L = -\frac1n \sum_i \sum_j y_{ij} \log \max(p_{ij}, \epsilon), \qquad
    \frac{\partial L}{\partial p_{ij}} = -\frac{y_{ij}}{n\, p_{ij}}$$

    Where the share lies below epsilon, the gradient is 0: the clipped logarithm is flat
    there. Prefer `SoftmaxCrossEntropy`, which
    takes the scores. Keras' `CategoricalCrossentropy` divides each row by its sum and
    clips at both ends, at 1e-7 and 1 - 1e-7; PyTorch's `NLLLoss` takes logarithms.

    Parameters
    ----------
    epsilon
        The smallest share whose logarithm is taken.

    Raises
    ------
    TypeError, ValueError
        If epsilon is not in (0, 1).

    Examples
    --------
    >>> round(nn.CrossEntropy()([[0.7, 0.1, 0.2]], [0]), 4)
    0.3567
    """

    def __init__(self, epsilon: float = 1e-7) -> None:
        self.epsilon = _checks.number(
            "epsilon", epsilon, low=0, high=1, open_low=True, open_high=True
        )

    def _check_values(self, P: Array) -> None:
        if (P < 0).any() or (np.abs(P.sum(axis=1) - 1) > 1e-3).any():
            raise ValueError(
                "predictions do not hold shares that add up to 1 in each row; apply "
                "nn.softmax, or give the scores to nn.SoftmaxCrossEntropy."
            )

    def _prepare(self, targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
        Y = classes(targets, n, k)
        return (np.eye(k)[Y] if Y.ndim == 1 else Y).astype(dtype)

    def _value_and_gradient(self, P: Array, Y: Array, out: Array) -> float:
        n = len(P)
        _checks.positive_in(P.dtype, "epsilon", self.epsilon)
        clipped = np.maximum(P, self.epsilon)
        out[...] = np.where(self.epsilon <= P, -Y / clipped / n, 0)
        return float(-(Y * np.log(clipped)).sum() / n)


class BinaryCrossEntropy(Loss):
    r"""Cross-entropy of yes-or-no answers, from their scores.

    $$L = \operatorname{mean}\bigl(\max(z, 0) - z y + \log(1 + e^{-|z|})\bigr), \qquad
    \frac{\partial L}{\partial z} = \frac{\sigma(z) - y}{\text{number of elements}}$$

    The same as PyTorch's `BCEWithLogitsLoss` and, with `from_logits=True`, Keras'
    `BinaryCrossentropy`, whose default takes shares.

    Examples
    --------
    >>> round(nn.BinaryCrossEntropy()([0.0], [1]), 4)
    0.6931
    """

    classification = True

    def _prepare(self, targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
        Y = super()._prepare(targets, n, k, dtype)
        if ((Y < 0) | (Y > 1)).any():
            raise ValueError(
                f"targets hold {Y[(Y < 0) | (Y > 1)][0]:g}; expected numbers from 0 to "
                f"1, the share of yes."
            )
        return Y

    def _value_and_gradient(self, Z: Array, Y: Array, out: Array) -> float:
        e = np.exp(-np.abs(Z))
        value = np.maximum(Z, 0) - Z * Y + np.log1p(e)
        out[...] = (np.where(Z >= 0, 1, e) / (1 + e) - Y) / Z.size
        return float(value.mean())


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

    def _value_and_gradient(self, P: Array, Y: Array, out: Array) -> float:
        np.subtract(P, Y, out=out)
        value = float(np.abs(out).mean())
        np.sign(out, out=out)
        out /= out.size
        return value


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

    def _value_and_gradient(self, P: Array, Y: Array, out: Array) -> float:
        r = P - Y
        np.clip(r, -self.delta, self.delta, out=out)
        value = float((out * (r - 0.5 * out)).mean())
        out /= out.size
        return value
