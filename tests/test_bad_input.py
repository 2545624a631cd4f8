"""Bad input, for every public name: the error says what came and what was expected.

A table: name of what is called, the call, the exception, and what its message says.
"""

import gzip
import inspect
import math
import traceback
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnbook as nn

NAN, INF = math.nan, math.inf
X, Y = nn.datasets.blobs(n_per_class=4)
NETWORK = nn.mlp([2, 4, 3], seed=0)
RNG = np.random.default_rng(0)
HISTORY = nn.fit(
    NETWORK.copy(), X, Y, loss=nn.SoftmaxCrossEntropy(), optimizer=nn.SGD(0.1), epochs=1
)
EMPTY = np.empty((0, 2))
RAGGED = [[1.0, 2.0], [3.0]]


@dataclass
class Row:
    name: str
    call: object
    error: type
    says: tuple[str, ...]


ROWS = []


def bad(name, call, error, *says):
    ROWS.append(Row(name, call, error, says))


# Functions of arrays -----------------------------------------------------------------

for name in nn.activations.__all__:
    if name == "Activation":
        continue
    f = getattr(nn, name)
    bad(name, lambda f=f: f([0.0, NAN]), ValueError, "z holds nan", "finite")
    bad(name, lambda f=f: f.derivative([[-INF]]), ValueError, "z holds -inf", "finite")
    bad(name, lambda f=f: f("1"), TypeError, "z has dtype <U1", "real numbers")
    bad(name, lambda f=f: f.derivative([1j]), TypeError, "z has dtype complex", "real")
    bad(name, lambda f=f: f(RAGGED), ValueError, "z has rows of different", "rectang")
bad("Activation", lambda: nn.sigmoid([NAN]), ValueError, "z holds nan", "finite")
bad(
    "Activation",
    lambda: nn.activations.get("swosh"),
    ValueError,
    "'swosh'",
    "one of elu, gelu",
)

bad(
    "RandomWarp", lambda: nn.RandomWarp(shift=-1), ValueError, "shift is -1", "at least"
)
bad("interact", lambda: nn.interact(3), TypeError, "function is 3", "draws")
bad(
    "interact",
    lambda: nn.interact(lambda b=0: None, b=(1, 2)),
    ValueError,
    "default of 'b' is 0",
    "one of",
)

bad("erf", lambda: nn.erf([NAN]), ValueError, "x holds nan", "finite")
bad("erf", lambda: nn.erf(None), TypeError, "x has dtype object", "real")
bad("softmax", lambda: nn.softmax([NAN, 0.0]), ValueError, "z holds nan", "finite")
bad("softmax", lambda: nn.softmax([INF, 0.0]), ValueError, "z holds inf", "finite")
bad("softmax", lambda: nn.softmax([-INF, -INF]), ValueError, "only minus inf", "exp")
bad("softmax", lambda: nn.softmax([]), ValueError, r"z has shape \(0,\)", "at least")
bad("softmax", lambda: nn.softmax(3.0), ValueError, "single number", "along an axis")
bad("softmax", lambda: nn.softmax([1.0], axis=1), ValueError, "axis is 1", "from -1")
bad("softmax", lambda: nn.softmax([1.0], axis=0.5), TypeError, "axis is 0.5", "whole")
bad(
    "softmax",
    lambda: nn.softmax([1.0, 2.0], temperature=0),
    ValueError,
    "temperature is 0",
    "above 0",
)
bad("softmax", lambda: nn.softmax(["a"]), TypeError, "z has dtype <U1", "real")
bad("softmax", lambda: nn.softmax(RAGGED), ValueError, "z has rows of different")
bad("log_softmax", lambda: nn.log_softmax([NAN]), ValueError, "z holds nan", "finite")
bad("log_softmax", lambda: nn.log_softmax([]), ValueError, "empty along axis", "least")
bad("logsumexp", lambda: nn.logsumexp([INF]), ValueError, "z holds inf", "finite")
bad(
    "logsumexp",
    lambda: nn.logsumexp([1.0], temperature=-1),
    ValueError,
    "temperature is -1",
    "above 0",
)
bad(
    "softmax_jacobian",
    lambda: nn.softmax_jacobian([1.0, 2.0]),
    ValueError,
    "p does not hold probabilities",
    "softmax",
)
bad("softmax_jacobian", lambda: nn.softmax_jacobian(1.0), ValueError, r"shape \(\)")
bad(
    "softmax_backward",
    lambda: nn.softmax_backward([0.5, 0.5], [1.0]),
    ValueError,
    r"grad has shape \(1,\)",
    r"\(2,\)",
)
bad(
    "softmax_backward",
    lambda: nn.softmax_backward([0.5, 0.5], [NAN, 0]),
    ValueError,
    "grad holds nan",
    "finite",
)
bad(
    "softmax_backward",
    lambda: nn.softmax_backward([2.0, -1.0], [0, 0]),
    ValueError,
    "p does not hold probabilities",
)

# Losses ------------------------------------------------------------------------------

for name in ("SoftmaxCrossEntropy", "CrossEntropy"):
    loss = getattr(nn, name)()
    P = np.full((2, 2), 0.5)
    for call in (loss, loss.gradient):
        bad(
            name,
            lambda f=call, P=P: f(P, [0, 2]),
            ValueError,
            "targets hold the label 2",
            "from 0 to 1",
        )
    bad(name, lambda f=loss, P=P: f(P, [0, -1]), ValueError, "label -1", "from 0 to 1")
    bad(
        name,
        lambda f=loss, P=P: f(P, [0.0, 1.0]),
        TypeError,
        "targets .*float64",
        "who",
    )
    bad(name, lambda f=loss, P=P: f(P, [0]), ValueError, r"targets .*\(1,\)", r"\(2,\)")
    bad(name, lambda f=loss, P=P: f(P, [[0], [1]]), ValueError, r"\(2, 1\)", "ravel")
    bad(name, lambda f=loss, P=P: f(P, P * 3), ValueError, "targets do not hold dist")
    bad(
        name,
        lambda f=loss, P=P: f(P, [[NAN, 1.0]] * 2),
        ValueError,
        "targets hold",
        "nan",
    )
    bad(name, lambda f=loss, P=P: f(P, ["a", "b"]), TypeError, "targets .*<U1", "whole")
    bad(name, lambda f=loss, P=P: f(P, RAGGED), ValueError, "targets .*rows of diff")
    bad(
        name, lambda f=loss: f([0.5, 0.5], [0]), ValueError, "predictions", "atleast_2d"
    )
    bad(name, lambda f=loss: f(np.empty((0, 2)), []), ValueError, "at least one sample")
    bad(
        name, lambda f=loss: f([[NAN, 1.0]], [0]), ValueError, "predictions hold", "nan"
    )
