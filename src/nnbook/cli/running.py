"""A training that can be interrupted, and what it leaves: network, curve, messages."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from nnbook import _checks, _files
from nnbook.callbacks import Checkpoint
from nnbook.cli import model
from nnbook.cli.samples import Meaning
from nnbook.network import Network
from nnbook.run import History
from nnbook.training import fit


class Interrupted(click.ClickException):
    """Ctrl-C in a training, after which all is saved."""

    exit_code = 130


@dataclass(frozen=True)
class Files:
    """Where a training puts its network, its curve, and its state while it runs."""

    network: Path
    curve: Path
    state: Path

    @classmethod
    def beside(cls, network: Path, curve: Path | None = None) -> Files:
        """Files whose names differ in their endings."""
        return cls(
            network, curve or network.with_suffix(".png"), network.with_suffix(".run")
        )

    def check(self, resume: bool, *others: Path) -> None:
        """Find out before the training what would be in the way after it."""
        paths = [*others, self.network, self.curve, self.state]
        if len({path.resolve() for path in paths}) < len(paths):
            raise ValueError(
                f"{', '.join(map(str, paths))} would be written, two of them in one "
                f"place. Choose another name or ending."
            )
        for path in paths:
            _files.check_target(path)
        canvas = _checks.require("matplotlib.figure").Figure().canvas
        if self.curve.suffix.removeprefix(".") not in canvas.get_supported_filetypes():
            raise ValueError(
                f"{self.curve} has no ending of a picture that can be drawn; use .png, "
                f".svg or .pdf."
            )
        if resume and not self.state.exists():
            raise ValueError(
                f"there is no interrupted training to go on with, which would have "
                f"left {self.state}. Leave out --resume."
            )


def train(
    network: Network, files: Files, meaning: Meaning, *, resume: bool, **options: Any
) -> History:
    """Call `fit`, show a bar in a terminal, and save, also after Ctrl-C."""
    try:
        history = fit(
            network,
            callbacks=[Checkpoint(files.state)],
            resume=files.state if resume else None,
            progress=sys.stderr.isatty(),
            **options,
        )
    except KeyboardInterrupt as error:
        history = getattr(error, "history", None) or History()
        _save(network, files, meaning, history)
        raise Interrupted(_how_to_go_on(files, history, options["epochs"])) from None
    _save(network, files, meaning, history)
    files.state.unlink(missing_ok=True)
    return history


def _save(network: Network, files: Files, meaning: Meaning, history: History) -> None:
    model.save(files.network, network, history, meaning)
    if history.loss:
        write(files.curve, lambda path: _draw(history, path, files.curve.suffix))


def write(path: Path, writer: Callable[[Path], object]) -> None:
    """A file that is whole or not there at all."""
    with _files.replacing(path) as temporary:
        writer(temporary)


def _draw(history: History, path: Path, ending: str) -> None:
    matplotlib = _checks.require("matplotlib")
    matplotlib.use("agg")
    figure = history.plot()[0].get_figure()
    figure.savefig(path, format=ending.removeprefix("."), dpi=150)


def _how_to_go_on(files: Files, history: History, epochs: int) -> str:
    done = f"interrupted after {len(history)} of {epochs} epochs"
    saved = f"{files.network} has the network as it is"
    if not files.state.exists():
        return f"{done}; {saved}."
    command = [word for word in sys.argv[1:] if word != "--resume"]
    again = shlex.join(["nnbook", *command, "--resume"])
    return f"{done}; {saved}. Go on with: {again}"
