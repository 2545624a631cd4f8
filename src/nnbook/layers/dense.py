"""The dense layer: dot products, biases and an activation."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook import _checks, activations, initializers
from nnbook._types import Array
from nnbook.activations import Activation, identity
from nnbook.initializers import Initializer
from nnbook.layers.base import Layer
from nnbook.layers.parameters import Gradient, Parameter, check_initializer


class Dense(Layer):
    r"""A layer of dot products, biases and an activation function.

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
    W, b = Parameter("W"), Parameter("b")
    dW, db = Gradient("dW"), Gradient("db")
    _passing = ("_X", "_Z", "_A")

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
        self.activation = check_activation(activation)
        weights = activation.initializer if weights is None else weights
        check_initializer("weights", weights)
        self.add_weight("W", (self.n_in, self.n_out), weights)
        if isinstance(bias, (bool, np.bool_)):
            raise TypeError(
                f"bias is {bias}; expected an initializer. "
                + ("Leave it out." if bias else "Use bias=None for no bias.")
            )
        self.biased = bias is not None
        if bias is not None:
            check_initializer("bias", bias)
            self.add_offset("b", (self.n_out,), bias)

    def forward(self, X: Array, training: bool) -> Array:
        """A = f(X W + b)."""
        self._X = X
        self._Z = X @ self.W
        if self.biased:
            self._Z += self.b
        return self.activation(self._Z)

    def backward(self, dA: Array) -> Array:
        """Gradients with respect to W and b, and that with respect to X."""
        dZ = dA * self.activation.derivative(self._Z)
        self.dW = self._X.T @ dZ
        if self.biased:
            self.db = dZ.sum(axis=0)
        return dZ @ self.W.T

    def _forward(self, X: Array) -> Array:
        f, own = self.activation, self._views
        Z, A, _ = self._room(X)
        np.matmul(X, own["W"], out=Z)
        if self.biased:
            Z += own["b"]
        f._apply(Z, A)
        self._X, self._Z, self._A = X, Z, A
        return A

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        X, own = self._X, self._views
        self.activation._chain(dA, self._Z, self._A)
        dZ = dA
        # NumPy takes ten times as long for the matrix product of a column and a row.
        product = np.multiply if len(X) == 1 else np.matmul
        product(X.T, dZ, out=own["dW"])
        if self.biased:
            # A product with ones adds up rows several times faster than sum(axis=0).
            self._room(X)[2].dot(dZ, own["db"])
        if not wants_dX:
            return dZ
        return np.matmul(dZ, own["W"].T, out=self._buffer("dX", len(X), X, self.n_in))

    def _room(self, X: Array) -> tuple[Array, Array, Array]:
        """Arrays for Z and A, which may be one and the same, and a one for each row."""
        n, in_place = len(X), self.activation._from_output
        room: tuple[Array, Array, Array] | None = self._buffers.get("room")
        if room is None or len(room[2]) != n or (room[0] is room[1]) is not in_place:
            Z = A = self._buffer("Z", n, X, self.n_out)
            if not in_place:
                A = self._buffer("A", n, X, self.n_out)
            self._buffers["room"] = room = Z, A, np.ones(n, X.dtype)
        return room

    def _infer(self, X: Array) -> Array:
        Z: Array = X @ self.W
        if self.biased:
            Z += self.b
        self.activation._apply(Z, Z)
        return Z

    @property
    def _activation(self) -> Activation:  # type: ignore[override]
        return self.activation

    def _scores(self) -> Array | None:
        if not hasattr(self, "_X"):  # an author's forward did not keep it
            return None
        Z: Array = self._X @ self.W
        return Z + self.b if self.biased else Z

    def _options(self) -> dict[str, Any]:
        """Initializers matter to a new network alone."""
        options = {
            name: getattr(self, name) for name in ("n_in", "n_out", "activation")
        }
        return options if self.biased else options | {"bias": None}


def check_activation(value: Any) -> Activation:
    """Refuse what is no activation."""
    if not isinstance(value, Activation):
        name = str(getattr(value, "__name__", value)).lower()
        raise TypeError(
            f"activation is {_checks.describe(value)}; expected an activation such as "
            f"nn.{name if name in activations._KNOWN else 'relu'}."
        )
    if type(value) is Activation:
        raise TypeError(
            "activation is the base of all activations, which has no value; expected "
            "one such as nn.relu."
        )
    return value