bad(
    "SoftmaxCrossEntropy",
    lambda: nn.SoftmaxCrossEntropy(label_smoothing=1),
    ValueError,
    "label_smoothing is 1",
    "below 1",
)
bad("CrossEntropy", lambda: nn.CrossEntropy(0), ValueError, "epsilon is 0", "above 0")
bad(
    "CrossEntropy",
    lambda: nn.CrossEntropy()([[3.0, -1.0]], [0]),
    ValueError,
    "predictions do not hold probabilities",
    "SoftmaxCrossEntropy",
)
for name in ("BinaryCrossEntropy", "MeanSquaredError", "MeanAbsoluteError", "Huber"):
    loss = getattr(nn, name)()
    bad(name, lambda f=loss: f([1.0, 2.0], [1.0]), ValueError, "targets", r"\(1,\)")
    bad(name, lambda f=loss: f([NAN], [1.0]), ValueError, "predictions hold", "nan")
    bad(
        name, lambda f=loss: f.gradient([1.0], [INF]), ValueError, "targets hold", "inf"
    )
    bad(name, lambda f=loss: f([], []), ValueError, r"\(0,\)", "at least one sample")
    bad(name, lambda f=loss: f(1.0, 1.0), ValueError, r"\(\)", "expected")
    bad(name, lambda f=loss: f("a", [1.0]), TypeError, "predictions", "<U1")
bad(
    "BinaryCrossEntropy",
    lambda: nn.BinaryCrossEntropy()([0.0], [2]),
    ValueError,
    "targets hold 2",
    "0 to 1",
)
bad("Huber", lambda: nn.Huber(delta=0), ValueError, "delta is 0", "above 0")
bad("Huber", lambda: nn.Huber(delta="1"), TypeError, "delta is '1'", "number")
bad("Loss", lambda: nn.Loss()([NAN], [1]), ValueError, "predictions hold", "nan")

# Initializers, layers, networks ------------------------------------------------------

for name in nn.init.__all__:
    if name in ("Initializer", "constant", "normal", "uniform"):
        continue
    f = getattr(nn.init, name)
    bad(f"init.{name}", lambda f=f: f(3, RNG), TypeError, "shape is 3", "tuple")
    bad(f"init.{name}", lambda f=f: f((0, 2), RNG), ValueError, "shape is 0", "least 1")
    bad(
        f"init.{name}", lambda f=f: f((2, 0.5), RNG), TypeError, "shape is 0.5", "whole"
    )
    if name != "zeros":
        bad(f"init.{name}", lambda f=f: f((2,), RNG), ValueError, r"\(2,\)", r"\(n_in")
        bad(
            f"init.{name}", lambda f=f: f((2, 2), 0), TypeError, "rng is 0", "generator"
        )
bad("init.constant", lambda: nn.init.constant(NAN), ValueError, "c is nan", "finite")
bad("init.constant", lambda: nn.init.constant("1"), TypeError, "c is '1'", "number")
bad("init.normal", lambda: nn.init.normal(-1), ValueError, "std is -1", "least 0")
bad("init.normal", lambda: nn.init.normal(1)((2,), 1), TypeError, "rng is 1", "default")
bad("init.uniform", lambda: nn.init.uniform(INF), ValueError, "limit is inf", "finite")
bad("init.uniform", lambda: nn.init.uniform(1)("a", RNG), TypeError, "shape is 'a'")

bad("Dense", lambda: nn.Dense(0, 3), ValueError, "n_in is 0", "at least 1")
bad("Dense", lambda: nn.Dense(2, 2.0), TypeError, "n_out is 2.0", "whole number")
bad("Dense", lambda: nn.Dense(2, True), TypeError, "n_out is True", "whole number")
bad(
    "Dense",
    lambda: nn.Dense(2, 2, "relu"),
    TypeError,
    "activation is 'relu'",
    "nn.relu",
)
bad("Dense", lambda: nn.Dense(2, 2, weights=0), TypeError, "weights is 0", "nn.init")
bad("Dense", lambda: nn.Dense(2, 2, bias=1), TypeError, "bias is 1", "nn.init")
bad("Dropout", lambda: nn.Dropout(1), ValueError, "rate is 1", "below 1")
bad("Dropout", lambda: nn.Dropout(-0.1), ValueError, "rate is -0.1", "at least 0")
bad("LayerNorm", lambda: nn.LayerNorm(0), ValueError, "n is 0", "at least 1")
bad("LayerNorm", lambda: nn.LayerNorm(2, 0), ValueError, "epsilon is 0", "above 0")
bad("LayerNorm", lambda: nn.LayerNorm(2, 1e308), ValueError, "epsilon is 1e.308")
bad("BatchNorm", lambda: nn.BatchNorm(-1), ValueError, "n is -1", "at least 1")
bad(
    "BatchNorm",
    lambda: nn.BatchNorm(2, momentum=0),
    ValueError,
    "momentum is 0",
    "abov",
)
bad(
    "BatchNorm",
    lambda: nn.Network(nn.BatchNorm(2)).forward([[1.0, 2.0]]),
    ValueError,
    "one sample",
    "at least 2",
)
bad("Residual", lambda: nn.Residual(), ValueError, "no layer", "at least one")
bad("Residual", lambda: nn.Residual(nn.Dense(2, 3)), ValueError, "2 to 3", "as many")
bad("Residual", lambda: nn.Residual(3), TypeError, "layer 0 is 3", "nn.Dense")
bad("Rescale", lambda: nn.Rescale("2"), TypeError, "scale is '2'", "a number")
bad("Rescale", lambda: nn.Rescale(1, NAN), ValueError, "offset is nan", "finite")
bad("Network", lambda: nn.Network(), ValueError, "no layer", "at least one")
bad("Network", lambda: nn.Network("relu"), TypeError, "layer 0 is 'relu'", "nn.Dense")
bad(
    "Network",
    lambda: nn.Network(nn.Dense(2, 3), nn.Dense(4, 5)),
    ValueError,
    "layer 1 takes 4",
    "give 3",
)
bad(
    "Network",
    lambda: nn.Network(*[nn.Dense(2, 2)] * 2),
    ValueError,
    "used twice",
    "new",
)
bad(
    "Network",
    lambda: nn.Network(NETWORK.layers[0]),
    ValueError,
    "another network",
    "new",
)
bad(
    "Network",
    lambda: nn.Network(nn.Dense(2, 2), seed=-1),
    ValueError,
    "seed is -1",
    "0",
)
bad("Network", lambda: nn.Network(nn.Dense(2, 2), seed=0.5), TypeError, "seed is 0.5")
bad(
    "Network",
    lambda: nn.Network(nn.Dense(2, 2), dtype=int),
    TypeError,
    "dtype is <class 'int'>",
    "float32",
)
bad(
    "Network",
    lambda: nn.Network(nn.Dense(2, 2), dtype="x"),
    TypeError,
    "'x'",
    "float32",
)
bad(
    "Network",
    lambda: NETWORK([1.0, 2.0]),
    ValueError,
    r"X has shape \(2,\)",
    r"np\.reshape\(X, \(1, -1\)\)",
)
bad(
    "Network",
    lambda: NETWORK([[1.0]]),
    ValueError,
    r"X has shape \(1, 1\)",
    "2 columns",
)
bad("Network", lambda: NETWORK(EMPTY), ValueError, "X is empty", "at least one sample")
bad("Network", lambda: NETWORK([[NAN, 0.0]]), ValueError, "X holds nan", "finite")
bad("Network", lambda: NETWORK([["a", "b"]]), TypeError, "X has dtype <U1", "real")
bad("Network", lambda: NETWORK(RAGGED), ValueError, "X has rows of different", "rect")
bad("Network", lambda: NETWORK([[1e300, 0]]), ValueError, "X holds 1e.300", "float32")
for method in ("forward", "predict", "predict_proba"):
    bad(
        "Network",
        lambda m=method: getattr(NETWORK, m)([[INF, 0.0]]),
        ValueError,
        "X holds inf",
        "finite",
    )
