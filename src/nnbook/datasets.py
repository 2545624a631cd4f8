r"""The data the book trains on: toy sets, handwritten digits, an epidemic.

The toy sets are two-dimensional, so that a network's decisions can be drawn. Each gives
`X`, shape (n, 2), float64, and `y`, shape (n,), int64. Class follows class, each in
order along its curve: shuffle before you split one. The image sets give a `Split` with
`X` float32 in [0, 1], one image a row, and `y` int64.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnbook import _checks, _mnist
from nnbook._toys import blobs, moons, spiral, xor
from nnbook._types import Array

__all__ = [
    "Epidemic",
    "Split",
    "blobs",
    "digits",
    "epidemic",
    "mnist",
    "moons",
    "read_kaggle_digits",
    "spiral",
    "xor",
]

_FOLDER = Path(__file__).with_name("data")


class Split(NamedTuple):
    """Samples to train on, and others, never trained on, to test with."""

    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array


class Epidemic(NamedTuple):
    """Weekly counts: `cases[i, j]` new cases in group `j`, week ending `weeks[i]`."""

    weeks: Array
    groups: tuple[str, ...]
    cases: Array


def digits() -> Split:
    """Small handwritten digits, 8×8 pixels, which come with the package.

    1347 images to train on and 450 to test with, by a permutation that is the same
    every time (`np.random.default_rng(0)`). The same people wrote both parts.

    Returns
    -------
    Split
        Images (1347, 64) and (450, 64), float32 in [0, 1]; classes 0 to 9, int64.

    References
    ----------
    The test part of "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak,
    1998, UCI Machine Learning Repository, doi 10.24432/C50P49), CC BY 4.0; stored as
    bytes, with the values 0 to 16 divided by 16 here.

    Examples
    --------
    >>> X_train, y_train, X_test, y_test = nn.datasets.digits()
    >>> X_train.shape, X_test.shape
    ((1347, 64), (450, 64))
    """
    with np.load(_FOLDER / "digits8x8.npz") as arrays:
        X = arrays["images"].astype(np.float32) / 16
        y = arrays["labels"].astype(np.int64)
    order = np.random.default_rng(0).permutation(len(X))
    train, test = order[:1347], order[1347:]
    return Split(X[train], y[train], X[test], y[test])


def mnist() -> Split:
    """The MNIST handwritten digits, 28×28 pixels.

    The four files are looked for in the folder that the environment variable
    `NNBOOK_DATA_DIR` names (or its subfolder `mnist`), then in the user's cache. If
    they are in neither, they are downloaded once (11 MB, from two mirrors, checked
    by their SHA-256); that needs the extra `data`.

    Returns
    -------
    Split
        Images (60000, 784) and (10000, 784), float32 in [0, 1], row after row of
        pixels; classes 0 to 9, int64.

    Raises
    ------
    ConnectionError
        If the files are not there and no mirror can be reached.
    ModuleNotFoundError
        If they have to be downloaded and pooch is not installed.
    ValueError
        If a file in `NNBOOK_DATA_DIR` is damaged.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, 1998, doi 10.1109/5.726791. LeCun and Cortes
    hold the copyright; the Keras documentation gives the licence as CC BY-SA 3.0.
    """
    train_images, train_labels, test_images, test_labels = _mnist.load()
    return Split(
        _as_rows(train_images),
        train_labels.astype(np.int64),
        _as_rows(test_images),
        test_labels.astype(np.int64),
    )


def epidemic(name: str = "germany") -> Epidemic:
    """Reported new Covid-19 cases a week, which come with the package.

    Counts depend on who was tested, so compare weeks of different years with care.
    For study only, not for decisions about anyone's health.

    Parameters
    ----------
    name
        `"germany"`: 260 weeks from January 2020 to December 2024, all ages
        (`groups[0] == "all"`) and six age groups. `"all"` can exceed their sum, for
        some cases have no known age.
        `"countries"`: 115 weeks from February 2020 to April 2022, eight countries.
        Two counts are negative, as published: France and Spain took cases back.

    Returns
    -------
    Epidemic
        `weeks` (n,), datetime64, the Sunday that ends each week; `groups`, k names;
        `cases` (n, k), int64.

    Raises
    ------
    ValueError
        If the name is unknown.

    References
    ----------
    Germany: Robert Koch-Institut (2026), "7-Tage-Inzidenz der COVID-19-Fälle in
    Deutschland", doi 10.5281/zenodo.22053722, CC BY 4.0; here as weekly differences
    of the cumulative counts.
    Countries: Dong, Du and Gardner (2020), doi 10.1016/S1473-3099(20)30120-1, CC BY
    4.0, through the package `datasets/covid-19` (PDDL 1.0); here as weekly
    differences.

    Examples
    --------
    >>> weeks, groups, cases = nn.datasets.epidemic()
    >>> groups[:3], cases.shape
    (('all', 'age_00_04', 'age_05_14'), (260, 7))
    >>> weeks[cases[:, 0].argmax()]
    np.datetime64('2022-03-27')
    """
    _checks.one_of("name", name, ("germany", "countries"))
    path = _FOLDER / f"covid_{name}_weekly.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    labels = 2 if name == "germany" else 1  # the German file also names the ISO week
    return Epidemic(
        weeks=np.array([row[0] for row in rows], dtype="datetime64[D]"),
        groups=tuple(header.split(",")[labels:]),
        cases=np.array([row[labels:] for row in rows]).astype(np.int64),
    )


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
        Images as rows of 784 pixels, float32 in [0, 1], and classes, int64. `y_test`
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
    train = _mnist.read_kaggle_csv("train_csv", train_csv, labelled=True)
    test = np.empty((0, 784), np.uint8)
    if test_csv is not None:
        test = _mnist.read_kaggle_csv("test_csv", test_csv, labelled=False)
    return Split(
        _as_rows(train[:, 1:]),
        train[:, 0].astype(np.int64),
        _as_rows(test),
        np.empty(0, np.int64),
    )


def _as_rows(images: Array) -> Array:
    X = images.reshape(len(images), 784).astype(np.float32)
    X /= 255
    return X
