r"""A network: layers in a row, their parameters in one vector.

- params: all parameters, one flat vector θ; all weights first, layer by layer, then all
  biases, gains and offsets
- grads: the gradient of the loss with respect to params
- n_weights: where the weights end
"""

# To be read beside:
# docs/start/handwriting.md
# docs/loss/backpropagation.md

from __future__ import annotations

from nnbook.network.network import Network
from nnbook.network.perceptron import mlp

__all__ = ["Network", "mlp"]
