"""The playground's Python: what the page asks, and what it is answered.

The page's worker imports it beside the library. Everything that trains is `nnbook`.

- `choices`, `settings`: what can be set, and what is
- `snippet`: the code that it stands for
- `formula`: a reader's formula, made safe
- `session`: a run, step by step
- `rules`: an optimizer's rule with the numbers of one weight
- `table`: a reader's table of points
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bookkit.playground.choices import CONTROLS
from bookkit.playground.session import COARSE, SIDE, Session
from bookkit.playground.settings import Settings
from bookkit.playground.table import read

_session: Session | None = None


def start(address: str) -> dict[str, Any]:
    """Begin a run.

    Parameters
    ----------
    address
        The settings that are not as at first, as an address has them.

    Returns
    -------
    dict
        What the page shows of the run, or why it cannot be.
    """
    global _session
    try:
        settings = Settings.parse(address)
        _session = Session(settings)
    except (TypeError, ValueError) as error:
        return {"error": str(error)}
    layers = _session.network.layers
    return {
        "controls": [asdict(control) for control in CONTROLS],
        "settings": settings.texts(),
        "address": settings.address(),
        "regression": settings.regression,
        "X": _session.X.tolist(),
        "y": _session.y.tolist(),
        "limit": _session.limit,
        "extent": _session.extent,
        "side": SIDE,
        "coarse": SIDE // COARSE,
        "widths": [2, *(layer.n_out for layer in layers)],
        "frame": _session.frame(),
    }


def advance(
    steps: int, milliseconds: float, weight: Sequence[int] | None
) -> dict[str, Any]:
    """Train on.

    Parameters
    ----------
    steps, milliseconds
        How many, and for how long at most.
    weight
        Layer, row and column of a weight to be told about.
    """
    if _session is None:
        return {"gone": True}
    _session.advance(steps, milliseconds)
    try:
        frame = _session.frame()
    except ValueError as error:  # what it answers elsewhere is not finite
        _session.error = _session.error or f"Training diverged: {error}"
        return {"failed": _session.error}
    if weight is not None:
        frame["weight"] = _session.weight(*weight)
    return frame


def code() -> dict[str, Any]:
    """The snippet that reproduces the run, how many steps it has, what it prints."""
    if _session is None:
        return {"gone": True}
    return {
        "code": _session.code(),
        "steps": _session.steps,
        "prints": _session.prints(),
    }


def weights() -> bytes:
    """The network as a file."""
    return _session.saved() if _session else b""


def table(text: str, regression: bool) -> dict[str, Any]:
    """Points of a table that the reader pasted.

    Parameters
    ----------
    text
        The table.
    regression
        Whether its last column is a value rather than a class.
    """
    try:
        points, said = read(text, regression)
    except ValueError as error:
        return {"error": str(error)}
    return {"points": points, "said": said}
