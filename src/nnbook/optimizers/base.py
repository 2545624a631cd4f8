"""What all optimizers share: checks, the learning rate, the state that is saved."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from nnbook import _checks
from nnbook._memory import aligned
from nnbook._types import Array
from nnbook.schedules import Schedule

LearningRate: TypeAlias = float | Schedule


class Optimizer:
    """Base class: moves parameters against their gradients.

    Parameters
    ----------
    learning_rate
        A number, or a schedule such as `nn.CosineDecay(0.1, steps=1000)`. Where one
        follows the scores, it starts anew, so let no other optimizer use it meanwhile.

    Attributes
    ----------
    steps
        Updates done so far.

    Raises
    ------
    TypeError, ValueError
        If the rate is negative, or neither a number nor a schedule.
    """

    _vectors: tuple[str, ...] = ()  # state, zero at first, of the shape of θ
    _numbers: tuple[str, ...] = ()  # further state
    _spare: tuple[str, ...] = ()  # scratch vectors besides u: no state

    def __init__(self, learning_rate: LearningRate) -> None:
        self.learning_rate = learning_rate
        self.reset()

    @property
    def learning_rate(self) -> LearningRate:
        """The number or schedule; a new one may be assigned between two steps."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        if callable(value) and not isinstance(value, Schedule):
            raise TypeError(
                f"learning_rate is {_checks.describe(value)}; expected a number or a "
                f"schedule such as nn.CosineDecay(0.1, steps=1000). A schedule of your "
                f"own is a subclass of nn.Schedule."
            )
        if isinstance(value, Schedule):
            value.reset()
        else:
            value = _checks.number("learning_rate", value, low=0)
        self._learning_rate = value

    @property
    def rate(self) -> float:
        """Learning rate of the coming step."""
        if isinstance(self._learning_rate, Schedule):
            return self._learning_rate(self.steps)
        return self._learning_rate

    def reset(self) -> None:
        """Forget all gradients seen; steps, and with them a schedule, start at 0."""
        self.steps = 0
        self._scratch: Array | None = None  # the next step makes all vectors anew

    def step(self, params: Array, grads: Array, n_weights: int | None = None) -> None:
        """Update the parameters in place.

        Parameters
        ----------
        params
            θ, float32 or float64, of any shape; changed.
        grads
            g, of the same shape and dtype.
        n_weights
            How many leading parameters weight decay applies to, if the parameters are
            one vector; None for all.

        Raises
        ------
        TypeError, ValueError
            If shapes or dtypes differ, or a gradient is not finite; then nothing
            changes.
        """
        self._check(params, grads)
        if n_weights is not None:
            n_weights = _checks.n_weights(n_weights, params)
        scratch = self._scratch
        if scratch is None:
            if "epsilon" in vars(self):
                _checks.positive_in(params.dtype, "epsilon", vars(self)["epsilon"])
            scratch = self._begin(params)
        rate = self.rate
        self._decay(params, rate, n_weights)
        self.steps += 1
        self._update(params, grads, rate, scratch)

    def _begin(self, like: Array) -> Array:
        """Make what it remembers, zero at first, and the scratch vectors."""
        for name in (*self._vectors, *self._spare):
            setattr(self, name, _zeros_like(like))
        self._scratch = _zeros_like(like)
        return self._scratch

    def _decay(self, theta: Array, rate: float, n_weights: int | None) -> None:
        """Shrink the weights, where the method does so."""

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        """The method itself; `u` is a scratch vector, since temporaries cost time."""
        raise NotImplementedError(f"{type(self).__name__} lacks _update.")

    def _check(self, theta: Array, g: Array) -> None:
        for name, array in (("params", theta), ("grads", g)):
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
        if theta.shape != g.shape or theta.dtype != g.dtype:
            raise ValueError(
                f"grads have shape {g.shape} and dtype {g.dtype}; expected those of "
                f"params, {theta.shape} and {theta.dtype}."
            )
        if not theta.flags.writeable:
            raise ValueError("params are read-only; give a copy that may be changed.")
        if self._scratch is not None and (
            self._scratch.shape != theta.shape or self._scratch.dtype != theta.dtype
        ):
            raise ValueError(
                f"params have shape {theta.shape} and dtype {theta.dtype}; this "
                f"optimizer began with {self._scratch.shape} and "
                f"{self._scratch.dtype}. Make a new one, or call reset()."
            )
        if not _checks.all_finite(g):
            raise ValueError(
                "grads hold NaN or infinity; expected finite numbers. The learning "
                "rate may be too large, or the loss received a logarithm of 0."
            )

    def _memory(self) -> dict[str, Array]:
        """What it remembers of past gradients; nothing before the first step."""
        if self._scratch is None:
            return {}
        return {name: getattr(self, name) for name in self._vectors}

    def state_dict(self) -> dict[str, Any]:
        """All that a later process needs to go on exactly.

        Returns
        -------
        dict
            Numbers and arrays by name.
        """
        state: dict[str, Any] = {"steps": self.steps}
        state |= {name: getattr(self, name) for name in self._numbers}
        state |= {name: vector.copy() for name, vector in self._memory().items()}
        if isinstance(self.learning_rate, Schedule):
            schedule = self.learning_rate.state_dict()
            state |= {f"schedule.{name}": value for name, value in schedule.items()}
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave.

        Parameters
        ----------
        state
            Of an optimizer of the same kind.

        Raises
        ------
        TypeError, ValueError
            If an entry is missing, unknown or does not fit; then nothing changes.
        """
        kind = type(self).__name__
        _checks.state(state, kind, ["steps", *self._numbers])
        given = self._vectors if any(name in state for name in self._vectors) else ()
        wanted = {"steps", *self._numbers, *given}
        _checks.state(state, kind, wanted)
        schedule = {
            name.removeprefix("schedule."): value
            for name, value in state.items()
            if name.startswith("schedule.")
        }
        unknown = {name for name in state if name[:9] != "schedule."} - wanted
        if unknown or (schedule and not isinstance(self.learning_rate, Schedule)):
            unknown |= {f"schedule.{name}" for name in schedule}
            raise ValueError(
                f"state holds {', '.join(sorted(unknown))}; expected what state_dict() "
                f"of {self!r} gives."
            )
        steps = _checks.integer("steps", state["steps"], low=0)
        numbers = {name: _checks.number(name, state[name]) for name in self._numbers}
        vectors = {name: _checks.as_array(name, state[name]) for name in given}
        for name, vector in vectors.items():
            _check_vector(name, vector, vectors[given[0]])
        if isinstance(self.learning_rate, Schedule):
            self.learning_rate.load_state_dict(schedule)
        self.reset()
        self.steps = steps
        vars(self).update(numbers)
        if vectors:
            self._begin(vectors[given[0]])
        for name, vector in vectors.items():
            np.copyto(getattr(self, name), vector)

    def _options(self) -> dict[str, Any]:
        hidden = {"steps", *self._vectors, *self._numbers}
        others = {
            name: value
            for name, value in vars(self).items()
            if name[0] != "_" and name not in hidden
        }
        return {"learning_rate": self.learning_rate, **others}

    def __repr__(self) -> str:
        options = ", ".join(
            f"{name}={value}" for name, value in self._options().items()
        )
        return f"nn.{type(self).__name__}({options})"


def average(v: Array, g: Array, rho: float, u: Array) -> None:
    """v ← ρ v + (1 - ρ) g², in place."""
    v *= rho
    np.square(g, out=u)
    u *= 1 - rho
    v += u


def _zeros_like(array: Array) -> Array:
    # Of the same class, which may count the operations or trace them.
    return aligned(array.shape, array.dtype).view(type(array))


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
