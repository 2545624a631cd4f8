r"""The data the book trains on: toy sets, handwritten digits, an epidemic.

The toy sets are two-dimensional, so that a network's decisions can be drawn. Each gives
`X`, shape (n, 2), float64, and `y`, shape (n,). Class follows class, each in order
along its curve: part them with `split`, which shuffles. The image sets give a `Split`
with `X` float32 in [0, 1], one image a row. Classes are intp, NumPy's type of indices:
int64, and int32 in a browser's Python.
"""

from __future__ import annotations

from nnbook.datasets.base import Split, split
from nnbook.datasets.covid import Epidemic, epidemic
from nnbook.datasets.handwriting import digits, mnist
from nnbook.datasets.kaggle import read_kaggle_digits
from nnbook.datasets.toys import blobs, moons, spiral, xor

__all__ = [
    "spiral",
    "xor",
    "moons",
    "blobs",
    "digits",
    "mnist",
    "read_kaggle_digits",
    "epidemic",
    "split",
    "Split",
    "Epidemic",
]