bad(
    "Network", lambda: nn.mlp([2, 2]).backward([[0.0, 0.0]]), ValueError, "call forward"
)
bad(
    "Network",
    lambda: forwarded().backward([[1.0]]),
    ValueError,
    r"dZ .*\(1, 1\)",
    "exp",
)
bad("Network", lambda: forwarded().backward([[NAN] * 3]), ValueError, "dZ holds nan")
bad(
    "Network",
    lambda: NETWORK.load_statistics(np.zeros(3)),
    ValueError,
    r"values have shape \(3,\)",
    r"expected \(0,\)",
)
bad("mlp", lambda: nn.mlp([2]), ValueError, r"sizes is \[2\]", "width of the input")
bad("mlp", lambda: nn.mlp(2), TypeError, "sizes is 2", "list")
bad("mlp", lambda: nn.mlp("22"), TypeError, "sizes is '22'", "list")
bad("mlp", lambda: nn.mlp([2, 0, 3]), ValueError, "is 0", "at least 1")
bad(
    "mlp",
    lambda: nn.mlp([2, 4, 3], activation="relu"),
    TypeError,
    "activation is 'relu'",
)
bad("mlp", lambda: nn.mlp([2, 3], dtype="float16"), TypeError, "'float16'", "float32")


def forwarded():
    network = NETWORK.copy()
    network.forward(X[:1])
    return network


# Gradients, metrics, regularizers ----------------------------------------------------

bad("numerical_gradient", lambda: nn.numerical_gradient(3, [1.0]), TypeError, "f is 3")
bad(
    "numerical_gradient",
    lambda: nn.numerical_gradient(np.sum, [NAN]),
    ValueError,
    "x holds nan",
    "finite",
)
bad(
    "numerical_gradient",
    lambda: nn.numerical_gradient(np.sum, [1.0], step=0),
    ValueError,
    "step is 0",
    "above 0",
)
bad(
    "numerical_gradient",
    lambda: nn.numerical_gradient(lambda x: x, [1.0, 2.0]),
    TypeError,
    "f returned an array of shape",
    "one number",
)
bad(
    "numerical_gradient",
    lambda: nn.numerical_gradient(lambda x: NAN, [1.0]),
    ValueError,
    "f returned nan",
    "finite",
)
DOUBLE = nn.mlp([2, 3], dtype=np.float64)
CE = nn.SoftmaxCrossEntropy()
bad(
    "check_gradients",
    lambda: nn.check_gradients(NETWORK, X, Y, CE),
    ValueError,
    "float64",
)
bad(
    "check_gradients",
    lambda: nn.check_gradients(3, X, Y, CE),
    TypeError,
    "network is 3",
)
bad(
    "check_gradients",
    lambda: nn.check_gradients(DOUBLE, X, Y, 3),
    TypeError,
    "loss is 3",
)
bad(
    "check_gradients",
    lambda: nn.check_gradients(DOUBLE, X, [0], CE),
    ValueError,
    "targ",
)
bad(
    "check_gradients",
    lambda: nn.check_gradients(DOUBLE, [[NAN, 0]], [0], CE),
    ValueError,
    "X holds nan",
)

for name in ("accuracy", "confusion_matrix"):
    f = getattr(nn, name)
    bad(
        name,
        lambda f=f: f([0, 1], [0]),
        ValueError,
        "predictions has 2",
        "targets has 1",
    )
    bad(name, lambda f=f: f([], []), ValueError, "predictions is empty", "at least one")
    bad(
        name,
        lambda f=f: f([0.5], [0]),
        TypeError,
        "predictions has dtype float64",
        "int",
    )
    bad(name, lambda f=f: f([0], ["a"]), TypeError, "targets has dtype <U1", "integer")
    bad(name, lambda f=f: f([-1], [0]), ValueError, "class -1", "from 0 up")
    bad(name, lambda f=f: f([[0, 1]], [0]), ValueError, r"\(1, 2\)", "argmax")
    bad(name, lambda f=f: f([[0], [0, 1]], [0]), ValueError, "rows of different")
bad(
    "confusion_matrix",
    lambda: nn.confusion_matrix([2], [0], n_classes=2),
    ValueError,
    "class 2 occurs",
    "from 0 to 1",
)
bad(
    "confusion_matrix",
    lambda: nn.confusion_matrix([0], [0], n_classes=0),
    ValueError,
    "n_classes is 0",
    "at least 1",
)
bad("r2_score", lambda: nn.r2_score([1.0], [1.0, 2.0]), ValueError, r"\(1,\)", "same")
bad("r2_score", lambda: nn.r2_score([], []), ValueError, "empty", "at least one")
bad(
    "r2_score",
    lambda: nn.r2_score([NAN, 1], [1, 2]),
    ValueError,
    "predictions holds nan",
)
bad("r2_score", lambda: nn.r2_score([1, 2], [3, 3]), ValueError, "all equal", "vary")

