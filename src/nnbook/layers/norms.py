"""Layers that give their outputs mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook import _checks, initializers
from nnbook._types import Array, Rng
from nnbook.layers.base import Layer, Parameter


class _Norm(Layer):
    """What LayerNorm and BatchNorm share: they differ in the axis of their means."""

    gain = Parameter()
    offset = Parameter()
    dgain: Array
    doffset: Array
    _axis: int

    def __init__(self, n: int, epsilon: float = 1e-5) -> None:
        self.n_in = self.n_out = _checks.integer("n", n, low=1)
        self.epsilon = _checks.number("epsilon", epsilon, low=0, open_low=True)
        # Of the network's dtypes float32 is the narrower one.
        _checks.positive_in(np.float32, "epsilon", self.epsilon)
        self._offsets = (
            ("gain", (self.n_in,), initializers.constant(1.0)),
            ("offset", (self.n_in,), initializers.zeros),
        )

    def _options(self) -> dict[str, Any]:
        epsilon = {} if self.epsilon == 1e-5 else {"epsilon": self.epsilon}
        return {"n": self.n_in, **epsilon}

    def _saved_options(self) -> dict[str, Any]:
        return {"n": self.n_in, "epsilon": self.epsilon}

    def _forward(self, X: Array, rng: Rng) -> Array:
        mean = X.mean(axis=self._axis, keepdims=True)
        variance = X.var(axis=self._axis, keepdims=True)
        self._scale = 1 / np.sqrt(variance + X.dtype.type(self.epsilon))
        self._normal = (X - mean) * self._scale
        self._watch(mean, variance, len(X))
        A: Array = self._normal * self.gain + self.offset
        return A

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        X = self._normal
        np.sum(dA * X, axis=0, out=self.dgain)
        np.sum(dA, axis=0, out=self.doffset)
        dX: Array = dA * self.gain
        mean = dX.mean(axis=self._axis, keepdims=True)
        along_X = (dX * X).mean(axis=self._axis, keepdims=True)
        dX -= mean + X * along_X
        dX *= self._scale
        return dX

    def _watch(self, mean: Array, variance: Array, n: int) -> None:
        """Called with the statistics of each training batch."""


class LayerNorm(_Norm):
    r"""Gives each sample mean 0 and variance 1 over its features.

    $$\hat x = \frac{x - \bar x}{\sqrt{\operatorname{Var}(x) + \epsilon}}, \qquad
    A = \gamma \odot \hat x + \beta$$

    `gain` is γ, `offset` is β (Ba, Kiros and Hinton, 2016). As in PyTorch, the variance
    divides by the number of features and epsilon is 1e-5; Keras takes 1e-3.

    Parameters
    ----------
    n
        Width of input and output.
    epsilon
        Added to the variance.

    Raises
    ------
    TypeError, ValueError
        If n or epsilon is not positive.

    Examples
    --------
    >>> network = nn.Network(nn.LayerNorm(3))
    >>> network([[1.0, 2.0, 3.0]]).round(3)
    array([[-1.225,  0.   ,  1.225]], dtype=float32)
    """

    _axis = 1

    def _infer(self, X: Array) -> Array:
        centred = X - X.mean(axis=1, keepdims=True)
        variance = np.square(centred).mean(axis=1, keepdims=True)
        result: Array = centred / np.sqrt(variance + X.dtype.type(self.epsilon))
        return result * self.gain + self.offset


class BatchNorm(_Norm):
    r"""Gives each feature mean 0 and variance 1 over the batch.

    $$\hat x = \frac{x - \bar x}{\sqrt{\operatorname{Var}(x) + \epsilon}}, \qquad
    A = \gamma \odot \hat x + \beta$$

    In use it takes running averages of mean and variance instead, which each training
    batch moves by the share `momentum` (Ioffe and Szegedy, 2015). As in PyTorch, the
    batch is normalised by a variance that divides by its number of samples m, and the
    running one divides by m - 1.
    Keras' momentum is 1 minus this one, by default 0.99; its epsilon is 1e-3.

    Parameters
    ----------
    n
        Width of input and output.
    epsilon
        Added to the variance.
    momentum
        Share of each batch in the running averages, in (0, 1].

    Raises
    ------
    TypeError, ValueError
        If n or epsilon is not positive, or the momentum out of range.

    Examples
    --------
    >>> network = nn.Network(nn.BatchNorm(1))
    >>> network.forward([[1.0], [3.0]]).round(3)
    array([[-1.],
           [ 1.]], dtype=float32)
    >>> network.statistics()  # a tenth of the way to mean 2 and variance 2
    array([0.2, 1.1])
    """

    _axis = 0
    _statistics = ("running_mean", "running_variance")

    def __init__(self, n: int, epsilon: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(n, epsilon)
        self.momentum = _checks.number(
            "momentum", momentum, low=0, high=1, open_low=True
        )
        self.running_mean = np.zeros(n)
        self.running_variance = np.ones(n)

    def _options(self) -> dict[str, Any]:
        momentum = {} if self.momentum == 0.1 else {"momentum": self.momentum}
        return {**super()._options(), **momentum}

    def _saved_options(self) -> dict[str, Any]:
        return {**super()._saved_options(), "momentum": self.momentum}

    def _watch(self, mean: Array, variance: Array, n: int) -> None:
        if n < 2:
            raise ValueError(
                "a training batch of one sample has no variance; BatchNorm needs at "
                "least 2 samples in each batch. Choose another batch_size."
            )
        self.running_mean += self.momentum * (mean[0] - self.running_mean)
        unbiased = variance[0] * (n / (n - 1))
        self.running_variance += self.momentum * (unbiased - self.running_variance)

    def _infer(self, X: Array) -> Array:
        scale = self.gain / np.sqrt(self.running_variance + self.epsilon)
        shift = self.offset - self.running_mean * scale
        A: Array = X * scale.astype(X.dtype) + shift.astype(X.dtype)
        return A
