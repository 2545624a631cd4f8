"""What is wrong with a snippet's run: for the build and for the tests alike."""

from __future__ import annotations

from bookkit import compare
from bookkit.cell import Result
from bookkit.fence import Fence

LARGEST_FIGURE = 80_000  # bytes


def complaint(fence: Fence, result: Result) -> str | None:
    """What is wrong with a snippet's run, if anything is."""
    return text_complaint(fence, result) or _figures(fence, result)


def text_complaint(fence: Fence, result: Result) -> str | None:
    """The same, whatever it draws."""
    return _failure(fence, result) or _output(fence, result.stdout)


def _failure(fence: Fence, result: Result) -> str | None:
    if not fence.xfail:
        return f"the snippet fails:\n{result.error}" if result.error else None
    if not result.error:
        return "the snippet is marked as failing, but it runs"
    if result.raised is None:
        return f"the snippet is marked as failing, but not in this way:\n{result.error}"
    if not result.raised.startswith(fence.raises):
        return (
            f"the snippet is marked as failing with {fence.raises!r}, but it raises "
            f"another error:\n{result.error}"
        )
    return None


def _output(fence: Fence, printed: str) -> str | None:
    expected = fence.output.code if fence.output else ""
    diff = compare.difference(expected, printed, fence.within)
    if diff:
        return f"the output differs; `make outputs` writes it anew:\n{diff}"
    return compare.fault(expected, fence.within) if fence.within else None


def _figures(fence: Fence, result: Result) -> str | None:
    if result.figures and not fence.figure:
        return (
            "the snippet draws, but has no caption and alt text; put "
            "<!-- figure: caption | alt: text --> before it"
        )
    if fence.figure and not result.figures:
        return "the snippet has a figure comment, but draws nothing"
    for svg in result.figures:
        if len(svg) > LARGEST_FIGURE:
            return (
                f"the figure has {len(svg):,} bytes; at most {LARGEST_FIGURE:,} are "
                f"allowed. Draw fewer points, or use imshow"
            )
    return None
