"""What all optimizers share: checks, the learning rate, the state that is saved."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from nnbook import _checks, _parts
from nnbook._types import Array
from nnbook.optimizers.memory import Memory, check_definition
from nnbook.schedules.base import Function, Rate, Schedule, checked_rate

LearningRate: TypeAlias = float | Schedule | Rate


class Optimizer(Memory):
    """Base class: moves parameters against their gradients.

    One of your own says what it remembers, and overrides `update`.

    Parameters
    ----------
    learning_rate
        A number, a schedule such as `nn.CosineDecay(0.1, steps=1000)`, or any function
        of the step, counted from 0. A schedule that follows the scores starts anew, so
        let no other optimizer use it meanwhile.

    Attributes
    ----------
    vectors
        Names of arrays like θ, zero at first, which are kept and saved.
    numbers
        Names and first values of numbers that are kept and saved.
    scratch
        Names of arrays like θ for intermediate results, which are not kept.
    steps
        Updates done so far; within `update`, t, the number of this one from 1 on.
    n_weights
        How many leading parameters are weights; None if all are.

    Raises
    ------
    TypeError, ValueError
        If the rate is negative, or neither number, schedule nor function; for a
        subclass, if it overrides what it should not, or names what is taken.

    Examples
    --------
    >>> class Signs(nn.Optimizer):
    ...     vectors, scratch = ("m",), ("u",)
    ...
    ...     def update(self, theta, g, rate):
    ...         self.m *= 0.9
    ...         self.m += g
    ...         theta -= np.multiply(np.sign(self.m, out=self.u), rate, out=self.u)
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": Signs(0.01)}
    >>> history = nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=20, **options)
    >>> history.accuracy[-1] > 0.95
    True
    """

    _learning_rate: float | Schedule | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        check_definition(cls, Optimizer)

    def __init__(self, learning_rate: LearningRate) -> None:
        self.learning_rate = learning_rate
        self.reset()

    def _given(self) -> float | Schedule:
        if self._learning_rate is None:
            kind = type(self).__name__
            raise AttributeError(
                f"{kind} has no learning rate; call super().__init__(learning_rate) "
                f"in the constructor of {kind}."
            )
        return self._learning_rate

    @property
    def learning_rate(self) -> LearningRate:
        """The number, schedule or function; it may be replaced between two steps."""
        given = self._given()
        return given.function if isinstance(given, Function) else given

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        if isinstance(value, Schedule):
            value.reset()
        elif callable(value):
            value = Function("learning_rate", value)
        else:
            value = _checks.rate("learning_rate", value)
        self._learning_rate = value

    @property
    def rate(self) -> float:
        """Learning rate of the coming step."""
        given = self._learning_rate or self._given()
        if isinstance(given, float):
            return given
        return checked_rate(given, self.steps, given._rate_of(self.steps))

    def reset(self) -> None:
        """Forget all gradients seen; steps, and with them a schedule, start at 0."""
        self._forget()

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
            If shapes or dtypes differ, a gradient is not finite, or other parameters
            were updated before; then nothing changes.
        """
        known = (
            self._params() is params is not None
            and self._grads() is grads is not None
            and n_weights is self.n_weights
            and params.flags.writeable
        )
        if not known:
            self._check(params, grads, n_weights)
        # The first question is a part of the second, asked without a call.
        if not (math.isfinite(np.vdot(grads, grads)) or _checks.all_finite(grads)):
            raise ValueError(
                "grads hold NaN or infinity; expected finite numbers. The learning "
                "rate may be too large, or the loss received a logarithm of 0."
            )
        rate = self.rate
        if not known:
            self._serve(params, grads, n_weights)
        self.steps += 1
        if self.update(params, grads, rate) is not None:  # type: ignore[func-returns-value]
            raise TypeError(
                f"{type(self).__name__}.update returned something; expected None. "
                f"Change theta in place, as in theta -= rate * g."
            )

    def update(self, theta: Array, g: Array, rate: float) -> None:
        """The method itself, which each optimizer overrides.

        Parameters
        ----------
        theta
            θ, changed in place.
        g
            The gradient, of the shape of θ; left as it is.
        rate
            The learning rate of this step.
        """
        raise NotImplementedError(f"{type(self).__name__} lacks update; write it.")

    def _check_resumable(self) -> None:
        """Refuse a rate of which nobody can say whether it is the same again."""
        if " at 0x" in repr(self._learning_rate):
            raise ValueError(
                f"learning_rate is {self._learning_rate!r}; a run with a function "
                f"cannot be resumed, since nobody can tell whether it still is the "
                f"same. Write it as a subclass of nn.Schedule."
            )

    def state_dict(self) -> dict[str, Any]:
        """All that a later process needs to go on exactly.

        Returns
        -------
        dict
            Numbers and arrays by name.
        """
        state = self._kept()
        if isinstance(self._learning_rate, Schedule):
            schedule = self._learning_rate.state_dict()
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
        _checks.state(state, type(self).__name__, ())
        given, prefix = self._learning_rate, "schedule."
        own, schedule = dict[str, Any](), dict[str, Any]()
        for name, value in state.items():
            if name.startswith(prefix) and isinstance(given, Schedule):
                schedule[name.removeprefix(prefix)] = value
            else:
                own[name] = value
        steps, numbers, vectors = self._check_kept(own)
        if isinstance(given, Schedule):
            given.load_state_dict(schedule)
        self.reset()
        self.steps = steps
        vars(self).update(numbers)
        self._take(vectors)

    def __repr__(self) -> str:
        return _parts.shown(self)


def average(m: Array, new: Array, share: float, u: Array) -> None:
    """m ← share m + (1 - share) new, in place; u is scratch, and may be new itself."""
    m *= share
    m += np.multiply(new, 1 - share, out=u)
