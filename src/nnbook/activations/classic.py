"""The first activations: none, the step, the sigmoid and tanh."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array
from nnbook.activations.base import Activation


class Identity(Activation):
    r"""`nn.identity`, no activation: $f(z) = z$, slope 1."""

    name = "identity"
    _from_output = True

    def value(self, z: Array) -> Array:
        return z.copy()

    def derivative(self, z: Array) -> Array:
        return np.ones_like(z)

    def _apply(self, z: Array, out: Array) -> None:
        if out is not z:
            np.copyto(out, z)

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        pass


class Step(Activation):
    r"""`nn.step`, fires or not: 1 for $z > 0$, else 0; slope 0.

    McCulloch and Pitts (1943).
    """

    name = "step"
    _from_output = True

    def value(self, z: Array) -> Array:
        return (z > 0).astype(z.dtype)

    def derivative(self, z: Array) -> Array:
        return np.zeros_like(z)


class Sigmoid(Activation):
    r"""`nn.sigmoid`: $\sigma(z) = 1 / (1 + e^{-z})$, slope $\sigma (1 - \sigma)$."""

    name = "sigmoid"
    _from_output = True

    def value(self, z: Array) -> Array:
        e = np.exp(-np.abs(z))  # never above 1, so nothing overflows
        a: Array = np.where(z >= 0, 1, e) / (1 + e)
        return a

    def derivative(self, z: Array) -> Array:
        e = np.exp(-np.abs(z))
        slope: Array = e / np.square(1 + e)
        return slope

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        d *= a
        d *= 1 - a


class Tanh(Activation):
    r"""`nn.tanh`: $\tanh z = 2\sigma(2z) - 1$, slope $1 - \tanh^2 z$."""

    name = "tanh"
    _from_output = True

    def value(self, z: Array) -> Array:
        return np.tanh(z)

    def derivative(self, z: Array) -> Array:
        # 1 - tanh² would lose all digits in the tails, and 2z may overflow.
        e = np.square(np.exp(-np.abs(z)))
        slope: Array = 4 * e / np.square(1 + e)
        return slope

    def _apply(self, z: Array, out: Array) -> None:
        np.tanh(z, out=out)

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        d *= 1 - a * a


identity = Identity()

step = Step()

sigmoid = Sigmoid()

tanh = Tanh()
