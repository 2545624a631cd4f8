r"""Activations: what a unit does with its pre-activation, with its slope beside it.

- z: what a layer computed, `Z = X @ W + b`
- a: the activation's value, `a = f(z)`
- d: a gradient with respect to a, which the slope turns into one with respect to z

Use the object in small letters: `nn.relu` is the one instance of `ReLU`. Where the code
differs from the formula, it gives the same number without overflow and without loss of
digits. Left out: functions that mix the units of a layer, such as softmax
(`softmax.py`). PyTorch and Keras compute the same, except where an entry says so.

Examples
--------
>>> nn.relu([-1.0, 2.0])
array([0., 2.])
>>> nn.relu.derivative([-1.0, 2.0])
array([0., 1.])
"""

# To be read beside:
# docs/neuron/nonlinearity.md
# docs/depth/activations.md
# docs/depth/relu-or-gelu.md

from __future__ import annotations

from nnbook import _checks
from nnbook.activations.base import Activation
from nnbook.activations.classic import (
    Identity,
    Sigmoid,
    Step,
    Tanh,
    identity,
    sigmoid,
    step,
    tanh,
)
from nnbook.activations.gated import (
    GELU,
    GELUSigmoid,
    GELUTanh,
    SiLU,
    gelu,
    gelu_sigmoid,
    gelu_tanh,
    silu,
)
from nnbook.activations.rectifiers import (
    ELU,
    SELU,
    LeakyReLU,
    ReLU,
    Softplus,
    elu,
    leaky_relu,
    relu,
    selu,
    softplus,
)

__all__ = [
    "step",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "softplus",
    "silu",
    "gelu",
    "gelu_tanh",
    "gelu_sigmoid",
    "identity",
    "Activation",
]

_KNOWN = {f.name: f for f in map(globals().get, __all__) if isinstance(f, Activation)}


def get(name: str) -> Activation:
    """Find an activation by its name; an unknown one lists the known.

    Parameters
    ----------
    name
        Such as `"relu"`.

    Returns
    -------
    Activation
        The activation of that name.

    Raises
    ------
    ValueError
        If there is none.
    """
    return _KNOWN[_checks.one_of("activation", name, sorted(_KNOWN))]
