r"""Activations: the bend between two layers, with its slope beside it.

- z: what a layer computed, `Z = X @ W + b`
- a: the activation's value, `a = f(z)`
- d: a gradient with respect to a, which the slope turns into one with respect to z

Use the object in small letters: `nn.relu` is the one instance of `ReLU`. Where the code
differs from the formula, it gives the same number without overflow and without loss of
digits. Left out: functions that mix the units of a layer, such as softmax
(`softmax.py`). PyTorch and Keras compute the same, except where an entry says so.

Examples
--------
>>> nn.relu([-1.0, 2.0])
array([0., 2.])
>>> nn.relu.derivative([-1.0, 2.0])
array([0., 1.])
"""

# To be read beside:
# docs/neuron/nonlinearity.md
# docs/depth/activations.md
# docs/depth/relu-or-gelu.md

from __future__ import annotations

import math

import numpy as np

from nnbook import _checks
from nnbook._activation import Activation, Gate
from nnbook._types import Array
from nnbook.special import erf_unchecked, erfc_positive

__all__ = [
    "Activation",
    "elu",
    "gelu",
    "gelu_sigmoid",
    "gelu_tanh",
    "get",
    "identity",
    "leaky_relu",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "step",
    "tanh",
]


class Identity(Activation):
    r"""`nn.identity`, no bend: $f(z) = z$, slope 1."""

    name = "identity"
    _from_output = True

    def _value(self, z: Array) -> Array:
        return z.copy()

    def _slope(self, z: Array) -> Array:
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

    def _value(self, z: Array) -> Array:
        return (z > 0).astype(z.dtype)

    def _slope(self, z: Array) -> Array:
        return np.zeros_like(z)


class Sigmoid(Activation):
    r"""`nn.sigmoid`: $\sigma(z) = 1 / (1 + e^{-z})$, slope $\sigma (1 - \sigma)$."""

    name = "sigmoid"
    _from_output = True

    def _value(self, z: Array) -> Array:
        e = np.exp(-np.abs(z))  # never above 1, so nothing overflows
        a: Array = np.where(z >= 0, 1, e) / (1 + e)
        return a

    def _slope(self, z: Array) -> Array:
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

    def _value(self, z: Array) -> Array:
        return np.tanh(z)

    def _slope(self, z: Array) -> Array:
        # 1 - tanh² would lose all digits in the tails, and 2z may overflow.
        e = np.square(np.exp(-np.abs(z)))
        slope: Array = 4 * e / np.square(1 + e)
        return slope

    def _apply(self, z: Array, out: Array) -> None:
        np.tanh(z, out=out)

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        d *= 1 - a * a


class ReLU(Activation):
    r"""`nn.relu`, rectified linear unit: $\max(z, 0)$; slope 1 for $z > 0$, else 0.

    The slope at the kink is a convention: 0 here, in PyTorch and in Keras.
    """

    name = "relu"
    _from_output = True

    def _value(self, z: Array) -> Array:
        return np.maximum(z, 0)

    def _slope(self, z: Array) -> Array:
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
    _from_output = True

    def _value(self, z: Array) -> Array:
        return np.maximum(z, 0.01 * z)

    def _slope(self, z: Array) -> Array:
        slope: Array = np.where(z > 0, z.dtype.type(1), z.dtype.type(0.01))
        return slope


class ELU(Activation):
    r"""`nn.elu`: $z$ for $z > 0$, else $e^z - 1$; slope 1 or $e^z$.

    Clevert, Unterthiner and Hochreiter (2015).
    """

    name = "elu"

    def _value(self, z: Array) -> Array:
        return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))

    def _slope(self, z: Array) -> Array:
        return np.exp(np.minimum(z, 0))


class SELU(Activation):
    r"""`nn.selu`: $\lambda z$ for $z > 0$, else $\lambda\alpha (e^z - 1)$.

    $\alpha = 1.67326\dots$ and $\lambda = 1.05070\dots$ make mean 0 and variance 1 a
    fixed point (Klambauer and colleagues, 2017). The slope at 0 is the left one.
    """

    name = "selu"
    alpha = 1.6732632423543772
    scale = 1.0507009873554805

    def _value(self, z: Array) -> Array:
        bent = self.alpha * np.expm1(np.minimum(z, 0))
        return self.scale * np.where(z > 0, z, bent)

    def _slope(self, z: Array) -> Array:
        bent = self.alpha * np.exp(np.minimum(z, 0))
        return self.scale * np.where(z > 0, 1, bent)


