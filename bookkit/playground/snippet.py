"""The snippet that a reader's settings stand for, in three parts.

The session runs the very lines that the page shows, so that both are one.
"""

from __future__ import annotations

import textwrap

from bookkit.playground.choices import BIAS, SCHEDULES, SURFACES, TOYS, WEIGHTS
from bookkit.playground.formula import as_numpy
from bookkit.playground.settings import Settings, as_text

_WIDTH = 76  # columns


def setup(settings: Settings) -> str:
    """Data, network, loss and optimizer."""
    lines = ["import numpy as np", "import nnbook as nn", "", *_data(settings), ""]
    lines += _network(settings)
    loss = "MeanSquaredError" if settings.regression else "SoftmaxCrossEntropy"
    lines += [f"loss = network.loss = nn.{loss}()"]
    rate = SCHEDULES[settings.schedule].format(rate=as_text(settings.rate))
    if settings.schedule != "constant":
        lines += [f"schedule = {rate}"]
        rate = "schedule"
    lines += [f"optimizer = nn.{settings.optimizer}({rate})"]
    if settings.regularizer != "none":
        lines += [f"penalty = nn.{settings.regularizer}({as_text(settings.strength)})"]
    if settings.batch != "all":
        lines += [
            f"shuffle = np.random.default_rng({settings.seed})",
            f"per_epoch = -(-len(X) // {settings.batch})",
        ]
    return "\n".join(lines) + "\n"


def _network(settings: Settings) -> list[str]:
    lines = ["network = nn.Network("]
    widths = [2, *settings.layers, settings.outputs]
    weights, bias = WEIGHTS[settings.weights], BIAS[settings.bias]
    for i, n_in in enumerate(widths[:-1]):
        last = i == len(settings.layers)
        options = [str(n_in), str(widths[i + 1])]
        options += [] if last else [f"activation=nn.{settings.activation}"]
        options += [f"weights={weights}"] if weights else []
        if bias and not (last and bias != "None"):
            options += [f"bias={bias}"]
        lines += _dense(", ".join(options))
    return [*lines, f"    seed={settings.seed}, dtype=np.float64,", ")"]


def loop(settings: Settings, steps: str) -> str:
    """The training.

    Parameters
    ----------
    steps
        What the loop runs through, such as `range(100)`.
    """
    lines, rows = [f"for step in {steps}:"], ""
    if settings.batch != "all":
        rows = "[rows]"
        lines += [
            "    at = step % per_epoch",
            "    if at == 0:",
            "        order = shuffle.permutation(len(X))",
            f"    rows = order[at * {settings.batch} : (at + 1) * {settings.batch}]",
        ]
    lines += [
        f"    Z = network.forward(X{rows})",
        f"    network.backward(loss.gradient(Z, y{rows}))",
    ]
    vectors = "(network.params, network.grads, network.n_weights)"
    if settings.regularizer != "none":
        lines += [f"    penalty.add_gradient{vectors}"]
    lines += [f"    optimizer.step{vectors}"]
    return "\n".join(lines) + "\n"


def scores(settings: Settings) -> str:
    """What is printed in the end."""
    name = "r2" if settings.regression else "accuracy"
    return (
        "scores = network.evaluate(X, y)\n"
        f"print(f\"loss {{scores['loss']:.4g}}, "
        f"{name} {{scores['{name}']:.4g}}\")\n"
    )


def _data(settings: Settings) -> list[str]:
    noise = as_text(settings.noise)
    if settings.data in TOYS:
        made = TOYS[settings.data].format(noise=noise)
        return [f"X, y = {made[:-1]}, seed={settings.seed})"]
    if settings.data in ("points", "values"):
        numbers = ", ".join(as_text(number) for number in settings.points)
        classes = ".astype(int)" if settings.data == "points" else ""
        return [
            "points = np.array([",
            *_indented(numbers),
            "]).reshape(-1, 3)",
            f"X, y = points[:, :2], points[:, 2]{classes}",
        ]
    lines = [
        f"rng = np.random.default_rng({settings.seed})",
        "X = rng.uniform(-1, 1, (300, 2))",
        "x1, x2 = X.T",
    ]
    noisy = f"f + {noise} * rng.normal(size=300)"
    if settings.data == "curve":
        curve = as_numpy(settings.formula, {"x": "x1"})
        return [*lines, *_assign("f", curve), f"y = (x2 < {noisy}).astype(int)"]
    formula = SURFACES.get(settings.data, settings.formula)
    surface = as_numpy(formula, {"x": "x1", "y": "x2"})
    return [*lines, *_assign("f", surface), f"y = {noisy}"]


def _assign(name: str, value: str) -> list[str]:
    """An assignment, in brackets where it is long."""
    if len(value) <= _WIDTH - 4:
        return [f"{name} = {value}"]
    return [f"{name} = (", *_indented(value), ")"]


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH - 4,
        initial_indent=4 * " ",
        subsequent_indent=4 * " ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _dense(options: str) -> list[str]:
    """A layer, on two lines where it is long."""
    line = f"    nn.Dense({options}),"
    if len(line) <= _WIDTH:
        return [line]
    at = options.index(", weights=") + 2
    return [f"    nn.Dense({options[:at].rstrip()}", f"             {options[at:]}),"]