for name in ("L1", "L2", "Regularizer"):
    f = getattr(nn, name)
    bad(name, lambda f=f: f(-1), ValueError, "strength is -1", "at least 0")
    bad(name, lambda f=f: f("a"), TypeError, "strength is 'a'", "number")
    bad(name, lambda f=f: f(NAN), ValueError, "strength is nan", "finite")

# Optimizers and schedules ------------------------------------------------------------

for name in nn.optimizers.__all__:
    f = getattr(nn, name)
    bad(name, lambda f=f: f(-0.1), ValueError, "learning_rate is -0.1", "at least 0")
    bad(name, lambda f=f: f("fast"), TypeError, "learning_rate is 'fast'", "number")
    bad(name, lambda f=f: f(NAN), ValueError, "learning_rate is nan", "finite")
    bad(name, lambda f=f: f(True), TypeError, "learning_rate is True", "number")
    bad(name, lambda f=f: f(10**400), ValueError, "learning_rate is 1000", "finite")
    for argument in inspect.signature(f).parameters:
        if argument == "learning_rate":
            continue
        limit = {"epsilon": 0, "weight_decay": -1}.get(argument, 1)
        bad(
            name,
            lambda f=f, a=argument, x=limit: f(0.1, **{a: x}),
            ValueError,
            f"{argument} is {limit}",
            "expected a finite number",
        )
bad(
    "Optimizer",
    lambda: nn.SGD(0.1).step(np.ones(2), np.ones(3)),
    ValueError,
    r"grads have shape \(3,\)",
    r"\(2,\)",
)
bad(
    "Optimizer",
    lambda: nn.SGD(0.1).step(np.ones(1), np.array([NAN])),
    ValueError,
    "grads hold NaN",
    "finite",
)
bad(
    "Optimizer",
    lambda: nn.SGD(0.1).step(np.ones(1, int), np.ones(1)),
    TypeError,
    "params is an array .*int64",
    "float32 or float64",
)
bad(
    "Optimizer", lambda: nn.Adam().load_state_dict({}), ValueError, "lacks steps", "exp"
)

SCHEDULES = {
    "Constant": [{"rate": -1}],
    "StepDecay": [{"initial": -1}, {"factor": 0}, {"every": 0}],
    "ExponentialDecay": [{"initial": -1}, {"rate": 2}, {"every": 0}],
    "InverseTimeDecay": [{"initial": -1}, {"rate": -1}],
    "PolynomialDecay": [{"initial": -1}, {"steps": 0}, {"final": -1}, {"power": 0}],
    "LinearDecay": [{"initial": -1}, {"steps": 0}, {"final": -1}],
    "CosineDecay": [{"initial": -1}, {"steps": 0}, {"final": -1}],
    "WarmRestarts": [{"initial": -1}, {"period": 0}, {"multiplier": 0}, {"final": -1}],
    "Warmup": [{"schedule": -1}, {"steps": 0}],
    "Noam": [{"d_model": 0}, {"warmup": 0}],
    "OneCycle": [{"maximum": -1}, {"steps": 1}, {"rise": 2}, {"start_divisor": 0}],
    "ReduceOnPlateau": [{"initial": -1}, {"factor": 1}, {"patience": -1}],
    "OpenNMTDecay": [{"initial": -1}, {"decay": 0}, {"start_decay_at": 0}],
}
GOOD = {
    "Constant": {"rate": 0.1},
    "StepDecay": {"initial": 0.1, "every": 2},
    "ExponentialDecay": {"initial": 0.1, "rate": 0.5},
    "InverseTimeDecay": {"initial": 0.1, "rate": 0.5},
    "Warmup": {"schedule": 0.1, "steps": 2},
    "WarmRestarts": {"initial": 0.1, "period": 2},
    "Noam": {"d_model": 2, "warmup": 2},
    "OneCycle": {"maximum": 0.1, "steps": 2},
    "ReduceOnPlateau": {"initial": 0.1},
    "OpenNMTDecay": {"initial": 0.1},
}
for name, changes in SCHEDULES.items():
    good = GOOD.get(name, {"initial": 0.1, "steps": 2})
    f = getattr(nn, name)
    for change in changes:
        ((argument, value),) = change.items()
        bad(
            name,
            lambda f=f, g={**good, **change}: f(**g),
            ValueError,
            f"{argument} is {value}",
            "expected",
        )
        bad(
            name,
            lambda f=f, g={**good, argument: "x"}: f(**g),
            TypeError,
            f"{argument} is 'x'",
            "number",
        )
    bad(name, lambda f=f, g=good: f(**g)(-1), ValueError, "step is -1", "at least 0")
bad(
    "OpenNMTDecay", lambda: nn.OpenNMTDecay(strategy="x"), ValueError, "strategy is 'x'"
)
bad("Schedule", lambda: Nothing()(0.5), TypeError, "step is 0.5", "whole number")

# Training ----------------------------------------------------------------------------


def fit(**changes):
    good = {
        "network": NETWORK.copy(),
        "X": X,
        "y": Y,
        "loss": CE,
        "optimizer": nn.SGD(0.1),
        "epochs": 1,
    }
    arguments = {**good, **changes}
    return nn.fit(**arguments)


def broken():
    network = NETWORK.copy()
    network.params[0] = NAN
    return network