class Softplus(Activation):
    r"""`nn.softplus`, the smooth ReLU: $\log(1 + e^z)$; its slope is the sigmoid.

    PyTorch's gives z itself above 20.
    """

    name = "softplus"

    def _value(self, z: Array) -> Array:
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def _slope(self, z: Array) -> Array:
        return sigmoid._value(z)


class SiLU(Gate):
    r"""`nn.silu` or swish: $z\,\sigma(z)$, slope $\sigma\,(1 + z\,(1 - \sigma))$."""

    name = "silu"

    def _share(self, z: Array) -> Array:
        return sigmoid._value(z)

    def _share_slope(self, z: Array, s: Array) -> Array:
        slope: Array = s * (1 - s)
        return slope


class GELU(Gate):
    r"""`nn.gelu`: $z\,\Phi(z)$ with the normal distribution function $\Phi$.

    $\Phi(z) = \frac12 (1 + \operatorname{erf}(z / \sqrt2))$; the slope is
    $\Phi + z\varphi$ with the bell curve $\varphi$ (Hendrycks and Gimpel, 2016).
    PyTorch's default, too.
    """

    name = "gelu"

    def _share(self, z: Array) -> Array:
        return _normal_cdf(z)

    def _share_slope(self, z: Array, s: Array) -> Array:
        bell: Array = np.exp(-0.5 * np.square(np.clip(z, -40, 40)))
        return bell / math.sqrt(2 * math.pi)


class GELUTanh(Gate):
    r"""`nn.gelu_tanh`, nearly GELU, without erf.

    $$\frac z2 \bigl(1 + \tanh(\sqrt{2/\pi}\,(z + 0.044715 z^3))\bigr)$$

    PyTorch's `approximate="tanh"`, Keras' `approximate=True`.
    """

    name = "gelu_tanh"

    def _share(self, z: Array) -> Array:
        z = np.clip(z, -30, 30)  # tanh is ±1 there, and a cube may overflow
        # z**3 would call the general power, a hundred times slower than products.
        u = math.sqrt(2 / math.pi) * (z + 0.044715 * (z * z * z))
        return sigmoid._value(2 * u)  # (1 + tanh u) / 2 = σ(2u)

    def _share_slope(self, z: Array, s: Array) -> Array:
        z = np.clip(z, -30, 30)
        du = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * (z * z))
        slope: Array = s * (1 - s) * 2 * du
        return slope


class GELUSigmoid(Gate):
    r"""`nn.gelu_sigmoid`, roughly GELU: $z\,\sigma(1.702 z)$."""

    name = "gelu_sigmoid"

    def _share(self, z: Array) -> Array:
        return sigmoid._value(1.702 * np.clip(z, -500, 500))  # 0 or 1 there

    def _share_slope(self, z: Array, s: Array) -> Array:
        slope: Array = 1.702 * s * (1 - s)
        return slope


def _normal_cdf(z: Array) -> Array:
    # 1 + erf near 0, erfc in the tails, where the sum would lose all digits.
    x = np.abs(z) * math.sqrt(0.5)
    near = 0.5 * (1 + erf_unchecked(np.clip(z * math.sqrt(0.5), -0.46875, 0.46875)))
    half_tail = 0.5 * erfc_positive(np.maximum(x, 0.46875))
    return np.where(x < 0.46875, near, np.where(z < 0, half_tail, 1 - half_tail))


identity = Identity()
step = Step()
sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
elu = ELU()
selu = SELU()
softplus = Softplus()
silu = SiLU()
gelu = GELU()
gelu_tanh = GELUTanh()
gelu_sigmoid = GELUSigmoid()

_KNOWN = {
    f.name: f
    for f in (
        *(identity, step, sigmoid, tanh, relu, leaky_relu, elu, selu, softplus),
        *(silu, gelu, gelu_tanh, gelu_sigmoid),
    )
}


def get(name: str) -> Activation:
    """Find an activation by its name; an unknown one lists the known.

    Parameters
    ----------
    name
        Such as `"relu"`.

    Returns
    -------
    Activation
        The activation of that name.

    Raises
    ------
    ValueError
        If there is none.
    """
    return _KNOWN[_checks.one_of("activation", name, list(_KNOWN))]
