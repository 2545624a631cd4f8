r"""Automatic differentiation of array code: each result remembers how it was made.

The rest of the library does not use it: its layers bring their gradients along.

A tensor is a node of a graph. An arrow leads to it from each tensor that it was made
of. Backwards along the arrow, a function turns the gradient at its tip into that at its
tail. `backward` walks all arrows once, from the result to the inputs.

- data, grad: a value, and how fast the result changes with each of its entries
- arrows: pairs (tensor, function)
- g: the gradient at the tip of an arrow

Left out: products of arrays that are no matrices, gradients of gradients, and all that
makes a framework fast.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nnbook._types import Array

__all__ = ["Tensor"]

_numbers = itertools.count()
Arrow: TypeAlias = "tuple[Tensor, Callable[[Array], Array]]"


class Tensor:
    """An array that remembers what it was made of.

    It knows `+ - * / @`, indices and the methods below, and broadcasts shapes as NumPy
    does. One side of an operator may be a number or an array.

    Parameters
    ----------
    data
        Its value; computed with in float64.
    arrows
        Pairs of a tensor that it was made of and a function, which takes the gradient
        with respect to the new one back to the old one. Empty for an input.
    constant
        Whether nobody wants its gradient. Numbers and arrays on one side of an
        operator become such tensors.

    Attributes
    ----------
    data
        The value, float64.
    grad
        The gradient, of the shape of `data`, that the last `backward` left here; the
        number 0 before.
    arrows
        As given, without those from constants.
    number
        How many tensors were made before this one.

    Examples
    --------
    >>> from nnbook.autodiff import Tensor
    >>> w, x = Tensor(3.0), Tensor([1.0, 2.0])
    >>> loss = (w * x).tanh().sum() + w * w
    >>> loss.backward()
    >>> print(f"{w.grad:.4f}")
    6.0099
    """

    __array_ufunc__ = None  # so that `array + tensor` asks the tensor

    def __init__(
        self, data: ArrayLike, arrows: Sequence[Arrow] = (), constant: bool = False
    ) -> None:
        self.data = np.asarray(data, dtype=float)
        self.grad: Any = 0.0
        self.constant = constant
        self.arrows = [arrow for arrow in arrows if not arrow[0].constant]
        self.number = next(_numbers)

    def backward(self) -> None:
        """Set `grad` of all tensors that this one was made of.

        It is the gradient of this tensor, which should be a single number; of the sum
        of its entries otherwise.
        """
        order = _newest_first(self)
        for node in order:
            node.grad = 0.0
        self.grad = np.ones_like(self.data)
        for node in order:
            for source, back in node.arrows:
                g = _unbroadcast(back(node.grad), source.data.shape)
                source.grad = source.grad + g

    def __add__(self, other: Any) -> Tensor:
        a, b = self, _tensor(other)
        return Tensor(a.data + b.data, [(a, lambda g: g), (b, lambda g: g)])

    def __mul__(self, other: Any) -> Tensor:
        a, b = self, _tensor(other)
        arrows = [(a, lambda g: g * b.data), (b, lambda g: g * a.data)]
        return Tensor(a.data * b.data, arrows)

    def __truediv__(self, other: Any) -> Tensor:
        a, b = self, _tensor(other)
        y = a.data / b.data
        return Tensor(y, [(a, lambda g: g / b.data), (b, lambda g: -g * y / b.data)])

    def __matmul__(self, other: Any) -> Tensor:
        a, b = self, _tensor(other)
        arrows = [(a, lambda g: g @ b.data.T), (b, lambda g: a.data.T @ g)]
        return Tensor(a.data @ b.data, arrows)

    def __neg__(self) -> Tensor:
        return self * -1.0

    def __sub__(self, other: Any) -> Tensor:
        return self + -_tensor(other)

    def __rsub__(self, other: Any) -> Tensor:
        return _tensor(other) - self

    def __rtruediv__(self, other: Any) -> Tensor:
        return _tensor(other) / self

    def __rmatmul__(self, other: Any) -> Tensor:
        return _tensor(other) @ self

    __radd__, __rmul__ = __add__, __mul__

    def exp(self) -> Tensor:
        """The exponential of each entry."""
        y = np.exp(self.data)
        return Tensor(y, [(self, lambda g: g * y)])

    def log(self) -> Tensor:
        """The logarithm of each entry."""
        return Tensor(np.log(self.data), [(self, lambda g: g / self.data)])

    def tanh(self) -> Tensor:
        """The hyperbolic tangent of each entry."""
        y = np.tanh(self.data)
        return Tensor(y, [(self, lambda g: g * (1 - y**2))])

    def relu(self) -> Tensor:
        """Each entry, or 0 where it is negative; the slope at 0 is 0."""
        y = np.maximum(self.data, 0)
        return Tensor(y, [(self, lambda g: g * (self.data > 0))])

    def sum(self, axis: int | None = None) -> Tensor:
        """The sum of all entries, or along an axis, which stays with length 1."""
        y = self.data.sum(axis=axis, keepdims=axis is not None)
        return Tensor(y, [(self, lambda g: g + np.zeros_like(self.data))])

    def mean(self, axis: int | None = None) -> Tensor:
        """The mean of all entries, or along an axis, which stays with length 1."""
        y = self.sum(axis)
        return y * (y.data.size / self.data.size)

    def max(self, axis: int | None = None) -> Tensor:
        """The largest entry, or along an axis; equal ones share the gradient."""
        y = self.data.max(axis=axis, keepdims=axis is not None)
        top = self.data == y
        share = top / top.sum(axis=axis, keepdims=axis is not None)
        return Tensor(y, [(self, lambda g: g * share)])

    def __getitem__(self, at: Any) -> Tensor:
        def back(g: Array) -> Array:
            full = np.zeros_like(self.data)
            np.add.at(full, at, g)  # an entry may be asked for twice
            return full

        return Tensor(self.data[at], [(self, back)])


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value, constant=True)


def _newest_first(result: Tensor) -> list[Tensor]:
    """All tensors of a graph: each is newer than those that it was made of."""
    found, seen = [result], {result}
    for node in found:  # grows while it is walked
        new = {source for source, _ in node.arrows} - seen
        seen |= new
        found += new
    return sorted(found, key=lambda node: -node.number)


def _unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum over what was repeated to make a larger shape."""
    for _ in range(g.ndim - len(shape)):
        g = g.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g