for change, error, *says in [
    ({"network": "mlp"}, TypeError, "network is 'mlp'", "nn.mlp"),
    (
        {"network": broken()},
        ValueError,
        "network holds .*not finite",
        "expected finite",
    ),
    ({"loss": "mse"}, TypeError, "loss is 'mse'", "nn.SoftmaxCrossEntropy"),
    (
        {"loss": nn.CrossEntropy()},
        ValueError,
        "probabilities",
        "nn.SoftmaxCrossEntropy",
    ),
    ({"optimizer": "adam"}, TypeError, "optimizer is 'adam'", "nn.Adam"),
    ({"optimizer": nn.Adam}, TypeError, "optimizer is <class", "nn.Adam"),
    ({"regularizer": 0.1}, TypeError, "regularizer is 0.1", "nn.L2"),
    ({"epochs": -1}, ValueError, "epochs is -1", "at least 0"),
    ({"epochs": 1.5}, TypeError, "epochs is 1.5", "whole number"),
    ({"batch_size": 0}, ValueError, "batch_size is 0", "at least 1"),
    ({"batch_size": 2.0}, TypeError, "batch_size is 2.0", "whole number"),
    ({"seed": -1}, ValueError, "seed is -1", "at least 0"),
    ({"seed": "a"}, TypeError, "seed is 'a'", "whole number"),
    ({"X": X[0]}, ValueError, r"X has shape \(2,\)", "A single sample is"),
    ({"X": X[:, :1]}, ValueError, r"X has shape \(12, 1\)", "2 columns"),
    ({"X": X * NAN}, ValueError, "X holds nan", "finite"),
    ({"X": EMPTY, "y": []}, ValueError, "X is empty", "at least one"),
    ({"X": RAGGED}, ValueError, "X has rows of different", "rectangular"),
    ({"y": Y[:5]}, ValueError, r"^y .*\(5,\)", "12 samples"),
    ({"y": 3}, ValueError, r"^y .*\(\)", "12 samples"),
    ({"y": Y + 1}, ValueError, "^y .*label 3", "from 0 to 2"),
    ({"y": -Y}, ValueError, "^y .*label -1", "from 0 to 2"),
    ({"y": Y * 1.0}, TypeError, "^y .*float64", "astype"),
    ({"y": ["a"] * 12}, TypeError, "^y .*<U1", "whole numbers"),
    ({"y": [[1], [1, 2]] * 6}, ValueError, "^y .*rows of different", "rectangular"),
    ({"loss": nn.MeanSquaredError()}, ValueError, r"^y .*\(12,\)", r"\(12, 3\)"),
    ({"validation": X}, TypeError, "validation is an array", "pair"),
    ({"validation": (X,)}, TypeError, "validation is", r"pair \(X, y\)"),
    ({"validation": (X[:, :1], Y)}, ValueError, "^validation X", "2 columns"),
    ({"validation": (X, Y[:1])}, ValueError, "^validation y", "12 samples"),
    ({"validation": (X, Y + 1)}, ValueError, "^validation y .*label 3", "from 0 to 2"),
    ({"validation": (X * INF, Y)}, ValueError, "^validation X holds", "finite"),
    ({"callbacks": [3]}, TypeError, "callbacks hold 3", "nn.EarlyStopping"),
    ({"callbacks": 3}, TypeError, "callbacks hold 3", "nn.EarlyStopping"),
    ({"callbacks": [nn.EarlyStopping]}, TypeError, "callbacks hold <class", "expected"),
    ({"callbacks": [nn.EarlyStopping()]}, ValueError, "monitor is 'val_loss'", "give"),
    ({"resume": 3}, TypeError, "resume is 3", "path"),
]:
    bad("fit", lambda c=change: fit(**c), error, *says)

bad(
    "EarlyStopping", lambda: nn.EarlyStopping(-1), ValueError, "patience is -1", "least"
)
bad(
    "EarlyStopping",
    lambda: nn.EarlyStopping(min_delta=-1),
    ValueError,
    "min_delta is -1",
)
bad(
    "EarlyStopping",
    lambda: nn.EarlyStopping(monitor="x"),
    ValueError,
    "'x'",
    "val_loss",
)
bad(
    "Checkpoint",
    lambda: nn.Checkpoint("n", every=0),
    ValueError,
    "every is 0",
    "least 1",
)
bad("Checkpoint", lambda: nn.Checkpoint(3), TypeError, "path is 3", "path of a file")
bad(
    "Checkpoint",
    lambda: fit(callbacks=[nn.Checkpoint("no/n")]),
    ValueError,
    "folder no",
)
bad(
    "GradientClipping", lambda: nn.GradientClipping(), ValueError, "norm is None", "one"
)
bad(
    "GradientClipping",
    lambda: nn.GradientClipping(0),
    ValueError,
    "norm is 0",
    "above 0",
)
bad(
    "GradientClipping",
    lambda: nn.GradientClipping("a"),
    TypeError,
    "norm is 'a'",
    "num",
)

# Files (in a folder of the test's own) -----------------------------------------------


def write(name, content):
    Path(name).write_bytes(content)
    return name


def truncated():
    nn.save(NETWORK, "network")
    return write("network", Path("network").read_bytes()[:-3])


def of_another_version():
    from safetensors.numpy import save_file

    save_file({"params": np.zeros(3)}, "network", {"nnbook": "9"})
    return "network"


bad("save", lambda: nn.save(3, "n"), TypeError, "network is 3", "nn.Network")
bad("save", lambda: nn.save(NETWORK, 3), TypeError, "path is 3", "path of a file")
bad("save", lambda: nn.save(NETWORK, "no/n"), ValueError, "folder no does not exist")
bad("save", lambda: nn.save(NETWORK, "."), ValueError, "is a folder", "path of a file")
bad("save", lambda: nn.save(broken(), "n"), ValueError, "parameters are not finite")
bad(
    "save",
    lambda: nn.save(NETWORK, "n", [0.1]),
    TypeError,
    "history is .0.1.",
    "fit returned",
)
bad("load_history", lambda: nn.load_history(3), TypeError, "path is 3", "path of a")
bad("load_history", lambda: nn.load_history("no"), FileNotFoundError, "no file no")
bad("load_history", lambda: nn.load_history(truncated()), ValueError, "damaged", "back")
bad("load", lambda: nn.load(None), TypeError, "path is None", "path of a file")
bad("load", lambda: nn.load("none"), FileNotFoundError, "no file none", "nn.save")
bad("load", lambda: nn.load("."), ValueError, "is a folder", "nn.save")
bad("load", lambda: nn.load(truncated()), ValueError, "network .*damaged", "backup")
bad(
    "load",
    lambda: nn.load(write("n", b"x" * 99)),
    ValueError,
    "n is not a whole",
    "back",
)
bad("load", lambda: nn.load(of_another_version()), ValueError, "version 9", "version 1")
bad("fit", lambda: fit(resume=truncated()), ValueError, "network .*damaged", "backup")
bad(
    "fit",
    lambda: fit(resume=of_another_version()),
    ValueError,
    "version 9",
    "version 1",
)
bad(
    "fit",
    lambda: fit(resume="none"),
    FileNotFoundError,
    "no file none",
    "nn.Checkpoint",
)


def of_a_run():
    fit(callbacks=[nn.Checkpoint("run")])
    return "run"


for change, *says in [
    ({"network": nn.mlp([2, 5, 3])}, "the network", "5"),
    ({"optimizer": nn.SGD(0.2)}, "the optimizer .*0.1", "0.2"),
    ({"loss": nn.SoftmaxCrossEntropy(0.1)}, r"the loss .*Entropy\(\)", "0.1"),
    ({"regularizer": nn.L2(0.5)}, "the regularizer None", "0.5"),
    ({"batch_size": 5}, "the batch_size 12", "5"),
    ({"X": X[:9], "y": Y[:9], "batch_size": 9}, "the batch_size 12", "9"),
    ({"X": [*X, *X], "y": [*Y, *Y], "batch_size": 12}, "number of samples 12", "24"),
    ({"validation": (X[:5], Y[:5])}, "number of validation samples 0", "5"),
    ({"callbacks": []}, "list of callbacks .*Checkpoint", "with the same one"),
]:
    bad("fit", lambda c=change: fit(resume=of_a_run(), **c), ValueError, *says)

