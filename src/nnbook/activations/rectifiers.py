"""ReLU and its relatives, which keep the positive side as it is."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array
from nnbook.activations.base import Activation
from nnbook.activations.classic import sigmoid
from nnbook.initializers import he_normal, lecun_normal


class ReLU(Activation):
    r"""`nn.relu`, rectified linear unit: $\max(z, 0)$; slope 1 for $z > 0$, else 0.

    The slope at the kink is a convention: 0 here, in PyTorch and in Keras.
    """

    name = "relu"
    initializer = he_normal
    _from_output = True

    def value(self, z: Array) -> Array:
        return np.maximum(z, 0)

    def derivative(self, z: Array) -> Array:
        return (z > 0).astype(z.dtype)

    def _apply(self, z: Array, out: Array) -> None:
        # NumPy compares with an array twice as fast as with a number.
        np.maximum(z, np.zeros(z.shape[-1], z.dtype), out=out)

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        d *= a > 0


class LeakyReLU(Activation):
    r"""`nn.leaky_relu`: $z$ for $z > 0$, else $0.01 z$.

    The slope at 0 is the left one (Maas, Hannun and Ng, 2013). PyTorch's default is
    0.01, too; that of Keras' layer is 0.3.
    """

    name = "leaky_relu"
    initializer = he_normal
    _from_output = True

    def value(self, z: Array) -> Array:
        return np.maximum(z, 0.01 * z)

    def derivative(self, z: Array) -> Array:
        slope: Array = np.where(z > 0, z.dtype.type(1), z.dtype.type(0.01))
        return slope


class ELU(Activation):
    r"""`nn.elu`: $z$ for $z > 0$, else $e^z - 1$; slope 1 or $e^z$.

    Clevert, Unterthiner and Hochreiter (2015).
    """

    name = "elu"
    initializer = he_normal

    def value(self, z: Array) -> Array:
        return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))

    def derivative(self, z: Array) -> Array:
        slope: Array = np.exp(np.minimum(z, 0))
        return slope


class SELU(Activation):
    r"""`nn.selu`: $\lambda z$ for $z > 0$, else $\lambda\alpha (e^z - 1)$.

    $\alpha = 1.67326\dots$ and $\lambda = 1.05070\dots$ make mean 0 and variance 1 a
    fixed point (Klambauer and colleagues, 2017). The slope at 0 is the left one.
    """

    name = "selu"
    initializer = lecun_normal
    alpha = 1.6732632423543772
    scale = 1.0507009873554805

    def value(self, z: Array) -> Array:
        bent = self.alpha * np.expm1(np.minimum(z, 0))
        return self.scale * np.where(z > 0, z, bent)

    def derivative(self, z: Array) -> Array:
        bent = self.alpha * np.exp(np.minimum(z, 0))
        return self.scale * np.where(z > 0, 1, bent)


class Softplus(Activation):
    r"""`nn.softplus`, the smooth ReLU: $\log(1 + e^z)$; its slope is the sigmoid.

    PyTorch's gives z itself above 20.
    """

    name = "softplus"

    def value(self, z: Array) -> Array:
        value: Array = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
        return value

    def derivative(self, z: Array) -> Array:
        return sigmoid._raw_value(z)


relu = ReLU()

leaky_relu = LeakyReLU()

elu = ELU()

selu = SELU()

softplus = Softplus()
