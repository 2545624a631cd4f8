r"""Losses: one number for how wrong a batch of predictions is, and its gradient.

- predictions: what the network computed, shape (n, k); for cross-entropy the scores z
- targets: labels (n,), or an array like the predictions
- p, y: probabilities and targets as distributions, shape (n, k)
- P, Y: predictions and targets of the batch, as the code names them
- n, k: samples and outputs

Every loss is a mean over the samples; for regression and binary cross-entropy over all
elements. Left out: weights per sample or class.
"""

# To be read beside:
# docs/loss/cross-entropy.md
# docs/loss/softmax-gradient.md

from __future__ import annotations

from nnbook.losses.base import Loss
from nnbook.losses.classification import (
    BinaryCrossEntropy,
    CrossEntropy,
    SoftmaxCrossEntropy,
)
from nnbook.losses.regression import Huber, MeanAbsoluteError, MeanSquaredError

__all__ = [
    "SoftmaxCrossEntropy",
    "CrossEntropy",
    "BinaryCrossEntropy",
    "MeanSquaredError",
    "MeanAbsoluteError",
    "Huber",
    "Loss",
]
