"""Data that a command trains on or measures with: built-in sets and CSV files."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from click.shell_completion import CompletionItem

from nnbook import datasets
from nnbook._types import Array
from nnbook.datasets import toys
from nnbook.datasets.handwriting import as_rows
from nnbook.datasets.kaggle import read_kaggle_csv

# All toy sets that the package lists; of exclusive or more than its four corners.
TOYS: dict[str, Callable[..., tuple[Array, Array]]] = {
    name: getattr(toys, name) for name in datasets.__all__ if hasattr(toys, name)
} | {"xor": partial(datasets.xor, n_per_corner=50, noise=0.2)}
IMAGES: dict[str, Callable[[], datasets.Split]] = {
    "digits": datasets.digits,
    "mnist": datasets.mnist,
}
BUILT_IN = (*TOYS, *IMAGES)
# More different whole numbers than these are rather a quantity than classes.
_MOST_CLASSES = 100


@dataclass(frozen=True)
class Meaning:
    """What a network's inputs and outputs stand for; it is saved with the network.

    Attributes
    ----------
    columns, target
        Names of the inputs and of what is predicted, if they come from a table.
    classes
        What the outputs are called; empty where they are values.
    center, scale
        A table's inputs are (x - center) / scale, and its values likewise.
    """

    columns: Sequence[str] = ()
    target: str = ""
    classes: Sequence[str] = ()
    center: Sequence[float] = ()
    scale: Sequence[float] = ()


@dataclass(frozen=True)
class Samples:
    """Inputs (n, k), targets (n,), and what they mean."""

    X: Array
    y: Array
    meaning: Meaning


class Data(click.ParamType):  # type: ignore[type-arg]
    """The name of a built-in set, or the path of a CSV file that is there."""

    name = "data"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The name or path as it is."""
        if value == "epidemic" and not Path(value).is_file():
            self.fail(
                "'epidemic' is a series of counts, not samples with answers. Write it "
                "as a table, as the book's page on this command does: a row a week, "
                "the weeks before it as inputs.",
                *(param, ctx),
            )
        if value not in BUILT_IN and not Path(value).is_file():
            known = ", ".join(BUILT_IN)
            self.fail(f"{value!r} is neither a file nor one of {known}.", param, ctx)
        return value

    def shell_complete(self, ctx: Any, param: Any, incomplete: str) -> Any:
        """The names that begin like this, or else files."""
        names = [name for name in BUILT_IN if name.startswith(incomplete)]
        return [*map(CompletionItem, names)] or [CompletionItem(incomplete, "file")]


def to_train(name: str, target: str | None, task: str) -> Samples:
    """The samples to learn from: of a built-in set, or of a CSV file."""
    if name in TOYS:
        X, y = TOYS[name]()
        return Samples(X, y, _numbered(y))
    if name in IMAGES:
        split = IMAGES[name]()
        return Samples(split.X_train, split.y_train, _numbered(split.y_train))
    return _from_csv(Path(name), target, task)


def to_measure(name: str, meaning: Meaning) -> Samples:
    """Samples that no training has seen, if the set is built in."""
    if name in TOYS:
        X, y = TOYS[name](seed=1)
        return Samples(X, y, meaning)
    if name in IMAGES:
        split = IMAGES[name]()
        return Samples(split.X_test, split.y_test, meaning)
    return _from_csv(Path(name), meaning.target or None, "", meaning)


def _numbered(y: Array) -> Meaning:
    return Meaning(classes=tuple(map(str, range(int(y.max()) + 1))))


def _from_csv(
    path: Path, target: str | None, task: str, known: Meaning | None = None
) -> Samples:
    names = _header(path)
    if names[:2] == ["label", "pixel0"] and target in (None, "label"):
        rows = read_kaggle_csv(str(path), path, labelled=True)
        y = rows[:, 0].astype(np.intp)
        return Samples(as_rows(rows[:, 1:]), y, Meaning(classes=tuple("0123456789")))
    target = target or ("label" if "label" in names else names[-1])
    columns = [name for name in names if name != target]
    if known is not None and known.columns:
        columns = list(known.columns)
    for name in (*columns, target):
        if name not in names:
            raise ValueError(
                f"{path} has no column {name!r}; it has {', '.join(names)[:200]}."
            )
    if not columns:
        raise ValueError(
            f"{path} has no column but {target!r}; expected inputs, too, with commas "
            f"between them."
        )
    X = _read(path, [names.index(name) for name in columns], names, np.float64)
    texts = _read(path, [names.index(target)], names, np.str_)[:, 0]
    meaning = Meaning(tuple(columns), target)
    if known is not None:
        return Samples(X, _encoded(path, texts, known), known)
    meaning = replace(meaning, classes=_classes(path, target, texts, task))
    return Samples(X, _encoded(path, texts, meaning), meaning)


