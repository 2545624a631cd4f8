"""The map of the book: its chapters in reading order, and which one needs which."""

from __future__ import annotations

import html
import math
import posixpath
from collections.abc import Sequence

from bookkit.chapters import Chapter

WIDTH, LEFT = 360, 116  # of the drawing; where the chapters stand in it
ROW, GAP = 26, 34  # from one chapter to the next, and above a part
COLORS = 7
XLINK = "http://www.w3.org/1999/xlink"


def draw(chapters: Sequence[Chapter], here: str) -> str:
    """SVG with a link per chapter and an arc to it from each one that it needs.

    Parameters
    ----------
    chapters
        In reading order.
    here
        The page that shows the map, below `docs/`.
    """
    parts = list(dict.fromkeys(chapter.part for chapter in chapters))
    at: dict[str, float] = {}
    shown, y = [], 0
    for part in parts:
        y += GAP
        if part:
            shown.append(f'<text class="nb-part" x="{LEFT}" y="{y}">{part}</text>')
        for chapter in chapters:
            if chapter.part == part:
                y += ROW
                at[chapter.title] = y
    for chapter in chapters:
        color = f"var(--nb-c{parts.index(chapter.part) % COLORS})"
        shown.append(_chapter(chapter, at, color, here))
    return (
        f'<svg class="nb-map" xmlns:xlink="{XLINK}" viewBox="0 0 {WIDTH} {y + ROW}" '
        f'role="group" aria-label="Map of the book">{"".join(shown)}</svg>'
    )


def _chapter(chapter: Chapter, at: dict[str, float], color: str, here: str) -> str:
    y = at[chapter.title]
    farthest = max(at.values()) - min(at.values())
    arcs = []
    for title in chapter.needs:
        # Root: short arcs stay apart from each other, and long ones inside the drawing.
        out = (LEFT - 16) * math.sqrt(abs(y - at[title]) / farthest)
        tall = abs(y - at[title]) / 2
        x = LEFT - 6
        arcs.append(f"M{x} {at[title]:g}A{out:.1f} {tall:g} 0 0 0 {x} {y:g}")
    name = html.escape(chapter.title)
    needs = f" needs {', '.join(chapter.needs)}" if chapter.needs else ""
    # Material sets the href of whatever has one, which it cannot do in a drawing.
    return (
        f'<a xlink:href="{_address(chapter.path, here)}" style="--nb-arc:{color}">'
        f"<title>{name}{html.escape(needs)}</title>"
        f'<path d="{"".join(arcs)}"/><circle cx="{LEFT - 6}" cy="{y}" r="3.5"/>'
        f'<text x="{LEFT + 6}" y="{y}">{name}</text></a>'
    )


def _address(page: str, here: str) -> str:
    """From one page of the built site to another."""
    return posixpath.relpath(_folder(page), _folder(here)) + "/"


def _folder(page: str) -> str:
    stem = page.removesuffix(".md")
    return posixpath.dirname(stem) or "." if stem.endswith("index") else stem
