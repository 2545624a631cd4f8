r"""How good predictions are: accuracy, confusion matrix and $R^2$.

Every function takes `predictions` first and `targets` second, as the losses do.
scikit-learn takes them the other way round, which matters for all but `accuracy`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array

__all__ = ["accuracy", "confusion_matrix", "r2_score"]

_VALUES = (
    "For the values of a regression use nn.r2_score(predictions, targets); instead of "
    "scores take network.predict(X); of probabilities of yes, "
    "np.asarray(predictions) > 0.5."
)
# Each by itself, the same class could get two numbers.
_NUMBER = (
    "Number both at once: predictions, targets = np.unique([predictions, targets], "
    "return_inverse=True)[1].reshape(2, -1)."
)


def accuracy(predictions: ArrayLike, targets: ArrayLike) -> float:
    r"""The fraction of samples whose predicted class is the true one.

    $$\text{accuracy} = \frac{1}{n} \sum_{i=1}^{n} [\hat y_i = y_i]$$

    Parameters
    ----------
    predictions
        Predicted classes, shape (n,), as `network.predict(X)` gives them.
    targets
        True classes, shape (n,).

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError
        If the classes are not integers.
    ValueError
        If a shape is not (n,), a class is negative, the lengths differ or n is 0.

    Examples
    --------
    >>> nn.accuracy([0, 1, 2, 2], [0, 1, 1, 2])
    0.75
    """
    predicted, true = _pair_of_classes(predictions, targets)
    return float(np.mean(predicted == true))


def confusion_matrix(
    predictions: ArrayLike, targets: ArrayLike, n_classes: int | None = None
) -> Array:
    r"""How often each true class (row) was predicted as each class (column).

    $$C_{jl} = \#\{\, i : y_i = j \text{ and } \hat y_i = l \,\}$$

    Parameters
    ----------
    predictions
        Predicted classes, shape (n,).
    targets
        True classes, shape (n,).
    n_classes
        The number of classes k; by default one more than the largest class met.

    Returns
    -------
    ndarray
        Counts, shape (k, k), intp; they add up to n, and those on the diagonal are
        right.

    Raises
    ------
    TypeError
        If the classes are not integers.
    ValueError
        If a shape is not (n,), a class is negative or not below `n_classes`, the
        lengths differ or n is 0.

    Examples
    --------
    >>> nn.confusion_matrix(predictions=[0, 1, 1, 1], targets=[0, 0, 1, 1])
    array([[1, 1],
           [0, 2]])
    """
    predicted, true = _pair_of_classes(predictions, targets)
    largest = int(max(predicted.max(), true.max()))
    k = largest + 1
    if n_classes is not None:
        k = _checks.integer("n_classes", n_classes, low=1)
    if largest >= k:
        raise ValueError(
            f"class {largest} occurs, but n_classes is {k}; expected classes from 0 "
            f"to {k - 1}. Use n_classes={largest + 1} or more."
        )
    if k > 10_000:
        raise ValueError(
            f"the classes go up to {k - 1}, so the matrix would have {k:,} rows; "
            f"expected at most 10,000. Number them with np.unique first."
        )
    return np.bincount(true * k + predicted, minlength=k * k).reshape(k, k)


def r2_score(predictions: ArrayLike, targets: ArrayLike) -> float:
    r"""The fraction of the targets' variance that the predictions explain.

    $$R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}$$

    Predicting the mean scores 0, a perfect prediction 1, and a prediction worse than
    the mean less than 0.

    Parameters
    ----------
    predictions
        Predicted values, shape (n,) or (n, k).
    targets
        True values, of the same shape. With k columns, the scores are averaged.

    Returns
    -------
    float
        At most 1.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, a value is not finite, or the targets of a column are
        all equal: then the mean is perfect and there is nothing left to explain.

    Examples
    --------
    >>> nn.r2_score([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    0.5
    """
    predicted = _checks.as_floats("predictions", predictions).astype(np.float64)
    true = _checks.as_floats("targets", targets).astype(np.float64)
    if predicted.shape != true.shape or true.ndim not in (1, 2):
        raise ValueError(
            f"predictions have shape {predicted.shape} and targets {true.shape}; "
            f"expected the same shape, (n,) or (n, k). Use np.ravel of both if one of "
            f"them is a column."
        )
    _checks.same_length(predictions=predicted, targets=true)
    if true.size == 0:
        raise ValueError(
            f"targets have shape {true.shape}; expected at least one column."
        )
    if (true == true[0]).all(axis=0).any():
        raise ValueError(
            "targets are all equal; expected targets that vary, for R² compares the "
            "predictions with the targets' mean. Use MeanSquaredError instead."
        )
    with np.errstate(all="ignore"):
        deviation = true - true.mean(axis=0)
        unit = np.abs(deviation).max(axis=0)  # else squares overflow, or vanish
        residual = np.sum(((true - predicted) / unit) ** 2, axis=0)
        total = np.sum((deviation / unit) ** 2, axis=0)
        score = float(np.mean(1 - residual / total))
    if not np.isfinite(score):
        raise ValueError(
            "predictions or targets are too large: the score is not finite. Scale both "
            "to about 1."
        )
    return score


def as_classes(
    name: str, value: ArrayLike, *, values: str = "", number: str = ""
) -> Array:
    """Classes as indices, checked to be a vector of integers from 0 up.

    `values` says what to do with values, `number` how to number classes.
    """
    classes = _checks.as_array(name, value)
    if classes.ndim != 1:
        raise ValueError(
            f"{name} has shape {classes.shape}; expected classes of shape (n,). "
            f"{_flatter(name, classes)}"
        )
    if classes.size == 0:
        raise ValueError(f"{name} is empty; expected at least one sample.")
    if classes.dtype.kind not in "iub":
        raise TypeError(
            f"{name} has dtype {classes.dtype}; expected integer classes. "
            + _checks.whole_numbers(name, classes, values=values, number=number)
        )
    number = number or f"Number them with np.unique({name}, return_inverse=True)[1]."
    if classes.min() < 0:
        raise ValueError(
            f"{name} holds the class {classes.min()}; expected classes from 0 up. "
            f"{number}"
        )
    if classes.max() > np.iinfo(np.intp).max:
        raise ValueError(
            f"{name} holds the class {classes.max()}; expected smaller ones. {number}"
        )
    return classes.astype(np.intp)


def _flatter(name: str, array: Array) -> str:
    """How to make a vector of classes of an array of another shape."""
    many = array.ndim == 2 and array.shape[1] > 1
    if array.dtype.kind == "f" and (many or (array != np.round(array)).any()):
        return f"{_VALUES} Or take np.argmax({name}, axis=1)." if many else _VALUES
    if not many:
        return f"Use np.ravel({name})."
    return (
        f"Of rows with a single 1 take np.argmax({name}, axis=1); of several answers a "
        f"sample np.ravel({name})."
    )


def _pair_of_classes(predictions: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    predicted, true = (
        as_classes(name, value, values=_VALUES, number=_NUMBER)
        for name, value in (("predictions", predictions), ("targets", targets))
    )
    _checks.same_length(predictions=predicted, targets=true)
    return predicted, true