def _header(path: Path) -> list[str]:
    """The names of the columns, each of which is there once."""
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        line = file.readline(1_000_000).strip()
    if not line:
        raise ValueError(f"{path} is empty; expected a line with names of columns.")
    (cells,) = csv.reader([line], skipinitialspace=True)
    names = [cell.strip() for cell in cells]
    if "\0" in line or "\ufffd" in line:
        raise ValueError(f"{path} is no text; expected a CSV file.")
    if all(map(_is_number, names)):
        raise ValueError(
            f"{path} begins with the numbers {', '.join(names[:3])}…; expected a line "
            f"with names of columns above them."
        )
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{path} has two columns {name!r}; rename one.")
    return names


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read(path: Path, columns: list[int], names: list[str], kind: type) -> Array:
    """Some columns, one row a sample."""
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        file.readline()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # a file without rows
                cells: Array = np.loadtxt(
                    *(file, kind),
                    comments=None,
                    delimiter=",",
                    quotechar='"',
                    usecols=columns,
                    ndmin=2,
                )
        except Warning:
            raise ValueError(f"{path} has no rows below its header.") from None
        except ValueError as error:
            raise ValueError(f"{path}: {_located(str(error), names)}.") from None
    if kind is np.float64 and not np.isfinite(cells).all():
        row, column = np.argwhere(~np.isfinite(cells))[0]
        raise ValueError(
            f"{path}: row {row + 1} has {cells[row, column]} in column "
            f"{names[columns[column]]!r}; expected a finite number."
        )
    return cells


def _located(message: str, names: list[str]) -> str:
    """NumPy's complaint about a cell, with the name of the column."""
    if cell := re.match(r"could not .* string (.*) to .* row (\d+), .* (\d+)", message):
        came = "nothing" if cell[1] == "''" else cell[1]
        row, name = int(cell[2]) + 1, names[int(cell[3]) - 1]
        return f"row {row} has {came} in column {name!r}; expected a number"
    if cells := re.match(r"invalid .* at row (\d+) with (\d+) columns", message):
        return f"row {cells[1]} has {cells[2]} cells; expected {len(names)}"
    return message


def _classes(path: Path, target: str, texts: Array, task: str) -> Sequence[str]:
    """What the classes are called, in order; nothing if the targets are values."""
    different = sorted({str(text).strip() for text in texts})
    if "" in different:
        row = [str(text).strip() for text in texts].index("") + 1
        raise ValueError(f"{path}: row {row} has nothing in column {target!r}.")
    numbers = all(map(_is_number, different))
    few = len(different) <= _MOST_CLASSES
    whole = numbers and all(float(text).is_integer() for text in different)
    if task == "regress" or (task == "auto" and numbers and not (whole and few)):
        return ()
    if len(different) < 2:
        raise ValueError(
            f"{path}: column {target!r} holds the one class {different[0]!r}; expected "
            f"at least two. Choose another column with --target."
        )
    return tuple(sorted(different, key=float) if numbers else different)


def _encoded(path: Path, texts: Array, meaning: Meaning) -> Array:
    """The targets as numbers: of classes, or values."""
    number = {name: i for i, name in enumerate(meaning.classes)}
    y = np.empty(len(texts), np.intp if number else np.float64)
    for i, text in enumerate(map(str.strip, map(str, texts))):
        if number and text not in number:
            raise ValueError(
                f"{path}: row {i + 1} is of class {text!r}; the network knows "
                f"{', '.join(meaning.classes)[:200]}."
            )
        if not number and not (_is_number(text) and np.isfinite(float(text))):
            raise ValueError(
                f"{path}: row {i + 1} has {text!r} in column {meaning.target!r}; "
                f"expected a number."
            )
        y[i] = number[text] if number else float(text)
    return y
