"""The processes that train a network together; mostly there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from nnbook._types import Array, Rng
from nnbook.run import Progress

_T = TypeVar("_T")


class Alone:
    """A single process, with nobody to agree with; `nn.parallel` has the other team."""

    size = 1
    leads = True  # whether this process shows progress and writes files

    def preparing(self) -> AbstractContextManager[None]:
        """Around what is done before training: if one process fails, all do."""
        return nullcontext()

    def training(self) -> AbstractContextManager[None]:
        """Around the training itself: an error of one process ends all of them."""
        return nullcontext()

    def agree(self, run: Progress, arguments: Mapping[str, Any]) -> None:
        """Refuse to begin unless all processes have the same run before them."""

    def from_leader(self, find: Callable[[], _T]) -> _T:
        """What the first process finds, for all of them."""
        return find()

    def share(self, n: int) -> slice:
        """Which of n samples are this process's own."""
        return slice(0, n)

    def noise(self, run: Progress) -> Rng:
        """The generator of masks and of changed batches for the epoch to come."""
        return run.rng

    def average(self, gradient: Array, fraction: float) -> bool:
        """The gradient of a batch from those of its shares, in place.

        False if one of them is not finite.
        """
        return True

    def give_up(self, gradient: Array) -> None:
        """Tell the others, who wait for a gradient, that there is none."""

    def add(self, *numbers: float) -> tuple[float, ...]:
        """The sums over all processes."""
        return numbers

    def stops(self, run: Progress) -> bool:
        """Whether one process wants the run to end after this epoch."""
        return run.stop
