"""SiLU and the GELUs: z times a gate between 0 and 1."""

from __future__ import annotations

import math

import numpy as np

from nnbook._types import Array
from nnbook.activations.base import Activation
from nnbook.activations.classic import sigmoid
from nnbook.initializers import he_normal
from nnbook.special import erf_unchecked, erfc_positive


class Gate(Activation):
    """z times a gate, `a = z s(z)`, with s from 0 to 1 and s(0) = ½; slope s + z s'."""

    initializer = he_normal

    def _share(self, z: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__} lacks _share(z); write it.")

    def _share_slope(self, z: Array, s: Array) -> Array:
        """s'(z), given s = s(z)."""
        raise NotImplementedError(
            f"{type(self).__name__} lacks _share_slope(z, s); write it."
        )

    def value(self, z: Array) -> Array:
        return z * self._share(z)

    def derivative(self, z: Array) -> Array:
        s = self._share(z)
        slope: Array = s + z * self._share_slope(z, s)
        return slope

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        # The quotient is cheaper than s(z); nearer to 0 than 1e-19 it is ½.
        s = np.divide(a, z, out=np.full_like(z, 0.5), where=np.abs(z) > 1e-19)
        d *= s + z * self._share_slope(z, s)


class SiLU(Gate):
    r"""`nn.silu` or swish: $z\,\sigma(z)$, slope $\sigma\,(1 + z\,(1 - \sigma))$."""

    name = "silu"

    def _share(self, z: Array) -> Array:
        return sigmoid._raw_value(z)

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
        return sigmoid._raw_value(2 * u)  # (1 + tanh u) / 2 = σ(2u)

    def _share_slope(self, z: Array, s: Array) -> Array:
        z = np.clip(z, -30, 30)
        du = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * (z * z))
        slope: Array = s * (1 - s) * 2 * du
        return slope


class GELUSigmoid(Gate):
    r"""`nn.gelu_sigmoid`, roughly GELU: $z\,\sigma(1.702 z)$."""

    name = "gelu_sigmoid"

    def _share(self, z: Array) -> Array:
        return sigmoid._raw_value(1.702 * np.clip(z, -500, 500))  # 0 or 1 there

    def _share_slope(self, z: Array, s: Array) -> Array:
        slope: Array = 1.702 * s * (1 - s)
        return slope


def _normal_cdf(z: Array) -> Array:
    # 1 + erf near 0, erfc in the tails, where the sum would lose all digits.
    x = np.abs(z) * math.sqrt(0.5)
    near = 0.5 * (1 + erf_unchecked(np.clip(z * math.sqrt(0.5), -0.46875, 0.46875)))
    half_tail = 0.5 * erfc_positive(np.maximum(x, 0.46875))
    return np.where(x < 0.46875, near, np.where(z < 0, half_tail, 1 - half_tail))


silu = SiLU()

gelu = GELU()

gelu_tanh = GELUTanh()

gelu_sigmoid = GELUSigmoid()
