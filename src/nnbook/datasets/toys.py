"""Toy sets in the plane, so that a network's decisions can be drawn."""

from __future__ import annotations

import numpy as np

from nnbook import _checks
from nnbook._types import Array


def spiral(
    n_per_class: int = 100, n_classes: int = 3, noise: float = 0.2, seed: int = 0
) -> tuple[Array, Array]:
    r"""Arms of a spiral, which no straight line can tell apart.

    Arm $j$ has radii $r$ from 0 to 1 and angles $\theta$ from $4j$ to $4(j+1)$, evenly
    spaced, with noise on the angle:

    $$x = (r \sin\theta',\; r \cos\theta'), \qquad
    \theta' = \theta + \text{noise} \cdot \mathcal N(0, 1)$$

    Parameters
    ----------
    n_per_class
        Points an arm.
    n_classes
        Number of arms. Above 3 they come to lie upon each other: the angle of 4
        radians between neighbours was made for 3.
    noise
        Standard deviation of the angle, in radians.
    seed
        Of the noise.

    Returns
    -------
    X, y : tuple of ndarray
        Points (n, 2), float64, and arms (n,), intp, with n = n_per_class · n_classes.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If an argument is out of range.

    References
    ----------
    Karpathy, CS231n notes, "Minimal neural network case study".

    Examples
    --------
    >>> X, y = nn.datasets.spiral()
    >>> X.shape, np.bincount(y)
    ((300, 2), array([100, 100, 100]))
    """
    n, k, noise, rng = _toy_arguments(n_per_class, n_classes, noise, seed)
    radius = np.linspace(0, 1, n)
    arms = []
    for j in range(k):
        angle = np.linspace(4 * j, 4 * (j + 1), n) + noise * rng.standard_normal(n)
        arms.append(np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]))
    return np.concatenate(arms), np.repeat(np.arange(k), n)


def xor(
    n_per_corner: int = 1, noise: float = 0.0, seed: int = 0
) -> tuple[Array, Array]:
    r"""Exclusive or: class 1 where exactly one of the two coordinates is 1.

    Parameters
    ----------
    n_per_corner
        Points at each corner of the unit square. The default gives the four points
        of the truth table.
    noise
        Standard deviation of normal noise on both coordinates.
    seed
        Of the noise.

    Returns
    -------
    X, y : tuple of ndarray
        Points (n, 2), float64, and classes (n,), intp, with n = 4 · n_per_corner,
        corner after corner: (0, 0), (0, 1), (1, 0), (1, 1).

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If an argument is out of range.

    References
    ----------
    Minsky and Papert, *Perceptrons*, 1969.

    Examples
    --------
    >>> X, y = nn.datasets.xor()
    >>> y
    array([0, 1, 1, 0])
    """
    n = _checks.integer("n_per_corner", n_per_corner, low=1)
    noise = _checks.number("noise", noise, low=0, high=1e9)
    rng = np.random.default_rng(_checks.integer("seed", seed, low=0))
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    X = np.repeat(corners, n, axis=0)
    return X + noise * rng.standard_normal(X.shape), np.repeat([0, 1, 1, 0], n)


def moons(
    n_per_class: int = 100, noise: float = 0.1, seed: int = 0
) -> tuple[Array, Array]:
    r"""Two half circles, each reaching into the other.

    With $t$ evenly spaced in $[0, \pi]$, class 0 is $(\cos t, \sin t)$ and class 1 is
    $(1 - \cos t, \tfrac12 - \sin t)$.

    Parameters
    ----------
    n_per_class
        Points a half circle.
    noise
        Standard deviation of normal noise on both coordinates.
    seed
        Of the noise.

    Returns
    -------
    X, y : tuple of ndarray
        Points (n, 2), float64, and classes (n,), intp, with n = 2 · n_per_class.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> X, y = nn.datasets.moons(n_per_class=3, noise=0.0)
    >>> X.round(1) + 0.0
    array([[ 1. ,  0. ],
           [ 0. ,  1. ],
           [-1. ,  0. ],
           [ 0. ,  0.5],
           [ 1. , -0.5],
           [ 2. ,  0.5]])
    """
    n, _, noise, rng = _toy_arguments(n_per_class, 2, noise, seed)
    t = np.linspace(0, np.pi, n)
    upper = np.column_stack([np.cos(t), np.sin(t)])
    lower = np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)])
    X = np.concatenate([upper, lower])
    return X + noise * rng.standard_normal(X.shape), np.repeat([0, 1], n)


def blobs(
    n_per_class: int = 100, n_classes: int = 3, noise: float = 0.3, seed: int = 0
) -> tuple[Array, Array]:
    r"""Round clouds of points, their centres evenly spaced on the unit circle.

    Parameters
    ----------
    n_per_class
        Points a cloud.
    n_classes
        Number of clouds; the first has its centre at (1, 0).
    noise
        Standard deviation of a cloud.
    seed
        Of the noise.

    Returns
    -------
    X, y : tuple of ndarray
        Points (n, 2), float64, and classes (n,), intp, with
        n = n_per_class · n_classes.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> X, y = nn.datasets.blobs(n_per_class=1, n_classes=2, noise=0.0)
    >>> X.round(1) + 0.0
    array([[ 1.,  0.],
           [-1.,  0.]])
    """
    n, k, noise, rng = _toy_arguments(n_per_class, n_classes, noise, seed)
    angle = np.repeat(2 * np.pi * np.arange(k) / k, n)
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * rng.standard_normal(X.shape), np.repeat(np.arange(k), n)


def _toy_arguments(
    n_per_class: int, n_classes: int, noise: float, seed: int
) -> tuple[int, int, float, np.random.Generator]:
    return (
        _checks.integer("n_per_class", n_per_class, low=1),
        _checks.integer("n_classes", n_classes, low=2),
        _checks.number("noise", noise, low=0, high=1e9),
        np.random.default_rng(_checks.integer("seed", seed, low=0)),
    )
