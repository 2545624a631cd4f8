r"""Regularizers: a penalty that pulls weights to zero, added to the loss.

- w: the weights, `params[:n_weights]` of a network
- λ: the strength
"""

# To be read beside:
# docs/neuron/bias.md, which says why biases are left alone

from __future__ import annotations

import math

import numpy as np

from nnbook import _checks
from nnbook._types import Array

__all__ = ["L1", "L2", "Regularizer"]


class Regularizer:
    """A penalty on the weights, and on the biases only if told so.

    Parameters
    ----------
    strength
        λ, not negative.
    biases
        Whether biases are penalised too.

    Raises
    ------
    TypeError, ValueError
        If the strength is negative or not a number.
    """

    def __init__(self, strength: float, biases: bool = False) -> None:
        self.strength = _checks.number("strength", strength, low=0)
        self.biases = _checks.flag("biases", biases)

    def penalty(self, params: Array, n_weights: int | None = None) -> float:
        """Value of the penalty.

        Parameters
        ----------
        params
            All parameters, weights first.
        n_weights
            How many of them are weights; None for all.

        Returns
        -------
        float
            What is added to the loss.

        Raises
        ------
        TypeError, ValueError
            If the parameters are not finite numbers, or too large.
        """
        theta = _checks.as_floats("params", params).astype(np.float64)
        with np.errstate(over="ignore"):
            value = self._value(self._part(theta, n_weights))
        if not math.isfinite(value):
            raise ValueError(
                f"params are up to {np.abs(theta).max():g}, too large for the penalty; "
                f"expected numbers of about 1."
            )
        return self.strength * value

    def add_gradient(
        self, params: Array, grads: Array, n_weights: int | None = None
    ) -> None:
        """Add the slope of the penalty to `grads`, in place.

        Parameters
        ----------
        params
            All parameters, weights first.
        grads
            Their gradients; changed.
        n_weights
            How many of them are weights; None for all.

        Raises
        ------
        TypeError, ValueError
            If one of them is not an array, the shapes differ, or `grads` are
            read-only.
        """
        for name, array in (("params", params), ("grads", grads)):
            if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
                raise TypeError(
                    f"{name} is {_checks.describe(array)}; expected an array of floats."
                )
        if params.shape != grads.shape:
            raise ValueError(
                f"grads have shape {grads.shape}; expected that of params, "
                f"{params.shape}."
            )
        if not grads.flags.writeable:
            raise ValueError("grads are read-only; give a copy that may be changed.")
        w = self._part(params, n_weights)
        self._part(grads, n_weights)[...] += self.strength * self._slope(w)

    def _part(self, vector: Array, n_weights: int | None) -> Array:
        if self.biases or n_weights is None:
            return vector
        return vector[: _checks.n_weights(n_weights, vector)]

    def _value(self, w: Array) -> float:
        raise NotImplementedError(f"{type(self).__name__} lacks _value.")

    def _slope(self, w: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__} lacks _slope.")

    def __repr__(self) -> str:
        biases = ", biases=True" if self.biases else ""
        return f"nn.{type(self).__name__}({self.strength}{biases})"


class L1(Regularizer):
    r"""The sum of sizes: it pulls all weights alike, large or small.

    $$\lambda \sum |w|, \qquad \text{slope } \lambda \operatorname{sign}(w)$$

    The slope at 0 is 0. Keras' `L1` is the same; PyTorch has none.

    Examples
    --------
    >>> round(nn.L1(0.1).penalty([3.0, -4.0]), 2)
    0.7
    """

    def _value(self, w: Array) -> float:
        return float(np.abs(w).sum())

    def _slope(self, w: Array) -> Array:
        result: Array = np.sign(w)
        return result


class L2(Regularizer):
    r"""The sum of squares: large weights cost most, small ones next to nothing.

    $$\frac\lambda2 \sum w^2, \qquad \text{slope } \lambda w$$

    The `weight_decay` of PyTorch's `SGD` adds the same slope, for biases as well.
    Keras' `L2` is without the half, so its slope is twice as steep.

    Examples
    --------
    >>> nn.L2(0.1).penalty([3.0, -4.0])
    1.25
    """

    def _value(self, w: Array) -> float:
        return float(np.vdot(w, w)) / 2

    def _slope(self, w: Array) -> Array:
        return w
