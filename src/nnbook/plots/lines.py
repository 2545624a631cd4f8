"""Figures made of lines: curves, the history of a training, layers by depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.plots import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def curves(
    x: ArrayLike,
    y: axes.Series,
    xlabel: str = "",
    ylabel: str = "",
    *,
    xlog: bool = False,
    ylog: bool = False,
    title: str = "",
    colors: axes.Colors = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw lines over a common x, each with its label.

    The labels stand at the right ends of the lines where these are far enough apart,
    else in a legend.

    Parameters
    ----------
    x
        Numbers or dates (datetime64), shape (n,).
    y
        A dict of labels and values, each of shape (n,).
    xlabel, ylabel
        Names of the two quantities, with their units.
    xlog, ylog
        Whether the axis is logarithmic.
    title
        Above the axes.
    colors
        A dict of labels and colours, for a label that has the same colour in several
        figures. The other lines take the colours of the cycle in turn.
    ax
        Axes to draw on; by default those of a new figure.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    TypeError
        If `y` is not a dict or an argument does not hold real numbers.
    ValueError
        If lengths differ, a value is not finite, or not positive on a logarithmic
        axis.

    Examples
    --------
    >>> z = np.linspace(-4, 4, 81)
    >>> ax = nn.plots.curves(z, {"tanh": np.tanh(z), "sin": np.sin(z)}, xlabel="z")
    >>> len(ax.lines)
    2
    """
    across = None if xlog else axes.check_dates("x", x)
    if across is None:
        across = axes.check_vector("x", x, log=xlog)
    series = axes.check_series("y", y, log=ylog)
    for label, values in series.items():
        if len(values) != len(across):
            raise ValueError(
                f"y[{label!r}] has {len(values)} values and x has {len(across)}; "
                f"expected one value for each x."
            )
    palette = axes.check_colors(colors, list(series))
    own_figure = ax is None
    ax = axes.prepare(ax, title=title)
    for label, values in series.items():
        marker = "o" if len(values) == 1 else None
        ax.plot(across, values, label=label, color=palette[label], marker=marker)
    _finish(ax, xlabel, ylabel, xlog, ylog, direct=own_figure)
    return ax


def history(history: Any, *, title: str = "") -> Array:
    """Draw the loss of a training, and its accuracy if it has one, by epoch.

    Parameters
    ----------
    history
        What `nn.fit` returns.
    title
        Above the figure.

    Returns
    -------
    ndarray
        The axes, one or two of them: loss, accuracy.

    Raises
    ------
    TypeError
        If `history` has no `loss`.
    ValueError
        If it has no epoch yet, or a value is not finite.
    """
    if not hasattr(history, "loss"):
        raise TypeError(
            f"history is {_checks.describe(history)}; expected what nn.fit returns."
        )
    panels = {}
    for name in ("loss", "accuracy"):
        panels[name] = {
            label: axes.check_vector(f"history.{attribute}", values)
            for label, attribute in (("training", name), ("validation", f"val_{name}"))
            if (values := getattr(history, attribute, None)) is not None and len(values)
        }
    if not panels["loss"]:
        raise ValueError("history.loss is empty; expected at least one epoch.")
    panels = {name: series for name, series in panels.items() if series}

    plt = _checks.require("matplotlib.pyplot")
    figure, grid = plt.subplots(
        1,
        len(panels),
        figsize=(axes.WIDTH, 2.8),
        layout="constrained",
        squeeze=False,
    )
    for ax, (name, series) in zip(grid[0], panels.items(), strict=True):
        for label, values in series.items():
            marker = "o" if len(values) == 1 else None
            ax.plot(np.arange(1, len(values) + 1), values, label=label, marker=marker)
        _finish(ax, "epoch", name, xlog=False, ylog=False)
        ax.locator_params(axis="x", integer=True)
    if title:
        figure.suptitle(title)
    row: Array = grid[0]
    return row


