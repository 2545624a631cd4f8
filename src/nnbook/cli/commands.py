"""The command's group, and what becomes of errors: one line and an exit code."""

from __future__ import annotations

import sys
from typing import Any

import click

from nnbook.cli.evaluate import evaluate
from nnbook.cli.kaggle import kaggle
from nnbook.cli.predict import predict
from nnbook.cli.running import Interrupted
from nnbook.cli.train import train
from nnbook.run import DivergedError

FAILED = 1
# What the library raises where the user is wrong or the machine is not able.
_EXPECTED = (ValueError, OSError, ModuleNotFoundError, MemoryError, DivergedError)


class _Commands(click.Group):
    """A group whose commands end in a line instead of a traceback."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command and leave with its exit code."""
        try:
            code = super().main(*args, **{**options, "standalone_mode": False}) or 0
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "nnbook"
            _say(f"{error.format_message()} Try: {command} --help")
            code = error.exit_code
        except click.ClickException as error:
            _say(error.format_message())
            code = error.exit_code
        except click.Abort:
            _say("interrupted.")
            code = Interrupted.exit_code
        except _EXPECTED as error:
            _say(str(error) or type(error).__name__)
            code = FAILED
        sys.exit(code)


def _say(message: str) -> None:
    click.echo(f"nnbook: {' '.join(message.split())}", err=True)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nnbook", message="%(prog)s %(version)s")
def nnbook() -> None:
    """Train a neural network, and use it.

    \b
    nnbook train mnist                       train on a data set or CSV file
    nnbook predict mnist.safetensors a.png   read the digit in a picture
    nnbook evaluate mnist.safetensors mnist  measure on unseen data
    nnbook kaggle train.csv test.csv         write a submission for Kaggle

    Each command explains itself: nnbook train --help.

    Exit codes: 0 if all went well, 1 if a file, data or the machine were in the way,
    2 if the command was misspelt, 130 after Ctrl-C. What went wrong stands in one
    line on standard error. Files are written whole or not at all.

    For completion with the tab key put this line into ~/.bashrc (for zsh or fish
    write zsh_source or fish_source):

    \b
    eval "$(_NNBOOK_COMPLETE=bash_source nnbook)"
    """


for _command in (train, predict, evaluate, kaggle):
    nnbook.add_command(_command)
