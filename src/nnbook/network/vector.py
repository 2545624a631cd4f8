"""Layers whose parameters lie in one vector, and their gradients in another."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook import _checks
from nnbook._memory import aligned
from nnbook._types import Array
from nnbook.initializers import Initializer
from nnbook.layers.base import Layer
from nnbook.layers.chain import check_chain
from nnbook.layers.parameters import fill


class Vector:
    """The memory of a network: who has which part of it, and copies of it."""

    def __init__(
        self,
        *layers: Layer,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.n_in, self.n_out = check_chain(layers)
        self.layers = layers
        self.dtype = _float_dtype(dtype)
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

    def copy(self) -> Self:
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


def _float_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        result = np.dtype(object if dtype is None else dtype)  # None means float64
    except TypeError:
        result = np.dtype(object)
    if result not in (np.float32, np.float64):
        raise TypeError(f"dtype is {dtype!r}; expected np.float32 or np.float64.")
    return result
