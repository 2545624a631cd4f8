"""Options that name a part of the library, such as `--optimizer Momentum:0.95`.

A part is written as in Python but for the brackets: its name, then behind a colon what
its constructor takes. All parts that the library lists are known.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from click.shell_completion import CompletionItem


@dataclass(frozen=True)
class Chosen:
    """A part that was chosen: its class, and arguments to make it with."""

    written: str
    kind: type
    arguments: Sequence[Any]
    options: Mapping[str, Any]
    option: str

    def make(self, *given: Any) -> Any:
        """The part; what is given comes before what was written."""
        try:
            return self.kind(*given, *self.arguments, **self.options)
        except (TypeError, ValueError) as error:
            raise click.BadParameter(
                f"{self.written!r} does not fit. {error}", param_hint=self.option
            ) from None


class Part(click.ParamType):  # type: ignore[type-arg]
    """A class of a package, and the arguments to make it with.

    Parameters
    ----------
    package
        Lists the classes in its `__all__`.
    base
        Their base class.
    given
        How many of the first arguments come from other options, such as the rate.
    """

    def __init__(self, package: Any, base: type, given: int = 0) -> None:
        self.name = base.__name__.lower()
        self.given = given
        kinds = (getattr(package, name) for name in package.__all__)
        self.known: dict[str, type] = {
            kind.__name__.lower(): kind
            for kind in kinds
            if isinstance(kind, type) and issubclass(kind, base) and kind is not base
        }

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """What was chosen, for it is made when all options are known."""
        if isinstance(value, Chosen):
            return value
        name, _, written = value.partition(":")
        kind = self.known.get(name.lower())
        if kind is None:
            known = ", ".join(kind.__name__ for kind in self.known.values())
            self.fail(f"{name!r} is not one of {known}.", param, ctx)
        arguments: list[Any] = []
        options: dict[str, Any] = {}
        for entry in filter(None, written.split(",")):
            key, equals, text = entry.partition("=")
            if equals:
                options[key.strip()] = _value(text)
            else:
                arguments.append(_value(entry))
        given = [None] * self.given
        try:
            inspect.signature(kind).bind(*given, *arguments, **options)
        except TypeError as error:
            takes = ", ".join([*inspect.signature(kind).parameters][self.given :])
            self.fail(
                f"{value!r} does not fit ({error}). Behind {kind.__name__}: may stand "
                f"{takes or 'nothing'}.",
                param,
                ctx,
            )
        return Chosen(value, kind, arguments, options, f"--{self.name}")

    def shell_complete(self, ctx: Any, param: Any, incomplete: str) -> Any:
        """The names that begin like this."""
        return [
            CompletionItem(kind.__name__)
            for name, kind in self.known.items()
            if name.startswith(incomplete.lower())
        ]


class Layers(click.ParamType):  # type: ignore[type-arg]
    """Widths of the hidden layers, such as 128,64; none for no hidden layer."""

    name = "layers"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The list of widths."""
        if not isinstance(value, str):
            return value
        if value == "none":
            return []
        widths = value.split(",")
        if not all(width.isdecimal() and int(width) > 0 for width in widths):
            self.fail(
                f"{value!r} is no list of widths; write 128,64, or none.", param, ctx
            )
        return [int(width) for width in widths]


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        return text.strip()
