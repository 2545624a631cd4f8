"""Arrays of a layer that are views into the vectors of its network."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks, initializers
from nnbook._types import Array

if TYPE_CHECKING:
    from nnbook.layers.base import Layer


class Parameter:
    """An array of a layer, a view into the network's vector; assigning fills it.

    A plain attribute would be replaced by the assigned array, and the layer would no
    longer follow the vector that optimizers change.
    """

    def __init__(self, name: str) -> None:
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
            return layer._views[self.name]
        except KeyError:
            raise AttributeError(
                f"this layer has no {self.name}: it gets its parameters from the "
                f"network that it belongs to, nn.Network(layer)."
            ) from None

    def __set__(self, layer: Layer, value: ArrayLike) -> None:
        fill(self.name, self.__get__(layer), value)


class Gradient(Parameter):
    """The gradient of a parameter, which may be infinite while training diverges."""

    def __set__(self, layer: Layer, value: ArrayLike) -> None:
        view = self.__get__(layer)
        if value is view:
            return
        array = _checks.as_array(self.name, value)
        if array.dtype.kind not in "fiub":
            raise TypeError(
                f"{self.name} has dtype {array.dtype}; expected real numbers."
            )
        _check_shape(self.name, array, view)
        view[...] = array


def fill(name: str, view: Array, value: ArrayLike) -> None:
    """Copy an array of finite numbers into another one of the same shape."""
    if value is view:
        return
    array = _checks.as_floats(name, value)
    _check_shape(name, array, view)
    view[...] = _checks.cast(name, array, view.dtype)


def declare(cls: type, name: str) -> None:
    """Make a name and that of its gradient attributes that are views."""
    for kind, attribute in ((Parameter, name), (Gradient, f"d{name}")):
        there = inspect.getattr_static(cls, attribute, None)
        if there is None:
            setattr(cls, attribute, kind(attribute))
        elif type(there) is not kind:
            raise ValueError(
                f"name is {name!r}, but {attribute} is something else in "
                f"{cls.__name__}; choose another name."
            )


def check_initializer(name: str, value: Any) -> None:
    """Refuse what does not make an array of a shape and a generator."""
    makers: tuple[Any, ...] = (
        initializers.constant,
        initializers.normal,
        initializers.uniform,
    )
    if any(value is maker for maker in makers):
        raise TypeError(
            f"{name} is {_checks.describe(value)}, which makes an initializer; "
            f"expected one, for example nn.init.normal(0.01)."
        )
    if not callable(value):
        number = isinstance(value, (int, float, np.number)) and name == "bias"
        raise TypeError(
            f"{name} is {_checks.describe(value)}; expected an initializer such as "
            f"nn.init.{f'constant({value})' if number else 'he_normal'}."
        )


def _check_shape(name: str, array: Array, view: Array) -> None:
    if array.shape != view.shape:
        raise ValueError(
            f"{name} has shape {array.shape}; expected {view.shape}, that of the "
            f"array it is copied into."
        )
