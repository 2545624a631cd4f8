"""What the figures share: their axes and the checks of what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 6.4, 3.6  # inches: a column of 70 characters
Series: TypeAlias = Mapping[str, ArrayLike]
Colors: TypeAlias = Mapping[str, Any] | None  # what matplotlib takes as a colour


def prepare(
    ax: Axes | None, *, size: tuple[float, float] = (WIDTH, HEIGHT), title: str = ""
) -> Axes:
    """The axes given, or those of a new figure; called when all else is checked."""
    plt = _checks.require("matplotlib.pyplot")
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained")
    elif not isinstance(ax, _checks.require("matplotlib.axes").Axes):
        raise TypeError(
            f"ax is {_checks.describe(ax)}; expected one matplotlib Axes. "
            f"Of an array of axes, choose one: axes[0]."
        )
    assert ax is not None
    if title:
        ax.set_title(title)
    return ax


def check_series(name: str, series: Series, *, log: bool = False) -> dict[str, Array]:
    """The labelled vectors to draw, as arrays of finite numbers."""
    if not isinstance(series, Mapping):
        raise TypeError(
            f"{name} is {_checks.describe(series)}; expected a dict of labels and "
            f'values. Use {{"label": {name}}}.'
        )
    if not series:
        raise ValueError(f"{name} is empty; expected at least one label and values.")
    drawn: dict[str, Array] = {}
    for label, values in series.items():
        text = check_label(name, label)
        if text in drawn:
            raise ValueError(
                f"{name} has two labels {text!r}; expected different texts."
            )
        drawn[text] = check_vector(f"{name}[{label!r}]", values, log=log)
    return drawn


def check_label(name: str, label: object) -> str:
    """The text of a label; matplotlib leaves out of legends what begins with _."""
    text = str(label)
    if text.startswith("_"):
        raise ValueError(
            f"{name} has the label {text!r}; expected one that does not begin with "
            f"'_', for matplotlib hides those. Put another sign in front."
        )
    return text


def check_vector(name: str, value: ArrayLike, *, log: bool = False) -> Array:
    """A vector of finite numbers, positive where the axis is logarithmic."""
    vector = _checks.as_floats(name, value, ndim=1)
    if vector.size == 0:
        raise ValueError(f"{name} is empty; expected at least one number.")
    if log and vector.min() <= 0:
        i = int(vector.argmin())
        raise ValueError(
            f"{name} holds {vector[i]} at index {i}; expected positive numbers on a "
            f"logarithmic axis. Use a linear axis, or drop such entries."
        )
    return vector


def check_dates(name: str, value: ArrayLike) -> Array | None:
    """A vector of dates, or None if the values are not dates."""
    if getattr(value, "dtype", None) is None or np.asarray(value).dtype.kind != "M":
        return None
    dates = np.asarray(value)
    if dates.ndim != 1 or dates.size == 0 or np.isnat(dates).any():
        raise ValueError(
            f"{name} is {_checks.describe(dates)}; expected a vector of dates, none of "
            f"them NaT. Drop those first, see np.isnat({name})."
        )
    return dates


def check_colors(colors: Colors, labels: Sequence[str]) -> dict[str, Any]:
    """The colour of each label: the one given, else the next of the colour cycle."""
    if colors is not None and not isinstance(colors, Mapping):
        raise TypeError(
            f"colors is {_checks.describe(colors)}; expected a dict of labels and "
            f'colours, for example {{{labels[0]!r}: "C0"}}.'
        )
    given = {str(label): color for label, color in (colors or {}).items()}
    is_color_like = _checks.require("matplotlib.colors").is_color_like
    for label, color in given.items():
        if label not in labels:
            raise ValueError(
                f"colors names {label!r}, which is not drawn; expected some of "
                f"{', '.join(map(repr, labels))}."
            )
        if not is_color_like(color):
            raise ValueError(
                f"colors[{label!r}] is {_checks.describe(color)}; expected a colour. "
                f'"C0", "C1", … are those of the colour cycle.'
            )
    taken = {color for color in given.values() if isinstance(color, str)}
    free = (f"C{i}" for i in range(len(labels) + len(taken)) if f"C{i}" not in taken)
    return {label: given[label] if label in given else next(free) for label in labels}


def check_names(name: str, names: Sequence[Any] | None, n: int) -> list[str] | None:
    """One text for each of n things, or None."""
    if names is None:
        return None
    if isinstance(names, str) or not hasattr(names, "__len__"):
        raise TypeError(f"{name} is {_checks.describe(names)}; expected a list.")
    if len(names) != n:
        raise ValueError(f"{name} has {len(names)} entries; expected {n}.")
    return [check_label(name, entry) for entry in names]


def check_limits(name: str, limits: tuple[float, float]) -> tuple[float, float]:
    """A lower and an upper limit."""
    try:
        low, high = limits
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} is {_checks.describe(limits)}; expected two numbers, (low, high)."
        ) from None
    low, high = _checks.number(f"{name}[0]", low), _checks.number(f"{name}[1]", high)
    if low >= high:
        raise ValueError(f"{name} is ({low:g}, {high:g}); expected low below high.")
    return low, high


def thin(rows: Array, limit: int) -> Array:
    """At most so many of the rows, evenly chosen, the first and last among them."""
    if len(rows) <= limit:
        return rows
    chosen = np.linspace(0, len(rows) - 1, limit).round().astype(int)
    return np.take(rows, chosen, axis=0)
