"""Rates that fall, each in its own shape."""

from __future__ import annotations

import math

from nnbook import _checks
from nnbook.schedules.base import Schedule, cosine, duration


class Constant(Schedule):
    r"""The same rate for ever: $\eta_t = \eta_0$.

    Parameters
    ----------
    rate
        $\eta_0$, not negative.

    Examples
    --------
    >>> schedule = nn.Constant(0.1)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.1, 0.1, 0.1, 0.1]
    """

    def __init__(self, rate: float) -> None:
        self.rate = _checks.rate("rate", rate)

    def __call__(self, step: int) -> float:
        return self.rate


class StepDecay(Schedule):
    r"""Falls by a factor every so many steps.

    $$\eta_t = \eta_0 \gamma^{\lfloor t/k \rfloor}$$

    PyTorch's `StepLR`; Keras' `ExponentialDecay(staircase=True)`.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    factor
        γ, in (0, 1].
    every
        Steps between two falls, k.

    Examples
    --------
    >>> schedule = nn.StepDecay(0.1, every=2)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.1, 0.05, 0.05, 0.025]
    """

    def __init__(self, initial: float, factor: float = 0.5, *, every: int) -> None:
        self.initial = _checks.rate("initial", initial)
        self.factor = _checks.number("factor", factor, low=0, high=1, open_low=True)
        self.every = _checks.integer("every", every, low=1)

    def __call__(self, step: int) -> float:
        return self.initial * self.factor ** (step // self.every)


class ExponentialDecay(Schedule):
    r"""Falls by the same factor in equal times: $\eta_t = \eta_0\, \gamma^{t/k}$.

    PyTorch's `ExponentialLR` has k = 1; Keras' k is `decay_steps`.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    rate
        γ, in (0, 1].
    every
        Steps for a fall by γ, k.

    Examples
    --------
    >>> schedule = nn.ExponentialDecay(0.1, 0.5)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.05, 0.025, 0.0125, 0.0063]
    """

    def __init__(self, initial: float, rate: float, every: int = 1) -> None:
        self.initial = _checks.rate("initial", initial)
        self.rate = _checks.number("rate", rate, low=0, high=1, open_low=True)
        self.every = _checks.integer("every", every, low=1)

    def __call__(self, step: int) -> float:
        return self.initial * math.pow(self.rate, step / self.every)


class InverseTimeDecay(Schedule):
    r"""Time-based decay: $\eta_t = \eta_0 / (1 + t/k)$.

    Keras' `InverseTimeDecay(decay_steps=1)`; PyTorch has none.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    rate
        1/k, not negative: after k steps the rate is half the first one.

    Examples
    --------
    >>> schedule = nn.InverseTimeDecay(0.1, 1.0)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.05, 0.0333, 0.025, 0.02]
    """

    def __init__(self, initial: float, rate: float) -> None:
        self.initial = _checks.rate("initial", initial)
        self.rate = _checks.number("rate", rate, low=0)

    def __call__(self, step: int) -> float:
        return self.initial / (1 + self.rate * step)


class PolynomialDecay(Schedule):
    r"""Falls to the final rate along a power: fast first, flat in the end.

    $$\eta_t = \eta_T + (\eta_0 - \eta_T)(1 - t/T)^p$$

    PyTorch's `PolynomialLR` ends at 0 and has p = 1 by default; so has Keras'
    `PolynomialDecay`, which ends at 1e-4.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    steps
        Steps until the final rate, T; it stays there. A number below 1 is a part of
        the run, None the whole run.
    final
        Last rate, $\eta_T$.
    power
        p; the larger, the flatter the end.

    Examples
    --------
    >>> schedule = nn.PolynomialDecay(0.1, 4)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.0563, 0.025, 0.0063, 0.0]
    """

    def __init__(
        self,
        initial: float,
        steps: float | None = None,
        final: float = 0.0,
        power: float = 2.0,
    ) -> None:
        self.initial = _checks.rate("initial", initial)
        self.steps = duration(steps)
        self.final = _checks.rate("final", final)
        self.power = _checks.number("power", power, low=0, open_low=True)

    def __call__(self, step: int) -> float:
        left = 1 - min(step / self.length, 1)
        return self.final + (self.initial - self.final) * math.pow(left, self.power)


class LinearDecay(Schedule):
    r"""A straight line: $\eta_t = \eta_T + (\eta_0 - \eta_T)(1 - t/T)$.

    PyTorch's `LinearLR` rises by default: from a third of the rate to the whole. Keras'
    `PolynomialDecay` is this one, as its power is 1 unless said otherwise.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    steps
        Steps until the final rate, T; it stays there. A number below 1 is a part of
        the run, None the whole run.
    final
        Last rate, $\eta_T$.

    Examples
    --------
    >>> schedule = nn.LinearDecay(0.1, 4)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.075, 0.05, 0.025, 0.0]
    """

    def __init__(
        self, initial: float, steps: float | None = None, final: float = 0.0
    ) -> None:
        self.initial = _checks.rate("initial", initial)
        self.steps = duration(steps)
        self.final = _checks.rate("final", final)

    def __call__(self, step: int) -> float:
        left = 1 - min(step / self.length, 1)
        return self.final + (self.initial - self.final) * left


class CosineDecay(Schedule):
    r"""Half a wave: $\eta_t = \eta_T + \frac12 (\eta_0 - \eta_T)(1 + \cos(\pi t / T))$.

    Loshchilov and Hutter (2016). PyTorch's `CosineAnnealingLR` rises again after T;
    Keras' `CosineDecay` stays as here, its `alpha` is $\eta_T / \eta_0$.

    Parameters
    ----------
    initial
        First rate, $\eta_0$.
    steps
        Steps until the final rate, T; it stays there. A number below 1 is a part of
        the run, None the whole run.
    final
        Last rate, $\eta_T$.

    Examples
    --------
    >>> schedule = nn.CosineDecay(0.1, 4)
    >>> [round(schedule(t), 4) for t in range(5)]
    [0.1, 0.0854, 0.05, 0.0146, 0.0]
    """

    def __init__(
        self, initial: float, steps: float | None = None, final: float = 0.0
    ) -> None:
        self.initial = _checks.rate("initial", initial)
        self.steps = duration(steps)
        self.final = _checks.rate("final", final)

    def __call__(self, step: int) -> float:
        return cosine(self.initial, self.final, min(step / self.length, 1))
