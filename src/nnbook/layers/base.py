"""What all layers share: what a network asks of them, and arrays that are its views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._memory import aligned
from nnbook._types import Array, Rng
from nnbook.initializers import Initializer


class Parameter:
    """An array of a layer, a view into the network's vector; assigning fills it.

    A plain attribute would be replaced by the assigned array, and the layer would no
    longer follow the vector that optimizers change.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, layer: None, owner: type) -> Parameter: ...
    @overload
    def __get__(self, layer: Layer, owner: type | None = None) -> Array: ...
    def __get__(
        self, layer: Layer | None, owner: type | None = None
    ) -> Array | Parameter:
        if layer is None:
            return self
        try:
            view: Array = layer.__dict__[self.name]
        except KeyError:
            raise AttributeError(
                f"this layer has no {self.name}: it gets its parameters from the "
                f"network that it belongs to, nn.Network(layer)."
            ) from None
        return view

    def __set__(self, layer: Layer, value: ArrayLike) -> None:
        fill(self.name, self.__get__(layer), value)


def fill(name: str, view: Array, value: ArrayLike) -> None:
    """Copy an array into another one of the same shape."""
    if value is view:
        return
    array = _checks.as_floats(name, value)
    if array.shape != view.shape:
        raise ValueError(
            f"{name} has shape {array.shape}; expected {view.shape}, that of the "
            f"array it is copied into."
        )
    view[...] = _checks.cast(name, array, view.dtype)


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
    _taken = False  # whether a network has it already

    def _leaves(self) -> Iterator[Layer]:
        """The layers with parameters of their own: this one, or those inside."""
        yield self

    def _bind(self, name: str, view: Array, gradient: Array) -> None:
        """Take views of a parameter and its gradient."""
        self.__dict__[name], self.__dict__[f"d{name}"] = view, gradient

    def _options(self) -> dict[str, Any]:
        """What it was made with, but for initializers and defaults; for `repr`."""
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
        """An array (n, width) that is kept for the next batch, with what it holds."""
        kept: Array | None = self.__dict__.get(f"_{name}_buffer")
        if (
            kept is None
            or len(kept) < n
            or kept.shape[1] != width
            or kept.dtype != like.dtype
        ):
            kept = aligned((n, width), like.dtype)
            self.__dict__[f"_{name}_buffer"] = kept
        return kept[:n]

    def __getstate__(self) -> dict[str, Any]:
        # Private arrays are of the last pass: buffers, and the data themselves.
        return {
            name: value
            for name, value in vars(self).items()
            if name[0] != "_" or not isinstance(value, np.ndarray)
        }

    def __repr__(self) -> str:
        options = ", ".join(
            str(v) if k in ("n_in", "n_out", "n", "rate") else f"{k}={v}"
            for k, v in self._options().items()
        )
        return f"nn.{type(self).__name__}({options})"


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