for name in ("spiral", "moons", "blobs"):
    f = getattr(nn.datasets, name)
    bad(f"datasets.{name}", lambda f=f: f(0), ValueError, "n_per_class is 0", "least 1")
    bad(
        f"datasets.{name}",
        lambda f=f: f(noise=-1),
        ValueError,
        "noise is -1",
        "least 0",
    )
    bad(f"datasets.{name}", lambda f=f: f(seed=0.5), TypeError, "seed is 0.5", "whole")
bad("datasets.blobs", lambda: nn.datasets.blobs(5, 1), ValueError, "n_classes is 1")
bad(
    "datasets.xor", lambda: nn.datasets.xor(0), ValueError, "n_per_corner is 0", "least"
)
bad(
    "datasets.xor",
    lambda: nn.datasets.xor(noise=NAN),
    ValueError,
    "noise is nan",
    "fin",
)
for name in ("split", "datasets.split"):
    bad(name, lambda: nn.split(X, Y[:5]), ValueError, "12 rows and y", "one row")
    bad(name, lambda: nn.split(X, Y, test=1.5), ValueError, "test is 1.5", "below 1")
bad(
    "datasets.epidemic",
    lambda: nn.datasets.epidemic("mars"),
    ValueError,
    "name is 'mars'",
    "germany, countries",
)
bad(
    "datasets.read_kaggle_digits",
    lambda: nn.datasets.read_kaggle_digits("none.csv"),
    FileNotFoundError,
    "train_csv is 'none.csv'",
    "expected",
)
bad(
    "datasets.read_kaggle_digits",
    lambda: nn.datasets.read_kaggle_digits(write("t.csv", b"a,b\n1,2\n")),
    ValueError,
    "column 1 of train_csv is",
    "expected 'label'",
)
bad(
    "datasets.read_kaggle_digits",
    lambda: nn.datasets.read_kaggle_digits(3),
    TypeError,
    "train_csv is 3",
    "path",
)
bad(
    "datasets.mnist",
    lambda: damaged_mnist(b"\x1f\x8bnot gzip"),
    ValueError,
    "train-images-idx3-ubyte.gz is damaged",
    "mnist",
)
bad(
    "datasets.mnist",
    lambda: damaged_mnist(gzip.compress(b"\0\0\x08\x01")),
    ValueError,
    "train-images-idx3-ubyte.gz starts with",
    "expected 0x00000803",
)


