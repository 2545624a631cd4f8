"""The command `nnbook` (the extra `cli`): train, predict, evaluate, kaggle.

Nothing else in the library imports it. A mistake of the user ends in one line on
standard error and in an exit code, never in a traceback.
"""

from __future__ import annotations

import sys

from nnbook import _checks

__all__ = ["main"]


def main() -> None:
    """Run the command, as the script `nnbook` does."""
    try:
        _checks.require("click")
    except ModuleNotFoundError as error:
        sys.exit(f"nnbook: {error}")
    from nnbook.cli.commands import nnbook

    nnbook()
