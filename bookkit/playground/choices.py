"""What can be chosen in the playground, and what stands for it in the snippet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Data sets of the library, those of classes, and formulas of values.
TOYS = {
    "spiral": "nn.datasets.spiral(noise={noise})",
    "moons": "nn.datasets.moons(noise={noise})",
    "blobs": "nn.datasets.blobs(noise={noise})",
    "xor": "nn.datasets.xor(50, noise={noise})",
}
CLASSES = {"spiral": 3, "moons": 2, "blobs": 3, "xor": 2, "curve": 2}
SURFACES = {
    "slope": "(x + y)/2",
    "hills": "exp(-9*(x-0.4)^2 - 9*(y-0.4)^2) - exp(-9*(x+0.4)^2 - 9*(y+0.4)^2)",
    "waves": "sin(4*x)*cos(4*y)",
}
ACTIVATIONS = (
    *("tanh", "sigmoid", "relu", "leaky_relu", "elu", "selu"),
    *("softplus", "silu", "gelu", "identity"),
)
WEIGHTS = {
    "fitting": None,
    "zeros": "nn.init.zeros",
    "tiny": "nn.init.normal(0.01)",
    "large": "nn.init.normal(3.0)",
    "lecun_normal": "nn.init.lecun_normal",
    "glorot_uniform": "nn.init.glorot_uniform",
    "he_normal": "nn.init.he_normal",
    "orthogonal": "nn.init.orthogonal",
}
BIAS = {
    "0": None,
    "1": "nn.init.constant(1.0)",
    "-1": "nn.init.constant(-1.0)",
    "-5": "nn.init.constant(-5.0)",
    "none": "None",
}
OPTIMIZERS = (
    *("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta"),
    *("Adam", "AdaMax", "Nadam", "AMSGrad", "AdamW"),
)
SCHEDULES = {
    "constant": "{rate}",
    "halved": "nn.StepDecay({rate}, factor=0.5, every=200)",
    "exponential": "nn.ExponentialDecay({rate}, 0.5, every=200)",
    "inverse": "nn.InverseTimeDecay({rate}, 0.01)",
    "linear": "nn.LinearDecay({rate}, steps=1000)",
    "cosine": "nn.CosineDecay({rate}, steps=1000)",
    "restarts": "nn.WarmRestarts({rate}, period=200)",
    "warm-up": "nn.Warmup(nn.CosineDecay({rate}, steps=1000), steps=100)",
}
MOST_LAYERS, MOST_UNITS, MOST_POINTS = 5, 16, 1000


@dataclass(frozen=True)
class Control:
    """What the page offers for one setting.

    Attributes
    ----------
    kind
        "menu", "number", "widths" or "text".
    choices
        Pairs of a value and how it is called, of a menu; of a number, what it can be
        from and to, and the step of its arrows.
    only
        The data sets for which it means something; none for all.
    """

    name: str
    label: str
    kind: str
    choices: Sequence[Any] = ()
    only: Sequence[str] = ()


def _menu(names: Sequence[str], **said: str) -> list[tuple[str, str]]:
    return [(name, said.get(name.replace("-", "_"), name)) for name in names]


CONTROLS = (
    Control(
        "data",
        "Data",
        "menu",
        _menu(
            [*CLASSES, "points", *SURFACES, "formula", "values"],
            curve="under a curve y = f(x)",
            points="your own points",
            slope="values: a slope",
            hills="values: two hills",
            waves="values: waves",
            formula="values: a formula",
            values="values: your own points",
        ),
    ),
    Control("formula", "Formula", "text", only=("curve", "formula")),
    Control("noise", "Noise", "number", (0, 1, 0.05), (*CLASSES, *SURFACES, "formula")),
    Control("layers", "Units in hidden layers", "widths", (MOST_LAYERS, MOST_UNITS)),
    Control(
        "activation",
        "Activation",
        "menu",
        _menu(ACTIVATIONS, leaky_relu="leaky relu", identity="identity (none)"),
    ),
    Control(
        "weights",
        "Initial weights",
        "menu",
        _menu(
            list(WEIGHTS),
            fitting="fits the activation",
            tiny="normal, σ = 0.01",
            large="normal, σ = 3",
        ),
    ),
    Control("bias", "Biases begin at", "menu", _menu(list(BIAS), none="none at all")),
    Control("optimizer", "Optimizer", "menu", _menu(OPTIMIZERS)),
    Control("rate", "Learning rate", "number", (0, 100, 0.01)),
    Control(
        "schedule",
        "Schedule",
        "menu",
        _menu(
            list(SCHEDULES),
            halved="halved every 200 steps",
            exponential="exponential, halved in 200 steps",
            inverse="inverse time",
            linear="linear, to 0 in 1,000 steps",
            cosine="cosine, to 0 in 1,000 steps",
            restarts="warm restarts every 200 steps",
            warm_up="warm-up for 100 steps, then cosine",
        ),
    ),
    Control("regularizer", "Regularizer", "menu", _menu(["none", "L1", "L2"])),
    Control("strength", "Its strength λ", "number", (0, 10, 0.001)),
    Control(
        "batch",
        "Batch",
        "menu",
        _menu(["all", "1", "8", "32", "100"], all="all samples", **{"1": "1 sample"}),
    ),
    Control("seed", "Seed", "number", (0, 9999, 1)),
)
