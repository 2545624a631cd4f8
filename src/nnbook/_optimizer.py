"""What all optimizers share: checks, the learning rate, the state that is saved."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from nnbook import _checks
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
        if callable(learning_rate) and not isinstance(learning_rate, Schedule):
            raise TypeError(
                f"learning_rate is {_checks.describe(learning_rate)}; expected a "
                f"number or a schedule such as nn.CosineDecay(0.1, steps=1000). A "
                f"schedule of your own is a subclass of nn.Schedule."
            )
        if isinstance(learning_rate, Schedule):
            learning_rate.reset()
        else:
            learning_rate = _checks.number("learning_rate", learning_rate, low=0)
        self.learning_rate = learning_rate
        self.reset()

    @property
    def rate(self) -> float:
        """Learning rate of the coming step."""
        if isinstance(self.learning_rate, Schedule):
            return self.learning_rate(self.steps)
        return self.learning_rate

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
            _check_n_weights(n_weights, params)
        scratch = self._scratch
        if scratch is None:
            for name in self._vectors:
                setattr(self, name, np.zeros_like(params))
            scratch = self._begin(params)
        rate = self.rate
        self._decay(params, rate, n_weights)
        self.steps += 1
        self._update(params, grads, rate, scratch)

    def _begin(self, like: Array) -> Array:
        """Make the scratch vectors."""
        for name in self._spare:
            setattr(self, name, np.empty_like(like))
        self._scratch = np.empty_like(like)
        return self._scratch

    def _decay(self, theta: Array, rate: float, n_weights: int | None) -> None:
        """Shrink the weights, where the method does so."""

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        """The method itself; `u` is a scratch vector, since temporaries cost time."""
        raise NotImplementedError

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
            If an entry is missing or does not fit; then nothing changes.
        """
        given = [name for name in self._vectors if name in state]
        wanted = {"steps", *self._numbers, *(self._vectors if given else ())}
        if missing := wanted - set(state):
            raise ValueError(
                f"state lacks {', '.join(sorted(missing))}; expected what state_dict() "
                f"of {type(self).__name__} gives."
            )
        steps = _checks.integer("steps", state["steps"], low=0)
        numbers = {name: _checks.number(name, state[name]) for name in self._numbers}
        vectors = {name: np.array(state[name]) for name in given}
        for name, vector in vectors.items():
            _check_vector(name, vector, vectors[given[0]])
        if isinstance(self.learning_rate, Schedule):
            self.learning_rate.load_state_dict(
                {
                    name.removeprefix("schedule."): value
                    for name, value in state.items()
                    if name.startswith("schedule.")
                }
            )
        self.reset()
        self.steps = steps
        vars(self).update(numbers)
        vars(self).update(vectors)
        if vectors:
            self._begin(vectors[given[0]])

    def _options(self) -> dict[str, Any]:
        hidden = {"steps", *self._vectors, *self._numbers}
        return {k: v for k, v in vars(self).items() if k[0] != "_" and k not in hidden}

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


def share(name: str, value: float) -> float:
    """A share of the past that is kept: from 0 to just below 1."""
    return _checks.number(name, value, low=0, high=1, open_high=True)


def small(value: float) -> float:
    """What keeps a division defined: above 0."""
    return _checks.number("epsilon", value, low=0, open_low=True)


def _check_n_weights(n_weights: int, params: Array) -> None:
    if params.ndim != 1:
        raise ValueError(
            f"params have shape {params.shape}; expected one vector, since n_weights "
            f"is given. Leave n_weights out, or give params.reshape(-1)."
        )
    if _checks.integer("n_weights", n_weights, low=0) > params.size:
        raise ValueError(
            f"n_weights is {n_weights}; expected at most {params.size}, the number of "
            f"params."
        )


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
