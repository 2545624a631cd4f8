"""Figures of a computation: what is made of what, and how gradients come back."""

from __future__ import annotations

import graphlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from nnbook import _checks
from nnbook.plots import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRADIENT = "C3"
_STAGE, _ROW, _RADIUS = 1.3, 0.92, 0.22  # inches from node to node, and of a node
Place: TypeAlias = tuple[float, float]


class _Edge(NamedTuple):
    source: str
    target: str | None
    value: str = ""
    gradient: str = ""


def graph(
    edges: Iterable[Sequence[Any]],
    *,
    nodes: Mapping[str, str] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a computation as a graph: values above its edges, gradients below.

    Each node stands to the left of those that use it. Above an edge stands what its
    source hands on, below it the gradient that comes back along it; where several edges
    leave a node, their gradients add up to its own.

    Parameters
    ----------
    edges
        Tuples (source, target), (source, target, value) or (source, target, value,
        gradient): the names of two nodes, then numbers, drawn with three digits, or
        texts. The target None is the way out, for the result.
    nodes
        What is written into a node where that is not its name.
    title
        Above the axes.
    ax
        Axes to draw on; by default those of a new figure.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If there is no edge or one stands there twice, the edges run in a circle, a
        number is not finite, or `nodes` names what is no node.

    Examples
    --------
    >>> ax = nn.plots.graph([("w", "w²", 3.0, 6.0), ("w²", None, 9.0, 1.0)])
    >>> [text.get_text() for text in ax.texts]
    ['w', 'w²', '3', '6', '9', '1']
    """
    drawn = _edges(edges)
    places = _places(drawn)
    texts = _texts(nodes, list(places))

    ink = _checks.require("matplotlib").rcParams["text.color"]
    patches = _checks.require("matplotlib.patches")
    ends = [_end(edge, places) for edge in drawn]
    right = max(x for x, _ in [*places.values(), *ends])
    high = max(y for _, y in places.values()) + _ROW / 2
    low = min(y for _, y in places.values()) - _ROW / 2

    ax = axes.prepare(ax, size=(right + 0.6, high - low), title=title)
    for name, place in places.items():
        ax.add_patch(patches.Circle(place, _RADIUS, fill=False, edgecolor=ink))
        ax.text(*place, texts[name], ha="center", va="center", fontsize=14)
    for edge, end in zip(drawn, ends, strict=True):
        _draw_edge(ax, edge, places[edge.source], end, ink)
    ax.set(xlim=(-0.3, right + 0.3), ylim=(low, high), aspect="equal")
    ax.set_axis_off()
    return ax


def _end(edge: _Edge, places: Mapping[str, Place]) -> Place:
    """Where the edge points to."""
    if edge.target is not None:
        return places[edge.target]
    x, y = places[edge.source]
    return x + _STAGE - _RADIUS, y


def _draw_edge(ax: Axes, edge: _Edge, start: Place, end: Place, ink: Any) -> None:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    dx, dy = dx / length, dy / length
    tip = 0.0 if edge.target is None else _RADIUS + 0.02
    start = (start[0] + _RADIUS * dx, start[1] + _RADIUS * dy)
    end = (end[0] - tip * dx, end[1] - tip * dy)
    arrow = _checks.require("matplotlib.patches").FancyArrowPatch(
        *(start, end), arrowstyle="-|>", mutation_scale=9, color=ink, alpha=0.6
    )
    ax.add_patch(arrow)
    # Steep ones meet others in the target: near the source they are further apart.
    at = 0.5 - 0.2 * abs(dy)
    x, y = ((1 - at) * a + at * b for a, b in zip(start, end, strict=True))
    style: dict[str, Any] = {
        "ha": "center",
        "fontsize": 12.5,
        "rotation": math.degrees(math.atan2(dy, dx)),
        "rotation_mode": "anchor",
    }
    off = 0.04
    if edge.value:
        ax.text(x - off * dy, y + off * dx, edge.value, va="bottom", **style)
    if edge.gradient:
        ax.text(
            *(x + off * dy, y - off * dx, edge.gradient),
            va="top",
            color=_GRADIENT,
            **style,
        )


def _edges(edges: Iterable[Sequence[Any]]) -> list[_Edge]:
    """The edges, checked, with their numbers as texts."""
    if isinstance(edges, (str, Mapping)) or not isinstance(edges, Iterable):
        raise TypeError(
            f"edges is {_checks.describe(edges)}; expected a list of tuples such as "
            f'("x", "z", 2.0, 0.5).'
        )
    drawn: dict[tuple[str, str | None], _Edge] = {}
    for i, edge in enumerate(edges):
        name = f"edges[{i}]"
        if isinstance(edge, str) or not isinstance(edge, Sequence):
            raise TypeError(
                f"{name} is {_checks.describe(edge)}; expected a tuple, (source, "
                f"target, value, gradient)."
            )
        if not 2 <= len(edge) <= 4:
            raise ValueError(
                f"{name} has {len(edge)} entries; expected 2 to 4: source, target, "
                f"value, gradient."
            )
        source, target, *numbers = edge
        if not isinstance(source, str) or not isinstance(target, (str, type(None))):
            raise TypeError(
                f"{name} leads from {_checks.describe(source)} to "
                f"{_checks.describe(target)}; expected names of nodes, or None as the "
                f"target for the result."
            )
        if (source, target) in drawn:
            raise ValueError(
                f"{name} leads from {source!r} to {target!r}, as another edge does; "
                f"expected one. Give the node that is used twice two names."
            )
        given = zip(("value", "gradient"), numbers, strict=False)
        drawn[source, target] = _Edge(
            source, target, *(_text(f"the {what} of {name}", x) for what, x in given)
        )
    if not drawn:
        raise ValueError("edges is empty; expected at least one tuple.")
    return list(drawn.values())


def _text(name: str, number: Any) -> str:
    """A number with three digits and a true minus sign; a text as it is."""
    if number is None or isinstance(number, str):
        return number or ""
    return f"{_checks.number(name, number):.3g}".replace("-", "−")


def _texts(nodes: Mapping[str, str] | None, names: Sequence[str]) -> dict[str, str]:
    """What is written into each node."""
    if nodes is not None and not isinstance(nodes, Mapping):
        raise TypeError(
            f"nodes is {_checks.describe(nodes)}; expected a dict of names and texts."
        )
    for name in nodes or {}:
        if name not in names:
            raise ValueError(
                f"nodes names {name!r}, which no edge leads to or from; expected some "
                f"of {', '.join(map(repr, names))}."
            )
    return {name: str((nodes or {}).get(name, name)) for name in names}


def _places(edges: Sequence[_Edge]) -> dict[str, Place]:
    """Where each node stands: one stage before the first node that uses it.

    Within a stage, nodes stand as high as what uses them, as far as there is room.
    """
    users: dict[str, list[str]] = {}
    for source, target, *_ in edges:
        users.setdefault(source, [])
        if target is not None:
            users.setdefault(target, [])
            users[source].append(target)
    stages: dict[str, int] = {}  # counted from the results
    try:
        for name in graphlib.TopologicalSorter(users).static_order():
            stages[name] = 1 + max((stages[user] for user in users[name]), default=-1)
    except graphlib.CycleError as error:
        raise ValueError(
            f"edges run in a circle: {' → '.join(error.args[1][::-1])}; expected none, "
            f"for each node stands to the left of those that use it."
        ) from None
    first = max(stages.values())
    heights: dict[str, float] = {}
    for stage in range(first + 1):
        here = [name for name in users if stages[name] == stage]
        wish = {
            name: sum(heights[user] for user in users[name]) / (len(users[name]) or 1)
            for name in here
        }
        top = sum(wish.values()) / len(here) + _ROW * (len(here) - 1) / 2
        for i, name in enumerate(sorted(here, key=wish.__getitem__, reverse=True)):
            heights[name] = top - _ROW * i
    return {name: (_STAGE * (first - stages[name]), heights[name]) for name in users}
