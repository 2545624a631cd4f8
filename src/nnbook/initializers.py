r"""Initial weights: random arrays whose spread keeps signals alive through depth.

Reached as `nn.init`. Each initializer is a function `f(shape, rng)`; `constant`,
`normal` and `uniform` make one. It raises `TypeError` or `ValueError` if the shape is
not that of a weight matrix or `rng` is no generator.

- n_in, n_out: `shape = (n_in, n_out)`, since `Z = X @ W + b`
- the normal ones give a standard deviation, the uniform ones a limit

PyTorch says Xavier for Glorot and Kaiming for He, and stores W as (n_out, n_in). Keras'
normal ones cut off all beyond two deviations, and spread the rest to the same variance.

Examples
--------
>>> W = nn.init.he_normal((1000, 200), np.random.default_rng(0))
>>> bool(abs(W.std() - (2 / 1000) ** 0.5) < 1e-3)
True
"""

# To be read beside:
# docs/depth/symmetry.md
# docs/depth/initialisation.md
# docs/depth/fifty-layers.md

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from nnbook import _checks
from nnbook._types import Array, Rng

__all__ = [
    "zeros",
    "constant",
    "normal",
    "uniform",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "orthogonal",
    "Initializer",
]

Initializer: TypeAlias = Callable[[Sequence[int], Rng], Array]


def zeros(shape: Sequence[int], rng: Rng) -> Array:
    """All zeros: right for biases, wrong for weights, whose units would stay equal."""
    return np.zeros(_shape(shape))


def constant(c: float) -> Initializer:
    """Make an initializer that fills with the number c."""
    return partial(_filled, _checks.number("c", c))


def normal(std: float) -> Initializer:
    """Make an initializer of normal numbers with mean 0 and the given deviation."""
    return partial(_normal, _checks.number("std", std, low=0))


def uniform(limit: float) -> Initializer:
    """Make an initializer of uniform numbers between -limit and limit."""
    return partial(_uniform, _checks.number("limit", limit, low=0, high=1e300))


def lecun_normal(shape: Sequence[int], rng: Rng) -> Array:
    r"""Normal with $\sigma = \sqrt{1 / n_{in}}$ (LeCun and colleagues, 1998)."""
    n_in, _ = _fans(shape)
    return _normal(math.sqrt(1 / n_in), shape, rng)


def glorot_normal(shape: Sequence[int], rng: Rng) -> Array:
    r"""Normal, $\sigma = \sqrt{2 / (n_{in} + n_{out})}$ (Glorot and Bengio, 2010)."""
    n_in, n_out = _fans(shape)
    return _normal(math.sqrt(2 / (n_in + n_out)), shape, rng)


def glorot_uniform(shape: Sequence[int], rng: Rng) -> Array:
    r"""Uniform within $\sqrt{6 / (n_{in} + n_{out})}$ (Glorot and Bengio, 2010)."""
    n_in, n_out = _fans(shape)
    return _uniform(math.sqrt(6 / (n_in + n_out)), shape, rng)


def he_normal(shape: Sequence[int], rng: Rng) -> Array:
    r"""Normal with $\sigma = \sqrt{2 / n_{in}}$, for ReLU (He and colleagues, 2015)."""
    n_in, _ = _fans(shape)
    return _normal(math.sqrt(2 / n_in), shape, rng)


def he_uniform(shape: Sequence[int], rng: Rng) -> Array:
    r"""Uniform within $\sqrt{6 / n_{in}}$, for ReLU (He and colleagues, 2015)."""
    n_in, _ = _fans(shape)
    return _uniform(math.sqrt(6 / n_in), shape, rng)


def orthogonal(shape: Sequence[int], rng: Rng) -> Array:
    r"""Orthonormal rows or columns, whichever are fewer (Saxe and colleagues, 2013).

    $$W^\top W = I \text{ or } W W^\top = I$$

    Drawn uniformly: the signs that QR leaves open are fixed by the diagonal of R.
    Multiply by a gain for an activation, for example
    `lambda shape, rng: 2**0.5 * nn.init.orthogonal(shape, rng)` for ReLU.
    """
    n_in, n_out = _fans(shape)
    tall = _rng(rng).standard_normal((max(n_in, n_out), min(n_in, n_out)))
    Q, R = np.linalg.qr(tall)
    Q *= np.where(np.diag(R) < 0, -1, 1)
    return Q if n_in >= n_out else Q.T.copy()


def _filled(value: float, shape: Sequence[int], rng: Rng) -> Array:
    return np.full(_shape(shape), value)


def _normal(std: float, shape: Sequence[int], rng: Rng) -> Array:
    return std * _rng(rng).standard_normal(_shape(shape))


def _uniform(limit: float, shape: Sequence[int], rng: Rng) -> Array:
    return _rng(rng).uniform(-limit, limit, _shape(shape))


def _shape(shape: Sequence[int]) -> tuple[int, ...]:
    if isinstance(shape, str) or not isinstance(shape, Sequence):
        raise TypeError(
            f"shape is {_checks.describe(shape)}; expected a tuple like (64, 10)."
        )
    return tuple(_checks.integer("shape", n, low=1) for n in shape)


def _fans(shape: Sequence[int]) -> tuple[int, int]:
    sizes = _shape(shape)
    if len(sizes) != 2:
        raise ValueError(
            f"shape is {sizes}; expected (n_in, n_out), the shape of a weight matrix."
        )
    return sizes[0], sizes[1]


def _rng(rng: Rng) -> Rng:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is {_checks.describe(rng)}; expected a generator. Use "
            f"np.random.default_rng(seed)."
        )
    return rng