def signal_by_depth(
    signal: axes.Series,
    *,
    ylabel: str = "activations (rms)",
    ylog: bool = False,
    title: str = "",
    colors: axes.Colors = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how large the activations are, layer by layer.

    Parameters
    ----------
    signal
        A dict of labels and sizes: one number for each layer, the first layer first.
        The networks may differ in depth.
    ylabel
        Name of the size.
    ylog
        Whether the sizes are drawn on a logarithmic axis.
    title
        Above the plot.
    colors
        One for each label; by default those of the colour cycle.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    TypeError
        If `signal` is not a dict of numbers.
    ValueError
        If a size is not finite, or not positive on a logarithmic axis.

    Examples
    --------
    >>> ax = nn.plots.signal_by_depth({"too small": [0.5, 0.25], "right": [1.0, 1.0]})
    >>> ax.get_xlabel()
    'layer'
    """
    series = axes.check_series("signal", signal, log=ylog)
    return _by_depth(series, ylabel, ylog, title, colors, ax)


def gradient_by_depth(
    gradient: axes.Series,
    *,
    ylabel: str = "gradient (rms)",
    ylog: bool = True,
    title: str = "",
    colors: axes.Colors = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how large the gradients are, layer by layer, on a logarithmic axis.

    Parameters
    ----------
    gradient
        A dict of labels and sizes: one number for each layer, the first layer first.
        The networks may differ in depth.
    ylabel
        Name of the size.
    ylog
        Whether the sizes are drawn on a logarithmic axis.
    title
        Above the plot.
    colors
        One for each label; by default those of the colour cycle.
    ax
        Axes to draw on; by default new ones.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    TypeError
        If `gradient` is not a dict of numbers.
    ValueError
        If a size is not finite, or not positive on a logarithmic axis.

    Examples
    --------
    >>> ax = nn.plots.gradient_by_depth({"sigmoid": [1e-6, 1e-4, 1e-2]})
    >>> ax.get_yscale()
    'log'
    """
    series = axes.check_series("gradient", gradient, log=ylog)
    return _by_depth(series, ylabel, ylog, title, colors, ax)


def _by_depth(
    series: dict[str, Array],
    ylabel: str,
    ylog: bool,
    title: str,
    colors: axes.Colors,
    ax: Axes | None,
) -> Axes:
    palette = axes.check_colors(colors, list(series))
    own_figure = ax is None
    ax = axes.prepare(ax, title=title)
    for label, values in series.items():
        layers = np.arange(1, len(values) + 1)
        marker = "o" if len(values) <= 20 else None
        ax.plot(layers, values, label=label, color=palette[label], marker=marker)
    _finish(ax, "layer", ylabel, xlog=False, ylog=ylog, direct=own_figure)
    ax.locator_params(axis="x", integer=True)
    return ax


def _finish(
    ax: Axes, xlabel: str, ylabel: str, xlog: bool, ylog: bool, direct: bool = False
) -> None:
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    if xlog:
        ax.set_xscale("log")
    if ylog:
        ax.set_yscale("log")
    if not (direct and _label_ends(ax)) and ax.lines:
        ax.legend()


def _label_ends(ax: Axes) -> bool:
    """Write each label at the right end of its line, if there is room for all."""
    figure = ax.get_figure()
    assert figure is not None
    lines = [np.asarray(line.get_xydata()) for line in ax.lines]
    labels = [str(line.get_label()) for line in ax.lines]
    ends = np.array([points[-1] for points in lines])
    ax.get_ylim()  # scales the axes to the data
    heights = np.sort(ax.transData.transform(ends)[:, 1]) * 72 / figure.dpi
    room = np.diff(heights).min(initial=np.inf) >= 12  # points: a line of text
    right = max(points[:, 0].max() for points in lines)
    if not room or (ends[:, 0] < right).any() or max(map(len, labels)) > 20:
        return False
    for label, end in zip(labels, ends, strict=True):
        ax.annotate(label, end, xytext=(6, 0), textcoords="offset points", va="center")
    return True
