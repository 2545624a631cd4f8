r"""Schedules: the learning rate as a function of the step.

- t: the step, counted from 0
- η₀: `initial`, the first rate
- T: `steps`, the length; a schedule that has one stays at its final rate after it. Left
  out, it is the length of the run; a number below 1 is a part of that

An optimizer takes a schedule, or any function of the step, for its learning rate.
Arguments that are out of range raise `TypeError` or `ValueError`. PyTorch's schedulers
change the rate when they are told to, often after each epoch; t is then the epoch.
Keras' count steps.

Examples
--------
>>> schedule = nn.StepDecay(0.1, factor=0.5, every=100)
>>> schedule(0), schedule(99), schedule(100)
(0.1, 0.1, 0.05)
>>> optimizer = nn.SGD(schedule)
"""

# To be read beside:
# docs/decay/noise-floor.md
# docs/decay/schedules.md

from __future__ import annotations

from nnbook.schedules.base import Schedule
from nnbook.schedules.cycles import Noam, OneCycle, WarmRestarts, Warmup
from nnbook.schedules.decays import (
    Constant,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    LinearDecay,
    PolynomialDecay,
    StepDecay,
)
from nnbook.schedules.plateau import OpenNMTDecay, ReduceOnPlateau

__all__ = [
    "Constant",
    "StepDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "PolynomialDecay",
    "LinearDecay",
    "CosineDecay",
    "WarmRestarts",
    "Warmup",
    "Noam",
    "OneCycle",
    "ReduceOnPlateau",
    "OpenNMTDecay",
    "Schedule",
]
