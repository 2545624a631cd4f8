"""`nnbook kaggle`."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from nnbook import losses, optimizers, schedules
from nnbook._types import Array
from nnbook.augmentation import RandomWarp
from nnbook.cli import model, options, running
from nnbook.cli.samples import Meaning
from nnbook.datasets import split
from nnbook.datasets.handwriting import as_rows
from nnbook.datasets.kaggle import read_kaggle_csv
from nnbook.network import mlp

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("train_csv", metavar="TRAIN_CSV", type=_FILE)
@click.argument("test_csv", metavar="TEST_CSV", type=_FILE)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="submission.csv",
    show_default=True,
    help="The submission. Network and learning curve are saved beside it.",
)
@options.layers("512,256", "Widths of the hidden layers.")
@options.epochs("Passes over the images, each time moved, turned and bent a little.")
@options.held_out("Share of the labelled images that is kept to measure the accuracy.")
@options.seed("images")
@options.resume
def kaggle(
    train_csv: Path,
    test_csv: Path,
    out: Path,
    layers: list[int],
    epochs: int,
    held_out: float,
    seed: int,
    resume: bool,
) -> None:
    """Take part in Kaggle's competition "Digit Recognizer".

    TRAIN_CSV and TEST_CSV are the competition's two files; downloading them needs an
    account at Kaggle. A network is trained on nine tenths of the labelled images; the
    others, which it never sees, say how many of the answers are right, with the
    interval in which the accuracy lies with 95 % confidence. Then it reads the test
    images and writes a line ImageId,Label for each.

    \b
    nnbook kaggle train.csv test.csv --out submission.csv

    The network is saved as well: nnbook predict reads photos with it. Ctrl-C saves what
    was trained and says how to go on.
    """
    files = running.Files.beside(out.with_suffix(".safetensors"))
    files.check(resume, out)
    running.write(out, Path.unlink)
    labelled = read_kaggle_csv(str(train_csv), train_csv, labelled=True)
    images = read_kaggle_csv(str(test_csv), test_csv, labelled=False)
    parts = split(labelled[:, 1:], labelled[:, 0], test=held_out, seed=seed)
    y_train, y_held = (y.astype(np.intp) for y in (parts.y_train, parts.y_test))
    X_held = as_rows(parts.X_test)
    network = mlp([784, *layers, 10], seed=seed)
    click.echo(
        f"{train_csv}: {len(labelled):,} labelled images, {len(y_held):,} held out"
    )
    meaning = Meaning(classes=tuple("0123456789"))
    running.train(
        network,
        files,
        meaning,
        resume=resume,
        X=as_rows(parts.X_train),
        y=y_train,
        validation=(X_held, y_held),
        loss=losses.SoftmaxCrossEntropy(label_smoothing=0.05),
        augment=RandomWarp(),
        optimizer=optimizers.Adam(schedules.Warmup(schedules.LinearDecay(2e-3), 0.05)),
        epochs=epochs,
        batch_size=256,
        seed=seed,
    )
    scores = model.measure(network, X_held, y_held, meaning)
    click.echo(f"held out: {model.in_words(scores)}")
    answers = network.predict(as_rows(images))
    running.write(out, lambda path: path.write_text(_submission(answers)))
    click.echo(
        f"saved: {out} with {len(answers):,} answers, {files.network}, {files.curve}"
    )


def _submission(answers: Array) -> str:
    lines = (f"{i},{answer}\n" for i, answer in enumerate(answers, start=1))
    return "ImageId,Label\n" + "".join(lines)
