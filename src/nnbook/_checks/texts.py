"""Checks of names, paths and what else is no number, and how errors show a value."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

# Packages that bear another name than their module.
_PACKAGES = {"sklearn": "scikit-learn"}


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
