"""A layer that adds its input to what other layers make of it."""

from __future__ import annotations

from nnbook._types import Array
from nnbook.layers.base import Layer
from nnbook.layers.chain import check_chain


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

    def forward(self, X: Array, training: bool) -> Array:
        """A = X + F(X)."""
        A = X
        for layer in self.layers:
            A = layer._forward(A) if training else layer._infer(A)
        return X + A

    def backward(self, dA: Array) -> Array:
        """The gradient goes both ways."""
        d = dA.copy()
        for layer in reversed(self.layers):
            d = layer._backward(d, True)
        return dA + d
