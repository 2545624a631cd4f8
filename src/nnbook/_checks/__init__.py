"""Checks of arguments: every error says what came, what was expected, what to do."""

from __future__ import annotations

from nnbook._checks.arrays import (
    all_finite,
    as_array,
    as_floats,
    as_reals,
    cast,
    finite,
    same_length,
    whole_numbers,
)
from nnbook._checks.numbers import (
    integer,
    n_weights,
    number,
    positive_in,
    rate,
    share,
    small,
)
from nnbook._checks.texts import describe, flag, one_of, path, require, state

__all__ = [
    "as_array",
    "as_reals",
    "as_floats",
    "finite",
    "all_finite",
    "whole_numbers",
    "cast",
    "same_length",
    "number",
    "positive_in",
    "n_weights",
    "share",
    "rate",
    "small",
    "integer",
    "require",
    "describe",
    "flag",
    "state",
    "one_of",
    "path",
]
