"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from nnbook.cli.parts import Layers

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def layers(default: str, text: str) -> Decorator:
    return click.option(
        "--layers", type=Layers(), default=default, show_default=True, help=text
    )


def epochs(text: str) -> Decorator:
    return click.option(
        "--epochs",
        type=click.IntRange(1),
        default=20,
        show_default=True,
        metavar="N",
        help=text,
    )


def held_out(text: str) -> Decorator:
    return click.option(
        "--held-out",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        metavar="SHARE",
        default=0.1,
        show_default=True,
        help=text,
    )


def seed(things: str) -> Decorator:
    return click.option(
        "--seed",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        metavar="N",
        help=f"Of initial weights, shuffling, and which {things} are held out.",
    )


resume = click.option(
    "--resume", is_flag=True, help="Go on with a training that Ctrl-C ended."
)
