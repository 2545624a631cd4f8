"""nnbook: the small NumPy library that the book's snippets call.

`import nnbook as nn` gives every public name. `nn.plots`, `nn.estimators` and
`nn.parallel`, which need an extra, are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from nnbook import (
    activations,
    autodiff,
    datasets,
    layers,
    losses,
    optimizers,
    schedules,
)
from nnbook import initializers as init
from nnbook.activations import *
from nnbook.augmentation import RandomWarp
from nnbook.callbacks import Callback, Checkpoint, EarlyStopping, GradientClipping
from nnbook.datasets import split
from nnbook.gradients import check_gradients, numerical_gradient
from nnbook.interactive import Interaction, interact
from nnbook.layers import *
from nnbook.losses import *
from nnbook.metrics import accuracy, confusion_matrix, r2_score
from nnbook.network import Network, mlp
from nnbook.optimizers import *
from nnbook.recorded import recorded
from nnbook.regularizers import L1, L2, Regularizer
from nnbook.schedules import *
from nnbook.softmax import (
    log_softmax,
    logsumexp,
    softmax,
    softmax_backward,
    softmax_jacobian,
)
from nnbook.special import erf
from nnbook.storage import load, load_history, save
from nnbook.training import DivergedError, History, fit

if TYPE_CHECKING:
    from nnbook import estimators, parallel, plots

__version__ = "0.1.0"

# Activations, layers, losses, optimizers and schedules are named in their packages.
__all__ = [
    "L1",
    "L2",
    "Callback",
    "Checkpoint",
    "DivergedError",
    "EarlyStopping",
    "GradientClipping",
    "History",
    "Interaction",
    "Network",
    "RandomWarp",
    "Regularizer",
    "accuracy",
    "autodiff",
    "check_gradients",
    "confusion_matrix",
    "datasets",
    "erf",
    "estimators",
    "fit",
    "init",
    "interact",
    "load",
    "load_history",
    "log_softmax",
    "logsumexp",
    "mlp",
    "numerical_gradient",
    "parallel",
    "plots",
    "r2_score",
    "recorded",
    "save",
    "softmax",
    "softmax_backward",
    "softmax_jacobian",
    "split",
]
__all__ += activations.__all__
__all__ += layers.__all__
__all__ += losses.__all__
__all__ += optimizers.__all__
__all__ += schedules.__all__


def __getattr__(name: str) -> Any:
    if name in ("plots", "estimators", "parallel"):
        return importlib.import_module(f"nnbook.{name}")
    raise AttributeError(
        f"module 'nnbook' has no attribute {name!r}; dir(nnbook) lists them all."
    )


def __dir__() -> list[str]:
    return __all__
