"""The one array type of the library's signatures."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
# A text, since NumPy loads its random numbers only when they are first used.
Rng: TypeAlias = "np.random.Generator"
