"""nnbook: the small NumPy library that the book's snippets call.

`import nnbook as nn` gives every public name. Only `nn.plots` and `nn.estimators`,
which need an extra, are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from nnbook import datasets
from nnbook import initializers as init
from nnbook.activations import (
    Activation,
    elu,
    gelu,
    gelu_sigmoid,
    gelu_tanh,
    identity,
    leaky_relu,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    step,
    tanh,
)
from nnbook.callbacks import Callback, Checkpoint, EarlyStopping, GradientClipping
from nnbook.datasets import split
from nnbook.gradients import check_gradients, numerical_gradient
from nnbook.layers import (
    BatchNorm,
    Dense,
    Dropout,
    Layer,
    LayerNorm,
    Rescale,
    Residual,
)
from nnbook.losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    Huber,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCrossEntropy,
)
from nnbook.metrics import accuracy, confusion_matrix, r2_score
from nnbook.network import Network, mlp
from nnbook.optimizers import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSProp,
)
from nnbook.recorded import recorded
from nnbook.regularizers import L1, L2, Regularizer
from nnbook.schedules import (
    Constant,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    LinearDecay,
    Noam,
    OneCycle,
    OpenNMTDecay,
    PolynomialDecay,
    ReduceOnPlateau,
    Schedule,
    StepDecay,
    WarmRestarts,
    Warmup,
)
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
    from nnbook import estimators, plots

__version__ = "0.1.0"

__all__ = [
    "L1",
    "L2",
    "SGD",
    "AMSGrad",
    "Activation",
    "AdaDelta",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AdamW",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Callback",
    "Checkpoint",
    "Constant",
    "CosineDecay",
    "CrossEntropy",
    "Dense",
    "DivergedError",
    "Dropout",
    "EarlyStopping",
    "ExponentialDecay",
    "GradientClipping",
    "History",
    "Huber",
    "InverseTimeDecay",
    "Layer",
    "LayerNorm",
    "LinearDecay",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Momentum",
    "Nadam",
    "Nesterov",
    "Network",
    "Noam",
    "OneCycle",
    "OpenNMTDecay",
    "Optimizer",
    "PolynomialDecay",
    "RMSProp",
    "ReduceOnPlateau",
    "Regularizer",
    "Rescale",
    "Residual",
    "Schedule",
    "SoftmaxCrossEntropy",
    "StepDecay",
    "WarmRestarts",
    "Warmup",
    "accuracy",
    "check_gradients",
    "confusion_matrix",
    "datasets",
    "elu",
    "erf",
    "estimators",
    "fit",
    "gelu",
    "gelu_sigmoid",
    "gelu_tanh",
    "identity",
    "init",
    "leaky_relu",
    "load",
    "load_history",
    "log_softmax",
    "logsumexp",
    "mlp",
    "numerical_gradient",
    "plots",
    "r2_score",
    "recorded",
    "relu",
    "save",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmax_backward",
    "softmax_jacobian",
    "softplus",
    "split",
    "step",
    "tanh",
]


def __getattr__(name: str) -> Any:
    if name in ("plots", "estimators"):
        return importlib.import_module(f"nnbook.{name}")
    raise AttributeError(
        f"module 'nnbook' has no attribute {name!r}; dir(nnbook) lists them all."
    )


def __dir__() -> list[str]:
    return __all__
