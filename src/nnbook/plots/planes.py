"""Figures of the plane: decisions of a classifier, paths of optimizers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.metrics import as_classes
from nnbook.plots import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = "os^DvPX*"


def decision_boundary(
    model: Any,
    X: ArrayLike,
    y: ArrayLike,
    *,
    labels: Sequence[Any] | None = None,
    resolution: int = 200,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Colour the plane by predicted class, and draw the samples on it.

    Parameters
    ----------
    model
        A network, any object with a `predict` method, or a function. It gets points
        of shape (m, 2) and gives their classes (m,), or a score for each class (m, k).
    X
        Samples, shape (n, 2).
    y
        Their classes, shape (n,).
    labels
        Names of the classes, for a legend.
    resolution
        Points of the grid in each direction.
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
        If the model cannot be called, or gives something other than classes.
    ValueError
        If a shape is wrong or a value is not finite.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> ax = nn.plots.decision_boundary(lambda X: (X[:, 1] < 0.3).astype(int), X, y)
    >>> len(ax.images), len(ax.collections)
    (1, 2)
    """
    points = _checks.as_floats("X", X, ndim=2)
    if points.shape[1] != 2:
        raise ValueError(
            f"X has shape {points.shape}; expected (n, 2), for the figure is a plane. "
            f"Choose two features: X[:, :2]."
        )
    classes = as_classes("y", y)
    _checks.same_length(X=points, y=classes)
    resolution = _checks.integer("resolution", resolution, low=2)

    low, high = points.min(axis=0), points.max(axis=0)
    least = 1e-6 * max(1.0, float(np.abs(points).max()))  # of a single point
    margin = 0.08 * max(float((high - low).max()), least)
    (left, bottom), (right, top) = low - margin, high + margin
    columns, rows = np.meshgrid(
        np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    )
    regions = _classes_of(model, np.column_stack([columns.ravel(), rows.ravel()]))
    k = int(max(classes.max(), regions.max())) + 1
    if k > 1000:
        raise ValueError(
            f"there is a class {k - 1}; expected at most 1,000 classes. Number them "
            f"with np.unique(y, return_inverse=True)."
        )
    names = axes.check_names("labels", labels, k)

    colors = _checks.require("matplotlib.colors")
    ax = axes.prepare(ax, size=(4.8, 4.2), title=title)
    palette = np.array([colors.to_rgba(f"C{j}", alpha=0.25) for j in range(k)])
    ax.imshow(
        palette[regions].reshape(resolution, resolution, 4),
        extent=(left, right, bottom, top),
        origin="lower",
        interpolation="none",
    )
    for j in range(k):
        of_class = points[classes == j]
        ax.scatter(
            of_class[:, 0],
            of_class[:, 1],
            s=14,
            color=f"C{j}",
            marker=_MARKERS[j % len(_MARKERS)],
            linewidths=0,
            label=names[j] if names else None,
        )
    ax.set_xlabel("$x_1$")
    ax.set_ylabel("$x_2$")
    if names:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def paths(
    function: Callable[[Array, Array], Array],
    paths: Mapping[str, ArrayLike],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    *,
    minimum: tuple[float, float] | None = None,
    levels: int = 12,
    title: str = "",
    colors: axes.Colors = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the ways of optimizers over the contours of a function of two variables.

    Between neighbouring contours lie equal areas, so that a narrow valley has as many
    of them as a steep wall. A dot marks where each path ends.

    Parameters
    ----------
    function
        `function(x, y)`, which must take arrays.
    paths
        A dict of labels and points, each of shape (t, 2), in the order walked.
    xlim, ylim
        The part of the plane that is drawn, each (low, high).
    minimum
        A point to mark with a star.
    levels
        Number of contours.
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
        If `function` cannot be called or `paths` is not a dict.
    ValueError
        If a path is not of shape (t, 2), a value is not finite, or the limits are not
        in order.

    Examples
    --------
    >>> way = [[1.0, 1.0], [0.5, 0.9], [0.2, 0.8]]
    >>> ax = nn.plots.paths(
    ...     lambda x, y: 10 * x**2 + y**2, {"descent": way}, (-1, 1), (-1, 1)
    ... )
    >>> ax.get_xlim()
    (np.float64(-1.0), np.float64(1.0))
    """
    if not callable(function):
        raise TypeError(
            f"function is {_checks.describe(function)}; expected function(x, y)."
        )
    if not isinstance(paths, Mapping) or not paths:
        raise TypeError(
            f"paths is {_checks.describe(paths)}; expected a dict of labels and paths."
        )
    ways = {str(label): _way(label, points) for label, points in paths.items()}
    (left, right), (bottom, top) = (
        axes.check_limits("xlim", xlim),
        axes.check_limits("ylim", ylim),
    )
    palette = axes.check_colors(colors, list(ways))
    levels = _checks.integer("levels", levels, low=1)
    star = None if minimum is None else axes.check_vector("minimum", minimum)
    if star is not None and star.shape != (2,):
        raise ValueError(f"minimum has shape {star.shape}; expected a point, (x, y).")
    x, y = np.meshgrid(np.linspace(left, right, 61), np.linspace(bottom, top, 61))
    z = _checks.as_floats("function(x, y)", function(x, y))
    if z.shape != x.shape:
        raise ValueError(
            f"function(x, y) has shape {z.shape} for x and y of shape {x.shape}; "
            f"expected the same. Write it with element-wise operations."
        )

    ax = axes.prepare(ax, title=title)
    at = np.unique(np.quantile(z, np.linspace(0, 1, levels + 2)[1:-1]))
    at = at[(at > z.min()) & (at < z.max())]
    if len(at):
        ax.contour(x, y, z, levels=at, colors="0.55", linewidths=0.6)
    for label, way in ways.items():
        ax.plot(way[:, 0], way[:, 1], label=label, color=palette[label], linewidth=1.3)
        ax.plot(*way[-1], "o", color=palette[label], markersize=5)
    if star is not None:
        ink = _checks.require("matplotlib").rcParams["text.color"]
        ax.plot(*star, "*", color=ink, markersize=10)
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="$x$", ylabel="$y$")
    ax.legend()
    return ax


def _way(label: str, points: ArrayLike) -> Array:
    name = f"paths[{label!r}]"
    way = _checks.as_floats(name, points, ndim=2)
    if way.shape[1] != 2 or len(way) == 0:
        raise ValueError(f"{name} has shape {way.shape}; expected (t, 2).")
    return axes.thin(way, 300)


def _classes_of(model: Any, points: Array) -> Array:
    predict = getattr(model, "predict", model)
    if not callable(predict):
        raise TypeError(
            f"model is {_checks.describe(model)}; expected a network or a function "
            f"from points (m, 2) to classes (m,)."
        )
    given = predict(points)
    try:
        classes = np.asarray(given)
    except ValueError:
        raise ValueError(
            "model(points) has rows of different lengths; expected one class a point."
        ) from None
    if classes.ndim == 2 and classes.shape[1] > 1:
        classes = _checks.as_floats("model(points)", classes).argmax(axis=1)
    if classes.shape != (len(points),) or classes.dtype.kind not in "iub":
        raise TypeError(
            f"model gives {_checks.describe(classes)} for points of shape "
            f"{points.shape}; expected integer classes of shape ({len(points)},). "
            f"Of one score for each point, make classes: (score > 0).astype(int)."
        )
    return as_classes("model(points)", classes)
