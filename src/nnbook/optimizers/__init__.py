r"""Optimizers, in order of increasing complexity.

- theta, g: parameters θ and their gradient, vectors; all products are element-wise
- rate: the learning rate η of this step
- m, v, …: what the method remembers, zero at first
- t: the number of this step, counted from 1
- u: a scratch vector for intermediate results, since temporaries cost time

Arguments that are out of range raise `TypeError` or `ValueError`. Epsilon stands where
PyTorch puts it; the appendix on epsilon compares. Left out: L2 penalties, which
`regularizers.py` adds to the gradient.
"""

# To be read beside:
# docs/optimizers/gradient-descent.md
# docs/optimizers/momentum.md
# docs/optimizers/adagrad.md
# docs/optimizers/adadelta.md
# docs/optimizers/adam.md
# docs/optimizers/adam-relatives.md

from __future__ import annotations

from nnbook.optimizers.adam import Adam, AdaMax, AdamW, AMSGrad, Nadam
from nnbook.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp
from nnbook.optimizers.base import Optimizer
from nnbook.optimizers.descent import SGD, Momentum, Nesterov

__all__ = [
    "SGD",
    "Momentum",
    "Nesterov",
    "AdaGrad",
    "RMSProp",
    "AdaDelta",
    "Adam",
    "AdaMax",
    "Nadam",
    "AMSGrad",
    "AdamW",
    "Optimizer",
]
