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

import copy
import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ParamSpec

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook import _checks
from nnbook._memory import aligned
from nnbook._types import Array
from nnbook.activations import Activation, relu
from nnbook.initializers import Initializer
from nnbook.layers.base import Layer
from nnbook.layers.chain import check_chain
from nnbook.layers.dense import Dense, check_activation
from nnbook.layers.parameters import fill
from nnbook.losses import Loss
from nnbook.metrics import r2_score
from nnbook.softmax import softmax

__all__ = ["Network", "mlp"]


class Network:
    r"""Layers in a row, each taking what the one before it gives.

    $$A_0 = X, \qquad A_l = f_l(A_{l-1} W_l + b_l)$$

    The layers hold views into `params` and `grads`, so an optimizer, a saver and a
    gradient check work on one vector each.

    Parameters
    ----------
    *layers
        The layers, in order.
    seed
        Of the initial weights, and of the masks of Dropout in `forward`.
    dtype
        Of the parameters and of all that is computed: np.float32 or np.float64.
    loss
        Says what the outputs mean; `fit` sets it.

    Attributes
    ----------
    n_weights
        `params[:n_weights]` are the weights, the rest biases, gains and offsets.
    layers
        The layers.

    Raises
    ------
    TypeError, ValueError
        If neighbours do not fit, or a layer belongs to another network already.

    Examples
    --------
    >>> network = nn.Network(nn.Dense(2, 8, activation=nn.tanh), nn.Dense(8, 3))
    >>> network.params.shape, network.n_weights
    ((51,), 40)
    """

    def __init__(
        self,
        *layers: Layer,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
        loss: Loss | None = None,
    ) -> None:
        self.n_in, self.n_out = check_chain(layers)
        self.layers = layers
        self.dtype = _float_dtype(dtype)
        self.loss = loss
        self._rng = np.random.default_rng(_checks.integer("seed", seed, low=0))
        parts = [part for layer in layers for part in layer._walk()]
        if len({id(part) for part in parts}) < len(parts) or any(
            part._taken for part in parts
        ):
            raise ValueError(
                "a layer is used twice, or belongs to another network; make a new "
                "layer for each place."
            )
        # A layer made of others counts only where it has parameters of its own.
        self._leaves = [p for p in parts if p._weights or p._offsets or not p.layers]
        values = [
            self._initial(name, shape, initializer)
            for _, name, shape, initializer in self._arrays()
        ]
        size = sum(value.size for value in values)
        self._params = aligned((size,), self.dtype)
        self._grads = aligned((size,), self.dtype)
        if values:
            np.concatenate(values, out=self._params)
        self.n_weights = sum(
            math.prod(shape) for leaf in self._leaves for _, shape, _ in leaf._weights
        )
        self._bind()
        for leaf in self._leaves:
            for name, start in leaf._statistics:
                setattr(leaf, name, np.full(leaf.n_in or 0, start))

    def _arrays(self) -> Iterator[tuple[int, str, tuple[int, ...], Initializer]]:
        """Which leaf has which array of which shape, in the order of the vector."""
        for kind in ("_weights", "_offsets"):
            for i, leaf in enumerate(self._leaves):
                for name, shape, initializer in getattr(leaf, kind):
                    yield i, name, shape, initializer

    def _initial(
        self, name: str, shape: tuple[int, ...], initializer: Initializer
    ) -> Array:
        try:
            made = initializer(shape, self._rng)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(
                f"the initializer of {name} failed when called with the shape {shape} "
                f"and a generator: {error}. Expected one such as nn.init.he_normal."
            ) from None
        value = _checks.as_floats(f"initial {name}", made)
        if value.shape != shape:
            raise ValueError(
                f"the initializer of {name} gave shape {value.shape}; expected "
                f"{shape}, the shape that it was called with."
            )
        return _checks.cast(f"initial {name}", value.ravel(), self.dtype)

    def _bind(self) -> None:
        """Give each layer views of its parameters and gradients, and random numbers."""
        for layer in self.layers:
            for part in layer._walk():
                part._taken = True
        self._set_rng(self._rng)
        self._spans: list[tuple[Layer, slice]] = []
        start = 0
        for i, name, shape, _ in self._arrays():
            span = slice(start, start + math.prod(shape))
            view, gradient = self._params[span], self._grads[span]
            self._leaves[i]._bind(name, view.reshape(shape), gradient.reshape(shape))
            self._spans.append((self._leaves[i], span))
            start = span.stop
        self._out_shape: tuple[int, ...] | None = None  # of the last forward pass

    def _set_rng(self, rng: np.random.Generator) -> None:
        """Let all layers draw their random numbers from one generator."""
        for layer in self.layers:
            for part in layer._walk():
                part._rng = rng

    def _release(self) -> None:
        """Forget the last pass and the memory that it took."""
        self._out_shape = None
        for layer in self.layers:
            for part in layer._walk():
                part._release()

    def _frozen(self) -> list[slice]:
        """Where in the vector the parameters lie that training must not change."""
        return [span for layer, span in self._spans if not layer._trainable]

    @property
    def params(self) -> Array:
        """All parameters; assigning copies into the vector, which stays the same."""
        return self._params

    @params.setter
    def params(self, values: ArrayLike) -> None:
        fill("params", self._params, values)

    @property
    def grads(self) -> Array:
        """The gradients of all parameters, from the last `backward`."""
        return self._grads

    @grads.setter
    def grads(self, values: ArrayLike) -> None:
        fill("grads", self._grads, values)

    @property
    def loss(self) -> Loss | None:
        """What the outputs mean; set by `fit`, and by assigning."""
        return self._loss

    @loss.setter
    def loss(self, value: Loss | None) -> None:
        if value is not None and not isinstance(value, Loss):
            raise TypeError(
                f"loss is {_checks.describe(value)}; expected for example "
                f"nn.SoftmaxCrossEntropy(), or None."
            )
        self._loss = value

    def __call__(self, X: ArrayLike) -> Array:
        """Outputs of the last layer, for use: no dropout, running statistics.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n, n_out); scores, if the loss takes scores.

        Raises
        ------
        TypeError, ValueError
            If X does not fit the first layer or is not finite, or the outputs are not.
        """
        X = self._check(X)
        A = _finite(self._infer(X))
        # Dropout hands through what it gets.
        return A.copy() if np.may_share_memory(A, X) else A

    def activations(self, X: ArrayLike) -> list[Array]:
        """Outputs of every layer, for use; the last are those of the network.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        list
            An array for each layer, shape (n, width).

        Raises
        ------
        TypeError, ValueError
            If X does not fit the first layer or is not finite, or an output is not.

        Examples
        --------
        >>> network = nn.mlp([2, 8, 3])
        >>> [A.shape for A in network.activations([[0.5, -1.0]])]
        [(1, 8), (1, 3)]
        """
        A, outputs = self._check(X), []
        with np.errstate(all="ignore"):
            for layer in self.layers:
                before, A = A, layer._infer(A)
                outputs.append(A.copy() if np.may_share_memory(A, before) else A)
        _finite(A)
        return outputs

    def forward(self, X: ArrayLike) -> Array:
        """Outputs of the last layer while training, kept ready for `backward`.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n, n_out).

        Raises
        ------
        TypeError, ValueError
            If X does not fit the first layer or is not finite, or the outputs are not.
        """
        with np.errstate(all="ignore"):
            A = self._forward(self._check(X).copy())
        return _finite(A).copy()

    def backward(self, dZ: ArrayLike) -> None:
        """Fill `grads`, given the gradient with respect to the outputs of `forward`.

        Parameters
        ----------
        dZ
            Shape (n, n_out), from `loss.gradient`.

        Raises
        ------
        TypeError, ValueError
            If there was no `forward`, the shape is not that of its outputs, or a
            gradient overflows.
        """
        d = _checks.as_floats("dZ", dZ)
        if self._out_shape is None:
            raise ValueError("there is nothing to go back through; call forward first.")
        if d.shape != self._out_shape:
            raise ValueError(
                f"dZ has shape {d.shape}; expected {self._out_shape}, that of the "
                f"outputs of forward."
            )
        with np.errstate(all="ignore"):
            self._backward(_checks.cast("dZ", d, self.dtype))
        if not _checks.all_finite(self._grads):
            raise ValueError(
                "grads are not finite: dZ or what the layers saw is too large. Scale X "
                "to about 1, or start with smaller weights."
            )

    def predict(self, X: ArrayLike) -> Array:
        """What the network answers, as its loss understands the outputs.

        Classes for `SoftmaxCrossEntropy`, yes or no for `BinaryCrossEntropy`, values
        for regression. Without a loss: the largest output, or the sign of a single one.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n,), but (n, k) for several values or several answers a sample.

        Raises
        ------
        TypeError, ValueError
            If X does not fit.
        """
        Z = self(X)
        if self.loss is not None:
            return self.loss.predict(Z)
        result: Array = (
            Z.argmax(axis=1) if Z.shape[1] > 1 else (Z[:, 0] > 0).astype(int)
        )
        return result

    def predict_proba(self, X: ArrayLike) -> Array:
        """Probability of each class, as its loss understands the outputs.

        Without a loss: softmax of the outputs, or sigmoid of a single one.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n, k), rows that add up to 1; for one output shape (n, 2). For
            several yes-or-no answers a sample: the probability of each yes.

        Raises
        ------
        TypeError, ValueError
            If X does not fit, or the loss knows no probability.
        """
        Z = self(X)
        if self.loss is not None:
            return self.loss.predict_proba(Z)
        return softmax(np.hstack([np.zeros_like(Z), Z]) if Z.shape[1] == 1 else Z)

    def evaluate(self, X: ArrayLike, y: ArrayLike) -> dict[str, float]:
        """How good the network is on some data: its loss, and a score.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).
        y
            Labels (n,), or targets (n, n_out).

        Returns
        -------
        dict
            "loss" and "accuracy" for classes; "loss" and "r2" for regression.

        Raises
        ------
        TypeError, ValueError
            If X or y does not fit, or the network has no loss.

        Examples
        --------
        >>> X, y = nn.datasets.blobs()
        >>> network = nn.Network(nn.Dense(2, 3), loss=nn.SoftmaxCrossEntropy())
        >>> sorted(network.evaluate(X, y))
        ['accuracy', 'loss']
        """
        if self.loss is None:
            raise ValueError(
                "the network has no loss; expected one, which nn.fit gives it. Or give "
                "it yourself, for example network.loss = nn.SoftmaxCrossEntropy()."
            )
        Z = self(X)
        scores = {"loss": self.loss(Z, y)}
        if self.loss.classification:
            Y = self.loss._prepare(y, len(Z), Z.shape[1], Z.dtype)
            return scores | {"accuracy": self.loss._count_right(Z, Y) / len(Z)}
        values = self.loss.predict(Z)
        return scores | {"r2": r2_score(values, np.reshape(y, values.shape))}

    def summary(self) -> str:
        """A table of the layers, their outputs and parameters.

        Returns
        -------
        str
            Print it.
        """
        rows = [("layer", "output", "parameters")]
        width = self.n_in
        for layer in self.layers:
            width = layer.n_out or width
            count = sum(
                int(np.prod(shape))
                for part in layer._walk()
                for _, shape, _ in (*part._weights, *part._offsets)
            )
            rows.append((repr(layer).replace("nn.", ""), f"(n, {width})", f"{count:,}"))
        rows.append(("total", "", f"{self.params.size:,}"))
        first, second = (max(len(row[i]) for row in rows) for i in (0, 1))
        return "\n".join(
            f"{a:<{first}}  {b:<{second}}  {c:>10}".rstrip() for a, b, c in rows
        )

    def copy(self) -> Network:
        """An independent network with the same parameters.

        Returns
        -------
        Network
            The copy.
        """
        return copy.deepcopy(self)

    def __getstate__(self) -> dict[str, Any]:
        without = ("_grads", "_spans", "_out_shape")  # made anew
        return {name: v for name, v in vars(self).items() if name not in without}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        params = self._params  # perhaps in memory that must not be written to
        self._params = aligned(params.shape, params.dtype)
        np.copyto(self._params, params)
        self._grads = aligned(params.shape, params.dtype)
        self._bind()

    def parameter_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Name and shape of each array of parameters, in the order of `params`.

        Returns
        -------
        list
            Pairs such as ("layer 0 W", (64, 32)).
        """
        return [(f"layer {i} {name}", shape) for i, name, shape, _ in self._arrays()]

    def statistics(self) -> Array:
        """Running statistics of all layers, as one vector; they are not trained.

        Returns
        -------
        ndarray
            A copy, float64; empty without BatchNorm.
        """
        arrays = [
            getattr(leaf, name) for leaf in self._leaves for name, _ in leaf._statistics
        ]
        return np.concatenate(arrays) if arrays else np.empty(0)

    def load_statistics(self, values: ArrayLike) -> None:
        """Take up what `statistics` gave.

        Parameters
        ----------
        values
            A vector of that length.

        Raises
        ------
        TypeError, ValueError
            If the length differs, or an entry is not finite or a variance negative;
            then nothing changes.
        """
        values = _checks.as_floats("values", values)
        if values.shape != self.statistics().shape:
            raise ValueError(
                f"values have shape {values.shape}; expected "
                f"{self.statistics().shape}, that of statistics()."
            )
        start, parts = 0, []
        for leaf in self._leaves:
            for name, _ in leaf._statistics:
                array = getattr(leaf, name)
                part = values[start : start + array.size]
                if name == "running_variance" and part.min() < 0:
                    raise ValueError(
                        f"values hold {part.min()} for a {name}; expected at least 0."
                    )
                parts.append((array, part))
                start += array.size
        for array, part in parts:
            array[:] = part

    def __repr__(self) -> str:
        inner = ", ".join(repr(layer) for layer in self.layers)
        extra = "" if self.dtype == np.float32 else f", dtype=np.{self.dtype}"
        return f"nn.Network({inner}{extra})"

    def _check_shape(self, X: Array) -> Array:
        if X.ndim != 2:
            raise ValueError(
                f"X has shape {X.shape}; expected (n, {self.n_in or 'n_in'}), a sample "
                f"a row.{_reshaped(X, self.n_in)}"
            )
        if self.n_in is not None and X.shape[1] != self.n_in:
            raise ValueError(
                f"X has shape {X.shape}; expected {self.n_in} columns, the inputs of "
                f"the first layer."
            )
        if X.size == 0:
            raise ValueError(
                f"X is empty, of shape {X.shape}; expected at least one sample."
            )
        return X

    def _check(self, X: ArrayLike) -> Array:
        array = self._check_shape(_checks.as_floats("X", X))
        if array.dtype == self.dtype:
            return array
        with np.errstate(over="ignore"):
            cast = array.astype(self.dtype)
        if np.isinf(cast).any():
            raise ValueError(
                f"X holds {np.abs(array).max():g}, too large for {self.dtype}. Scale X "
                f"to about 1, or make the network with dtype=np.float64."
            )
        return cast

    def _forward(self, X: Array) -> Array:
        A = X
        for layer in self.layers:
            A = layer._forward(A)
        self._out_shape = A.shape
        return A

    def _backward(self, d: Array) -> None:
        first = self.layers[0]
        for layer in reversed(self.layers):
            d = layer._backward(d, layer is not first)
        for span in self._frozen():
            self._grads[span] = 0

    @np.errstate(all="ignore")
    def _infer(self, X: Array) -> Array:
        A = X
        for layer in self.layers:
            A = layer._infer(A)
        return A


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


def _reshaped(X: Array, n_in: int | None) -> str:
    """How an array of another dimension becomes one with a sample a row."""
    if X.ndim == 1 and n_in == 1:
        return " One feature of many samples is np.reshape(X, (-1, 1))."
    if X.ndim == 1 and n_in in (None, len(X)):
        return " A single sample is np.reshape(X, (1, -1))."
    if X.ndim > 2 and n_in in (None, math.prod(X.shape[1:])):
        return " Make a row of each: np.reshape(X, (len(X), -1))."
    return ""


def _finite(A: Array) -> Array:
    if not _checks.all_finite(A):
        raise ValueError(
            "the outputs are not finite: X is too large, or the parameters are not "
            "finite. Scale X to about 1, or load the parameters again."
        )
    return A


def _float_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        result = np.dtype(object if dtype is None else dtype)  # None means float64
    except TypeError:
        result = np.dtype(object)
    if result not in (np.float32, np.float64):
        raise TypeError(f"dtype is {dtype!r}; expected np.float32 or np.float64.")
    return result
