"""The dense layer: dot products, biases and bends."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook import _checks, initializers
from nnbook._types import Array, Rng
from nnbook.activations import Activation, identity
from nnbook.initializers import Initializer
from nnbook.layers.base import Layer, Parameter

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


def _default_weights(activation: Activation) -> Initializer:
    """The initializer that keeps the signal of an activation alive."""
    if activation.name in _FOR_RELU:
        return initializers.he_normal
    if activation.name == "selu":
        return initializers.lecun_normal
    return initializers.glorot_uniform
