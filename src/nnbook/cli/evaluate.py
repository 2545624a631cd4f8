"""`nnbook evaluate`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from nnbook._types import Array
from nnbook.cli import model
from nnbook.cli.samples import Data, to_measure
from nnbook.metrics import confusion_matrix


@click.command()
@click.argument("network_file", metavar="MODEL", type=click.Path(path_type=Path))
@click.argument("data", type=Data())
@click.option("--confusion", is_flag=True, help="Print also what is mixed up.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
def evaluate(network_file: Path, data: str, confusion: bool, as_json: bool) -> None:
    """Measure MODEL on DATA that it has not seen.

    Of digits and mnist these are their test images; the sets of points are drawn anew,
    with seed 1. A CSV file has the columns of the one that the model was trained on;
    which of its rows the model has seen is for you to know.

    Classes: the accuracy, and the interval in which it lies with 95 % confidence.
    Values: r2, and the root of the mean square error, in the target's unit.

    \b
    nnbook evaluate mnist.safetensors mnist --confusion
    nnbook evaluate iris.safetensors others.csv --json
    """
    network, meaning = model.load(network_file)
    samples = to_measure(data, meaning)
    if network.n_in != samples.X.shape[1]:
        raise ValueError(
            f"{network_file} takes {network.n_in} numbers a sample, {data} has "
            f"{samples.X.shape[1]}."
        )
    X, y = model.scaled(samples)
    scores = model.measure(network, X, y, samples.meaning)
    if as_json:
        click.echo(json.dumps(scores))
        return
    click.echo(f"{data}: {len(X):,} samples, loss {scores['loss']:.4f}")
    click.echo(model.in_words(scores))
    if confusion and samples.meaning.classes:
        click.echo(_mixed_up(network.predict(X), y, samples.meaning.classes))


def _mixed_up(predicted: Array, y: Array, classes: Sequence[str]) -> str:
    """The pairs of classes that were confused most often."""
    counts = confusion_matrix(predicted, y, len(classes))
    np.fill_diagonal(counts, 0)
    pairs = [np.unravel_index(at, counts.shape) for at in (-counts).argsort(None)[:3]]
    found = [
        f"{classes[true]} as {classes[answer]} ({counts[true, answer]})"
        for true, answer in pairs
        if counts[true, answer]
    ]
    return f"mixed up most often: {', '.join(found) or 'nothing'}"
