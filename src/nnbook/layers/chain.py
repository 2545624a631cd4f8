"""Layers that follow each other must fit."""

from __future__ import annotations

from typing import Any

from nnbook import _checks
from nnbook.activations import Activation
from nnbook.layers.base import Layer


def check_chain(layers: tuple[Layer, ...]) -> tuple[int | None, int | None]:
    """Widths of the first input and the last output of layers that must fit."""
    if not layers:
        raise ValueError("there is no layer; expected at least one.")
    n_in = width = None
    for i, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            raise TypeError(
                f"layer {i} is {_checks.describe(layer)}; expected a layer such as "
                f"nn.Dense(2, 3).{_unpack(layer)}"
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


def _unpack(value: Any) -> str:
    if isinstance(value, (list, tuple)) and all(isinstance(x, Layer) for x in value):
        return " Take the layers out of the list with a star: nn.Network(*layers)."
    if isinstance(value, type) and issubclass(value, Layer):
        return f" Call the class: nn.{value.__name__}(...)."
    if isinstance(value, Activation):
        return f" Give it to one: nn.Dense(2, 3, activation={value!r})."
    return ""
