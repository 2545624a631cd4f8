r"""Schedules: the learning rate as a function of the step.

Chapters: `docs/decay/noise-floor.md`, `docs/decay/schedules.md`.

- t: the step, counted from 0; beyond the end a schedule keeps its last value
- η₀: `initial`, the first rate
- T: `steps`, the length

An optimizer takes a schedule wherever it takes a learning rate.
"""

from __future__ import annotations

import math
from typing import Any

from nnbook import _checks

__all__ = [
    "Constant",
    "CosineDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LinearDecay",
    "Noam",
    "OneCycle",
    "OpenNMTDecay",
    "PolynomialDecay",
    "ReduceOnPlateau",
    "Schedule",
    "StepDecay",
    "WarmRestarts",
    "Warmup",
]


class Schedule:
    """Base class: call it with a step for the learning rate of that step."""

    _state: tuple[str, ...] = ()  # attributes that change while training

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
            If the step is not a whole number from 0 on.
        """
        return self._rate(_checks.integer("step", step, low=0))

    def _rate(self, t: int) -> float:
        raise NotImplementedError

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
        """
        for name in self._state:
            setattr(self, name, state[name])

    def __repr__(self) -> str:
        options = ", ".join(
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if name[0] != "_" and name not in self._state
        )
        return f"nn.{type(self).__name__}({options})"


class Constant(Schedule):
    r"""The same rate for ever: $\eta_t = \eta_0$.

    Parameters
    ----------
    rate
        $\eta_0$, not negative.
    """

    def __init__(self, rate: float) -> None:
        self.rate = _checked_rate("rate", rate)

    def _rate(self, t: int) -> float:
        return self.rate


