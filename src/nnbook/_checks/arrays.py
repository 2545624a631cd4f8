"""Checks of arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook._checks.numbers import NO_NUMBERS
from nnbook._types import Array

# As dtypes, since comparing one with a class takes three times as long.
_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
# The largest whole number that an index can be.
_LARGEST = np.iinfo(np.intp).max
# How entries of a table show that are missing.
_MISSING = ("None", "nan", "NaN", "<NA>", "NaT")


def as_array(name: str, value: ArrayLike) -> Array:
    """An array of anything, but rectangular and without masked entries."""
    if (
        isinstance(value, np.ndarray)
        and type(value) is not np.ndarray
        and np.ma.is_masked(value)
    ):
        raise ValueError(
            f"{name} has masked entries; expected an array without. Drop these samples "
            f"first, or fill them with {name}.filled(0)."
        )
    if hasattr(value, "toarray"):  # of SciPy, of which NumPy makes an object
        raise TypeError(
            f"{name} is a sparse matrix; expected a dense array. Use {name}.toarray()."
        )
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} has rows of different lengths; expected a rectangular array."
        ) from None


def as_reals(name: str, value: ArrayLike, *, ndim: int | None = None) -> Array:
    """An array of real numbers as they are, neither cast nor copied."""
    array = as_array(name, value)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name} has dtype {array.dtype}; expected real numbers. "
            f"Convert it first, for example with np.asarray({name}, dtype=float)."
        )
    if ndim is not None and array.ndim != ndim:
        hint = (
            f"A single sample is {name}[None, :]."
            if ndim == 2 and array.ndim == 1
            else f"Reshape {name} first."
        )
        raise ValueError(
            f"{name} has shape {array.shape}; expected {ndim} dimension"
            f"{'s' if ndim > 1 else ''}. {hint}"
        )
    return array


def as_floats(
    name: str, value: ArrayLike, *, ndim: int | None = None, masked: bool = False
) -> Array:
    """An array of finite floats; float32 and float64 are kept, the rest is float64.

    Where it may be masked, minus infinity passes too.
    """
    array = as_reals(name, value, ndim=ndim)
    if array.dtype not in _FLOATS:
        with np.errstate(over="ignore"):  # of longdouble; infinity is refused below
            array = array.astype(np.float64)
    return finite(name, array, masked=masked)


def finite(name: str, array: Array, *, masked: bool = False, first: int = 0) -> Array:
    """The array, whose entries must be finite; `first` is its first row's index."""
    if not masked and all_finite(array):
        return array
    good = np.isfinite(array)
    if masked:
        good |= np.isneginf(array)
    if not good.all():
        at = tuple(int(i) for i in np.argwhere(~good)[0])
        shown = (at[0] + first, *at[1:]) if at else at
        raise ValueError(
            f"{name} holds {array[at]} at index {shown}; expected finite numbers. "
            f"Clean or drop such entries first, see np.isfinite({name})."
        )
    return array


def all_finite(array: Array) -> bool:
    """Whether no entry is NaN or infinite."""
    # A sum of squares is one fast pass, never warns, and is finite only if all are.
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def whole_numbers(
    name: str, array: Array, *, values: str = "", number: str = ""
) -> str:
    """How to make whole numbers of labels that are something else.

    `values` says what to do with values, `number` how to number texts.
    """
    if array.dtype.kind in "Of":
        for i, entry in enumerate(array.flat):
            if str(entry) in _MISSING:
                return f"Drop what is missing first: there is {entry} at index {i}."
    if array.dtype.kind == "b" or all(map(_is_whole, array.flat)):
        return f"Use np.asarray({name}).astype(int)."
    if all(map(_is_real, array.flat)):
        return values or f"Use np.round({name}).astype(int) if they stand for classes."
    as_texts = name if array.dtype.kind == "U" else f"np.asarray({name}, dtype=str)"
    return number or f"Number them with np.unique({as_texts}, return_inverse=True)[1]."


def _is_real(entry: Any) -> bool:
    return isinstance(entry, (int, float, np.integer, np.floating)) and not isinstance(
        entry, NO_NUMBERS
    )


def _is_whole(entry: Any) -> bool:
    if not _is_real(entry):
        return False
    x = entry.item() if isinstance(entry, np.generic) else entry
    return bool(-_LARGEST <= x <= _LARGEST and x == int(x))


def cast(
    name: str, array: Array, dtype: Any, cure: str = "compute in float64"
) -> Array:
    """A copy in another dtype, which must be able to hold it, or `cure` is advised."""
    with np.errstate(over="ignore"):
        result = array.astype(dtype)
    if np.isinf(result).any():
        raise ValueError(
            f"{name} holds {np.abs(array).max():g}, too large for {np.dtype(dtype)}; "
            f"expected smaller numbers. Scale {name} to about 1, or {cure}."
        )
    return result


def same_length(**arrays: Array) -> int:
    """The common length of some arrays, which must have at least one row."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        parts = " and ".join(f"{name} has {n} rows" for name, n in lengths.items())
        raise ValueError(f"{parts}; expected one row per sample in each of them.")
    name, n = next(iter(lengths.items()))
    if n == 0:
        raise ValueError(f"{name} is empty; expected at least one sample.")
    return n
