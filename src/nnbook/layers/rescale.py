"""A layer that brings raw numbers to a size that a network likes."""

from __future__ import annotations

from nnbook import _checks
from nnbook._types import Array
from nnbook.layers.base import Layer


class Rescale(Layer):
    r"""Multiplies its input by one number and adds another.

    $$A = X \cdot \text{scale} + \text{offset}$$

    As the first layer it is saved with the network, which then takes raw images as they
    are: grey values from 0 to 255. Keras' `Rescaling` is the same; in PyTorch it is
    part of the loading of data.

    Parameters
    ----------
    scale
        Factor, such as 1 / 255.
    offset
        Added behind.

    Raises
    ------
    TypeError, ValueError
        If one of them is not a finite number.

    Examples
    --------
    >>> network = nn.Network(nn.Rescale(1 / 255))
    >>> network([[0, 51, 255]]).round(3)
    array([[0. , 0.2, 1. ]], dtype=float32)
    """

    def __init__(self, scale: float, offset: float = 0.0) -> None:
        self.scale = _checks.number("scale", scale)
        self.offset = _checks.number("offset", offset)

    def forward(self, X: Array, training: bool) -> Array:
        """A = X scale + offset."""
        A: Array = X * X.dtype.type(self.scale) + X.dtype.type(self.offset)
        return A

    def backward(self, dA: Array) -> Array:
        """The slope is the scale."""
        dX: Array = dA * dA.dtype.type(self.scale)
        return dX
