"""Parts that readers write: what they override is used, or refused by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nnbook._types import Array


def read_only(array: Array) -> Array:
    """The array as a reader's method is given it, which may not change it in place."""
    view = array.view()
    view.flags.writeable = False
    return view


def prefer_overrides(
    cls: type, base: type, public: Sequence[str], fast: Sequence[str]
) -> None:
    """A class that writes a readable definition of its own loses the fast paths
    behind the inherited one, unless it brings its own.

    It gets those of the base, which are made of the readable definitions.
    """
    order = cls.__mro__
    written = min(order.index(_owner(cls, name)) for name in public)
    for name in fast:
        if order.index(_owner(cls, name)) > written:
            setattr(cls, name, inspect.getattr_static(base, name))


def refuse_overrides(cls: type, base: type, instead: Mapping[str, str]) -> None:
    """A class outside of the library may not define some names: it is told which to
    define instead."""
    for owner in cls.__mro__[: cls.__mro__.index(base)]:
        if owner.__module__.partition(".")[0] == "nnbook":
            continue
        for name in instead:
            if name in vars(owner):
                raise TypeError(
                    f"{cls.__name__} overrides {name}; override {instead[name]} "
                    f"instead."
                )


def check_calls(
    cls: type, base: type, name: str, check: Callable[..., Any], written: str
) -> None:
    """Check the calls of a method that readers write and users call.

    `check(self, method, *arguments)` takes its place; the method as it was written
    stays, for fast paths, under the name `written`.
    """
    owner = _owner(cls, name)
    if owner is not cls and issubclass(owner, base):
        return  # whose calls are checked
    method = vars(owner)[name]

    @functools.wraps(method)
    def checked(self: Any, *arguments: Any, **named: Any) -> Any:
        # A static method and a function of NumPy are no methods and take no self.
        bind = getattr(method, "__get__", None)
        bound = method if bind is None else bind(self, type(self))
        return check(self, bound, *arguments, **named)

    setattr(cls, written, method)
    setattr(cls, name, checked)


def _owner(cls: type, name: str) -> type:
    """The class that a class has an attribute from."""
    return next(owner for owner in cls.__mro__ if name in vars(owner))


def takes(function: Callable[..., Any], count: int) -> bool:
    """Whether a function can be called with so many arguments, as far as it tells."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # some functions written in C tell nothing
        pass
    return True


def options(part: object) -> dict[str, Any]:
    """What a part was made with: attributes named like its constructor's arguments."""
    kind, values = type(part), {}
    for name, argument in inspect.signature(kind).parameters.items():
        if argument.kind not in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            try:
                values[name] = getattr(part, name)
            except AttributeError:
                raise AttributeError(
                    f"{kind.__name__} has no attribute {name}, so that its options "
                    f"cannot be told; keep it under its own name: "
                    f"self.{name} = {name}."
                ) from None
    return values


def shown(part: object) -> str:
    """A part and its options, as they are written in Python."""
    kind = type(part)
    try:
        text = ", ".join(f"{name}={value!r}" for name, value in options(part).items())
    except AttributeError:
        text = "..."
    place = "nn." if kind.__module__.partition(".")[0] == "nnbook" else ""
    return f"{place}{kind.__name__}({text})"
