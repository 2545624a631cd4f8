"""The files of Kaggle's competition with handwritten digits."""

from __future__ import annotations

import os
import warnings
from itertools import zip_longest

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.datasets.base import Split
from nnbook.datasets.handwriting import as_rows


def read_kaggle_digits(
    train_csv: str | os.PathLike[str], test_csv: str | os.PathLike[str] | None = None
) -> Split:
    """Read the files of Kaggle's competition "Digit Recognizer".

    Download `train.csv` (42000 rows: `label,pixel0,…,pixel783`) and `test.csv` (28000
    rows without a label) from the competition's page; that needs an account there.

    Parameters
    ----------
    train_csv
        Path of `train.csv`.
    test_csv
        Path of `test.csv`, if wanted.

    Returns
    -------
    Split
        Images as rows of 784 pixels, float32 in [0, 1], and classes, intp. `y_test`
        is always empty: Kaggle keeps these labels to itself. Without `test_csv`,
        `X_test` is empty as well.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the header, the number of columns, a pixel or a label is wrong.

    References
    ----------
    Kaggle, "Digit Recognizer": the images of MNIST, split anew.
    """
    train = read_kaggle_csv("train_csv", train_csv, labelled=True)
    test = np.empty((0, 784), np.uint8)
    if test_csv is not None:
        test = read_kaggle_csv("test_csv", test_csv, labelled=False)
    return Split(
        as_rows(train[:, 1:]),
        train[:, 0].astype(np.intp),
        as_rows(test),
        np.empty(0, np.intp),
    )


def read_kaggle_csv(
    name: str, path: str | os.PathLike[str], *, labelled: bool
) -> Array:
    """The rows of Kaggle's file, uint8: the label first if there is one."""
    path = _checks.path(name, path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{name} is {str(path)!r}, where there is no file; expected the path of a "
            f"CSV file from Kaggle's Digit Recognizer."
        )
    header = ["label"] * labelled + [f"pixel{i}" for i in range(784)]
    # utf-8-sig: some programs begin a text with a byte-order mark.
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        # Twice as long as the header, for a file that is no text has no lines.
        _check_header(name, file.readline(20_000), header)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # an empty file, a fraction
                rows = np.loadtxt(
                    file, np.uint8, comments=None, delimiter=",", quotechar='"', ndmin=2
                )
        except (ValueError, Warning) as error:
            raise ValueError(
                f"{name} cannot be read: {error}. Expected rows of {len(header)} whole "
                f"numbers from 0 to 255; download the file again."
            ) from None
    if rows.shape[1] != len(header):
        raise ValueError(
            f"{name} has rows of {rows.shape[1]} numbers; expected {len(header)}. "
            f"Download the file again."
        )
    if labelled and rows[:, 0].max() > 9:
        row = int(rows[:, 0].argmax())
        raise ValueError(
            f"{name} holds the label {rows[row, 0]} in row {row + 1}; expected digits "
            f"from 0 to 9."
        )
    return rows


def _check_header(name: str, line: str, header: list[str]) -> None:
    """Name the first column that is not as Kaggle writes it."""
    import csv  # here, for it would slow down `import nnbook`

    (columns,) = csv.reader([line.strip()], skipinitialspace=True)
    columns = [column.strip() for column in columns]
    hint = "Give the file as Kaggle does, without a column of row numbers."
    if columns[:1] == (["pixel0"] if header[0] == "label" else ["label"]):
        hint = "Are train_csv and test_csv the right way round?"
    for i, (column, wanted) in enumerate(zip_longest(columns, header), start=1):
        if column != wanted:
            found = "missing" if column is None else repr(column[:20])
            raise ValueError(
                f"column {i} of {name} is {found}; expected "
                f"{'none' if wanted is None else repr(wanted)}, since the file has "
                f"{len(header)} columns, {header[0]!r} to {header[-1]!r}. {hint}"
            )
