"""What the reader's browser asks Python: run a snippet, and compare with the page.

The page's worker imports this file beside `cell.py` and `compare.py`; like them it uses
the standard library alone.
"""

from __future__ import annotations

import builtins
import functools
import io
import json
import time
from collections.abc import Callable
from typing import Any, NoReturn

from bookkit import cell, compare

MOST = 200_000  # characters that a page shows of one run
PAUSE = 0.05  # seconds between two pieces of text
# What `nn.interact` made of a snippet.
_turned: dict[str, Any] = {}


class Stream(io.StringIO):
    """Keeps what is printed, and hands it on in pieces.

    Parameters
    ----------
    send
        Called with each piece.
    """

    def __init__(self, send: Callable[[str], object]) -> None:
        super().__init__()
        self._send = send
        self._sent = self._length = 0
        self._last = 0.0

    def write(self, text: str) -> int:
        """Keep a text, but nothing more once a page is full of it."""
        if self._length > MOST:
            return len(text)
        self._length += len(text)
        if self._length > MOST:
            text = f"\n… and more: a page shows {MOST:,} characters of one run.\n"
        super().write(text)
        if time.monotonic() > self._last + PAUSE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Hand on what has come since."""
        text = self.getvalue()[self._sent :]
        self._sent += len(text)
        self._last = time.monotonic()
        if text:
            self._send(text)


def answer(
    code: str, expected: str, within: str, prefix: str, send: Callable[[str], object]
) -> str:
    """Run a snippet.

    Parameters
    ----------
    code
        The snippet.
    expected
        What the page says that it prints.
    within
        The page's bound on numbers, or nothing.
    prefix
        Put before the ids in its figures.
    send
        Called with each piece of text as it is printed.

    Returns
    -------
    str
        As JSON: stdout, figures, error, and whether the page says otherwise.
    """
    builtins.input = _no_input
    stream = Stream(send)
    result = cell.run(code, prefix=prefix, out=stream)
    stream.flush()
    bound = compare.Bound.parse(within) if within else None
    return json.dumps(
        {
            "stdout": result.stdout,
            "figures": result.figures,
            "error": _explained(result.error, result.raised),
            "differs": bool(compare.difference(expected, result.stdout, bound)),
            "controls": result.controls,
        }
    )


def turn(code: str, values: str, prefix: str) -> str:
    """Draw the figure of a snippet's `nn.interact` for other values.

    Parameters
    ----------
    code
        The snippet; it is run at its first turn.
    values
        Of the controls, as JSON.
    prefix
        Put before the ids in its figure.

    Returns
    -------
    str
        As JSON: stdout, figures, error.
    """
    if code not in _turned:
        first = cell.run(code)
        interaction = cell.latest_interaction()
        if first.error or interaction is None:
            return json.dumps({"stdout": "", "figures": [], "error": first.error})
        _turned[code] = interaction
    draw = functools.partial(_turned[code].draw, **json.loads(values))
    result = cell.redraw(draw, prefix)
    return json.dumps(
        {"stdout": result.stdout, "figures": result.figures, "error": result.error}
    )


def draws(code: str) -> bool:
    """Whether a snippet needs matplotlib."""
    return bool(cell.DRAWS.search(code))


def _no_input(prompt: object = "") -> NoReturn:
    raise RuntimeError("a page has no keyboard for input(); write the value instead")


def _explained(error: str | None, raised: str | None) -> str | None:
    if error and raised and raised.startswith(("ModuleNotFoundError", "ImportError")):
        return (
            f"{error}\nThe Python of this page has NumPy, matplotlib and nnbook. Copy "
            f"the snippet and run it on your own machine."
        )
    return error