def damaged_mnist(content):
    write("train-images-idx3-ubyte.gz", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NNBOOK_DATA_DIR", ".")
        nn.datasets.mnist()


bad("recorded", lambda: nn.recorded("../x"), ValueError, "name is '../x'", "one of")
bad("recorded", lambda: nn.recorded(3), ValueError, "name is 3", "expected one of")

# Figures -----------------------------------------------------------------------------

PLOTS = nn.plots
BOX = {"xlim": (-1, 1), "ylim": (-1, 1)}
for call, error, *says in [
    (lambda p: p.curves([1, 2], [1, 2]), TypeError, r"y is \[1, 2\]", "dict"),
    (lambda p: p.curves([1, 2], {"a": [1]}), ValueError, r"y\['a'\] .*1", "2"),
    (lambda p: p.curves([1, NAN], {"a": [1, 2]}), ValueError, "x holds nan", "finite"),
    (lambda p: p.curves([], {"a": []}), ValueError, "x is empty", "at least one"),
    (
        lambda p: p.curves([0, 1], {"a": [1, 2]}, xlog=True),
        ValueError,
        "x holds 0",
        "log",
    ),
    (lambda p: p.curves([1], {"a": [1]}, ax=3), TypeError, "ax is 3", "Axes"),
    (
        lambda p: p.curves([1], {"a": [1]}, colors={"a": "x"}),
        ValueError,
        "'x'",
        "colour",
    ),
]:
    bad("plots.curves", lambda f=call: f(PLOTS), error, *says)
bad(
    "plots.history",
    lambda: PLOTS.history([1]),
    TypeError,
    r"history is \[1\]",
    "nn.fit",
)
bad("plots.network", lambda: PLOTS.network(3), TypeError, "network is 3", "nn.mlp")
bad("plots.graph", lambda: PLOTS.graph(3), TypeError, "edges is 3", "list of tuples")
bad("plots.history", lambda: PLOTS.history(nn.History()), ValueError, "loss is empty")
bad("datasets.xor", lambda: nn.datasets.xor(noise=1e308), ValueError, "at most 1e")
bad(
    "mlp", lambda: nn.mlp([2, 3], weights=np.zeros), TypeError, "initializer of W", "he"
)
bad("L2", lambda: nn.L2(0.1).penalty([1e200]), ValueError, "up to 1e.200, too large")
bad("L1", lambda: nn.L1(0.1).penalty([1e308, 1e308]), ValueError, "too large")
bad("fit", lambda: fit(progress="no"), TypeError, "progress is 'no'", "True or False")
bad("History", lambda: nn.History(loss=0.5), TypeError, "loss is 0.5", "list")
for value in (np.timedelta64(3, "s"), np.timedelta64(3, "D")):
    bad("Adam", lambda v=value: nn.Adam(v), TypeError, "learning_rate is", "a number")
    bad("Dense", lambda v=value: nn.Dense(v, 1), TypeError, "n_in is", "whole number")
for name in ("signal_by_depth", "gradient_by_depth"):
    f = getattr(PLOTS, name)
    bad(f"plots.{name}", lambda f=f: f([1, 2]), TypeError, r"is \[1, 2\]", "dict")
    bad(f"plots.{name}", lambda f=f: f({}), ValueError, "is empty", "at least one")
    bad(f"plots.{name}", lambda f=f: f({"a": [NAN]}), ValueError, "nan", "finite")
for call, error, *says in [
    (lambda p: p.decision_boundary(3, X, Y), TypeError, "model is 3", "network"),
    (
        lambda p: p.decision_boundary(NETWORK, X[:, :1], Y),
        ValueError,
        r"\(12, 1\)",
        "2",
    ),
    (
        lambda p: p.decision_boundary(NETWORK, X, Y[:1]),
        ValueError,
        "y has 1",
        "one row",
    ),
    (
        lambda p: p.decision_boundary(NETWORK, X, Y * 0.5),
        TypeError,
        "y has dtype float",
    ),
    (lambda p: p.decision_boundary(NETWORK, X * NAN, Y), ValueError, "X holds nan"),
    (
        lambda p: p.decision_boundary(NETWORK, X, Y, resolution=1),
        ValueError,
        "resolution is 1",
        "at least 2",
    ),
    (
        lambda p: p.decision_boundary(lambda p: p[:1, 0], X, Y),
        TypeError,
        r"model gives .*\(1,\)",
        "expected integer classes",
    ),
]:
    bad("plots.decision_boundary", lambda f=call: f(PLOTS), error, *says)
WAY = {"a": [[0.0, 0.0], [1.0, 1.0]]}
for call, error, *says in [
    (lambda p: p.paths(3, WAY, **BOX), TypeError, "function is 3", "function"),
    (lambda p: p.paths(np.hypot, [1], **BOX), TypeError, r"paths is \[1\]", "dict"),
    (
        lambda p: p.paths(np.hypot, {"a": [[1.0]]}, **BOX),
        ValueError,
        r"\(1, 1\)",
        r"\(t, 2\)",
    ),
    (
        lambda p: p.paths(np.hypot, WAY, **BOX, levels=0),
        ValueError,
        "levels is 0",
        "at least 1",
    ),
    (lambda p: p.paths(np.hypot, WAY, (1, 0), (0, 1)), ValueError, "xlim is", "low"),
    (
        lambda p: p.paths(np.hypot, WAY, 3, (0, 1)),
        TypeError,
        "xlim is 3",
        "two numbers",
    ),
]:
    bad("plots.paths", lambda f=call: f(PLOTS), error, *says)
bad(
    "plots.images", lambda: PLOTS.images(np.zeros(4)), ValueError, r"X .*\(4,\)", "None"
)
bad("plots.images", lambda: PLOTS.images(np.zeros((1, 5))), ValueError, "square")
bad("plots.images", lambda: PLOTS.images([[NAN] * 4]), ValueError, "X holds nan")
bad(
    "plots.images",
    lambda: PLOTS.images(np.eye(4), columns=0),
    ValueError,
    "columns is 0",
)
bad(
    "plots.images",
    lambda: PLOTS.images(np.eye(4), [1]),
    ValueError,
    "labels has 1",
    "4",
)
bad("plots.heatmap", lambda: PLOTS.heatmap([1.0]), ValueError, "matrix .*", "2 dim")
bad("plots.heatmap", lambda: PLOTS.heatmap([[NAN]]), ValueError, "matrix holds nan")
bad(
    "plots.heatmap",
    lambda: PLOTS.heatmap([[1]], rows=["a", "b"]),
    ValueError,
    "rows has 2",
)
bad("plots.confusion", lambda: PLOTS.confusion([[1, 2]]), ValueError, r"\(1, 2\)")
bad("plots.confusion", lambda: PLOTS.confusion([[-1]]), ValueError, "-1", "counts")

# Estimators --------------------------------------------------------------------------

for name in nn.estimators.__all__:
    f = getattr(nn.estimators, name)
    for options, error, *says in [
        ({"hidden": 100}, TypeError, "hidden is 100", "width"),
        ({"hidden": (0,)}, ValueError, "is 0", "at least 1"),
        ({"activation": "x"}, ValueError, "activation is 'x'", "one of"),
        ({"optimizer": "x"}, ValueError, "optimizer is 'x'", "one of adam"),
        ({"learning_rate": -1}, ValueError, "learning_rate is -1", "at least 0"),
        ({"l2": -1}, ValueError, "l2 is -1", "at least 0"),
        ({"epochs": "a"}, TypeError, "epochs is 'a'", "whole number"),
        ({"batch_size": 0}, ValueError, "batch_size is 0", "at least 1"),
    ]:
        bad(
            f"estimators.{name}",
            lambda f=f, o=options: f(**{"epochs": 1, **o}).fit(X, Y),
            error,
            *says,
        )
bad(
    "estimators.NetworkClassifier",
    lambda: nn.estimators.NetworkClassifier().fit(X, [1] * 12),
    ValueError,
    "y holds one class, '1'",
    "two or more",
)


# What is easily mistaken -------------------------------------------------------------

MASKED = np.ma.array(X, mask=X > 1)
CROSS = nn.SoftmaxCrossEntropy()


def fit_rows(name, says, error=ValueError, **options):
    given = {"X": X, "y": Y, "loss": CROSS, "optimizer": nn.SGD(0.1), "epochs": 1}
    bad(name, lambda: nn.fit(NETWORK.copy(), **{**given, **options}), error, *says)


fit_rows("fit", ("X has masked entries", "filled"), X=MASKED)
fit_rows("fit", ("dtype <U", "np.unique"), TypeError, y=Y.astype(str))
fit_rows("fit", ("dtype float64", "astype"), TypeError, y=Y.astype(float))
fit_rows("fit", ("expected .12, 3.", "np.eye.3."), loss=nn.MeanSquaredError())
fit_rows(
    "fit",
    ("validation y", "holds 1e.300, too large for float32"),
    loss=nn.MeanSquaredError(),
    y=np.zeros((12, 3)),
    validation=(X, np.full((12, 3), 1e300)),
)
for shape in ((2,), (2, 1)):
    bad(
        "SoftmaxCrossEntropy",
        lambda shape=shape: CROSS([[0.1], [0.2]], np.reshape([0, 1], shape)),
        ValueError,
        "BinaryCrossEntropy",
    )
bad(
    "Dense",
    lambda: nn.Dense(2, 3, weights=nn.init.normal),
    TypeError,
    "weights is <function normal",
    "nn.init.normal.0.01.",
)
bad("Adam", lambda: nn.Adam(lambda: 0.1), TypeError, "learning_rate", "of the step")
bad("accuracy", lambda: nn.accuracy(["a"], ["a"]), TypeError, "<U1", "np.unique")
for c, says in ((10**9, "at most 10,000"), (2**63, "expected smaller ones")):
    bad(
        "confusion_matrix",
        lambda c=c: nn.confusion_matrix([c], [c]),
        ValueError,
        says,
    )
bad(
    "plots.decision_boundary",
    lambda: nn.plots.decision_boundary(NETWORK, X, 10**9 * Y),
    ValueError,
    "there is a class 2000000000",
)
for kind in (nn.L1, nn.L2):
    penalty = kind(0.1)
    name = kind.__name__
    bad(name, lambda p=penalty: p.penalty([NAN]), ValueError, "params holds nan")
    bad(name, lambda p=penalty: p.penalty("a"), TypeError, "params has dtype <U1")
    bad(
        name,
        lambda p=penalty: p.add_gradient(np.ones(3), np.ones(2)),
        ValueError,
        "grads have shape .2,.",
    )
    bad(
        name,
        lambda p=penalty: p.add_gradient(np.ones(3), [0.0] * 3),
        TypeError,
        "grads is .0.0, 0.0",
    )

    for says, arguments in {
        "grads are read-only": (np.ones(3), np.broadcast_to(0.0, 3)),
        "n_weights is 4; .* at most 3": (np.ones(3), np.ones(3), 4),
        "params have shape .3, 1.; .*one vector": (np.ones((3, 1)), np.ones((3, 1)), 1),
    }.items():
        bad(name, lambda p=penalty, a=arguments: p.add_gradient(*a), ValueError, says)
    bad(name, lambda p=penalty: p.penalty(np.ones(3), 4), ValueError, "n_weights is 4")
    bad(name, lambda k=kind: k(0.1, biases="no"), TypeError, "biases is 'no'", "True")

bad("OpenNMTDecay", lambda: nn.OpenNMTDecay(restart="no"), TypeError, "restart is 'no'")
bad(
    "OpenNMTDecay", lambda: nn.OpenNMTDecay().epoch_end("a", 1.0), TypeError, "epoch is"
)
bad("Adam", lambda: nn.Adam().load_state_dict(3), TypeError, "state is 3", "state_dict")
bad(
    "SGD", lambda: nn.SGD(10**5000), ValueError, "learning_rate is a huge int", "finite"
)
bad(
    "SGD",
    lambda: nn.SGD(0.1).step(np.ones(1), np.ma.masked_array([1.0], [True])),
    TypeError,
    "grads is a masked array",
    "filled",
)
bad(
    "EarlyStopping",
    lambda: nn.EarlyStopping().load_state_dict({}),
    ValueError,
    "state lacks best_epoch",
)
bad(
    "Dense",
    lambda: nn.Dense(2, 3, weights=np.ones((2, 3))),
    TypeError,
    "weights is an array",
    "initializer such as",
)
bad(
    "Dense",
    lambda: nn.Dense(2, 3, activation=nn.Activation()),
    TypeError,
    "the base of all activations, which has no value",
    "such as nn.relu",
)
bad("mlp", lambda: nn.mlp(b"ab"), TypeError, "sizes is b'ab'", "list like")
bad("mlp", lambda: nn.mlp([2, 3], dtype=None), TypeError, "dtype is None", "float32")
bad(
    "Network",
    lambda: nn.Network(nn.Dropout(0.5))(np.empty((3, 0))),
    ValueError,
    r"X is empty, of shape \(3, 0\)",
)
for kind in (nn.LayerNorm, nn.BatchNorm):
    bad(
        kind.__name__,
        lambda k=kind: k(2, 1e-50),
        ValueError,
        "epsilon is 1e-50",
        "rounds",
    )
bad(
    "CrossEntropy",
    lambda: nn.CrossEntropy(1e-50)(np.array([[0, 1]], np.float32), [1]),
    ValueError,
    "epsilon is 1e-50, which rounds to 0",
)
for path, says in {"a\0b": "a path without", b"n": "path of a file"}.items():
    error = ValueError if isinstance(path, str) else TypeError
    bad("save", lambda p=path: nn.save(NETWORK, p), error, "path is", says)


class Nothing(nn.Schedule):
    def __call__(self, t):
        return None


bad("Schedule", lambda: Nothing()(3), TypeError, "gives None for step 3", "finite rate")
for labels, says in {
    ("_a",): "the label '_a'; .*does not begin",
    (1, "1"): "two labels '1'",
}.items():
    bad(
        "plots.curves",
        lambda names=labels: nn.plots.curves([0], {name: [0] for name in names}),
        ValueError,
        says,
    )
bad(
    "plots.curves", lambda: nn.plots.curves([0], {"a": [0]}, ax=plt), TypeError, "ax is"
)

bad(
    "softmax_backward",
    lambda: nn.softmax_backward([0.0, 1.0], [1.7e308, -1.7e308]),
    ValueError,
    r"grad holds 1.7e\+308, too large for float64",
)
bad("datasets.moons", lambda: nn.datasets.moons(noise=1e308), ValueError, "at most 1e")
bad(
    "numerical_gradient",
    lambda: nn.numerical_gradient(lambda x: RAGGED, [1.0]),
    ValueError,
    "what f returned has rows of different lengths",
)

# The test ----------------------------------------------------------------------------


def identify(row):
    return f"{row.name}-{'-'.join(row.says)}"


@pytest.mark.parametrize("row", ROWS, ids=identify)
def test_bad_input(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(row.error) as caught:
        row.call()
    message = str(caught.value)
    for fragment in row.says:
        caught.match(fragment)
    assert row.says
    assert type(caught.value) is row.error
    assert len(message) > 25
    # The library noticed it, and not NumPy or Python in the midst of something.
    place = traceback.extract_tb(caught.value.__traceback__)[-1].filename
    assert "nnbook" in Path(place).parts
    plt.close("all")


def test_there_are_many_rows():
    assert len(ROWS) >= 150


# What cannot be given bad input, and why.
WITHOUT = {
    "Interaction": "is made by interact",
    "Callback": "takes no arguments",
    "Layer": "takes no arguments",
    "DivergedError": "is raised by fit",
    "datasets.digits": "takes no arguments",
    "datasets.Split": "is made by the data sets",
    "datasets.Epidemic": "is made by epidemic",
    "init.Initializer": "is a type",
}


def public_names():
    for name in nn.__all__:
        value = getattr(nn, name)
        if not inspect.ismodule(value):
            yield name
    for namespace in ("init", "datasets", "plots", "estimators"):
        for name in getattr(nn, namespace).__all__:
            yield f"{namespace}.{name}"


def test_every_public_name_is_given_bad_input():
    public = set(public_names())
    tested = {row.name for row in ROWS}
    missing = sorted(public - tested - set(WITHOUT))
    assert not missing, (
        f"No bad input for {', '.join(missing)}. Add a row for each to this file, such "
        f'as bad("{missing[0]}", lambda: …, ValueError, "rate is 2", "below 1"), or '
        f"say in WITHOUT why there is none."
    )
    assert not set(WITHOUT) & tested
    assert set(WITHOUT) | tested <= public