class StepDecay(Schedule):
    r"""Falls by a factor every so many steps.

    $$\eta_t = \eta_0 \gamma^{\lfloor t/k \rfloor}$$

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    factor
        γ, in (0, 1].
    every
        Steps between two falls, k.
    """

    def __init__(self, initial: float, factor: float = 0.5, *, every: int) -> None:
        self.initial = _checked_rate("initial", initial)
        self.factor = _checks.number("factor", factor, low=0, high=1, open_low=True)
        self.every = _checks.integer("every", every, low=1)

    def _rate(self, t: int) -> float:
        return self.initial * self.factor ** (t // self.every)


class ExponentialDecay(Schedule):
    r"""Falls by the same factor in equal times: $\eta_t = \eta_0\, \gamma^{t/k}$.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    rate
        γ, in (0, 1].
    every
        Steps for a fall by γ, k.
    """

    def __init__(self, initial: float, rate: float, every: int = 1) -> None:
        self.initial = _checked_rate("initial", initial)
        self.rate = _checks.number("rate", rate, low=0, high=1, open_low=True)
        self.every = _checks.integer("every", every, low=1)

    def _rate(self, t: int) -> float:
        return self.initial * math.pow(self.rate, t / self.every)


class InverseTimeDecay(Schedule):
    r"""Time-based decay: $\eta_t = \eta_0 / (1 + k t)$.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    rate
        k, not negative; the rate is halved after 1/k steps.
    """

    def __init__(self, initial: float, rate: float) -> None:
        self.initial = _checked_rate("initial", initial)
        self.rate = _checks.number("rate", rate, low=0)

    def _rate(self, t: int) -> float:
        return self.initial / (1 + self.rate * t)


class PolynomialDecay(Schedule):
    r"""$\eta_t = \eta_T + (\eta_0 - \eta_T)(1 - t/T)^p$.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    steps
        Steps until the final rate, T; it stays there.
    final
        Last rate, $\eta_T$.
    power
        p; the larger, the flatter the end.
    """

    def __init__(
        self, initial: float, steps: int, final: float = 0.0, power: float = 2.0
    ) -> None:
        self.initial = _checked_rate("initial", initial)
        self.steps = _checks.integer("steps", steps, low=1)
        self.final = _checked_rate("final", final)
        self.power = _checks.number("power", power, low=0, open_low=True)

    def _rate(self, t: int) -> float:
        left = 1 - min(t / self.steps, 1)
        return self.final + (self.initial - self.final) * math.pow(left, self.power)


class LinearDecay(PolynomialDecay):
    r"""A straight line: $\eta_t = \eta_T + (\eta_0 - \eta_T)(1 - t/T)$.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    steps
        Steps until the final rate, T; it stays there.
    final
        Last rate, $\eta_T$.
    """

    def __init__(self, initial: float, steps: int, final: float = 0.0) -> None:
        super().__init__(initial, steps, final, power=1.0)


class CosineDecay(Schedule):
    r"""Half a wave: $\eta_t = \eta_T + \frac12 (\eta_0 - \eta_T)(1 + \cos(\pi t / T))$.

    Loshchilov and Hutter (2016).

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    steps
        Steps until the final rate, T; it stays there.
    final
        Last rate, $\eta_T$.
    """

    def __init__(self, initial: float, steps: int, final: float = 0.0) -> None:
        self.initial = _checked_rate("initial", initial)
        self.steps = _checks.integer("steps", steps, low=1)
        self.final = _checked_rate("final", final)

    def _rate(self, t: int) -> float:
        return _cosine(self.initial, self.final, min(t / self.steps, 1))


class WarmRestarts(Schedule):
    """Cosine decay that starts again; each period is `multiplier` times the last.

    SGDR of Loshchilov and Hutter (2016).

    Parameters
    ----------
    initial
        Rate at the start of each period.
    period
        Steps of the first period.
    multiplier
        How many times longer each next period is.
    final
        Rate that each period falls towards.
    """

    def __init__(
        self, initial: float, period: int, multiplier: int = 1, final: float = 0.0
    ) -> None:
        self.initial = _checked_rate("initial", initial)
        self.period = _checks.integer("period", period, low=1)
        self.multiplier = _checks.integer("multiplier", multiplier, low=1)
        self.final = _checked_rate("final", final)

    def _rate(self, t: int) -> float:
        period = self.period
        if self.multiplier == 1:
            t %= period
        while t >= period:
            t -= period
            period *= self.multiplier
        return _cosine(self.initial, self.final, t / period)


class Warmup(Schedule):
    r"""Rises in a straight line to the first rate of another schedule, then follows it.

    $$\eta_t = \eta'_0\, \frac{t + 1}{w} \text{ for } t < w, \qquad
    \eta_t = \eta'_{t - w} \text{ from then on}$$

    Goyal and colleagues (2017).

    Parameters
    ----------
    schedule
        η′, a schedule or a number.
    steps
        Steps of the rise, w.
    """

    def __init__(self, schedule: Schedule | float, steps: int) -> None:
        if not isinstance(schedule, Schedule):
            schedule = Constant(_checked_rate("schedule", schedule))
        self.schedule = schedule
        self.steps = _checks.integer("steps", steps, low=1)

    def _rate(self, t: int) -> float:
        if t < self.steps:
            return self.schedule(0) * (t + 1) / self.steps
        return self.schedule(t - self.steps)

    def __getattr__(self, name: str) -> Any:
        # What the inner schedule wants to hear of epochs, it hears.
        if name in ("epoch_end", "stop", "restart_now"):
            return getattr(self.schedule, name)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")

    def state_dict(self) -> dict[str, Any]:
        """State of the inner schedule."""
        return self.schedule.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""
        self.schedule.load_state_dict(state)


class Noam(Schedule):
    r"""$\eta_t = d^{-1/2} \min(s^{-1/2},\ s\, w^{-3/2})$ with $s = t + 1$.

    A straight rise, then the inverse square root (Vaswani and colleagues, 2017).

    Parameters
    ----------
    d_model
        Width of the model, d.
    warmup
        Steps of the rise, w.
    """

    def __init__(self, d_model: int, warmup: int) -> None:
        self.d_model = _checks.integer("d_model", d_model, low=1)
        self.warmup = _checks.integer("warmup", warmup, low=1)

    def _rate(self, t: int) -> float:
        s = t + 1
        rise = s * self.warmup**-1.5
        return float(self.d_model**-0.5 * min(s**-0.5, rise))


class OneCycle(Schedule):
    r"""Up along half a cosine, then down along another (Smith and Topin, 2017).

    From `maximum / start_divisor` to `maximum` in the share `rise` of the steps, then
    to `maximum / start_divisor / final_divisor`. As in PyTorch, without its cycle of
    the momentum.

    Parameters
    ----------
    maximum
        Largest rate.
    steps
        Steps of the whole cycle.
    rise
        Share of the steps in which the rate rises, in [0, 1].
    start_divisor
        How many times smaller than the maximum the first rate is.
    final_divisor
        How many times smaller than the first rate the last one is.
    """

    def __init__(
        self,
        maximum: float,
        steps: int,
        rise: float = 0.3,
        start_divisor: float = 25.0,
        final_divisor: float = 1e4,
    ) -> None:
        self.maximum = _checked_rate("maximum", maximum)
        self.steps = _checks.integer("steps", steps, low=2)
        self.rise = _checks.number("rise", rise, low=0, high=1)
        self.start_divisor = _checks.number("start_divisor", start_divisor, low=1)
        self.final_divisor = _checks.number("final_divisor", final_divisor, low=1)

    def _rate(self, t: int) -> float:
        start = self.maximum / self.start_divisor
        top, last = max(self.rise * self.steps - 1, 0), self.steps - 1
        t = min(t, last)
        if t < top:
            return _cosine(start, self.maximum, t / top)
        share = (t - top) / (last - top) if last > top else 1.0
        return _cosine(self.maximum, start / self.final_divisor, share)


class ReduceOnPlateau(Schedule):
    """Falls by a factor when the score has not improved for too long.

    `fit` tells it the score after each epoch: the validation loss, else the training
    loss. The rate is cut when the number of bad epochs *exceeds* the patience. As in
    PyTorch.

    Parameters
    ----------
    initial
        First rate.
    factor
        What the rate is multiplied by.
    patience
        Bad epochs that are borne.
    threshold
        Relative improvement that counts.
    cooldown
        Epochs after a cut in which bad epochs do not count.
    minimum
        Rate below which it does not fall.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """

    _state = ("rate", "_best", "_bad", "_cooling")

    def __init__(
        self,
        initial: float,
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        cooldown: int = 0,
        minimum: float = 0.0,
    ) -> None:
        self.initial = self.rate = _checked_rate("initial", initial)
        self.factor = _checks.number(
            "factor", factor, low=0, high=1, open_low=True, open_high=True
        )
        self.patience = _checks.integer("patience", patience, low=0)
        self.threshold = _checks.number("threshold", threshold, low=0)
        self.cooldown = _checks.integer("cooldown", cooldown, low=0)
        self.minimum = _checked_rate("minimum", minimum)
        self._best: float | None = None
        self._bad = self._cooling = 0

    def _rate(self, t: int) -> float:
        return self.rate

    def epoch_end(self, epoch: int, score: float) -> None:
        """Take note of an epoch's score; lower is better."""
        score = _checks.number("score", score)
        if self._best is None or score < self._best - self.threshold * abs(self._best):
            self._best, self._bad = score, 0
        else:
            self._bad += 1
        if self._cooling > 0:
            self._cooling -= 1
            self._bad = 0
        if self._bad > self.patience:
            self.rate = max(self.rate * self.factor, self.minimum)
            self._bad, self._cooling = 0, self.cooldown


class OpenNMTDecay(Schedule):
    """The rules of OpenNMT (Klein and colleagues, 2017), applied after each epoch.

    Two conditions: the *score* condition holds when the score did not improve by more
    than `start_decay_score_delta` over the epoch before; the *epoch* condition from
    epoch `start_decay_at` on. Strategy `"default"`: as soon as one of them holds, decay
    then and after every later epoch. `"epoch_only"`: only the epoch condition counts.
    `"score_only"`: decay in just those epochs in which the score condition holds.

    Parameters
    ----------
    initial
        First rate.
    decay
        What the rate is multiplied by.
    strategy
        "default", "epoch_only" or "score_only".
    start_decay_at
        Epoch, counted from 1, from which the epoch condition holds.
    start_decay_score_delta
        Improvement that is asked for.
    minimum
        `fit` ends when the rate falls below it.
    restart
        Whether each decay also resets the optimizer's state.

    Attributes
    ----------
    stop
        Whether the rate has fallen below the minimum.
    restart_now
        Whether the optimizer is to be reset after this epoch.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """

    _state = ("rate", "stop", "_decaying", "_last")
    restart_now = False

    def __init__(
        self,
        initial: float = 1.0,
        decay: float = 0.7,
        strategy: str = "default",
        start_decay_at: int = 9,
        start_decay_score_delta: float = 0.0,
        minimum: float = 0.0,
        restart: bool = False,
    ) -> None:
        self.initial = self.rate = _checked_rate("initial", initial)
        self.decay = _checks.number("decay", decay, low=0, high=1, open_low=True)
        self.strategy = _checks.one_of(
            "strategy", strategy, ["default", "epoch_only", "score_only"]
        )
        self.start_decay_at = _checks.integer("start_decay_at", start_decay_at, low=1)
        self.start_decay_score_delta = _checks.number(
            "start_decay_score_delta", start_decay_score_delta
        )
        self.minimum = _checked_rate("minimum", minimum)
        self.restart = bool(restart)
        self.stop = False
        self._decaying = False
        self._last: float | None = None

    def _rate(self, t: int) -> float:
        return self.rate

    def epoch_end(self, epoch: int, score: float) -> None:
        """Take note of an epoch's score, lower being better; epochs count from 1."""
        score = _checks.number("score", score)
        delta = self.start_decay_score_delta
        no_progress = self._last is not None and not self._last - score > delta
        late = epoch >= self.start_decay_at
        self._last = score
        if self.strategy == "score_only":
            self._decaying = no_progress
        elif self.strategy == "epoch_only":
            self._decaying = late
        else:
            self._decaying = self._decaying or no_progress or late
        if self._decaying:
            self.rate *= self.decay
        self.restart_now = self._decaying and self.restart
        self.stop = self.rate < self.minimum


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def _checked_rate(name: str, value: float) -> float:
    return _checks.number(name, value, low=0)
