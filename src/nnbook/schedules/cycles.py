"""Rates that rise: warm-up, restarts, one cycle."""

from __future__ import annotations

from typing import Any

from nnbook import _checks
from nnbook.schedules.base import (
    Function,
    Rate,
    Schedule,
    cosine,
    duration,
)
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
        self.initial = _checks.rate("initial", initial)
        self.period = _checks.integer("period", period, low=1)
        self.multiplier = _checks.integer("multiplier", multiplier, low=1)
        self.final = _checks.rate("final", final)

    def __call__(self, step: int) -> float:
        since, period = step, self.period
        if self.multiplier == 1:
            since %= period
        while since >= period:
            since -= period
            period *= self.multiplier
        return cosine(self.initial, self.final, since / period)


class Warmup(Schedule):
    r"""Rises in a straight line to the first rate of another schedule, then follows it.

    $$\eta_t = \eta'_0\, \frac{t + 1}{w} \text{ for } t < w, \qquad
    \eta_t = \eta'_{t - w} \text{ from then on}$$

    Goyal and colleagues (2017). In PyTorch, chain `LinearLR` and another by
    `SequentialLR`; in Keras, `CosineDecay` takes `warmup_steps`.

    Parameters
    ----------
    schedule
        η′, a schedule, a function of the step or a number. Where it takes its steps
        from the run, it takes those that are left after the rise.
    steps
        Steps of the rise, w; a number below 1 is a part of the run.

    Examples
    --------
    >>> schedule = nn.Warmup(nn.LinearDecay(0.1, 4), 2)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.05, 0.1, 0.1, 0.075, 0.05]
    >>> schedule = nn.Warmup(nn.LinearDecay(0.1), steps=0.25)
    >>> schedule.begin(8)  # as `fit` does
    >>> [round(schedule(t), 4) for t in range(8)]
    [0.05, 0.1, 0.1, 0.0833, 0.0667, 0.05, 0.0333, 0.0167]
    """

    def __init__(self, schedule: Schedule | Rate | float, steps: float) -> None:
        if steps is None:
            raise TypeError(
                "steps is None; expected a whole number, or a share of the run below 1."
            )
        if not isinstance(schedule, Schedule):
            if callable(schedule):
                schedule = Function("schedule", schedule)
            else:
                schedule = Constant(_checks.rate("schedule", schedule))
        self.schedule = schedule
        self.steps = duration(steps)

    def __call__(self, step: int) -> float:
        w = self.length
        if step < w:
            return self.schedule(0) * (step + 1) / w
        return self.schedule(step - w)

    def begin(self, steps: int) -> None:
        """Take note of the length of a run, and tell the inner schedule the rest of it.

        Parameters
        ----------
        steps
            Number of all steps of the run.
        """
        super().begin(steps)
        self.schedule.begin(max(1, steps - self.length))

    def _follows_run(self) -> bool:
        return not isinstance(self.steps, int) or self.schedule._follows_run()

    @property
    def monitor(self) -> str:  # type: ignore[override]
        """The score that the inner schedule follows."""
        return self.schedule.monitor

    def epoch_end(self, epoch: int, score: float) -> None:
        """Tell the inner schedule the score of an epoch.

        Parameters
        ----------
        epoch
            The epoch that has ended, counted from 1.
        score
            What `monitor` asks for.
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
        """What changes while training in the inner schedule."""
        return self.schedule.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Let the inner schedule take up what `state_dict` gave."""
        self.schedule.load_state_dict(state)


class Noam(Schedule):
    r"""A straight rise, then the inverse square root (Vaswani and colleagues, 2017).

    $$\eta_t = d^{-1/2} \min(s^{-1/2},\ s\, w^{-3/2}), \qquad s = step + 1$$

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

    def __call__(self, step: int) -> float:
        s = step + 1
        rise = s * self.warmup**-1.5
        return float(self.d_model**-0.5 * min(s**-0.5, rise))


class OneCycle(Schedule):
    r"""Up along half a cosine, then down along another.

    $$\eta_t = a + \tfrac12 (b - a)(1 - \cos \pi s)$$

    with s from 0 to 1. In the share `rise` of the steps it goes from a = `maximum` /
    `start_divisor` to b = `maximum`; in the others from there to `maximum` /
    `start_divisor` / `final_divisor`. Smith and Topin (2017) go up and down in straight
    lines, end with a further fall, and move the momentum the other way; the cosines are
    fastai's and PyTorch's. Here the momentum stays. Keras has no such schedule.

    Parameters
    ----------
    maximum
        Largest rate.
    steps
        Steps of the whole cycle. A number below 1 is a part of the run, None the whole
        run.
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
        steps: float | None = None,
        rise: float = 0.3,
        start_divisor: float = 25.0,
        final_divisor: float = 1e4,
    ) -> None:
        self.maximum = _checks.rate("maximum", maximum)
        self.steps = duration(steps, low=2)
        self.rise = _checks.number("rise", rise, low=0, high=1)
        self.start_divisor = _checks.number("start_divisor", start_divisor, low=1)
        self.final_divisor = _checks.number("final_divisor", final_divisor, low=1)

    def __call__(self, step: int) -> float:
        start = self.maximum / self.start_divisor
        top, last = max(self.rise * self.length - 1, 0), self.length - 1
        t = min(step, last)
        if t < top:
            return cosine(start, self.maximum, t / top)
        share = (t - top) / (last - top) if last > top else 0.0
        return cosine(self.maximum, start / self.final_divisor, share)
