"""The book's figures, drawn with matplotlib (the extra `plots`).

Each function checks what it gets, draws, and returns its axes. It sets no colours of
text and lines but those of matplotlib's settings and colour cycle, so that the figures
fit a light page and a dark one. Show them with `plt.show()`.
"""

from __future__ import annotations

from nnbook.plots.graphs import graph
from nnbook.plots.lines import curves, gradient_by_depth, history, signal_by_depth
from nnbook.plots.matrices import confusion, heatmap, images
from nnbook.plots.networks import network
from nnbook.plots.planes import decision_boundary, paths

__all__ = [
    "curves",
    "history",
    "signal_by_depth",
    "gradient_by_depth",
    "decision_boundary",
    "paths",
    "images",
    "heatmap",
    "confusion",
    "network",
    "graph",
]
