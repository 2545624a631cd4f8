"""Rates that rise: warm-up, restarts, one cycle."""

from __future__ import annotations

from typing import Any

from nnbook import _checks
from nnbook.schedules.base import Schedule, cosine
from nnbook.schedules.base import rate as checked_rate
from nnbook.schedules.decays import Constant


class WarmRestarts(Schedule):
    r"""Cosine decay that starts again; each period is `multiplier` times the last.

    $$\eta_t = \eta_T + \tfrac12 (\eta_0 - \eta_T)(1 + \cos(\pi s / T_i))$$

    with s steps since the last start and $T_i$, `period` times `multiplier` to the
    power i, the length of that period. SGDR of Loshchilov and Hutter (2016). PyTorch's
    multiplier is 1 by default, Keras' is 2.

    Parameters
    ----------
    initial
        Rate at the start of each period, $\eta_0$.
    period
        Steps of the first period.
    multiplier
        How many times longer each next period is.
    final
        Rate that each period falls towards, $\eta_T$.

    Examples
    --------
    >>> schedule = nn.WarmRestarts(0.1, 2)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.05, 0.1, 0.05, 0.1]
    """

    def __init__(
        self, initial: float, period: int, multiplier: int = 1, final: float = 0.0
    ) -> None:
        self.initial = checked_rate("initial", initial)
        self.period = _checks.integer("period", period, low=1)
        self.multiplier = _checks.integer("multiplier", multiplier, low=1)
        self.final = checked_rate("final", final)

    def _rate(self, t: int) -> float:
        period = self.period
        if self.multiplier == 1:
            t %= period
        while t >= period:
            t -= period
            period *= self.multiplier
        return cosine(self.initial, self.final, t / period)


class Warmup(Schedule):
    r"""Rises in a straight line to the first rate of another schedule, then follows it.

    $$\eta_t = \eta'_0\, \frac{t + 1}{w} \text{ for } t < w, \qquad
    \eta_t = \eta'_{t - w} \text{ from then on}$$

    Goyal and colleagues (2017). In PyTorch, chain `LinearLR` and another by
    `SequentialLR`; in Keras, `CosineDecay` takes `warmup_steps`.

    Parameters
    ----------
    schedule
        η′, a schedule or a number.
    steps
        Steps of the rise, w.

    Examples
    --------
    >>> schedule = nn.Warmup(nn.LinearDecay(0.1, 4), 2)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.05, 0.1, 0.1, 0.075, 0.05]
    """

    def __init__(self, schedule: Schedule | float, steps: int) -> None:
        if not isinstance(schedule, Schedule):
            schedule = Constant(checked_rate("schedule", schedule))
        self.schedule = schedule
        self.steps = _checks.integer("steps", steps, low=1)

    def _rate(self, t: int) -> float:
        if t < self.steps:
            return self.schedule(0) * (t + 1) / self.steps
        return self.schedule(t - self.steps)

    def epoch_end(self, epoch: int, score: float) -> None:
        """Tell the inner schedule the score of an epoch.

        Parameters
        ----------
        epoch
            The epoch that has ended, counted from 1.
        score
            The validation loss, else the training loss; lower is better.
        """
        self.schedule.epoch_end(epoch, score)

    def reset(self) -> None:
        """Let the inner schedule forget all scores."""
        self.schedule.reset()

    @property
    def stop(self) -> bool:  # type: ignore[override]
        """Whether the inner schedule ends training."""
        return self.schedule.stop

    @property
    def restart_now(self) -> bool:  # type: ignore[override]
        """Whether the inner schedule resets the optimizer."""
        return self.schedule.restart_now

    def state_dict(self) -> dict[str, Any]:
        """What changes while training in the inner schedule.

        Returns
        -------
        dict
            Numbers by name.
        """
        return self.schedule.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave.

        Parameters
        ----------
        state
            Numbers by name.
        """
        self.schedule.load_state_dict(state)


class Noam(Schedule):
    r"""A straight rise, then the inverse square root (Vaswani and colleagues, 2017).

    $$\eta_t = d^{-1/2} \min(s^{-1/2},\ s\, w^{-3/2}), \qquad s = t + 1$$

    Neither PyTorch nor Keras has it.

    Parameters
    ----------
    d_model
        Width of the model, d.
    warmup
        Steps of the rise, w.

    Examples
    --------
    >>> schedule = nn.Noam(512, 4000)
    >>> [round(schedule(t), 6) for t in (0, 3999, 15999)]
    [0.0, 0.000699, 0.000349]
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

    $$\eta_t = a + \tfrac12 (b - a)(1 - \cos \pi s)$$

    with s from 0 to 1. In the share `rise` of the steps it goes from a = `maximum` /
    `start_divisor` to b = `maximum`; in the others from there to `maximum` /
    `start_divisor` / `final_divisor`. As in PyTorch, without its cycle of the momentum.
    Keras has none.

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

    Examples
    --------
    >>> schedule = nn.OneCycle(0.1, 5)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.004, 0.095, 0.0611, 0.0188, 0.0]
    """

    def __init__(
        self,
        maximum: float,
        steps: int,
        rise: float = 0.3,
        start_divisor: float = 25.0,
        final_divisor: float = 1e4,
    ) -> None:
        self.maximum = checked_rate("maximum", maximum)
        self.steps = _checks.integer("steps", steps, low=2)
        self.rise = _checks.number("rise", rise, low=0, high=1)
        self.start_divisor = _checks.number("start_divisor", start_divisor, low=1)
        self.final_divisor = _checks.number("final_divisor", final_divisor, low=1)

    def _rate(self, t: int) -> float:
        start = self.maximum / self.start_divisor
        top, last = max(self.rise * self.steps - 1, 0), self.steps - 1
        t = min(t, last)
        if t < top:
            return cosine(start, self.maximum, t / top)
        share = (t - top) / (last - top) if last > top else 0.0
        return cosine(self.maximum, start / self.final_divisor, share)
