"""Handwritten digits: small ones that come with the package, and MNIST."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array
from nnbook.datasets import idx
from nnbook.datasets.base import FOLDER, Split


def digits() -> Split:
    """Small handwritten digits, 8×8 pixels, which come with the package.

    1347 images to train on and 450 to test with, by a permutation that is the same
    every time (`np.random.default_rng(0)`). The same people wrote both parts.

    Returns
    -------
    Split
        Images (1347, 64) and (450, 64), float32 in [0, 1]; classes 0 to 9, intp.

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
    with np.load(FOLDER / "digits8x8.npz") as arrays:
        X = arrays["images"].astype(np.float32) / 16
        y = arrays["labels"].astype(np.intp)
    order = np.random.default_rng(0).permutation(len(X))
    train, test = order[:1347], order[1347:]
    return Split(X[train], y[train], X[test], y[test])


def mnist() -> Split:
    """The MNIST handwritten digits, 28×28 pixels.

    The four files, gzipped or not, are looked for in the folder that the environment
    variable `NNBOOK_DATA_DIR` names and in its subfolders `mnist` and `MNIST/raw`,
    which torchvision writes, then in the user's cache. If they are in neither, they
    are downloaded once (11 MB, from two mirrors, checked by their SHA-256); that needs
    pooch.

    Returns
    -------
    Split
        Images (60000, 784) and (10000, 784), float32 in [0, 1], row after row of
        pixels; classes 0 to 9, intp.

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
    train_images, train_labels, test_images, test_labels = idx.load_mnist()
    return Split(
        as_rows(train_images),
        train_labels.astype(np.intp),
        as_rows(test_images),
        test_labels.astype(np.intp),
    )


def as_rows(images: Array) -> Array:
    X = images.reshape(len(images), 784).astype(np.float32)
    X /= 255
    return X
