"""What all schedules share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from nnbook import _checks, _parts

# Any function of the step will do.
Rate: TypeAlias = Callable[[int], float]


class Schedule:
    """Base class: call it with a step for the learning rate of that step.

    A function of the step does as well, `nn.Adam(lambda t: 0.1 / (1 + t))`, but a run
    with one cannot be resumed. A class of your own overrides `__call__(step)`, and
    `epoch_end` if it follows the scores. With `steps = None` it may ask for `length`.

    Attributes
    ----------
    length
        T, the number of steps: `steps` if that is a whole number, a part of the run if
        it is a number below 1, the whole run if it is None.
    monitor
        The score that `epoch_end` is told: "loss", or "accuracy".
    state
        Names of attributes that change while training; a checkpoint keeps them.
    stop
        Whether training is to end after this epoch.
    restart_now
        Whether the optimizer is to be reset after this epoch.

    Raises
    ------
    TypeError
        If a subclass overrides what it should not, or its call takes no single step.

    Examples
    --------
    >>> class Sawtooth(nn.Schedule):
    ...     def __init__(self, top, every):
    ...         self.top, self.every = top, every
    ...
    ...     def __call__(self, step):
    ...         return self.top * (1 - step % self.every / self.every)
    >>> schedule = Sawtooth(0.1, every=2)
    >>> [schedule(t) for t in range(4)]
    [0.1, 0.05, 0.1, 0.05]
    >>> optimizer = nn.SGD(schedule)
    """

    state: Sequence[str] = ()
    monitor: str = "loss"
    stop: bool = False
    restart_now: bool = False
    _run: int | None = None  # steps of the run

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        names = {"_rate": "__call__(step)", "_state": "state"}
        _parts.refuse_overrides(cls, Schedule, names)
        if not _parts.takes(cls.__call__, 2):
            raise TypeError(
                f"{cls.__name__}.__call__ does not take a step; expected "
                f"def __call__(self, step), which returns the rate."
            )
        _parts.check_calls(
            cls, Schedule, "__call__", Schedule._checked_call, written="_rate_of"
        )

    def __call__(self, step: int) -> float:
        """Learning rate of a step.

        Parameters
        ----------
        step
            t, counted from 0.

        Returns
        -------
        float
            The rate, not negative.

        Raises
        ------
        TypeError, ValueError
            If the step is not a whole number from 0 on, if the length of the run is
            needed and not known, or if a schedule of your own gives no rate.
        """
        raise NotImplementedError(f"{type(self).__name__} lacks __call__(step).")

    _rate_of = __call__  # the call as it was written, without checks

    def _checked_call(self, call: Rate, step: int) -> float:
        step = _checks.integer("step", step, low=0)
        return checked_rate(self, step, call(step))

    @property
    def length(self) -> int:
        """T, the number of steps: `steps` or, where that leaves it open, of the run."""
        try:
            steps: float | None = self.steps  # type: ignore[attr-defined]
        except AttributeError:
            raise AttributeError(
                f"{type(self).__name__} has no attribute steps, so that it has no "
                f"length; write steps = None in the class for that of the run."
            ) from None
        if not (type(steps) is int and steps > 0):
            steps = duration(steps)
        if isinstance(steps, int):
            return steps
        if self._run is None:
            raise ValueError(
                f"{self!r} takes its steps from the run, and none has begun; give "
                f"steps a whole number, or call begin(steps), as fit does."
            )
        return self._run if steps is None else max(1, round(steps * self._run))

    def begin(self, steps: int) -> None:
        """Take note of the length of a run; `fit` calls this at its start.

        Parameters
        ----------
        steps
            Number of all steps of the run.

        Raises
        ------
        TypeError, ValueError
            If it is not a whole number from 1 on.
        """
        self._run = _checks.integer("steps", steps, low=1)

    def _follows_run(self) -> bool:
        """Whether the rates depend on the length of the run."""
        asks = type(self).begin is not Schedule.begin
        return asks or not isinstance(getattr(self, "steps", 0), int)

    def epoch_end(self, epoch: int, score: float) -> None:
        """Take note of an epoch's score; most schedules do not care.

        Parameters
        ----------
        epoch
            The epoch that has ended, counted from 1.
        score
            What `monitor` asks for, of the validation data if there are some, else of
            the training data.
        """

    def reset(self) -> None:
        """Forget all scores; a new optimizer starts its schedule with this."""

    def state_dict(self) -> dict[str, Any]:
        """What changes while training.

        Returns
        -------
        dict
            Numbers by name; empty for most schedules.

        Raises
        ------
        TypeError, ValueError
            If one of them is no finite number, True, False or None.
        """
        return _numbers({name: getattr(self, name) for name in self.state})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave.

        Parameters
        ----------
        state
            Numbers by name.

        Raises
        ------
        TypeError, ValueError
            If an entry is missing, unknown or no finite number; then nothing changes.
        """
        _checks.state(state, type(self).__name__, self.state)
        if unknown := set(state) - set(self.state):
            raise ValueError(
                f"state holds {', '.join(sorted(unknown))}; expected what state_dict() "
                f"of {type(self).__name__} gives."
            )
        vars(self).update(_numbers(state))

    def __repr__(self) -> str:
        return _parts.shown(self)


class Function(Schedule):
    """A function of the step, given as an argument where a schedule is expected."""

    def __init__(self, name: str, function: Rate) -> None:
        if isinstance(function, type) or not _parts.takes(function, 1):
            raise TypeError(
                f"{name} is {_checks.describe(function)}; expected a number, a "
                f"function of the step, or a schedule such as nn.CosineDecay(0.1)."
            )
        self.function = function

    def __call__(self, step: int) -> float:
        return self.function(step)

    def __repr__(self) -> str:
        return repr(self.function)


def _numbers(state: dict[str, Any]) -> dict[str, Any]:
    for name, value in state.items():
        if value is not None and not isinstance(value, (bool, np.bool_)):
            _checks.number(name, value)
    return state


def checked_rate(giver: Rate, step: int, rate: float) -> float:
    """The rate that a schedule or function gives for a step, as a float."""
    if type(rate) is float and 0 <= rate < math.inf:
        return rate
    try:
        return _checks.rate("rate", rate)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"{giver!r} gives {_checks.describe(rate)} for step {step}; expected a "
            f"finite rate, not negative."
        ) from None


def duration(value: float | None, *, low: int = 1) -> int | float | None:
    """Steps that were given as an argument: their number, a part of the run below 1,
    or None for the whole run."""
    if value is None or isinstance(value, (int, np.integer)):
        return None if value is None else _checks.integer("steps", value, low=low)
    share = _checks.number("steps", value, low=0, open_low=True)
    if share >= 1:
        raise ValueError(
            f"steps is {share}; expected a whole number, or a share of the run below 1."
        )
    return share


def cosine(start: float, end: float, share: float) -> float:
    """From start to end along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
