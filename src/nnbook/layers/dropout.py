"""A layer that silences units at random while training."""

from __future__ import annotations

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.layers.base import Layer


class Dropout(Layer):
    r"""Silences each input with probability `rate` while training.

    $$A = X \odot \frac{m}{1 - \text{rate}}, \qquad m = 1 \text{ or } 0$$

    Dividing by $1 - \text{rate}$ keeps the mean, so nothing has to be scaled in use
    (Srivastava and colleagues, 2014). PyTorch and Keras do the same.

    Parameters
    ----------
    rate
        Probability of silence, in [0, 1).

    Raises
    ------
    TypeError, ValueError
        If the rate is not in [0, 1).

    Examples
    --------
    >>> network = nn.Network(nn.Dropout(0.5), seed=0)
    >>> network([[1.0, 1.0, 1.0, 1.0]])
    array([[1., 1., 1., 1.]], dtype=float32)
    >>> network.forward([[1.0, 1.0, 1.0, 1.0]]).max()
    np.float32(2.0)
    """

    _mask: Array
    _passing = ("_mask",)

    def __init__(self, rate: float) -> None:
        self.rate = _checks.number("rate", rate, low=0, high=1, open_high=True)

    def forward(self, X: Array, training: bool) -> Array:
        """A = X m / (1 - rate) while training, else X."""
        if not training:
            return X
        kept = self.rng.random(X.shape, X.dtype.type) >= self.rate
        self._mask = kept / X.dtype.type(1 - self.rate)
        return X * self._mask

    def backward(self, dA: Array) -> Array:
        """Through the same mask."""
        return dA * self._mask

    def _forward(self, X: Array) -> Array:
        n, d = X.shape
        mask = self._buffer("mask", n, X, d)
        self.rng.random(out=mask, dtype=mask.dtype.type)
        np.greater_equal(mask, self.rate, out=mask)
        mask /= 1 - self.rate
        self._mask = mask
        return np.multiply(X, mask, out=self._buffer("A", n, X, d))

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        dA *= self._mask
        return dA

    def _infer(self, X: Array) -> Array:
        return X
