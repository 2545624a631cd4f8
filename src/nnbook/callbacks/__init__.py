"""Callbacks: what `fit` does between steps and epochs besides training."""

from __future__ import annotations

from nnbook.callbacks.checkpoint import Checkpoint
from nnbook.callbacks.clipping import GradientClipping
from nnbook.callbacks.stopping import EarlyStopping
from nnbook.run import Callback

__all__ = ["EarlyStopping", "Checkpoint", "GradientClipping", "Callback"]
