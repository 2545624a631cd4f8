r"""Augmentation: new images out of old ones, for the `augment` of `fit`.

A map of the plane says where each pixel of the new image lies in the old one. Between
four pixels the grey value is interpolated, so every new pixel is a weighted sum of at
most four old ones, and the whole map is one matrix:

$$X_{\text{new}} = X M$$

- X: images, a row of pixels for each, shape (n, h · h)
- M: the map, shape (h · h, h · h), four weights or fewer in each column
"""

# To be read beside:
# docs/practice/mnist.md

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook import _checks, _parts
from nnbook._types import Array, Rng

__all__ = ["RandomWarp", "bilinear"]


class RandomWarp:
    r"""Square images moved, turned, scaled, sheared and bent a little, at random.

    Each group of images gets one random map: its matrix costs more to make than to
    apply to one image, and is applied to the whole group at once.

    Parameters
    ----------
    shift
        Largest shift along each axis, in pixels.
    rotation
        Largest angle, in radians.
    scale
        Largest relative change of each axis' length.
    shear
        Largest sideways shift for each pixel of height.
    elastic
        Standard deviation of a smooth random displacement, in pixels.
    blur
        How smooth: the standard deviation, in pixels, of the Gaussian that blurs it.
    group
        Images that share a map.

    Raises
    ------
    TypeError, ValueError
        If an argument is negative or not a number.

    References
    ----------
    Simard, Steinkraus and Platt, 2003, "Best practices for convolutional neural
    networks applied to visual document analysis".

    Examples
    --------
    >>> data = nn.datasets.digits()
    >>> warp = nn.RandomWarp(shift=0.5, elastic=0.2, blur=2)
    >>> warp(data.X_train[:100], np.random.default_rng(0)).shape
    (100, 64)
    """

    def __init__(
        self,
        shift: float = 1.5,
        rotation: float = 0.2,
        scale: float = 0.12,
        shear: float = 0.15,
        elastic: float = 0.8,
        blur: float = 5.0,
        group: int = 64,
    ) -> None:
        self.shift = _checks.number("shift", shift, low=0)
        self.rotation = _checks.number("rotation", rotation, low=0)
        self.scale = _checks.number("scale", scale, low=0, high=1, open_high=True)
        self.shear = _checks.number("shear", shear, low=0)
        self.elastic = _checks.number("elastic", elastic, low=0)
        self.blur = _checks.number("blur", blur, low=0, open_low=True)
        self.group = _checks.integer("group", group, low=1)

    def __call__(self, X: ArrayLike, rng: Rng) -> Array:
        """The images, changed at random.

        Parameters
        ----------
        X
            Images, shape (n, h · h).
        rng
            Draws the maps.

        Returns
        -------
        array
            New images of the same shape.

        Raises
        ------
        TypeError, ValueError
            If `X` does not hold finite numbers, or its rows are no square images.
        """
        X = _checks.as_floats("X", X, ndim=2)
        side = math.isqrt(X.shape[1])
        if side * side != X.shape[1]:
            raise ValueError(
                f"X has rows of {X.shape[1]} pixels; expected those of a square image, "
                f"such as {side * side}."
            )
        changed = np.empty_like(X)
        for start in range(0, len(X), self.group):
            part = slice(start, start + self.group)
            M = bilinear(*self.places(side, rng), X.dtype)
            np.matmul(X[part], M, out=changed[part])
        return changed

    def __repr__(self) -> str:
        return _parts.shown(self)

    def places(self, side: int, rng: Rng) -> tuple[Array, Array]:
        """Where each pixel of the new image lies in the old one.

        Parameters
        ----------
        side
            Pixels along an edge, h.
        rng
            Draws the map.

        Returns
        -------
        tuple
            Rows and columns, two arrays of shape (h, h), not whole numbers.
        """
        centre = (side - 1) / 2
        y, x = np.mgrid[:side, :side] - centre
        angle = rng.uniform(-self.rotation, self.rotation)
        shear = rng.uniform(-self.shear, self.shear)
        height, width = 1 + rng.uniform(-self.scale, self.scale, size=2)
        down, right = rng.uniform(-self.shift, self.shift, size=2)
        rows = (np.cos(angle) * y + np.sin(angle) * x) * height
        columns = (np.cos(angle) * x - np.sin(angle) * y) * width + shear * y
        if self.elastic:
            # Rows of length 1 make each displacement's standard deviation 1.
            distance = np.arange(side)[:, None] - np.arange(side)
            G = np.exp(-((distance / self.blur) ** 2) / 2)
            G /= np.linalg.norm(G, axis=1, keepdims=True)
            bend = self.elastic * (G @ rng.normal(size=(2, side, side)) @ G.T)
            rows, columns = rows + bend[0], columns + bend[1]
        return rows + centre + down, columns + centre + right


def bilinear(
    rows: ArrayLike, columns: ArrayLike, dtype: DTypeLike = np.float64
) -> Array:
    r"""The matrix of a map: grey values between the pixels, by bilinear interpolation.

    Parameters
    ----------
    rows, columns
        Where each pixel of the new image lies in the old one, shape (h, h). Outside
        the old image there is no ink.
    dtype
        Of the matrix.

    Returns
    -------
    array
        M of shape (h · h, h · h): `X @ M` are the new images.

    Examples
    --------
    A tenth of a pixel to the right of the first of two by two pixels:

    >>> M = nn.augmentation.bilinear([[0.0, 0.0], [1.0, 1.0]], [[0.1, 1.0], [0.0, 1.0]])
    >>> M[:, 0]
    array([0.9, 0.1, 0. , 0. ])
    """
    y, x = np.asarray(rows, float), np.asarray(columns, float)
    side = len(y)
    M = np.zeros((side * side, side * side), dtype)
    new = np.arange(side * side)
    top, left = np.floor(y), np.floor(x)
    for r in (top, top + 1):
        for c in (left, left + 1):
            weight = (1 - abs(y - r)) * (1 - abs(x - c))
            inside = (r >= 0) & (r < side) & (c >= 0) & (c < side)
            old = (r * side + c).astype(np.intp)
            M[old[inside], new[inside.ravel()]] = weight[inside]
    return M
