"""The pad's Python: a drawn digit, read by two networks of the book.

The page's worker imports it beside the library.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import nnbook as nn

# Of each network: pixels of a side, and of a shift by three of 28.
SIZES = {"handwriting": (8, 1), "mnist": (28, 3)}


def read(ink: Sequence[float], centred: bool, shift: int) -> dict[str, Any]:
    """What the networks read, and what each layer answers.

    Parameters
    ----------
    ink
        Of a square, row by row, from 0 to 1.
    centred
        Whether the digit is scaled and centred first, as those of the data were.
    shift
        To the right, in three pixels of MNIST.

    Returns
    -------
    dict
        By network: side and image, width and hidden (bytes up to 255), the
        probabilities, and the answer; nothing if the square is empty.
    """
    side = round(len(ink) ** 0.5)
    drawn = np.reshape(np.asarray(ink, np.float64), (side, side))
    if drawn.max() < 0.1:
        return {}
    return {name: _read(name, drawn, centred, shift) for name in SIZES}


def _read(name: str, drawn: np.ndarray, centred: bool, shift: int) -> dict[str, Any]:
    size, step = SIZES[name]
    network = _network(name)
    image = prepare(drawn, name) if centred else _resize(drawn, size, size)
    image = _moved(image, 0, shift * step)
    X = image.reshape(1, -1)
    hidden, _ = network.activations(X)
    (probabilities,) = network.predict_proba(X)
    return {
        "side": size,
        "image": _bytes(image),
        "width": hidden.shape[1],
        "hidden": _bytes(hidden / max(hidden.max(), 1e-9)),
        "silent": int((hidden == 0).sum()),
        "probabilities": probabilities.tolist(),
        "answer": int(network.predict(X)[0]),
    }


def prepare(drawn: np.ndarray, name: str) -> np.ndarray:
    """A drawn digit as the data set of a network has its own.

    Parameters
    ----------
    drawn
        Ink from 0 to 1, shape (n, n).
    name
        Of the network.
    """
    rows, columns = np.nonzero(drawn > 0.1)
    digit = drawn[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = digit.shape
    if name == "handwriting":
        # As high as the square, and seldom wider than three quarters of it; a pixel is
        # the mean of four by four.
        width = max(1, min(24, round(32 * width / height)))
        return _resize(_placed(_resize(digit, 32, width), 32), 8, 8)
    scale = 20 / max(height, width)
    height, width = (max(1, round(n * scale)) for n in (height, width))
    image = _placed(_resize(digit, height, width), 28)
    # The centre of the ink lies in the middle, which for MNIST is pixel 14 from 0.
    at = (np.arange(28) - 14) / image.sum()
    return _moved(image, -round(at @ image.sum(axis=1)), -round(at @ image.sum(axis=0)))


def _placed(digit: np.ndarray, side: int) -> np.ndarray:
    """In the middle of an empty square."""
    height, width = digit.shape
    top, left = (side - height) // 2, (side - width) // 2
    image = np.zeros((side, side))
    image[top : top + height, left : left + width] = digit
    return image


def _resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Means over the area of each new pixel."""
    rows, columns = (
        _overlaps(old, new)
        for old, new in zip(image.shape, (height, width), strict=True)
    )
    return rows @ image @ columns.T


def _overlaps(old: int, new: int) -> np.ndarray:
    """How much each of `new` equal parts of a line shares with each of `old`."""
    a, b = np.arange(new)[:, None] * old / new, np.arange(old)
    shared = np.minimum(a + old / new, b + 1) - np.maximum(a, b)
    return np.clip(shared, 0, None) * new / old


def _moved(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """Moved on, with empty paper behind it."""
    n = len(image)
    padded = np.pad(image, n)
    down, right = (max(-n, min(n, by)) for by in (down, right))
    return padded[n - down : 2 * n - down, n - right : 2 * n - right]


@functools.cache
def _network(name: str) -> nn.Network:
    folder = Path(os.environ["NNBOOK_DATA_DIR"]) / "networks"
    return nn.load(folder / f"{name}.safetensors")


def _bytes(values: np.ndarray) -> bytes:
    return np.round(255 * np.clip(values, 0, 1)).astype(np.uint8).tobytes()
