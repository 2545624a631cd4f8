"""`nnbook train`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import click
import numpy as np

from nnbook import activations, losses, optimizers, regularizers, schedules
from nnbook.activations import Activation
from nnbook.cli import model, options, running
from nnbook.cli.parts import Chosen, Part
from nnbook.cli.samples import BUILT_IN, Data, to_train
from nnbook.datasets import split
from nnbook.layers import Dense, Dropout, Layer
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer
from nnbook.schedules import Schedule, Warmup


@click.command()
@click.argument("data", type=Data())
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file of the network. Default: named after DATA, .safetensors.",
)
@click.option(
    "--curve",
    type=click.Path(path_type=Path),
    help="The picture of the learning curve: .png, .svg or .pdf. Default: beside the "
    "network, .png.",
)
@click.option(
    "--target", help="The CSV's column to predict. Default: label, or the last."
)
@click.option(
    "--task",
    type=click.Choice(["auto", "classify", "regress"]),
    default="auto",
    show_default=True,
    help="Whether the target names classes or is a quantity. auto: classes are words, "
    "or at most 100 different whole numbers.",
)
@options.layers("128", "Widths of the hidden layers, such as 128,64, or none.")
@click.option(
    "--activation",
    type=click.Choice(sorted(activations._KNOWN)),
    default="relu",
    show_default=True,
    metavar="NAME",
    help="Of the hidden layers: relu, tanh, gelu, …",
)
@click.option(
    "--dropout",
    type=click.FloatRange(0, 1, max_open=True),
    metavar="SHARE",
    default=0.0,
    help="Share of hidden units that each step leaves out.",
)
@click.option(
    "--optimizer",
    type=Part(optimizers, Optimizer, given=1),
    default="Adam",
    show_default=True,
    metavar="PART",
    help="SGD, Momentum, Adam, AdamW, …, with options: Momentum:0.95.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="RATE",
    help="The learning rate, or the schedule's first one. Default: the optimizer's.",
)
@click.option(
    "--schedule",
    type=Part(schedules, Schedule, given=1),
    metavar="PART",
    help="How the rate falls: LinearDecay, CosineDecay, StepDecay:every=500, …",
)
@click.option(
    "--warmup",
    type=click.FloatRange(0, 1, max_open=True),
    metavar="SHARE",
    default=0.0,
    help="Share of the training in which the rate rises from zero.",
)
@click.option(
    "--regularizer",
    type=Part(regularizers, Regularizer),
    metavar="PART",
    help="Penalty on the weights: L2:1e-4 or L1:1e-5.",
)
@options.epochs("Passes over the samples.")
@click.option(
    "--batch",
    type=click.IntRange(1),
    default=32,
    show_default=True,
    metavar="N",
    help="Samples in a step.",
)
@options.held_out(
    "Share of the samples that is not trained on, but measured after each epoch."
)
@options.seed("samples")
@options.resume
def train(
    data: str,
    out: Path | None,
    curve: Path | None,
    target: str | None,
    task: str,
    resume: bool,
    held_out: float,
    **chosen: Any,
) -> None:
    """Train a network on DATA, a built-in data set or a CSV file.

    Built in are the toy sets of nn.datasets, such as spiral and moons (points in the
    plane), digits (8 × 8 pixels) and mnist (28 × 28). A CSV file has the names of its
    columns in its first line and numbers below; the target may be words. Its inputs are
    brought to mean 0 and variance 1. Kaggle's train.csv is read as images.

    A PART is a class of the library; what its constructor takes stands behind a colon,
    as in --optimizer Adam:beta2=0.99,epsilon=1e-7.

    \b
    nnbook train spiral --layers 32,32 --optimizer Momentum --rate 0.1
    nnbook train mnist --epochs 3 --batch 128 --optimizer Momentum \\
      --rate 0.3 --schedule CosineDecay --warmup 0.15
    nnbook train iris.csv --target species --regularizer L2:1e-3

    Ctrl-C saves what was trained and says how to go on. The network's file is one of
    nn.save, which nn.load reads in Python.
    """
    name = data if data in BUILT_IN else Path(data).stem
    files = running.Files.beside(out or Path(f"{name}.safetensors"), curve)
    files.check(resume)
    optimizer = _optimizer(chosen)
    regularizer = chosen["regularizer"] and chosen["regularizer"].make()
    samples = to_train(data, target, task)
    rows, held = _part(len(samples.X), held_out, chosen["seed"])
    if samples.meaning.columns:
        samples = model.measured(samples, rows)
    X, y = model.scaled(samples)
    classes = samples.meaning.classes
    if not classes and np.ptp(y[held]) == 0:
        raise ValueError(
            f"all {len(held)} values that are held out are the same, so that nothing "
            f"can be measured with them. Give more rows, or a larger --held-out."
        )
    network = _network(X.shape[1], len(classes) or 1, chosen)
    click.echo(
        f"{data}: {len(rows):,} samples to train on, {len(held):,} held out; "
        f"{X.shape[1]} inputs, {f'{len(classes)} classes' if classes else 'one value'}"
    )
    click.echo(f"network: {_describe(network, chosen)}")
    history = running.train(
        network,
        files,
        samples.meaning,
        resume=resume,
        X=X[rows],
        y=y[rows],
        validation=(X[held], y[held]),
        loss=losses.SoftmaxCrossEntropy() if classes else losses.MeanSquaredError(),
        optimizer=optimizer,
        regularizer=regularizer,
        epochs=chosen["epochs"],
        batch_size=chosen["batch"],
        seed=chosen["seed"],
    )
    scores = model.measure(network, X[held], y[held], samples.meaning)
    click.echo(f"after {len(history)} epochs: loss {history.loss[-1]:.4f}")
    click.echo(f"held out: {model.in_words(scores)}")
    click.echo(f"saved: {files.network}, {files.curve}")


def _part(n: int, share: float, seed: int) -> tuple[Any, Any]:
    """Which rows are trained on, and which are held out."""
    rows = np.arange(n)
    parts = split(rows, rows, test=share, seed=seed)
    return parts.X_train, parts.X_test


def _optimizer(chosen: dict[str, Any]) -> Optimizer:
    part: Chosen = chosen["optimizer"]
    rate = chosen["rate"]
    own = inspect.signature(part.kind).parameters["learning_rate"].default
    if rate is None and own is inspect.Parameter.empty:
        raise click.UsageError(
            f"{part.kind.__name__} has no rate of its own; give --rate."
        )
    rate = own if rate is None else rate
    if chosen["schedule"]:
        rate = chosen["schedule"].make(rate)
    if chosen["warmup"]:
        rate = Warmup(rate, chosen["warmup"])
    optimizer: Optimizer = part.make(rate)
    return optimizer


def _network(n_in: int, n_out: int, chosen: dict[str, Any]) -> Network:
    activation: Activation = activations.get(chosen["activation"])
    layers: list[Layer] = []
    for width in chosen["layers"]:
        layers.append(Dense(n_in, width, activation=activation))
        if chosen["dropout"]:
            layers.append(Dropout(chosen["dropout"]))
        n_in = width
    layers.append(Dense(n_in, n_out))
    return Network(*layers, seed=chosen["seed"])


def _describe(network: Network, chosen: dict[str, Any]) -> str:
    widths = [network.n_in, *chosen["layers"], network.n_out]
    hidden = f", {chosen['activation']}" if chosen["layers"] else ""
    return f"{'-'.join(map(str, widths))}{hidden}, {network.params.size:,} parameters"
