"""Parts that readers write: what they override is used, or refused by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnbook import _checks
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
            inherited = inspect.getattr_static(base, name, None)
            # A fast path of the base may have been put back by `prefer_overrides`.
            if vars(owner).get(name, inherited) is not inherited:
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


def like(array: Array, what: str, part: object, name: str, result: Any) -> Array:
    """What a reader's method gave: real numbers in the shape of an array."""
    given = np.asarray(result)
    if given.shape != array.shape or given.dtype.kind not in "fiub":
        raise ValueError(
            f"{name} of {part!r} gives {_checks.describe(result)}; expected an array "
            f"of real numbers in the shape of {what}, {array.shape}."
        )
    return given


def takes(function: Callable[..., Any], count: int) -> bool:
    """Whether a function can be called with so many arguments, as far as it tells."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # some functions written in C tell nothing
        pass
    return True


def options(part: Any) -> dict[str, Any]:
    """What a part was made with: attributes named like its constructor's arguments.

    A part that says it otherwise has the method `_options`.
    """
    kind, values = type(part), {}
    if hasattr(kind, "_options"):
        return dict(part._options())
    for name in inspect.signature(kind).parameters:
        try:
            values[name] = getattr(part, name)
        except AttributeError:
            raise AttributeError(
                f"{kind.__name__} has no attribute {name}, so that its options cannot "
                f"be told; keep it under its own name: self.{name} = {name}."
            ) from None
    return values


def shown(part: object) -> str:
    """A part with the options that are not its defaults, as they are written."""
    kind, arguments = type(part), inspect.signature(type(part)).parameters
    place = "nn." if kind.__module__.partition(".")[0] == "nnbook" else ""
    texts: list[str] = []
    by_name = inspect.Parameter.KEYWORD_ONLY
    try:
        values = options(part)
    except AttributeError:
        return f"{place}{kind.__name__}(...)"
    for name, value in values.items():
        argument = arguments[name]
        if argument.kind is argument.VAR_POSITIONAL:
            texts += map(repr, value)
        elif argument.default is argument.empty and argument.kind is not by_name:
            texts.append(repr(value))
        elif repr(value) != repr(argument.default):
            texts.append(f"{name}={value!r}")
    return f"{place}{kind.__name__}({', '.join(texts)})"


def made(kind: type, values: Mapping[str, Any]) -> Any:
    """A part of a kind, made with the options of another one."""
    arguments = inspect.signature(kind).parameters.values()
    named, in_order = dict(values), []
    if any(a.kind is a.VAR_POSITIONAL for a in arguments):
        for a in arguments:
            if a.kind is a.POSITIONAL_OR_KEYWORD:
                in_order.append(named.pop(a.name))
            elif a.kind is a.VAR_POSITIONAL:
                in_order += named.pop(a.name)
    return kind(*in_order, **named)
