"""Layers that give their outputs mean 0 and variance 1."""

from __future__ import annotations

import numpy as np

from nnbook import _checks, initializers
from nnbook._types import Array
from nnbook.layers.base import Layer
from nnbook.layers.parameters import Gradient, Parameter


class _Norm(Layer):
    """What LayerNorm and BatchNorm share: they differ in the axis of their means."""

    gain, offset = Parameter("gain"), Parameter("offset")
    dgain, doffset = Gradient("dgain"), Gradient("doffset")
    _axis: int
    _normal: Array | None
    _passing = ("_normal", "_scale")

    def __init__(self, n: int, epsilon: float = 1e-5) -> None:
        self.n = self.n_in = self.n_out = _checks.integer("n", n, low=1)
        self.epsilon = _checks.number("epsilon", epsilon, low=0, open_low=True)
        # Of the network's dtypes float32 is the narrower one.
        _checks.positive_in(np.float32, "epsilon", self.epsilon)
        self.add_offset("gain", (self.n,), initializers.constant(1.0))
        self.add_offset("offset", (self.n,), initializers.zeros)

    def forward(self, X: Array, training: bool) -> Array:
        """The normalised input, times gain, plus offset."""
        mean = X.mean(axis=self._axis, keepdims=True)
        variance = X.var(axis=self._axis, keepdims=True)
        scale = 1 / np.sqrt(variance + X.dtype.type(self.epsilon))
        normal = (X - mean) * scale
        if training:
            self._normal, self._scale = normal, scale
            self._watch(mean, variance, len(X))
        A: Array = normal * self.gain + self.offset
        return A

    def backward(self, dA: Array) -> Array:
        """Through the mean and the variance, too, which depend on X."""
        X = self._normal
        assert X is not None
        self.dgain = (dA * X).sum(axis=0)
        self.doffset = dA.sum(axis=0)
        dX = dA * self.gain
        mean = dX.mean(axis=self._axis, keepdims=True)
        along_X = (dX * X).mean(axis=self._axis, keepdims=True)
        result: Array = (dX - mean - X * along_X) * self._scale
        return result

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


class BatchNorm(_Norm):
    r"""Gives each feature mean 0 and variance 1 over the batch.

    $$\hat x = \frac{x - \bar x}{\sqrt{\operatorname{Var}(x) + \epsilon}}, \qquad
    A = \gamma \odot \hat x + \beta$$

    In use it takes running averages of mean and variance instead, which each training
    batch moves by the fraction `momentum` (Ioffe and Szegedy, 2015). As in PyTorch, the
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

    running_mean: Array
    running_variance: Array
    _axis = 0
    _statistics = (("running_mean", 0.0), ("running_variance", 1.0))

    def __init__(self, n: int, epsilon: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(n, epsilon)
        self.momentum = _checks.number(
            "momentum", momentum, low=0, high=1, open_low=True
        )

    @property
    def _smallest_batch(self) -> int:  # type: ignore[override]
        return 2 if self.trainable else 1

    def forward(self, X: Array, training: bool) -> Array:
        """As LayerNorm by columns while training, else by the running statistics."""
        if training and self.trainable:
            return super().forward(X, training)
        scale = 1 / np.sqrt(self.running_variance + self.epsilon)
        if training:
            self._normal, self._scale = None, scale
        factor = self.gain * scale
        shift = self.offset - self.running_mean * factor
        A: Array = X * factor.astype(X.dtype) + shift.astype(X.dtype)
        return A

    def backward(self, dA: Array) -> Array:
        """As LayerNorm by columns; running statistics do not depend on X."""
        if self._normal is not None:
            return super().backward(dA)
        dX: Array = dA * (self.gain * self._scale).astype(dA.dtype)
        return dX

    def _watch(self, mean: Array, variance: Array, n: int) -> None:
        if n < 2:
            raise ValueError(
                "a training batch of one sample has no variance; BatchNorm needs at "
                "least 2 samples in each batch. Choose another batch_size."
            )
        self.running_mean += self.momentum * (mean[0] - self.running_mean)
        unbiased = variance[0] * (n / (n - 1))
        self.running_variance += self.momentum * (unbiased - self.running_variance)
