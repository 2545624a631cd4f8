"""The cross-entropies: minus the logarithm of the right class's probability."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.activations import sigmoid
from nnbook.losses.base import Loss, one_column
from nnbook.losses.targets import rows, values
from nnbook.softmax import log_softmax, softmax


class SoftmaxCrossEntropy(Loss):
    r"""Cross-entropy of softmax, from the scores: the joint route.

    $$L = -\frac1n \sum_i \sum_j y_{ij} \log p_{ij}, \qquad
    \frac{\partial L}{\partial z} = \frac1n (p - y), \qquad
    \log p_{ij} = z_{ij} - \operatorname{LSE}(z_i)$$

    LSE is the logarithm of the sum of exponentials (`nnbook.softmax.logsumexp`). Of a
    label $c_i$ only $\operatorname{LSE}(z_i) - z_{i,c_i}$ is left; smoothing by s makes
    of y $(1 - s)\, y + s/k$.

    Never takes the logarithm of a probability, so it survives scores of any size, and
    its gradient divides by nothing. PyTorch's `CrossEntropyLoss` is the same. Keras'
    is, with `from_logits=True`: `SparseCategoricalCrossentropy` of labels,
    `CategoricalCrossentropy` of distributions.

    Parameters
    ----------
    label_smoothing
        Fraction of each target that is spread over all classes (Szegedy and colleagues,
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

    classification = True
    on_scores = True

    def __init__(self, label_smoothing: float = 0.0) -> None:
        self.label_smoothing = _checks.number(
            "label_smoothing", label_smoothing, low=0, high=1, open_high=True
        )

    def value(self, predictions: Array, targets: Array) -> float:
        z, y = predictions, self._smooth(targets, predictions)
        # A target of 0 costs nothing, even if the logarithm is minus infinity.
        return float(-np.sum(y * log_softmax(z), where=y > 0) / len(z))

    def gradient(self, predictions: Array, targets: Array) -> Array:
        z, y = predictions, self._smooth(targets, predictions)
        slopes: Array = (softmax(z) - y) / len(z)
        return slopes

    def predict_proba(self, outputs: Array) -> Array:
        return softmax(outputs)

    def _smooth(self, targets: Array, z: Array) -> Array:
        s = self.label_smoothing
        smooth: Array = (1 - s) * rows(targets, z) + s / z.shape[1]
        return smooth

    def _value_and_gradient(self, Z: Array, Y: Array, out: Array) -> float:
        n = len(Z)
        # Classes in rows: sums over a short last axis are several times slower.
        p = Z.T.copy()
        p -= np.maximum.reduce(p)
        if Y.ndim == 1 and not self.label_smoothing:
            # One index into the flat array is several times faster than a pair.
            flat, right = p.reshape(-1), Y * n + np.arange(n)
            target_score = flat[right]
        else:
            Y = self._smooth(Y, Z).T
            # A probability of 0 times a score of minus infinity would be NaN.
            np.maximum(p, np.finfo(p.dtype).min, out=p)
            target_score = np.einsum("kn,kn->n", p, Y)
        np.exp(p, out=p)
        total = np.add.reduce(p)
        value = np.add.reduce(np.log(total) - target_score) / n
        total *= n
        p /= total
        if Y.ndim == 1:
            flat[right] -= 1 / n
        else:
            p -= Y / n
        out[...] = p.T
        return float(value)

    def _count_right(self, Z: Array, Y: Array) -> float:
        right = Z.argmax(axis=1) == self._true_answers(Y)
        return float(np.count_nonzero(right))


class CrossEntropy(Loss):
    r"""Cross-entropy of probabilities: the separate route.

    $$L = -\frac1n \sum_i \sum_j y_{ij} \log \max(p_{ij}, \epsilon), \qquad
    \frac{\partial L}{\partial p_{ij}} = -\frac{y_{ij}}{n\, p_{ij}}$$

    Where the probability lies below epsilon, the gradient is 0: the clipped logarithm
    is flat there. Prefer `SoftmaxCrossEntropy`, which takes the scores. Keras'
    `CategoricalCrossentropy` divides each row by its sum and clips at both ends, at
    1e-7 and 1 - 1e-7; PyTorch's `NLLLoss` takes logarithms.

    Parameters
    ----------
    epsilon
        The smallest probability whose logarithm is taken.

    Raises
    ------
    TypeError, ValueError
        If epsilon is not in (0, 1).

    Examples
    --------
    >>> round(nn.CrossEntropy()([[0.7, 0.1, 0.2]], [0]), 4)
    0.3567
    """

    classification = True

    def __init__(self, epsilon: float = 1e-7) -> None:
        self.epsilon = _checks.number(
            "epsilon", epsilon, low=0, high=1, open_low=True, open_high=True
        )

    def value(self, predictions: Array, targets: Array) -> float:
        p, y = predictions, rows(targets, predictions)
        return float(-np.sum(y * np.log(np.maximum(p, self.epsilon))) / len(p))

    def gradient(self, predictions: Array, targets: Array) -> Array:
        p, y = predictions, rows(targets, predictions)
        slopes: Array = np.where(self.epsilon <= p, -y / p, 0) / len(p)
        return slopes

    def predict_proba(self, outputs: Array) -> Array:
        return outputs

    def _check_values(self, P: Array) -> None:
        _checks.positive_in(P.dtype, "epsilon", self.epsilon)
        if (P < 0).any() or (np.abs(P.sum(axis=1) - 1) > 1e-3).any():
            raise ValueError(
                "predictions do not hold probabilities that add up to 1 in each row; "
                "apply nn.softmax, or give the scores to nn.SoftmaxCrossEntropy."
            )


class BinaryCrossEntropy(Loss):
    r"""Cross-entropy of yes-or-no answers, from their scores.

    $$L = \operatorname{mean}\bigl(\max(z, 0) - z y + \log(1 + e^{-|z|})\bigr), \qquad
    \frac{\partial L}{\partial z} = \frac{\sigma(z) - y}{\text{number of elements}}$$

    The same as PyTorch's `BCEWithLogitsLoss` and, with `from_logits=True`, Keras'
    `BinaryCrossentropy`, whose default takes probabilities.

    Examples
    --------
    >>> round(nn.BinaryCrossEntropy()([0.0], [1]), 4)
    0.6931
    """

    classification = True
    on_scores = True
    _ndims = (1, 2)

    def value(self, predictions: Array, targets: Array) -> float:
        z, y = predictions, targets
        each = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
        return float(np.mean(each))

    def gradient(self, predictions: Array, targets: Array) -> Array:
        z, y = predictions, targets
        slopes: Array = (sigmoid(z) - y) / z.size
        return slopes

    def predict(self, outputs: Array) -> Array:
        return one_column(outputs > 0).astype(np.intp)

    def predict_proba(self, outputs: Array) -> Array:
        yes = one_column(sigmoid(outputs))
        return np.stack([1 - yes, yes], axis=1) if yes.ndim == 1 else yes

    def _prepare(self, targets: ArrayLike, n: int, k: int, dtype: Any) -> Array:
        Y = values(targets, n, k, dtype)
        if ((Y < 0) | (Y > 1)).any():
            raise ValueError(
                f"targets hold {Y[(Y < 0) | (Y > 1)][0]:g}; expected numbers from 0 to "
                f"1, the probability of yes. "
                f"Use np.asarray(targets) > 0 if yes is above 0."
            )
        return Y

    def _value_and_gradient(self, Z: Array, Y: Array, out: Array) -> float:
        e = np.exp(-np.abs(Z))
        value = np.maximum(Z, 0) - Z * Y + np.log1p(e)
        out[...] = (np.where(Z >= 0, 1, e) / (1 + e) - Y) / Z.size
        return float(value.mean())

    def _true_answers(self, Y: Array) -> Array:
        return one_column(Y > 0.5)
