"""Figures of the thing itself: the units and weights of a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.network import Network
from nnbook.plots import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POSITIVE, _NEGATIVE = "C3", "C0"
_LEVELS = 6  # of width: one path for each is lighter than one for each weight
_RADIUS = 0.33  # of a dot, where neighbours lie 1 apart


class _Column(NamedTuple):
    """Units that stand above one another."""

    text: str
    W: Array | None  # of the lines that lead to them
    A: Array | None  # their activations
    n: int  # how many there are
    units: Array  # which of them are drawn
    y: Array  # where


def network(
    network: Network,
    X: ArrayLike | None = None,
    *,
    labels: Sequence[Any] | None = None,
    max_units: int = 12,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the units of a network as dots and its weights as lines.

    A red line is a positive weight, a dashed blue one a negative weight. The wider the
    line, the larger the weight, compared with the largest that is drawn between the
    same two columns. With a sample, the dots are filled in the same way: the fuller,
    the larger the activation, compared with the largest of its column.

    Parameters
    ----------
    network
        Its weights must belong to dense layers, one behind the other. What stands
        between them, such as Dropout, has no dots of its own.
    X
        A sample, shape (n_in,) or (1, n_in).
    labels
        Names of the outputs.
    max_units
        Of more units, only so many are drawn, the first and the last ones. Three small
        dots stand for the rest.
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
        If there are weights outside of dense layers, `X` is not one sample, or there
        are not as many labels as outputs.

    Examples
    --------
    >>> ax = nn.plots.network(nn.mlp([2, 3, 1]), [0.5, -1.0])
    >>> [text.get_text() for text in ax.texts]
    ['2 inputs', '3 relu', '1 output']
    """
    if not isinstance(network, Network):
        raise TypeError(
            f"network is {_checks.describe(network)}; expected a network such as "
            f"nn.mlp([2, 8, 3])."
        )
    columns = _columns(network, X, _checks.integer("max_units", max_units, low=2))
    last = columns[-1]
    names = axes.check_names("labels", labels, last.n) or []

    height = 1 + max(float(np.ptp(column.y)) for column in columns)
    inches = min(0.42, 3.3 / height)  # from dot to dot
    stride = 5.4 / inches / (len(columns) - 1)
    size = (axes.WIDTH, inches * height + 0.4)
    ax = axes.prepare(ax, size=size, title=title)
    for i, column in enumerate(columns):
        x = i * stride
        if i:
            _draw_weights(ax, columns[i - 1], column, x - stride, x)
        _draw_units(ax, column, x)
        ax.text(x, -height / 2 - 0.2, column.text, ha="center", va="top", fontsize=12)
    for unit, y in zip(last.units[: len(names)], last.y, strict=False):
        ax.text(x + 0.7, y, names[unit], va="center", fontsize=12)
    ax.set(xlim=(-0.7, x + 0.7), ylim=(-height / 2 - 0.2, height / 2), aspect="equal")
    ax.set_axis_off()
    return ax


def _columns(network: Network, X: ArrayLike | None, most: int) -> list[_Column]:
    """The inputs, and the units of each dense layer."""
    layers: Sequence[Any] = network.layers
    dense = [
        i
        for i, layer in enumerate(layers)
        if np.shape(getattr(layer, "W", ())) == (layer.n_in, layer.n_out)
    ]
    weights = [layers[i].W for i in dense]
    if not dense or sum(W.size for W in weights) < network.n_weights:
        raise ValueError(
            f"network has {network.n_weights} weights, and not all of them belong to "
            f"dense layers one behind the other; expected no others. Draw a network "
            f"of its dense layers alone."
        )
    answers = _answers(network, X)
    n = len(weights[0])
    columns = [_column(_count(n, "input"), None, answers[dense[0]], n, most)]
    ends = [*dense[1:], len(layers)]
    for i, end, W in zip(dense, ends, weights, strict=True):
        n = W.shape[1]
        kind = getattr(getattr(layers[i], "activation", None), "name", "hidden")
        text = f"{n} {kind}" if i < dense[-1] else _count(n, "output")
        columns.append(_column(text, W, answers[end], n, most))
    return columns


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}{'s' * (n > 1)}"


def _answers(network: Network, X: ArrayLike | None) -> Sequence[Array | None]:
    """The sample, and what each layer makes of it."""
    if X is None:
        return [None] * (len(network.layers) + 1)
    sample = _checks.as_floats("X", X)
    sample = sample[None] if sample.ndim == 1 else sample
    if sample.ndim != 2 or len(sample) != 1:
        raise ValueError(
            f"X has shape {sample.shape}; expected one sample. Choose one: X[0]."
        )
    return [answer[0] for answer in (sample, *network.activations(sample))]


def _column(text: str, W: Array | None, A: Array | None, n: int, most: int) -> _Column:
    if n <= most:
        units = np.arange(n)
        y = (n - 1) / 2 - units
    else:
        above = (most + 1) // 2
        units = np.r_[:above, n - most + above : n]
        # One place in the middle is left for the rest.
        y = most / 2 - np.r_[:above, above + 1 : most + 1]
    return _Column(text, W, A, n, units, y)


def _draw_units(ax: Axes, column: _Column, x: float) -> None:
    collections = _checks.require("matplotlib.collections")
    ink = _checks.require("matplotlib").rcParams["text.color"]
    fills: list[Any] = ["none"] * len(column.y)
    if column.A is not None:
        largest = float(np.abs(column.A).max()) or 1.0
        # Matplotlib 3.8 knows no "C0" with an opacity beside it.
        rgba = _checks.require("matplotlib.colors").to_rgba
        values = [float(a) for a in column.A[column.units]]
        fills = [rgba(_color(a), abs(a) / largest) for a in values]
    dots = collections.EllipseCollection(
        *([2 * _RADIUS], [2 * _RADIUS], [0]),
        units="xy",
        offsets=np.column_stack([np.full(len(column.y), x), column.y]),
        offset_transform=ax.transData,
        facecolors=fills,
        edgecolors=ink,
        linewidths=1,
    )
    ax.add_collection(dots)
    if len(column.y) < column.n:
        ax.plot([x] * 3, [-0.3, 0, 0.3], ".", color=ink, markersize=3)


def _draw_weights(
    ax: Axes, before: _Column, column: _Column, left: float, right: float
) -> None:
    """Lines from dot to dot; those of the same sign and width are one path."""
    W = np.zeros((0, 0)) if column.W is None else column.W
    W = W[np.ix_(before.units, column.units)]
    start, end = np.broadcast_arrays(before.y[:, None], column.y)
    length = np.hypot(right - left, end - start)
    dx, dy = _RADIUS * (right - left) / length, _RADIUS * (end - start) / length
    gap = np.full_like(length, np.nan)  # after each line the pen is lifted
    x = np.stack([left + dx, right - dx, gap], axis=-1)
    y = np.stack([start + dy, end - dy, gap], axis=-1)

    share = np.abs(W) / (np.abs(W).max() or 1.0)
    widths = np.ceil(_LEVELS * share)
    for width in range(1, _LEVELS + 1):
        for sign, style in ((-1, (0, (4, 1.5))), (1, "-")):
            chosen = (widths == width) & (np.sign(W) == sign)
            if chosen.any():
                ax.plot(
                    *(x[chosen].ravel(), y[chosen].ravel()),
                    color=_color(sign),
                    alpha=0.15 + 0.85 * (width / _LEVELS) ** 2,
                    linewidth=2.4 * width / _LEVELS,
                    linestyle=style,
                    solid_capstyle="butt",
                )


def _color(number: float) -> str:
    return _NEGATIVE if number < 0 else _POSITIVE
