"""nnbook: the small NumPy library that the book's snippets call.

`import nnbook as nn` gives every public name. Only `nn.plots` and
`nn.estimators`, which need an extra, are loaded when they are first used.
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

__all__ = sorted([*(name for names in _MODULES.values() for name in names), *_NAMESPACES])

for _module, _names in _MODULES.items():
    try:
        _loaded = importlib.import_module(f"nnbook.{_module}")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("nnbook"):
            raise
        continue
    for _name in _names:
        globals()[_name] = getattr(_loaded, _name, None)


def __getattr__(name: str) -> Any:
    if name in _NAMESPACES:
        value = importlib.import_module(f"nnbook.{_NAMESPACES[name]}")
        globals()[name] = value
        return value
    raise AttributeError(
        f"module 'nnbook' has no attribute {name!r}; dir(nnbook) lists them all."
    )


def __dir__() -> list[str]:
    return __all__
