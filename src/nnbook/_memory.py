"""Arrays that begin where a processor likes to read them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from nnbook._types import Array

_LINE = 64  # bytes that a processor fetches at once


def aligned(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Zeros that begin at a multiple of 64 bytes.

    NumPy's own begin at a multiple of 16, so that most reads of a whole register touch
    two lines of the cache: an optimizer's step takes 2 to 10 percent longer.
    """
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    memory = np.zeros(size + _LINE, np.uint8)
    start = -memory.__array_interface__["data"][0] % _LINE
    return memory[start : start + size].view(dtype).reshape(shape)
