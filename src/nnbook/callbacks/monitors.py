"""The scores that a callback may follow."""

from __future__ import annotations

from nnbook import _checks
from nnbook.run import Progress


def check_monitor(monitor: str) -> str:
    return _checks.one_of(
        "monitor", monitor, ["val_loss", "loss", "val_accuracy", "accuracy"]
    )


def check_measured(monitor: str, run: Progress) -> None:
    if monitor not in run.measured:
        raise ValueError(
            f"monitor is {monitor!r}, which this run does not measure; give fit "
            f"validation data, or monitor 'loss'."
        )


def direction(monitor: str) -> int:
    """1 where lower is better, -1 where higher is."""
    return -1 if "accuracy" in monitor else 1
