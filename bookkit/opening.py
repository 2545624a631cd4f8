"""The figure that opens a page stands above its code, which is folded.

A figure opens a page if it is the first one and no `##` heading stands before it, or if
its comment is `figure first:`.
"""

from __future__ import annotations

FOLD = '??? nb-made "How this figure is made"'


def fold(lines: list[str], first: int, last: int, figure: str) -> list[str]:
    """Put the figure before the snippet, and the snippet with its output into a fold.

    Parameters
    ----------
    lines
        Markdown of the page.
    first, last
        Where in it the snippet begins and its output ends.
    figure
        What stands for the figure in Markdown.
    """
    folded = [f"    {line}" if line else "" for line in lines[first : last + 1]]
    return [
        *(*lines[:first], figure, "", FOLD, ""),
        *(*folded, "", *lines[last + 1 :]),
    ]
