"""The network that most chapters use: dense layers with one activation."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import ParamSpec

import numpy as np
from numpy.typing import DTypeLike

from nnbook import _checks
from nnbook.activations import Activation, relu
from nnbook.initializers import Initializer
from nnbook.layers.dense import Dense, check_activation
from nnbook.network.network import Network

_P = ParamSpec("_P")


def _widths_in_a_list(make: Callable[_P, Network]) -> Callable[_P, Network]:
    """Say where the widths belong if they are given one by one."""

    @functools.wraps(make)
    def checked(*arguments: _P.args, **named: _P.kwargs) -> Network:
        whole = [isinstance(width, (int, np.integer)) for width in arguments]
        if whole[:2] == [True, True]:
            widths = ", ".join(map(str, itertools.compress(arguments, whole)))
            raise TypeError(
                f"sizes is {arguments[0]}; expected a list of widths. Put them all in "
                f"one: nn.mlp([{widths}])."
            )
        return make(*arguments, **named)

    return checked


@_widths_in_a_list
def mlp(
    sizes: Sequence[int],
    activation: Activation = relu,
    *,
    weights: Initializer | None = None,
    seed: int = 0,
    dtype: DTypeLike = np.float32,
) -> Network:
    """A multilayer perceptron: dense layers with one activation, the last without.

    Parameters
    ----------
    sizes
        Widths from the input to the output, such as [784, 128, 10].
    activation
        Of all layers but the last.
    weights
        Initializer of all weights; by default each layer takes what fits its
        activation, as `Dense` says.
    seed
        Of the initial weights.
    dtype
        np.float32 or np.float64.

    Returns
    -------
    Network
        With `len(sizes) - 1` dense layers.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two sizes, or one is not a positive whole number.

    Examples
    --------
    >>> print(nn.mlp([64, 32, 10]).summary())
    layer                           output   parameters
    Dense(64, 32, activation=relu)  (n, 32)       2,080
    Dense(32, 10)                   (n, 10)         330
    total                                         2,410
    """
    if isinstance(sizes, (str, bytes)) or not isinstance(sizes, Sequence):
        raise TypeError(
            f"sizes is {_checks.describe(sizes)}; expected a list like [784, 128, 10]."
        )
    check_activation(activation)
    if len(sizes) < 2:
        raise ValueError(
            f"sizes is {sizes}; expected the width of the input, those of hidden "
            f"layers, and that of the output."
        )
    *inner, last = itertools.pairwise(sizes)
    hidden = [
        Dense(n_in, n_out, activation=activation, weights=weights)
        for n_in, n_out in inner
    ]
    output = Dense(*last, weights=weights)
    return Network(*hidden, output, seed=seed, dtype=dtype)
