r"""Layers: each maps a batch forwards and a gradient backwards.

- X (n, n_in): the input of a layer, one row per sample
- W (n_in, n_out), b (n_out,): weights and bias
- Z (n, n_out): `Z = X @ W + b`; A = f(Z): the output
- dX, dW, dZ, …: gradients of the loss, each of the shape of its variable

A layer does not own its parameters: `Network` lays them out in one vector and hands
out views; assigning to one, as in `layer.W = …`, fills it.
"""

# To be read beside:
# docs/loss/backpropagation.md
# docs/depth/vanishing-gradients.md
# docs/depth/normalisation.md

from __future__ import annotations

from nnbook.layers.base import Layer
from nnbook.layers.dense import Dense
from nnbook.layers.dropout import Dropout
from nnbook.layers.norms import BatchNorm, LayerNorm
from nnbook.layers.rescale import Rescale
from nnbook.layers.residual import Residual

__all__ = [
    "Dense",
    "Dropout",
    "LayerNorm",
    "BatchNorm",
    "Residual",
    "Rescale",
    "Layer",
]
