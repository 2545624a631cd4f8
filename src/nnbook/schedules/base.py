"""What all schedules share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnbook import _checks


class Schedule:
    """Base class: call it with a step for the learning rate of that step."""

    _state: tuple[str, ...] = ()  # attributes that change while training
    stop = False  # whether training is to end after this epoch
    restart_now = False  # whether the optimizer is to be reset after this epoch

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
            If the step is not a whole number from 0 on, or a schedule of your own
            gives no rate.
        """
        rate = self._rate(_checks.integer("step", step, low=0))
        try:
            return _checks.number("rate", rate, low=0)
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"{self!r} gives {_checks.describe(rate)} for step {step}; expected a "
                f"finite rate, not negative."
            ) from None

    def _rate(self, t: int) -> float:
        raise NotImplementedError(f"{type(self).__name__} lacks _rate.")

    def epoch_end(self, epoch: int, score: float) -> None:
        """Take note of an epoch's score; most schedules do not care.

        Parameters
        ----------
        epoch
            The epoch that has ended, counted from 1.
        score
            The validation loss, else the training loss; lower is better.
        """

    def reset(self) -> None:
        """Forget all scores; a new optimizer starts its schedule with this."""

    def state_dict(self) -> dict[str, Any]:
        """What changes while training.

        Returns
        -------
        dict
            Numbers by name; empty for most schedules.
        """
        return {name: getattr(self, name) for name in self._state}

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
        _checks.state(state, type(self).__name__, self._state)
        if unknown := set(state) - set(self._state):
            raise ValueError(
                f"state holds {', '.join(sorted(unknown))}; expected what state_dict() "
                f"of {type(self).__name__} gives."
            )
        for name, value in state.items():
            if value is not None and not isinstance(value, (bool, np.bool_)):
                _checks.number(name, value)
        vars(self).update(state)

    def __repr__(self) -> str:
        changing = self.state_dict()
        options = ", ".join(
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if name[0] != "_" and name not in changing
        )
        return f"nn.{type(self).__name__}({options})"


def cosine(start: float, end: float, share: float) -> float:
    """From start to end along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def rate(name: str, value: float) -> float:
    """A learning rate that was given as an argument."""
    return _checks.number(name, value, low=0)
