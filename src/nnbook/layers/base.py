"""What all layers share: what a network asks of them, and what their authors write."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from nnbook import _checks, _parts
from nnbook._memory import aligned
from nnbook._types import Array, Rng
from nnbook.activations import Activation
from nnbook.initializers import Initializer
from nnbook.layers.parameters import check_initializer, declare

_Arrays = tuple[tuple[str, tuple[int, ...], Initializer], ...]


class Layer:
    """Base class: maps a batch forwards and a gradient backwards.

    A layer of your own calls `add_weight` and `add_offset` in its `__init__`, and
    writes `forward` and `backward`. Random numbers come from `self.rng`. What its
    constructor takes it keeps under the same name, so that it can be saved.

    Attributes
    ----------
    n_in, n_out
        Width of its input and output; None where it takes any and keeps it.
    layers
        The layers that it is made of, if it is made of some.

    Raises
    ------
    TypeError
        When a class is made that overrides what a network does not use.

    Examples
    --------
    >>> class Scale(nn.Layer):
    ...     def __init__(self, n):
    ...         self.n = self.n_in = self.n_out = n
    ...         self.add_weight("w", (n,), nn.init.normal(1.0))
    ...
    ...     def forward(self, X, training):
    ...         self.X = X
    ...         return X * self.w
    ...
    ...     def backward(self, dA):
    ...         self.dw = (dA * self.X).sum(axis=0)
    ...         return dA * self.w
    >>> network = nn.Network(Scale(2), dtype=np.float64)
    >>> loss = nn.MeanSquaredError()
    >>> nn.check_gradients(network, [[1.0, 2.0]], [[0.0, 0.0]], loss) < 1e-7
    True
    """

    n_in: int | None = None
    n_out: int | None = None
    layers: tuple[Layer, ...] = ()
    _weights: _Arrays = ()
    _offsets: _Arrays = ()
    _statistics: tuple[tuple[str, float], ...] = ()  # not trained; with their start
    _passing: tuple[str, ...] = ()  # attributes that hold what the last pass left
    _smallest_batch = 1
    _activation: Activation | None = None  # applied last
    _taken = False  # whether a network has it already
    _trainable = True
    _rng: Rng | None = None

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        forward, backward = "forward(X, training)", "backward(dA)"
        instead = {"__call__": forward, "_forward": forward, "_infer": forward}
        _parts.refuse_overrides(cls, Layer, {**instead, "_backward": backward})
        _parts.prefer_overrides(
            cls, Layer, ("forward", "backward"), ("_forward", "_backward", "_infer")
        )
        if not _parts.takes(cls.forward, 3) or not _parts.takes(cls.backward, 2):
            raise TypeError(
                f"{cls.__name__} writes forward{inspect.signature(cls.forward)} and "
                f"backward{inspect.signature(cls.backward)}; expected "
                f"forward(self, X, training) and backward(self, dA)."
            )

    def add_weight(
        self, name: str, shape: tuple[int, ...], initializer: Initializer
    ) -> None:
        """Give the layer an array that is trained, and decays where weights do.

        A network makes it as `self.<name>`, its gradient as `self.d<name>`.

        Parameters
        ----------
        name
            Such as "W".
        shape
            Such as (64, 10).
        initializer
            Such as `nn.init.he_normal`.

        Raises
        ------
        TypeError, ValueError
            If the name is taken, or an argument is not of its kind.
        """
        self._weights = (*self._weights, self._new_array(name, shape, initializer))

    def add_offset(
        self, name: str, shape: tuple[int, ...], initializer: Initializer
    ) -> None:
        """Give the layer an array that is trained, but never decays: a bias, a gain.

        A network makes it as `self.<name>`, its gradient as `self.d<name>`.

        Parameters
        ----------
        name
            Such as "b".
        shape
            Such as (10,).
        initializer
            Such as `nn.init.zeros`.

        Raises
        ------
        TypeError, ValueError
            If the name is taken, or an argument is not of its kind.
        """
        self._offsets = (*self._offsets, self._new_array(name, shape, initializer))

    def forward(self, X: Array, training: bool) -> Array:
        """Outputs of a batch.

        Parameters
        ----------
        X
            Shape (n, n_in); not to be changed.
        training
            Whether `backward` follows; else nothing random happens.

        Returns
        -------
        ndarray
            Shape (n, n_out).
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no forward; write forward(self, X, training)."
        )

    def backward(self, dA: Array) -> Array:
        """Gradient with respect to the input, after one with respect to the output.

        Fills the gradients of the layer's own arrays: `self.dW = ...`.

        Parameters
        ----------
        dA
            Shape (n, n_out).

        Returns
        -------
        ndarray
            Shape (n, n_in).
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no backward; write backward(self, dA)."
        )

    @property
    def rng(self) -> Rng:
        """The generator of random numbers: that of the network, or of its training."""
        if self._rng is None:
            raise AttributeError(
                "this layer has no rng: it gets one from the network that it belongs "
                "to, nn.Network(layer)."
            )
        return self._rng

    @property
    def trainable(self) -> bool:
        """Whether training changes it; False freezes it, with all layers in it."""
        return all(part._trainable for part in self._walk())

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = _checks.flag("trainable", value)
        for part in self._walk():
            part._trainable = value

    def _walk(self) -> Iterator[Layer]:
        """This layer and those it is made of, and so on."""
        yield self
        if isinstance(self.layers, (tuple, list)):  # else an author's own attribute
            for layer in self.layers:
                yield from layer._walk()

    def _new_array(
        self, name: str, shape: tuple[int, ...], initializer: Initializer
    ) -> tuple[str, tuple[int, ...], Initializer]:
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(
                f"name is {_checks.describe(name)}; expected that of an attribute, "
                f"such as 'W'."
            )
        if self._taken:
            raise ValueError(
                f"{name} comes too late: the layer belongs to a network; add it in "
                f"__init__."
            )
        if name in vars(self) or name in (a[0] for a in self._weights + self._offsets):
            raise ValueError(
                f"name is {name!r}, which the layer has already; choose another name."
            )
        if not isinstance(shape, (tuple, list)):
            raise TypeError(
                f"shape is {_checks.describe(shape)}; expected a tuple like (64, 10)."
            )
        sizes = tuple(_checks.integer("shape", n, low=1) for n in shape)
        check_initializer("initializer", initializer)
        declare(type(self), name)
        return name, sizes, initializer

    @cached_property
    def _views(self) -> dict[str, Array]:
        """Parameters and gradients, which belong to the network."""
        return {}

    @cached_property
    def _buffers(self) -> dict[str, Any]:
        """What is used again by the next pass, and otherwise worth nothing."""
        return {}

    def _bind(self, name: str, view: Array, gradient: Array) -> None:
        """Take views of a parameter and its gradient."""
        declare(type(self), name)  # where it was unpickled nobody has done so
        self._views |= {name: view, f"d{name}": gradient}

    def _release(self) -> None:
        """Forget the last pass and the memory that it took."""
        self._buffers.clear()
        for name in self._passing:
            vars(self).pop(name, None)

    def _scores(self) -> Array | None:
        """What `_activation` was applied to in the last pass, if it is known."""
        return None

    # Made of the readable definitions; a built-in layer may have faster ones. They may
    # use buffers again, and `_backward` may overwrite what it is given.

    def _forward(self, X: Array) -> Array:
        self._buffers["X"] = X
        return self._outputs(X, True)

    def _backward(self, dA: Array, wants_dX: bool) -> Array:
        for name, _, _ in self._weights + self._offsets:
            self._views[f"d{name}"][...] = 0  # what backward leaves out must not be old
        dX = self.backward(dA)
        return self._result("backward", dX, self._buffers["X"]) if wants_dX else dA

    def _infer(self, X: Array) -> Array:
        """For use: reads only."""
        return self._outputs(X, False)

    def _outputs(self, X: Array, training: bool) -> Array:
        try:
            A = self.forward(_parts.read_only(X), training)
        except ValueError:
            # A check that the author's lines run into must not hide that training
            # diverges, which `fit` reports of outputs that are not finite.
            arrays = [self._views[name] for name, _, _ in self._weights + self._offsets]
            limit = math.sqrt(np.finfo(X.dtype).max)  # from here products overflow
            if all(np.abs(array).max(initial=0) < limit for array in (X, *arrays)):
                raise
            A = np.full((len(X), self.n_out or X.shape[1]), np.nan)
        return self._result("forward", A, X)

    def _result(self, method: str, value: Any, X: Array) -> Array:
        """What an author's method returns, as the next layer needs it."""
        width = self.n_out or X.shape[1] if method == "forward" else X.shape[1]
        result = np.asarray(value)
        if result.shape != (len(X), width) or result.dtype.kind != "f":
            raise ValueError(
                f"{method} of {self!r} gave {_checks.describe(value)} for an input of "
                f"shape {X.shape}; expected floats of shape {(len(X), width)}. Set "
                f"n_in and n_out in __init__ where the width changes."
            )
        if result.dtype != X.dtype or not result.flags.writeable:
            return result.astype(X.dtype)
        return result

    def _buffer(self, name: str, n: int, like: Array, width: int) -> Array:
        """An array (n, width) that is kept for the next batch, with what it holds."""
        kept: Array | None = self._buffers.get(name)
        if (
            kept is None
            or len(kept) < n
            or kept.shape[1] != width
            or kept.dtype != like.dtype
        ):
            kept = self._buffers[name] = aligned((n, width), like.dtype)
        return kept[:n]

    def __getstate__(self) -> dict[str, Any]:
        without = {"_views", "_buffers", "_rng", "_taken", *self._passing}
        return {name: v for name, v in vars(self).items() if name not in without}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            if isinstance(value, np.ndarray) and not value.flags.writeable:
                state[name] = value.copy()  # a map of memory that processes share
        self.__dict__.update(state)

    def __repr__(self) -> str:
        return _parts.shown(self)
