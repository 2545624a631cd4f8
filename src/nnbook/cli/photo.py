"""From a photo or drawing of a digit to an image as MNIST's are.

MNIST's makers scaled each digit until it fitted a box of 20 × 20 pixels, and put it
into a field of 28 × 28 so that its centre of mass came to the middle (LeCun, Bottou,
Bengio and Haffner, 1998). A photo needs two steps before: its paper is not evenly
bright, and its ink is dark where MNIST's is bright.

- image: brightness, 0 to 1, shape (h, w)
- ink: how much ink there is, 0 to 1, of the same shape
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnbook import _checks
from nnbook._types import Array

FIELD, BOX, MIDDLE = 28, 20, 14
# To which larger pictures are reduced; a stroke is then still several pixels wide.
_SIZE = 400
# How wide strokes are at least, in pixels of the box; MNIST's are 2 to 4.
_STROKE = 2.0
# Cells in which specks are told from strokes.
_CELLS = 64


class NoDigitError(ValueError):
    """Nothing stands out from the paper."""


def read_picture(path: Path) -> Array:
    """A picture's brightness, upright and not larger than needed."""
    pillow = _checks.require("PIL.Image")
    upright = _checks.require("PIL.ImageOps").exif_transpose
    try:
        with pillow.open(path) as file:
            picture = upright(file).convert("LA")
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as error:
        raise ValueError(f"{path} is no picture that can be read ({error}).") from None
    picture.thumbnail((_SIZE, _SIZE))
    grey, opaque = np.moveaxis(np.asarray(picture, float) / 255, 2, 0)
    # What is drawn on nothing gets a paper of the other kind.
    mean = (grey * opaque).sum() / max(opaque.sum(), 1e-9)
    paper = 1.0 if mean < 0.5 else 0.0
    image: Array = grey * opaque + paper * (1 - opaque)
    return image


def as_mnist(image: Array) -> Array:
    """A digit, dark on bright or bright on dark, scaled and centred as MNIST's are."""
    ink = _thicken(_crop(_without_specks(_ink(image))))
    scale = BOX / max(ink.shape)
    height, width = (max(1, round(scale * side)) for side in ink.shape)
    ink = _resize(ink, height, width).clip(0, 1)
    ink /= ink.max()
    field = np.zeros((FIELD, FIELD), np.float32)
    top = round(MIDDLE - ink.sum(1) @ np.arange(height) / ink.sum())
    left = round(MIDDLE - ink.sum(0) @ np.arange(width) / ink.sum())
    top, left = min(max(top, 0), FIELD - height), min(max(left, 0), FIELD - width)
    field[top : top + height, left : left + width] = ink
    return field


def _ink(image: Array) -> Array:
    """What stands out from the paper, brighter or darker, as a share of full ink."""
    above = image - _paper(image)
    ink = np.maximum(above if (above**3).sum() > 0 else -above, 0)
    strong = ink[ink > _threshold(ink)]
    full = float(np.median(strong)) if strong.size else 0.0
    noise = 1.5 * float(np.median(np.abs(above)))  # as a standard deviation
    if full < max(4 * noise, 0.04):
        raise NoDigitError("nothing in it stands out from its background")
    least = max(0.1, 3 * noise / full)
    share: Array = ((ink / full - least) / (1 - least)).clip(0, 1)
    return share


def _paper(image: Array) -> Array:
    """The brightness without ink: the quadratic surface nearest to most pixels.

    Least absolute deviations, which ink does not disturb as it would least squares, by
    least squares that are weighted anew again and again.
    """
    small = _resize(image, *(min(side, 64) for side in image.shape))
    terms, values = _quadratic(small.shape), small.reshape(-1)
    surface: Array = np.zeros(6)
    surface[0] = np.median(values)
    for _ in range(20):
        weights = 1 / np.maximum(np.abs(values - terms @ surface), 1e-3)
        weighted = terms.T * weights
        surface = np.linalg.lstsq(weighted @ terms, weighted @ values, rcond=None)[0]
    paper: Array = (_quadratic(image.shape) @ surface).reshape(image.shape)
    return paper


def _quadratic(shape: tuple[int, ...]) -> Array:
    """1, x, y, x², xy, y² of each pixel."""
    y, x = (u.reshape(-1) for u in np.indices(shape) / np.reshape(shape, (2, 1, 1)))
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def _threshold(ink: Array) -> float:
    """Where two classes of pixels differ most in their means (Otsu, 1979)."""
    counts, edges = np.histogram(ink, 128)
    middles = (edges[1:] + edges[:-1]) / 2
    below, total = counts.cumsum()[:-1], ink.size
    sums = (counts * middles).cumsum()
    apart = (sums[-1] * below / total - sums[:-1]) ** 2
    between = apart / np.maximum(below * (total - below), 1)
    return float(edges[1:][between.argmax()])


def _without_specks(ink: Array) -> Array:
    """The largest stroke, and others that are not much smaller."""
    step = -(-max(ink.shape) // _CELLS)
    height, width = (-(-side // step) for side in ink.shape)
    cells = np.zeros((height * step, width * step), bool)
    cells[: ink.shape[0], : ink.shape[1]] = ink > 0.4
    inked = cells.reshape(height, step, width, step).any(axis=(1, 3))
    # Each cell takes the largest number among its neighbours, until none changes.
    names = np.arange(1, inked.size + 1).reshape(inked.shape) * inked
    while (wider := _spread(names) * inked).any() and (wider != names).any():
        names = wider
    sizes = np.bincount(names.reshape(-1))
    sizes[0] = 0
    large = (sizes >= 0.1 * sizes.max()) & (sizes > 0)
    near = _spread(large[names]).repeat(step, 0).repeat(step, 1)
    return ink * near[: ink.shape[0], : ink.shape[1]]


def _spread(cells: Array) -> Array:
    """The largest of each cell and its eight neighbours."""
    height, width = cells.shape
    wide = np.pad(cells, 1)
    shifts = [wide[i : i + height, j : j + width] for i in range(3) for j in range(3)]
    largest: Array = np.maximum.reduce(shifts)
    return largest


def _crop(ink: Array) -> Array:
    inked = ink > 0.3
    if not inked.any():
        raise NoDigitError("nothing in it is as large as a stroke")
    rows, columns = (np.flatnonzero(inked.any(axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _thicken(ink: Array) -> Array:
    """A thin pen's strokes, as wide as those that MNIST's writers left."""
    # A stroke of length s and width w has the area s w and 2 s pixels at its edge.
    inked = np.pad(ink > 0.5, 1)
    inner = inked & ~_spread(~inked)
    edge = inked.sum() - inner.sum()
    width = 2 * inked.sum() / max(edge, 1)
    for _ in range(round((_STROKE * max(ink.shape) / BOX - width) / 2)):
        ink = _spread(np.pad(ink, 1))
    return ink


def _resize(image: Array, height: int, width: int) -> Array:
    pillow = _checks.require("PIL.Image")
    picture = pillow.fromarray(image.astype(np.float32))
    return np.asarray(picture.resize((width, height), pillow.Resampling.BICUBIC), float)
