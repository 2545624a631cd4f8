"""`nnbook predict`."""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np

from nnbook._types import Array
from nnbook.cli import model
from nnbook.cli.photo import FIELD, NoDigitError, as_mnist, read_picture

_WIDTH = 30  # of a bar that means certainty
# Two pixels, one above the other: neither, the upper, the lower or both inked.
_PIXELS = " ▀▄█"


@click.command()
@click.argument("network_file", metavar="MODEL", type=click.Path(path_type=Path))
@click.argument(
    "images",
    metavar="IMAGE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Print probabilities as JSON.")
@click.option("--show", is_flag=True, help="Print also what the network gets to see.")
def predict(
    network_file: Path, images: tuple[Path, ...], as_json: bool, show: bool
) -> None:
    """Read the digit in each IMAGE with MODEL.

    MODEL is a file of nnbook train mnist or of nnbook kaggle, or of nn.save for a
    network that takes MNIST's images. An IMAGE is a photo or a drawing of one digit,
    dark on bright or bright on dark, in any format that Pillow reads. It becomes what
    MNIST's images are: the shading of the paper is taken out, the digit is cropped,
    scaled into a box of 20 × 20 pixels, and put with its centre of mass into the middle
    of 28 × 28.

    \b
    nnbook predict mnist.safetensors four.jpg
    nnbook predict mnist.safetensors *.png --json

    With --json: a list with file, digit and probabilities of each image.
    """
    network, _ = model.load(network_file)
    if network.n_in != FIELD**2 or network.n_out != 10:
        raise ValueError(
            f"{network_file} takes {network.n_in} numbers and gives {network.n_out}; "
            f"expected a network that reads digits of 28 × 28 pixels, such as one of "
            f"nnbook train mnist."
        )
    digits = [_read(path) for path in images]
    probabilities = network.predict_proba(np.reshape(digits, (-1, FIELD**2)))
    if as_json:
        answers = [
            {"file": str(path), "digit": int(p.argmax()), "probabilities": p.tolist()}
            for path, p in zip(images, probabilities.astype(float), strict=True)
        ]
        click.echo(json.dumps(answers))
        return
    for path, digit, p in zip(images, digits, probabilities, strict=True):
        click.echo(f"{path}: {p.argmax()}")
        if show:
            click.echo(_drawn(digit))
        click.echo(_bars(p))


def _read(path: Path) -> Array:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}.")
    try:
        return as_mnist(read_picture(path))
    except NoDigitError as error:
        raise ValueError(f"{path} shows no digit: {error}.") from None


def _bars(probabilities: Array) -> str:
    return "\n".join(
        f"  {digit} {100 * p:5.1f} % {'█' * round(_WIDTH * p)}".rstrip()
        for digit, p in enumerate(probabilities.tolist())
    )


def _drawn(digit: Array) -> str:
    # A letter is about twice as high as it is wide.
    inked = (digit > 0.4).astype(int)
    rows = inked[::2] + 2 * inked[1::2]
    lines = ("".join(_PIXELS[i] for i in row) for row in rows)
    return "\n".join(f"  {line}".rstrip() for line in lines)
