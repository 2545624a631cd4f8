r"""Layers: each maps a batch forwards and a gradient backwards.

Chapters: `docs/loss/backpropagation.md`, `docs/depth/vanishing-gradients.md`.

- X (n, n_in): the input of a layer, a sample a row
- W (n_in, n_out), b (n_out,): weights and bias
- Z (n, n_out): `Z = X @ W + b`; A = f(Z): the output
- dX, dW, dZ, …: gradients of the loss, each of the shape of its variable

A layer does not own its parameters: `Network` lays them out in one vector and hands
out views. `_forward` and `_backward` write to buffers that they reuse from batch to
batch, and `_backward` may overwrite the gradient it is given; `_infer` reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook import _checks, initializers
from nnbook._types import Array, Rng
from nnbook.activations import Activation, identity
from nnbook.initializers import Initializer

__all__ = ["BatchNorm", "Dense", "Dropout", "Layer", "LayerNorm", "Residual"]

_FOR_RELU = ("relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "gelu_sigmoid", "silu")


class Layer:
    """What a network asks of a layer.

    Attributes
    ----------
    n_in, n_out
        Width of its input and output; None where it takes any and keeps it.
    """

    n_in: int | None = None
    n_out: int | None = None
    # (attribute, shape, initializer): `dW` is the gradient of the attribute `W`.
    _weights: tuple[tuple[str, tuple[int, ...], Initializer], ...] = ()
    _offsets: tuple[tuple[str, tuple[int, ...], Initializer], ...] = ()
    _statistics: tuple[str, ...] = ()  # arrays that are saved but not trained

    def _leaves(self) -> Iterator[Layer]:
        """The layers with parameters of their own: this one, or those inside."""
        yield self

    def _options(self) -> dict[str, Any]:
        """What it was made with, for `repr`."""
        return {}

    def _saved_options(self) -> dict[str, Any]:
        """What it was made with, as JSON knows it."""
        return self._options()

    def _forward(self, X: Array, rng: Rng) -> Array:
        raise NotImplementedError

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        raise NotImplementedError

    def _infer(self, X: Array) -> Array:
        raise NotImplementedError

    def _buffer(self, name: str, n: int, like: Array, width: int) -> Array:
        """An uninitialised array (n, width) that is kept for the next batch."""
        kept: Array | None = self.__dict__.get(f"_{name}_buffer")
        if (
            kept is None
            or len(kept) < n
            or kept.shape[1] != width
            or kept.dtype != like.dtype
        ):
            kept = np.empty((n, width), like.dtype)
            self.__dict__[f"_{name}_buffer"] = kept
        return kept[:n]

    def __repr__(self) -> str:
        options = ", ".join(
            str(v) if k in ("n_in", "n_out", "n", "rate") else f"{k}={v}"
            for k, v in self._options().items()
        )
        return f"nn.{type(self).__name__}({options})"


class Dense(Layer):
    r"""A layer of dot products, biases and bends.

    $$Z = X W + b, \qquad A = f(Z)$$

    $$\frac{\partial L}{\partial W} = X^\top \frac{\partial L}{\partial Z}, \qquad
    \frac{\partial L}{\partial b} = \sum_i \Bigl(\frac{\partial L}{\partial Z}\Bigr)_i,
    \qquad \frac{\partial L}{\partial X} = \frac{\partial L}{\partial Z} W^\top$$

    `W` and `b` are its parameters, `dW` and `db` their gradients. PyTorch stores the
    transpose of `W`.

    Parameters
    ----------
    n_in, n_out
        Widths of input and output.
    activation
        f, such as `nn.relu`.
    weights
        Initializer of W. By default it fits the activation: `he_normal` for ReLU and
        its smooth relatives, `lecun_normal` for SELU, else `glorot_uniform`.
    bias
        Initializer of b; None for a layer without bias.

    Raises
    ------
    TypeError, ValueError
        If a width is not a positive whole number, or an option is not of its kind.

    Examples
    --------
    >>> network = nn.Network(nn.Dense(2, 3, activation=nn.relu))
    >>> network.layers[0].W.shape
    (2, 3)
    """

    W: Array
    b: Array
    dW: Array
    db: Array

    def __init__(
        self,
        n_in: int,
        n_out: int,
        activation: Activation = identity,
        weights: Initializer | None = None,
        bias: Initializer | None = initializers.zeros,
    ) -> None:
        self.n_in = _checks.integer("n_in", n_in, low=1)
        self.n_out = _checks.integer("n_out", n_out, low=1)
        if not isinstance(activation, Activation):
            raise TypeError(
                f"activation is {_checks.describe(activation)}; expected an "
                f"activation such as nn.relu."
            )
        for name, initializer in (("weights", weights), ("bias", bias)):
            if initializer is not None and not callable(initializer):
                raise TypeError(
                    f"{name} is {_checks.describe(initializer)}; expected an "
                    f"initializer such as nn.init.he_normal."
                )
        self.activation = activation
        start = weights or default_weights(activation)
        self._weights = (("W", (self.n_in, self.n_out), start),)
        if bias is not None:
            self._offsets = (("b", (self.n_out,), bias),)

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"n_in": self.n_in, "n_out": self.n_out}
        if self.activation is not identity:
            options["activation"] = self.activation
        if not self._offsets:
            options["bias"] = None
        return options

    def _saved_options(self) -> dict[str, Any]:
        return {**self._options(), "activation": self.activation.name}

    def _forward(self, X: Array, rng: Rng) -> Array:
        f = self.activation
        self._X = X
        Z = self._buffer("Z", len(X), X, self.W.shape[1])
        np.matmul(X, self.W, out=Z)
        if self._offsets:
            Z += self.b
        A = Z if f._from_output else self._buffer("A", len(X), X, self.W.shape[1])
        f._apply(Z, A)
        self._Z, self._A = Z, A
        return A

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        X = self._X
        self.activation._chain(dA, self._Z, self._A)
        dZ = dA
        np.matmul(X.T, dZ, out=self.dW)
        if self._offsets:
            np.matmul(self._ones(len(X), X), dZ, out=self.db)
        if not wants_dX:
            return dZ
        dX = self._buffer("dX", len(X), X, self.W.shape[0])
        return np.matmul(dZ, self.W.T, out=dX)

    def _infer(self, X: Array) -> Array:
        Z: Array = X @ self.W
        if self._offsets:
            Z += self.b
        self.activation._apply(Z, Z)
        return Z

    def _ones(self, n: int, like: Array) -> Array:
        # A product with ones adds up rows several times faster than sum(axis=0).
        ones = self.__dict__.get("_ones_buffer")
        if ones is None or len(ones) != n or ones.dtype != like.dtype:
            ones = self._ones_buffer = np.ones(n, like.dtype)
        return ones


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
    """

    def __init__(self, rate: float) -> None:
        self.rate = _checks.number("rate", rate, low=0, high=1, open_high=True)

    def _options(self) -> dict[str, Any]:
        return {"rate": self.rate}

    def _forward(self, X: Array, rng: Rng) -> Array:
        n, d = X.shape
        mask = self._buffer("mask", n, X, d)
        rng.random(out=mask, dtype=mask.dtype.type)
        np.greater_equal(mask, self.rate, out=mask)
        mask /= 1 - self.rate
        self._mask = mask
        return np.multiply(X, mask, out=self._buffer("A", n, X, d))

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        dA *= self._mask
        return dA

    def _infer(self, X: Array) -> Array:
        return X


