"""What an optimizer remembers, and of whose parameters."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnbook import _checks, _parts
from nnbook._memory import Place, aligned
from nnbook._types import Array

# Attributes that say whose parameters an optimizer serves; a copy may serve others.
_PLACES = ("_place", "_params", "_grads", "n_weights")


_GONE: weakref.ref[Any] = weakref.ref(set())


class Memory:
    """Arrays and numbers of an optimizer, made, kept and taken up by their names."""

    vectors: Sequence[str] = ()
    numbers: Mapping[str, float] = {}
    scratch: Sequence[str] = ()
    steps: int = 0
    n_weights: int | None = None
    _began: tuple[tuple[int, ...], Any] | None = None  # shape and dtype of the arrays
    _place: Place | None = None  # of the parameters that it serves
    # The arrays of the last step, held weakly: checked once, they are known again.
    _params: weakref.ref[Array] = _GONE
    _grads: weakref.ref[Array] = _GONE

    def _forget(self) -> None:
        """Start anew; the next step makes all arrays."""
        self.steps = 0
        vars(self).update(self.numbers)
        for name in (*self.vectors, *self.scratch, *_PLACES, "_began"):
            vars(self).pop(name, None)

    def _serve(self, params: Array, grads: Array, n_weights: int | None) -> None:
        """Take note of whose parameters these are; make arrays of their shape."""
        if self._began is None:
            self._begin(params)
        self._place = Place(params)
        self._params, self._grads = weakref.ref(params), weakref.ref(grads)
        self.n_weights = n_weights

    def _begin(self, like: Array) -> None:
        """Make what it remembers, zero at first, and the arrays for scratch."""
        for name in (*self.vectors, *self.scratch):
            # Of the same class, which may count the operations or trace them.
            zeros = aligned(like.shape, like.dtype).view(type(like))
            setattr(self, name, zeros)
        self._began = like.shape, like.dtype

    def _check(self, params: Array, grads: Array, n_weights: int | None) -> None:
        _check_arrays(params, grads)
        if n_weights is not None:
            _checks.n_weights(n_weights, params)
        self._check_owner(params)
        epsilon = vars(self).get("epsilon")
        if self._began is None and isinstance(epsilon, float) and epsilon > 0:
            _checks.positive_in(params.dtype, "epsilon", epsilon)

    def _check_owner(self, params: Array) -> None:
        """Refuse parameters other than those that its memory is about."""
        shape, dtype = self._began or (params.shape, params.dtype)
        if (params.shape, params.dtype) != (shape, dtype):
            raise ValueError(
                f"params have shape {params.shape} and dtype {params.dtype}; this "
                f"optimizer began with {shape} and {dtype}. Make a new one, or call "
                f"reset()."
            )
        if self._place is not None and not self._place.holds(params):
            raise ValueError(
                f"params are not those that this optimizer has done {self.steps} "
                f"steps with, and what it remembers would mislead it; make a new one, "
                f"or call reset(). If they are a copy of those, use a copy of the "
                f"optimizer, copy.copy(optimizer)."
            )

    def _memory(self) -> dict[str, Array]:
        """What it remembers of past gradients; nothing before the first step."""
        if self._began is None:
            return {}
        return {name: getattr(self, name) for name in self.vectors}

    def _kept(self) -> dict[str, Any]:
        """All that is saved."""
        state: dict[str, Any] = {"steps": self.steps}
        for name in self.numbers:
            _checks.number(name, state.setdefault(name, getattr(self, name)))
        return state | {name: array.copy() for name, array in self._memory().items()}

    def _check_kept(
        self, state: dict[str, Any]
    ) -> tuple[int, dict[str, float], dict[str, Array]]:
        """Steps, numbers and vectors of a saved state."""
        kind = type(self).__name__
        given = self.vectors if any(name in state for name in self.vectors) else ()
        wanted = {"steps", *self.numbers, *given}
        _checks.state(state, kind, wanted)
        if unknown := set(state) - wanted:
            raise ValueError(
                f"state holds {', '.join(sorted(unknown))}; expected what state_dict() "
                f"of {self!r} gives."
            )
        steps = _checks.integer("steps", state["steps"], low=0)
        for name in self.numbers:
            _checks.number(name, state[name])
        vectors = {name: _checks.as_array(name, state[name]) for name in given}
        for name, vector in vectors.items():
            _check_vector(name, vector, vectors[given[0]])
        return steps, {name: state[name] for name in self.numbers}, vectors

    def _take(self, vectors: Mapping[str, Array]) -> None:
        """Copy what is to be remembered into arrays of its own, which are writeable."""
        for i, (name, vector) in enumerate(vectors.items()):
            if i == 0:
                self._begin(vector)
            np.copyto(getattr(self, name), vector)

    def __getstate__(self) -> dict[str, Any]:
        hidden = {*_PLACES, *self.scratch}
        return {name: value for name, value in vars(self).items() if name not in hidden}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # What comes from another process may be read-only; a copy shares no memory.
        vars(self).update(state)
        vectors = self._memory()
        self._began = None
        self._take({name: np.asarray(vector) for name, vector in vectors.items()})


def _check_arrays(params: Array, grads: Array) -> None:
    """Refuse what cannot be updated in place, and a gradient of something else."""
    for name, array in (("params", params), ("grads", grads)):
        if not isinstance(array, np.ndarray) or array.dtype.type not in (
            np.float32,
            np.float64,
        ):
            raise TypeError(
                f"{name} is {_checks.describe(array)}; expected an array of "
                f"float32 or float64, since it is updated in place."
            )
        if isinstance(array, np.ma.MaskedArray):
            raise TypeError(
                f"{name} is a masked array; expected one without a mask. Use "
                f"{name}.filled(0)."
            )
    if params.shape != grads.shape or params.dtype != grads.dtype:
        raise ValueError(
            f"grads have shape {grads.shape} and dtype {grads.dtype}; expected "
            f"those of params, {params.shape} and {params.dtype}."
        )
    if not params.flags.writeable:
        raise ValueError("params are read-only; give a copy that may be changed.")


def check_definition(kind: Any, base: type) -> None:
    """Refuse methods that are not used, and names that cannot be attributes."""
    update = "update(theta, g, rate)"
    instead = {"_vectors": "vectors", "_numbers": "numbers", "_spare": "scratch"}
    instead |= dict.fromkeys(["step", "_update", "_remember", "_decay"], update)
    _parts.refuse_overrides(kind, base, instead)
    if not _parts.takes(kind.update, 4):
        raise TypeError(
            f"{kind.__name__}.update does not take its arguments; expected "
            f"def update(self, theta, g, rate), which changes theta in place."
        )
    seen = set()
    for what in ("vectors", "numbers", "scratch"):
        names = getattr(kind, what)
        if isinstance(names, str):
            raise TypeError(
                f"{kind.__name__}.{what} is {names!r}; expected names in a tuple: "
                f"({names!r},)."
            )
        if what == "numbers" and not isinstance(names, Mapping):
            raise TypeError(
                f"{kind.__name__}.numbers is {names!r}; expected first values by "
                f"name, such as {{'count': 0}}."
            )
        for name in names:
            if not str(name).isidentifier() or hasattr(base, name) or name in seen:
                raise ValueError(
                    f"{kind.__name__}.{what} holds {name!r}, which is taken or no "
                    f"name; choose another one."
                )
            seen.add(name)
            if what == "numbers":
                _checks.number(f"{kind.__name__}.numbers[{name!r}]", names[name])


def _check_vector(name: str, vector: Array, first: Array) -> None:
    if vector.dtype not in (np.float32, np.float64) or (
        (vector.shape, vector.dtype) != (first.shape, first.dtype)
    ):
        raise ValueError(
            f"{name} has shape {vector.shape} and dtype {vector.dtype}; expected "
            f"float32 or float64, and the same for all vectors of the state."
        )
    if not _checks.all_finite(vector):
        raise ValueError(f"{name} holds NaN or infinity; expected finite numbers.")
