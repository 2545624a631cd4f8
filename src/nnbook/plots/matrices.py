"""Figures made of cells: images, matrices, confusion matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.plots import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage


def images(
    X: ArrayLike,
    labels: Sequence[Any] | None = None,
    *,
    columns: int | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw images side by side, in rows.

    Values from 0 up are drawn from black to white. If some are negative, as weights
    are, blue is negative, grey is zero and red is positive.

    Parameters
    ----------
    X
        Shape (n, height, width), or (n, pixels) for square images.
    labels
        A text below each image, n of them.
    columns
        Images per row; by default at most 10.
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
        If `X` has another shape, a value is not finite, or there are not as many
        labels as images.

    Examples
    --------
    >>> X, y, _, _ = nn.datasets.digits()
    >>> ax = nn.plots.images(X[:20], labels=y[:20])
    >>> len(ax.texts)
    20
    """
    pixels = _as_images(X)
    n, height, width = pixels.shape
    names = axes.check_names("labels", labels, n)
    across = 10 if columns is None else _checks.integer("columns", columns, low=1)
    across = min(n, across)
    down = math.ceil(n / across)

    gap = max(1, width // 12)
    below = math.ceil(0.45 * height) if names else gap
    mosaic = np.full((down * (height + below), across * (width + gap)), np.nan)
    corners = [
        (i // across * (height + below), i % across * (width + gap)) for i in range(n)
    ]
    for image, (top, left) in zip(pixels, corners, strict=True):
        mosaic[top : top + height, left : left + width] = image

    rows, cols = mosaic.shape
    inches = min(axes.WIDTH, 0.9 * across)
    ax = axes.prepare(ax, size=(inches, inches * rows / cols), title=title)
    _imshow(ax, mosaic, gray=True)
    ax.set_axis_off()
    for name, (top, left) in zip(names or [], corners, strict=False):
        x, y = left + width / 2 - 0.5, top + height + 0.4 * below - 0.5
        ax.text(x, y, name, ha="center", va="center", fontsize=11)
    return ax


def heatmap(
    matrix: ArrayLike,
    *,
    rows: Sequence[Any] | None = None,
    columns: Sequence[Any] | None = None,
    xlabel: str = "",
    ylabel: str = "",
    numbers: bool | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Colour the cells of a matrix by their values, and write these in if it is small.

    Parameters
    ----------
    matrix
        Shape (r, c).
    rows, columns
        Names of the rows and of the columns; by default their numbers.
    xlabel, ylabel
        What the columns and the rows are.
    numbers
        Whether to write the values into the cells; by default if there are at most 12
        rows and 12 columns. Otherwise there is a colour bar.
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
        If `matrix` does not hold real numbers.
    ValueError
        If it has another shape, or there are not as many names as rows or columns.

    Examples
    --------
    >>> ax = nn.plots.heatmap([[1.0, -0.5], [0.25, 0.0]])
    >>> [text.get_text() for text in ax.texts]
    ['1', '-0.5', '0.25', '0']
    """
    values = _as_matrix(matrix)
    row_names = axes.check_names("rows", rows, values.shape[0])
    column_names = axes.check_names("columns", columns, values.shape[1])
    ax = axes.prepare(ax, size=_size(values), title=title)
    image = _imshow(ax, values)
    if _few(values) if numbers is None else numbers:
        _write_numbers(ax, values, image.to_rgba(values))
    else:
        figure = ax.get_figure()
        assert figure is not None
        figure.colorbar(image, ax=ax)
    _name_cells(ax, row_names, column_names, xlabel, ylabel, values)
    return ax


def confusion(
    matrix: ArrayLike,
    *,
    labels: Sequence[Any] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a confusion matrix so that the errors stand out.

    The errors are red, the stronger the more of them; the right answers, on the
    diagonal, are many, and all of the same grey. Where a count is 0, a cell is empty.

    Parameters
    ----------
    matrix
        Counts, shape (k, k), as `nn.confusion_matrix` gives them: true classes in
        rows, predicted classes in columns.
    labels
        Names of the k classes; by default their numbers.
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
        If `matrix` does not hold real numbers.
    ValueError
        If it is not square, holds a negative number, or there are not k labels.

    Examples
    --------
    >>> C = nn.confusion_matrix(predictions=[0, 1, 1, 1], targets=[0, 0, 1, 1])
    >>> ax = nn.plots.confusion(C)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('predicted', 'true')
    """
    counts = _as_matrix(matrix)
    k = len(counts)
    if counts.shape != (k, k):
        raise ValueError(
            f"matrix has shape {counts.shape}; expected (k, k). "
            f"nn.confusion_matrix(predictions, targets) makes one."
        )
    if counts.min() < 0:
        raise ValueError(f"matrix holds {counts.min():g}; expected counts, 0 or more.")
    names = axes.check_names("labels", labels, k)
    ax = axes.prepare(ax, size=_size(counts), title=title)
    right = np.eye(k, dtype=bool)
    errors = np.where(right, 0.0, counts)
    opacity = np.where(right, 0.2, 0.7 * errors / max(float(errors.max()), 1.0))
    red = _checks.require("matplotlib.colors").to_rgb("C3")
    colors = np.where(right[..., None], (0.5, 0.5, 0.5), red)
    ax.imshow(np.dstack([colors, opacity]), interpolation="none")
    if _few(counts):
        _write_numbers(ax, np.where(counts > 0, counts, np.nan))
    _name_cells(ax, names, names, "predicted", "true", counts)
    return ax


def _as_images(X: ArrayLike) -> Array:
    pixels = _checks.as_floats("X", X)
    if pixels.ndim == 2:
        side = math.isqrt(pixels.shape[1])
        if side * side == pixels.shape[1]:
            pixels = pixels.reshape(-1, side, side)
    if pixels.ndim != 3 or 0 in pixels.shape:
        hint = "One image is X[None]." if pixels.ndim == 1 else "Reshape X first."
        raise ValueError(
            f"X has shape {pixels.shape}; expected (n, height, width), or (n, pixels) "
            f"for square images. {hint}"
        )
    return pixels


def _as_matrix(matrix: ArrayLike) -> Array:
    values = _checks.as_floats("matrix", matrix, ndim=2)
    if values.size == 0:
        raise ValueError(f"matrix has shape {values.shape}; expected at least a cell.")
    return values


def _few(values: Array) -> bool:
    rows, columns = values.shape
    return bool(rows <= 12 and columns <= 12)


def _size(values: Array) -> tuple[float, float]:
    cell = 0.45 if _few(values) else 4.5 / max(values.shape)
    rows, columns = values.shape
    return min(axes.WIDTH, max(2.6, cell * columns + 1)), max(1.4, cell * rows + 0.8)


def _imshow(ax: Axes, values: Array, gray: bool = False) -> AxesImage:
    """Cells with a colour scale that fits; missing ones stay transparent."""
    largest = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    signed = float(np.nanmin(values, initial=0.0)) < 0
    return ax.imshow(
        np.ma.masked_invalid(values),
        cmap="coolwarm" if signed else "gray" if gray else "viridis",
        vmin=-largest if signed else 0,
        vmax=largest,
        interpolation="none",
    )


def _write_numbers(ax: Axes, values: Array, colors: Array | None = None) -> None:
    """Each value in its cell: in ink, or black or white on the colours given."""
    for i, j in np.argwhere(np.isfinite(values)):
        value = values[i, j]
        text = ax.text(j, i, _short(value), ha="center", va="center", fontsize=10)
        if colors is not None:
            light = colors[i, j, :3] @ (0.299, 0.587, 0.114) > 0.5
            text.set_color("black" if light else "white")


def _short(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.2g}"


def _name_cells(
    ax: Axes,
    rows: list[str] | None,
    columns: list[str] | None,
    xlabel: str,
    ylabel: str,
    values: Array,
) -> None:
    if _few(values) or rows:
        ax.set_yticks(range(values.shape[0]), rows)
    if _few(values) or columns:
        ax.set_xticks(range(values.shape[1]), columns)
        if columns and max(map(len, columns)) > 4:
            ax.tick_params(axis="x", rotation=45)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