class _Norm(Layer):
    """What LayerNorm and BatchNorm share: they differ in the axis of their means."""

    gain: Array
    offset: Array
    dgain: Array
    doffset: Array
    _axis: int

    def __init__(self, n: int, epsilon: float = 1e-5) -> None:
        self.n_in = self.n_out = _checks.integer("n", n, low=1)
        self.epsilon = _checks.number("epsilon", epsilon, low=0, open_low=True)
        self._offsets = (
            ("gain", (self.n_in,), initializers.constant(1.0)),
            ("offset", (self.n_in,), initializers.zeros),
        )

    def _options(self) -> dict[str, Any]:
        return {"n": self.n_in}

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
    divides by n and epsilon is 1e-5; Keras takes 1e-3.

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
    batch is normalised by the variance over n and the running one is over n - 1;
    Keras' momentum is 1 minus this one.

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


class Residual(Layer):
    r"""Adds the input to what some layers make of it (He and colleagues, 2015).

    $$A = X + F(X), \qquad \frac{\partial L}{\partial X}
    = \frac{\partial L}{\partial A} + F'^\top \frac{\partial L}{\partial A}$$

    Parameters
    ----------
    *layers
        F; its output must be as wide as its input.

    Raises
    ------
    TypeError, ValueError
        If there is no layer, or the widths differ.
    """

    def __init__(self, *layers: Layer) -> None:
        self.n_in, self.n_out = check_chain(layers)
        if self.n_in != self.n_out:
            raise ValueError(
                f"the layers of Residual map {self.n_in} to {self.n_out} features; "
                f"expected as many out as in, since the input is added."
            )
        self.layers = layers

    def _leaves(self) -> Iterator[Layer]:
        for layer in self.layers:
            yield from layer._leaves()

    def _forward(self, X: Array, rng: Rng) -> Array:
        A = X
        for layer in self.layers:
            A = layer._forward(A, rng)
        return X + A

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        d = dA.copy()
        for layer in reversed(self.layers):
            d = layer._backward(d, True)
        dA += d
        return dA

    def _infer(self, X: Array) -> Array:
        A = X
        for layer in self.layers:
            A = layer._infer(A)
        return X + A

    def __repr__(self) -> str:
        return f"nn.Residual({', '.join(map(repr, self.layers))})"


def default_weights(activation: Activation) -> Initializer:
    """The initializer that keeps the signal of an activation alive."""
    if activation.name in _FOR_RELU:
        return initializers.he_normal
    if activation.name == "selu":
        return initializers.lecun_normal
    return initializers.glorot_uniform


def check_chain(layers: tuple[Layer, ...]) -> tuple[int | None, int | None]:
    """Widths of the first input and the last output of layers that must fit."""
    if not layers:
        raise ValueError("there is no layer; expected at least one.")
    n_in = width = None
    for i, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            raise TypeError(
                f"layer {i} is {_checks.describe(layer)}; expected a layer such as "
                f"nn.Dense(2, 3)."
            )
        if layer.n_in is not None:
            if width is not None and layer.n_in != width:
                raise ValueError(
                    f"layer {i} takes {layer.n_in} features, but the layers before it "
                    f"give {width}; expected the same number. Change one of the two."
                )
            n_in = layer.n_in if n_in is None else n_in
            width = layer.n_out
    return n_in, width


def as_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """float32 or float64."""
    try:
        result = np.dtype(dtype)
    except TypeError:
        result = np.dtype(object)
    if result not in (np.float32, np.float64):
        raise TypeError(f"dtype is {dtype!r}; expected np.float32 or np.float64.")
    return result
