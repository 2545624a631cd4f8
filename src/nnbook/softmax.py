r"""Softmax, the smooth arg-max, and log-sum-exp, the smooth max.

- z: scores, shape (..., k)
- p: probabilities, `p = softmax(z)`
- T: temperature

Left out: a softmax over several axes at once. The functions of PyTorch and Keras have
no temperature; PyTorch's want to be told the axis, as `dim`.
"""

# To be read beside:
# docs/loss/softmax.md
# docs/loss/softmax-gradient.md

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array

__all__ = [
    "softmax",
    "log_softmax",
    "logsumexp",
    "softmax_jacobian",
    "softmax_backward",
]


def softmax(z: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Array:
    r"""Probabilities proportional to exp(z / T), computed without overflow.

    $$p_i = \frac{e^{(z_i - \max z) / T}}{\sum_j e^{(z_j - \max z) / T}}$$

    Parameters
    ----------
    z
        Scores, shape (..., k). Minus infinity is a class that cannot be.
    axis
        The axis of the classes.
    temperature
        What a difference of one point is divided by.

    Returns
    -------
    ndarray
        Probabilities of the shape of z that add up to 1 along the axis.

    Raises
    ------
    TypeError, ValueError
        If z is empty along the axis, holds NaN or plus infinity, or only minus
        infinity along the axis, or the temperature is not positive.

    Examples
    --------
    >>> nn.softmax([0.0, 0.0])
    array([0.5, 0.5])
    """
    z = _scores(z, axis)
    T = _temperature(temperature, z)
    with np.errstate(over="ignore"):  # a score that falls to -inf gets 0
        p: Array = np.exp((z - z.max(axis=axis, keepdims=True)) / T)
    p /= p.sum(axis=axis, keepdims=True)
    return p


def log_softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""Logarithms of the probabilities, without forming the probabilities.

    $$\log p_i = z_i - \operatorname{LSE}(z)$$

    Parameters
    ----------
    z
        Scores, shape (..., k).
    axis
        The axis of the classes.

    Returns
    -------
    ndarray
        Shape of z, nowhere above 0.

    Raises
    ------
    TypeError, ValueError
        As `softmax` does.

    Examples
    --------
    >>> nn.log_softmax([0.0, 1000.0])
    array([-1000.,     0.])
    """
    z = _scores(z, axis)
    with np.errstate(over="ignore"):  # a score that falls to -inf stays there
        shifted: Array = z - z.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def logsumexp(z: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Array:
    r"""The smooth maximum, between max z and max z + T log k.

    $$\operatorname{LSE}_T(z) = T \log \sum_j e^{z_j / T}$$

    Parameters
    ----------
    z
        Scores, shape (..., k).
    axis
        The axis that is reduced.
    temperature
        T; the smaller, the closer to the maximum.

    Returns
    -------
    ndarray
        Shape of z without the axis.

    Raises
    ------
    TypeError, ValueError
        As `softmax` does.

    Examples
    --------
    >>> nn.logsumexp([1000.0, 1000.0]).round(4)
    np.float64(1000.6931)
    """
    z = _scores(z, axis)
    T = _temperature(temperature, z)
    m = z.max(axis=axis, keepdims=True)
    with np.errstate(over="ignore"):  # a score that falls to -inf adds 0
        total = np.exp((z - m) / T).sum(axis=axis)
    result: Array = m.squeeze(axis) + z.dtype.type(T) * np.log(total)
    return result


def softmax_jacobian(p: ArrayLike) -> Array:
    r"""Slopes of the probabilities with respect to the scores.

    $$J_{ij} = \frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j),
    \qquad J = \operatorname{diag}(p) - p p^\top$$

    with $\delta_{ij}$ = 1 if i = j, else 0.

    Parameters
    ----------
    p
        Probabilities, shape (..., k).

    Returns
    -------
    ndarray
        Shape (..., k, k): symmetric, rows add up to 0.

    Raises
    ------
    TypeError, ValueError
        If p does not hold probabilities.

    Examples
    --------
    >>> nn.softmax_jacobian([0.5, 0.5])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = _shares(p)
    J: Array = -p[..., :, None] * p[..., None, :]
    i = np.arange(p.shape[-1])
    J[..., i, i] += p
    return J


def softmax_backward(p: ArrayLike, grad: ArrayLike) -> Array:
    r"""The product of the Jacobian with a gradient, without building the Jacobian.

    $$\frac{\partial L}{\partial z_j} = p_j \Bigl(g_j - \sum_i g_i p_i\Bigr)$$

    Parameters
    ----------
    p
        Probabilities, shape (..., k).
    grad
        g, the gradient with respect to p, of the same shape.

    Returns
    -------
    ndarray
        The gradient with respect to the scores; rows add up to 0.

    Raises
    ------
    TypeError, ValueError
        If p does not hold probabilities, or the shapes differ.

    Examples
    --------
    >>> nn.softmax_backward([0.5, 0.5], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    p = _shares(p)
    g = _checks.as_floats("grad", grad)
    if g.shape != p.shape:
        raise ValueError(
            f"grad has shape {g.shape}; expected the shape of p, {p.shape}."
        )
    with np.errstate(all="ignore"):
        result: Array = p * (g - (g * p).sum(axis=-1, keepdims=True))
    if not _checks.all_finite(result):
        raise ValueError(
            f"grad holds {np.abs(g).max():g}, too large for {g.dtype}; expected "
            f"numbers of about 1. Scale the loss, or compute in float64."
        )
    return result


def _scores(z: ArrayLike, axis: int) -> Array:
    array = _checks.as_floats("z", z, masked=True)
    if array.ndim == 0:
        raise ValueError("z is a single number; expected scores along an axis.")
    _checks.integer("axis", axis)
    if not -array.ndim <= axis < array.ndim:
        raise ValueError(
            f"axis is {axis}, and z has {array.ndim} dimensions; expected an axis "
            f"from {-array.ndim} to {array.ndim - 1}."
        )
    if array.shape[axis] == 0:
        raise ValueError(
            f"z has shape {array.shape}, empty along axis {axis}; expected at least "
            f"one score."
        )
    if np.isneginf(array.max(axis=axis)).any():
        raise ValueError(
            "z holds only minus infinity along the axis; expected at least one class "
            "that can be."
        )
    return array


def _temperature(value: float, z: Array) -> float:
    T = _checks.number("temperature", value, low=0, open_low=True)
    _checks.positive_in(z.dtype, "temperature", T)
    return T


def _shares(p: ArrayLike) -> Array:
    array = _checks.as_floats("p", p)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(
            f"p has shape {array.shape}; expected probabilities along the last axis."
        )
    tolerance = 1e-4 if array.dtype == np.float32 else 1e-6
    if (array < 0).any() or (abs(array.sum(axis=-1) - 1) > tolerance).any():
        raise ValueError(
            "p does not hold probabilities that add up to 1 along the last axis; give "
            "it softmax(z), not the scores z."
        )
    return array
