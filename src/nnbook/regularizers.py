r"""Regularizers: a penalty that pulls weights to zero, added to the loss.

- w: the weights, `params[:n_weights]` of a network
- λ: the strength

Each is its value and the gradient of that, both for λ = 1.
"""

# To be read beside:
# docs/neuron/bias.md, which says why biases are left alone
# docs/practice/regularisation.md

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks, _parts
from nnbook._types import Array

__all__ = ["L1", "L2", "Regularizer"]

# What an author may take for the methods to write.
_INSTEAD = {
    **dict.fromkeys(["penalty", "_value"], "value(w)"),
    **dict.fromkeys(["add_gradient", "_slope"], "gradient(w)"),
}


class Regularizer:
    """A penalty on the weights, and on the biases only if told so.

    One of your own writes `value` and `gradient`, without the strength.

    Parameters
    ----------
    strength
        λ, not negative.
    biases
        Whether biases are penalised too.

    Raises
    ------
    TypeError, ValueError
        If the strength is negative or not a number; for a subclass, if it overrides
        what it should not.

    Examples
    --------
    >>> class Fourth(nn.Regularizer):
    ...     def value(self, w):
    ...         return (w**4).sum()
    ...
    ...     def gradient(self, w):
    ...         return 4 * w**3
    >>> Fourth(0.5).penalty([1.0, 2.0])
    8.5
    >>> X, y = nn.datasets.blobs()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.Adam()}
    >>> network = nn.mlp([2, 8, 3])
    >>> _ = nn.fit(network, X, y, epochs=5, regularizer=Fourth(0.01), **options)
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _parts.refuse_overrides(cls, Regularizer, _INSTEAD)
        for name, check in (("value", cls._checked), ("gradient", cls._checked_slopes)):
            _parts.check_calls(cls, Regularizer, name, check, f"_raw_{name}")

    def __init__(self, strength: float, biases: bool = False) -> None:
        self.strength = _checks.number("strength", strength, low=0)
        self.biases = _checks.flag("biases", biases)

    def value(self, w: Any) -> float:
        """Value of the penalty for λ = 1.

        Parameters
        ----------
        w
            The weights.

        Returns
        -------
        float
            A finite number.

        Raises
        ------
        TypeError, ValueError
            If the weights are not finite numbers, or too large.
        """
        raise NotImplementedError(f"{type(self).__name__} lacks value(w); write it.")

    def gradient(self, w: Any) -> Array:
        """Gradient of that value.

        Parameters
        ----------
        w
            The weights; left as they are.

        Returns
        -------
        ndarray
            Of the shape of the weights.

        Raises
        ------
        TypeError, ValueError
            If the weights are not finite numbers.
        """
        raise NotImplementedError(f"{type(self).__name__} lacks gradient(w); write it.")

    def penalty(self, params: ArrayLike, n_weights: int | None = None) -> float:
        """What is added to the loss: λ times the value for the weights.

        Parameters
        ----------
        params
            All parameters, weights first.
        n_weights
            How many of them are weights; None for all.

        Returns
        -------
        float
            A finite number.

        Raises
        ------
        TypeError, ValueError
            If the parameters are not finite numbers, or too large.
        """
        theta = _checks.as_floats("params", params).astype(np.float64)
        return self.strength * self.value(self._part(theta, n_weights))

    def add_gradient(
        self, params: Array, grads: Array, n_weights: int | None = None
    ) -> None:
        """Add λ times the gradient to `grads`, in place.

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
        slopes = self._slopes(self._raw_gradient, self._part(params, n_weights))
        self._part(grads, n_weights)[...] += self.strength * slopes

    # As they were written, without checks: parameters may be infinite while training
    # diverges, which `fit` reports itself.
    _raw_value, _raw_gradient = value, gradient

    def _checked(self, value: Callable[[Array], float], w: ArrayLike) -> float:
        weights = _checks.as_floats("w", w)
        with np.errstate(all="ignore"):
            result = value(_parts.read_only(weights))
        try:
            return _checks.number(f"value of {self!r}", result)
        except ValueError:
            raise ValueError(
                f"w is up to {np.abs(weights).max(initial=0):g}, too large for "
                f"{self!r}, which gives {result}; expected numbers of about 1."
            ) from None

    def _checked_slopes(
        self, gradient: Callable[[Array], Array], w: ArrayLike
    ) -> Array:
        with np.errstate(all="ignore"):
            slopes = self._slopes(gradient, _checks.as_floats("w", w))
        return _checks.finite("gradient", np.array(slopes))

    def _slopes(self, gradient: Callable[[Array], Array], w: Array) -> Array:
        slopes = np.asarray(gradient(_parts.read_only(w)))
        if slopes.shape != w.shape or slopes.dtype.kind not in "fiu":
            raise ValueError(
                f"the gradient of {self!r} is {_checks.describe(slopes)}; expected "
                f"real numbers of the shape of w, {w.shape}."
            )
        return slopes

    def _part(self, vector: Array, n_weights: int | None) -> Array:
        if self.biases or n_weights is None:
            return vector
        return vector[: _checks.n_weights(n_weights, vector)]

    def __repr__(self) -> str:
        return _parts.shown(self)


class L1(Regularizer):
    r"""The sum of sizes: it pulls all weights alike, large or small.

    $$\lambda \sum |w|, \qquad \text{gradient } \lambda \operatorname{sign}(w)$$

    The slope at 0 is 0. Keras' `L1` is the same; PyTorch has none.

    Examples
    --------
    >>> round(nn.L1(0.1).penalty([3.0, -4.0]), 2)
    0.7
    """

    def value(self, w: Array) -> float:
        return float(np.abs(w).sum())

    def gradient(self, w: Array) -> Array:
        return np.asarray(np.sign(w))


class L2(Regularizer):
    r"""The sum of squares: large weights cost most, small ones next to nothing.

    $$\frac\lambda2 \sum w^2, \qquad \text{gradient } \lambda w$$

    The `weight_decay` of PyTorch's `SGD` adds the same slope, for biases as well.
    Keras' `L2` is without the half, so its slope is twice as steep.

    Examples
    --------
    >>> nn.L2(0.1).penalty([3.0, -4.0])
    1.25
    """

    def value(self, w: Array) -> float:
        return float(np.vdot(w, w)) / 2

    def gradient(self, w: Array) -> Array:
        return w
