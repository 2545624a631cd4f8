"""The cross-entropies: how surprised a network is by the right class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.losses.base import Loss


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

    on_scores = True

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
    on_scores = True

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

    def _count_right(self, Z: Array, Y: Array) -> float:
        # Several answers a sample: each counts for its share.
        return float(((Z > 0) == (Y > 0.5)).mean(axis=1).sum())


def classes(targets: ArrayLike, n: int, k: int) -> Array:
    """Labels (n,) as intp or distributions (n, k) as float64, checked."""
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
    return Y.astype(np.intp)
