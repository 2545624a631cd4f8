"""nnbook: the small NumPy library that the book's snippets call.

`import nnbook as nn` gives every public name. Modules are loaded when a name of theirs
is first used, so that the import costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# The modules in the order of the book's chapters, with the names that each gives.
_MODULES: dict[str, tuple[str, ...]] = {
    "activations": (
        "Activation",
        "elu",
        "gelu",
        "gelu_sigmoid",
        "gelu_tanh",
        "identity",
        "leaky_relu",
        "relu",
        "selu",
        "sigmoid",
        "silu",
        "softplus",
        "step",
        "tanh",
    ),
    "special": ("erf",),
    "softmax": (
        "log_softmax",
        "logsumexp",
        "softmax",
        "softmax_backward",
        "softmax_jacobian",
    ),
    "losses": (
        "BinaryCrossEntropy",
        "CrossEntropy",
        "Huber",
        "Loss",
        "MeanAbsoluteError",
        "MeanSquaredError",
        "SoftmaxCrossEntropy",
    ),
    "layers": ("BatchNorm", "Dense", "Dropout", "Layer", "LayerNorm", "Residual"),
    "network": ("Network", "mlp"),
    "regularizers": ("L1", "L2", "Regularizer"),
    "optimizers": (
        "AMSGrad",
        "AdaDelta",
        "AdaGrad",
        "AdaMax",
        "Adam",
        "AdamW",
        "Momentum",
        "Nadam",
        "Nesterov",
        "Optimizer",
        "RMSProp",
        "SGD",
    ),
    "schedules": (
        "Constant",
        "CosineDecay",
        "ExponentialDecay",
        "InverseTimeDecay",
        "LinearDecay",
        "Noam",
        "OneCycle",
        "OpenNMTDecay",
        "PolynomialDecay",
        "ReduceOnPlateau",
        "Schedule",
        "StepDecay",
        "WarmRestarts",
        "Warmup",
    ),
    "training": ("DivergedError", "History", "fit"),
    "callbacks": ("Callback", "Checkpoint", "EarlyStopping", "GradientClipping"),
    "storage": ("load", "save"),
    "gradients": ("check_gradients", "numerical_gradient"),
    "metrics": ("accuracy", "confusion_matrix", "r2_score"),
    "recorded": ("recorded",),
}
_NAMESPACES = {
    "init": "initializers",
    "datasets": "datasets",
    "plots": "plots",
    "estimators": "estimators",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted([*_HOME, *_NAMESPACES])


def __getattr__(name: str) -> Any:
    if name in _NAMESPACES:
        value = importlib.import_module(f"nnbook.{_NAMESPACES[name]}")
    elif name in _HOME:
        value = getattr(importlib.import_module(f"nnbook.{_HOME[name]}"), name)
    elif name in _MODULES:
        return importlib.import_module(f"nnbook.{name}")
    else:
        raise AttributeError(
            f"module 'nnbook' has no attribute {name!r}; dir(nnbook) lists them all."
        )
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
