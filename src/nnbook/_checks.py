"""Checks of arguments: every error says what came, what was expected, what to do."""

from __future__ import annotations

import importlib
import math
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook._types import Array

# As dtypes, since comparing one with a class takes three times as long.
_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
# Packages that bear another name than their module.
_PACKAGES = {"sklearn": "scikit-learn"}
# The largest whole number that an index can be.
_LARGEST = np.iinfo(np.intp).max
# How entries of a table show that are missing.
_MISSING = ("None", "nan", "NaN", "<NA>", "NaT")
# Which Python and NumPy count among the whole numbers.
_NO_NUMBERS = (bool, np.bool_, np.timedelta64)


def require(module: str) -> ModuleType:
    """Import an optional dependency, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        name = module.split(".")[0]
        if error.name is None or error.name.split(".")[0] != name:
            raise
        package = _PACKAGES.get(name, name)
        raise ModuleNotFoundError(
            f"this needs {package}, which is not installed; install it with: "
            + (
                f'import micropip; await micropip.install("{package}")'
                if sys.platform == "emscripten"  # Python in a browser, without pip
                else f"python -m pip install {package}"
            ),
            name=error.name,
        ) from None


def describe(value: object) -> str:
    """A short text for an argument, for use in an error message."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    try:
        text = repr(value)
    except ValueError:  # a whole number of more than 4300 digits
        return f"a huge {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


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
        entry, _NO_NUMBERS
    )


def _is_whole(entry: Any) -> bool:
    if not _is_real(entry):
        return False
    x = entry.item() if isinstance(entry, np.generic) else entry
    return bool(-_LARGEST <= x <= _LARGEST and x == int(x))


def cast(name: str, array: Array, dtype: Any) -> Array:
    """A copy in another dtype, which must be able to hold it."""
    with np.errstate(over="ignore"):
        result = array.astype(dtype)
    if np.isinf(result).any():
        raise ValueError(
            f"{name} holds {np.abs(array).max():g}, too large for {np.dtype(dtype)}; "
            f"expected smaller numbers. Scale {name} to about 1, or compute in float64."
        )
    return result


def number(
    name: str,
    value: float,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """A finite float between two bounds, which are included unless said otherwise."""
    if isinstance(value, _NO_NUMBERS) or not isinstance(
        value, (int, float, np.integer, np.floating)
    ):
        raise TypeError(f"{name} is {describe(value)}; expected a number.")
    try:
        x = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        x = math.inf
    too_low = x <= low if open_low else x < low
    too_high = x >= high if open_high else x > high
    if not math.isfinite(x) or too_low or too_high:
        raise ValueError(
            f"{name} is {describe(value)}; expected a finite number"
            f"{_bounds(low, high, open_low, open_high)}."
        )
    return x


def positive_in(dtype: Any, name: str, value: float) -> None:
    """Refuse a positive number that a dtype rounds to 0 or to infinity."""
    limits = np.finfo(dtype)
    if not float(limits.tiny) <= value <= float(limits.max):
        raise ValueError(
            f"{name} is {value}, which rounds to 0 or infinity in {np.dtype(dtype)}; "
            f"expected a number between {limits.tiny:g} and {limits.max:g}."
        )


def n_weights(count: int, params: Array) -> int:
    """How many leading entries of a vector are weights."""
    if params.ndim != 1:
        raise ValueError(
            f"params have shape {params.shape}; expected one vector, since n_weights "
            f"is given. Leave n_weights out, or give params.reshape(-1)."
        )
    count = integer("n_weights", count, low=0)
    if count > params.size:
        raise ValueError(
            f"n_weights is {count}; expected at most {params.size}, the number of "
            f"params."
        )
    return count


def share(name: str, value: float) -> float:
    """A share of the past that is kept: from 0 to just below 1."""
    return number(name, value, low=0, high=1, open_high=True)


def rate(name: str, value: float) -> float:
    """A learning rate: not negative."""
    return number(name, value, low=0)


def small(value: float) -> float:
    """What keeps a division defined: above 0."""
    return number("epsilon", value, low=0, open_low=True)


def integer(name: str, value: int, *, low: int | None = None) -> int:
    """A whole number, at least `low`."""
    if isinstance(value, _NO_NUMBERS) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {describe(value)}; expected a whole number.")
    if low is not None and value < low:
        raise ValueError(f"{name} is {value}; expected at least {low}.")
    return int(value)


def flag(name: str, value: bool) -> bool:
    """True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} is {describe(value)}; expected True or False.")
    return bool(value)


def state(value: dict[str, Any], kind: str, names: Iterable[str]) -> None:
    """What `state_dict` gave: a dictionary with at least these names."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise TypeError(
            f"state is {describe(value)}; expected what state_dict() of {kind} gives."
        )
    if missing := set(names) - set(value):
        raise ValueError(
            f"state lacks {', '.join(sorted(missing))}; expected what state_dict() of "
            f"{kind} gives."
        )


def one_of(name: str, value: Any, known: Sequence[str]) -> str:
    """One of the known names."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(
            f"{name} is {describe(value)}; expected one of {', '.join(known)}."
        )
    return value


def path(name: str, value: str | os.PathLike[str]) -> Path:
    """The path of a file; `~` stands for the home folder."""
    if isinstance(value, os.PathLike):
        value = value.__fspath__()
    if not isinstance(value, str):
        raise TypeError(f"{name} is {describe(value)}; expected the path of a file.")
    if "\0" in value:
        raise ValueError(f"{name} is {value!r}; expected a path without the sign 0.")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError(
            f"{name} is {value!r}, and nobody knows the home folder that ~ stands for; "
            f"expected a path that exists here. Write it out, or ./~ for a file of "
            f"that name."
        ) from None


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


def _bounds(low: float, high: float, open_low: bool, open_high: bool) -> str:
    parts = []
    if low > -math.inf:
        parts.append(f"{'above' if open_low else 'at least'} {low:g}")
    if high < math.inf:
        parts.append(f"{'below' if open_high else 'at most'} {high:g}")
    return " " + " and ".join(parts) if parts else ""
