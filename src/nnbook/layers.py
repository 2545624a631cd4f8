r"""Layers: each maps a batch forwards and a gradient backwards.

- X (n, n_in): the input of a layer, a sample a row
- W (n_in, n_out), b (n_out,): weights and bias
- Z (n, n_out): `Z = X @ W + b`; A = f(Z): the output
- dX, dW, dZ, …: gradients of the loss, each of the shape of its variable

A layer does not own its parameters: `Network` lays them out in one vector and hands
out views; assigning to one, as in `layer.W = …`, fills it.
"""

# `_forward` and `_backward` write to buffers that they reuse from batch to batch, and
# `_backward` may overwrite the gradient it is given; `_infer` reads only.
#
# To be read beside:
# docs/loss/backpropagation.md
# docs/depth/vanishing-gradients.md

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnbook import _checks, initializers
from nnbook._layer import Layer, Parameter, check_chain
from nnbook._norms import BatchNorm, LayerNorm
from nnbook._types import Array, Rng
from nnbook.activations import Activation, identity
from nnbook.initializers import Initializer

__all__ = ["BatchNorm", "Dense", "Dropout", "Layer", "LayerNorm", "Residual"]

_FOR_RELU = ("relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "gelu_sigmoid", "silu")


class Dense(Layer):
    r"""A layer of dot products, biases and bends.

    $$Z = X W + b, \qquad A = f(Z)$$

    $$\frac{\partial L}{\partial W} = X^\top \frac{\partial L}{\partial Z}, \qquad
    \frac{\partial L}{\partial b} = \sum_i \Bigl(\frac{\partial L}{\partial Z}\Bigr)_i,
    \qquad \frac{\partial L}{\partial X} = \frac{\partial L}{\partial Z} W^\top$$

    `W` and `b` are its parameters, `dW` and `db` their gradients. PyTorch stores the
    transpose of `W` and draws both uniformly within $1/\sqrt{n_{in}}$, whatever the
    activation; Keras starts with `glorot_uniform` and zeros.

    Parameters
    ----------
    n_in
        Width of the input.
    n_out
        Number of units, which is the width of the output.
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

    n_in: int
    n_out: int
    W = Parameter()
    b = Parameter()
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
        if not isinstance(getattr(activation, "name", None), str):
            raise TypeError(
                f"activation is of the class {type(activation).__name__}, which has no "
                f'name; expected one, for example name = "mine" in its body.'
            )
        makers: tuple[Any, ...] = (
            initializers.constant,
            initializers.normal,
            initializers.uniform,
        )
        for name, initializer in (("weights", weights), ("bias", bias)):
            if any(initializer is maker for maker in makers):
                raise TypeError(
                    f"{name} is {_checks.describe(initializer)}, which makes an "
                    f"initializer; expected one, for example nn.init.normal(0.01)."
                )
            if initializer is not None and not callable(initializer):
                raise TypeError(
                    f"{name} is {_checks.describe(initializer)}; expected an "
                    f"initializer such as nn.init.he_normal."
                )
        self.activation = activation
        start = weights or _default_weights(activation)
        self._weights = (("W", (self.n_in, self.n_out), start),)
        if bias is not None:
            self._offsets = (("b", (self.n_out,), bias),)

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"n_in": self.n_in, "n_out": self.n_out}
        if self.activation.name != identity.name:  # a pickled one is a copy
            options["activation"] = self.activation
        if not self._offsets:
            options["bias"] = None
        return options

    def _saved_options(self) -> dict[str, Any]:
        return {**self._options(), "activation": self.activation.name}

    def _forward(self, X: Array, rng: Rng) -> Array:
        f = self.activation
        self._X = X
        Z = self._buffer("Z", len(X), X, self.n_out)
        np.matmul(X, self.W, out=Z)
        if self._offsets:
            Z += self.b
        A = Z if f._from_output else self._buffer("A", len(X), X, self.n_out)
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
        dX = self._buffer("dX", len(X), X, self.n_in)
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

    Examples
    --------
    >>> network = nn.Network(nn.Dropout(0.5), seed=0)
    >>> network([[1.0, 1.0, 1.0, 1.0]])
    array([[1., 1., 1., 1.]], dtype=float32)
    >>> network.forward([[1.0, 1.0, 1.0, 1.0]]).max()
    np.float32(2.0)
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


class Residual(Layer):
    r"""Adds the input to what some layers make of it (He and colleagues, 2015).

    $$A = X + F(X), \qquad \frac{\partial L}{\partial X}
    = \frac{\partial L}{\partial A} + \frac{\partial L}{\partial A}\, F'(X)$$

    In PyTorch and Keras it is no layer of its own: one adds the two by hand.

    Parameters
    ----------
    *layers
        F; its output must be as wide as its input.

    Raises
    ------
    TypeError, ValueError
        If there is no layer, or the widths differ.

    Examples
    --------
    >>> zero = nn.Dense(2, 2, weights=nn.init.zeros)
    >>> nn.Network(nn.Residual(zero))([[1.0, -2.0]])
    array([[ 1., -2.]], dtype=float32)
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


def _default_weights(activation: Activation) -> Initializer:
    """The initializer that keeps the signal of an activation alive."""
    if activation.name in _FOR_RELU:
        return initializers.he_normal
    if activation.name == "selu":
        return initializers.lecun_normal
    return initializers.glorot_uniform
