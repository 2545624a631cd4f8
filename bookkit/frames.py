"""Frames of the figures that a reader turns, drawn when the site is built.

Where the controls have few values together, the figure moves before Python is loaded:
the page fetches the frame of each turn. Elsewhere, and where the reader has changed the
snippet, the page's own Python draws.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bookkit import cell
from bookkit.pages import ROOT, snippets, sources
from bookkit.runner import key, variables

MOST = 16  # frames of a figure
REFERENCE = r'data-frames="(\w+)"'
KEPT = ROOT / ".cache" / "frames"


def name(code: str, controls: Sequence[dict[str, Any]]) -> str | None:
    """The folder of a snippet's frames, or None if there are too many values.

    Parameters
    ----------
    code
        The snippet.
    controls
        Those of its figure, as `nnbook.interactive.Interaction.describe` gives them.
    """
    few = math.prod(len(control["choices"]) for control in controls) <= MOST
    return key(code) if few else None


def add_frames(site: Path) -> None:
    """Write the frames to which the pages of a built site refer to `assets/frames/`.

    Parameters
    ----------
    site
        The folder of the site.
    """
    shutil.rmtree(site / "assets" / "frames", ignore_errors=True)
    pages = (path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    wanted = {found for page in pages for found in re.findall(REFERENCE, page)}
    if not wanted:
        return
    codes = {
        folder: fence.code
        for fence in itertools.chain.from_iterable(map(snippets, sources()))
        if (folder := key(fence.code)) in wanted
    }
    # Earlier builds drew the others.
    new = {to: code for to, code in codes.items() if not (KEPT / to).is_dir()}
    if new:
        # One process for all, since its start takes longer than many a figure.
        subprocess.run(
            [sys.executable, "-m", "bookkit.frames", str(KEPT)],
            input=json.dumps(new),
            encoding="utf-8",
            cwd=ROOT,
            env=variables(),
            check=True,
        )
    for folder in codes:
        shutil.copytree(KEPT / folder, site / "assets" / "frames" / folder)


def draw(code: str, folder: Path) -> None:
    """Draw a snippet's figure for all values of its controls, the last one fastest.

    Parameters
    ----------
    code
        The snippet.
    folder
        A new one, for `0.svg`, `1.svg` and so on.

    Raises
    ------
    RuntimeError
        If a figure cannot be drawn.
    """
    first = cell.run(code)
    turned = cell.latest_interaction()
    if first.error or turned is None:
        raise RuntimeError(first.error or f"no nn.interact in\n{code}")
    unfinished = folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    names = [control.name for control in turned.controls]
    all_choices = itertools.product(*(control.choices for control in turned.controls))
    for i, values in enumerate(all_choices):
        show = functools.partial(turned.draw, **dict(zip(names, values, strict=True)))
        result = cell.redraw(show, f"{folder.name}-")
        if result.error or not result.figures:
            raise RuntimeError(result.error or f"no figure for {values}")
        (unfinished / f"{i}.svg").write_text(result.figures[0], encoding="utf-8")
    unfinished.rename(folder)


if __name__ == "__main__":
    for folder, code in json.load(sys.stdin).items():
        draw(code, Path(sys.argv[1]) / folder)
