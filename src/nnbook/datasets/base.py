"""What data sets share: where they lie, and how samples part."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array

# Where the data that come with the package lie.
FOLDER = Path(__file__).parents[1] / "data"


class Split(NamedTuple):
    """Samples to train on, and others, never trained on, to test with."""

    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array


def split(X: ArrayLike, y: ArrayLike, *, test: float = 0.2, seed: int = 0) -> Split:
    """Part samples at random into those to train on and those to test with.

    Parameters
    ----------
    X
        Samples, shape (n, ...).
    y
        Their targets, shape (n, ...): row i belongs to row i of `X`.
    test
        The fraction of samples to test with, above 0 and below 1.
    seed
        Of the permutation, which `np.random.default_rng(seed)` makes.

    Returns
    -------
    Split
        Copies of the rows, in a random order; of each sample in one part only. The
        dtypes stay. Of a memory map, too, these are copies in memory.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If `X` and `y` differ in length, or a part would be empty.

    Examples
    --------
    Many data are sorted. The last fifth of the moons is of one class, and no network
    can be judged by it; a random fifth has both.

    >>> X, y = nn.datasets.moons()
    >>> np.bincount(y[160:])
    array([ 0, 40])
    >>> X_train, y_train, X_test, y_test = nn.split(X, y)
    >>> X_train.shape, X_test.shape
    ((160, 2), (40, 2))
    >>> np.bincount(y_test)
    array([15, 25])
    """
    X, y = _rows("X", X), _rows("y", y)
    n = _checks.same_length(X=X, y=y)
    share = _checks.number("test", test, low=0, high=1, open_low=True, open_high=True)
    rng = np.random.default_rng(_checks.integer("seed", seed, low=0))
    n_test = round(share * n)
    if not 0 < n_test < n:
        raise ValueError(
            f"test is {test}, which parts {n} samples into {n - n_test} to train on "
            f"and {n_test} to test with; expected at least one of each. Give more "
            f"samples, or another share."
        )
    order = rng.permutation(n)
    rest, kept_back = order[n_test:], order[:n_test]
    return Split(X[rest], y[rest], X[kept_back], y[kept_back])


def _rows(name: str, value: ArrayLike) -> Array:
    array = _checks.as_array(name, value)
    if array.ndim == 0:
        raise TypeError(
            f"{name} is {_checks.describe(value)}; expected an array with a row a "
            f"sample."
        )
    return array
