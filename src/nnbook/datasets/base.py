"""What data sets share."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nnbook._types import Array

# Where the data that come with the package lie.
FOLDER = Path(__file__).parents[1] / "data"


class Split(NamedTuple):
    """Samples to train on, and others, never trained on, to test with."""

    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array
