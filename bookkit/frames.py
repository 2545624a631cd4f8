"""Frames of a figure that a reader turns, drawn when its snippet is run.

Where the controls have few values together, the figure moves before Python is loaded:
the page fetches the frame of each turn. Elsewhere, and where the reader has changed the
snippet, the page's own Python draws.
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

from bookkit import cell

MOST = 16  # frames of a figure


def draw(turned: Any, prefix: str) -> list[str]:
    """A figure for all values of its controls, the last one fastest.

    Parameters
    ----------
    turned
        What `nn.interact` gave.
    prefix
        Put before the ids in the figures.

    Returns
    -------
    list of str
        As SVG; none if there are too many values.

    Raises
    ------
    RuntimeError
        If a figure cannot be drawn.
    """
    choices = [control.choices for control in turned.controls]
    if math.prod(map(len, choices)) > MOST:
        return []
    names = [control.name for control in turned.controls]
    drawn = []
    for values in itertools.product(*choices):
        show = functools.partial(turned.draw, **dict(zip(names, values, strict=True)))
        result = cell.redraw(show, prefix)
        if result.error or not result.figures:
            raise RuntimeError(f"{result.error or 'no figure'}, for {values}")
        drawn.append(result.figures[0])
    return drawn
