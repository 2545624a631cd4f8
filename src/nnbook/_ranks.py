"""The team of `nn.parallel`: processes that speak to one another by MPI."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

from nnbook._checkpoints import plain_text
from nnbook._files import checksum
from nnbook._team import Alone
from nnbook._types import Array, Rng
from nnbook.run import DivergedError, Progress

_T = TypeVar("_T")


class Ranks(Alone):
    """All ranks of an MPI run, each of which calls every method here."""

    def __init__(self, mpi: Any, seed: int) -> None:
        self.comm, self.in_place, self.seed = mpi.COMM_WORLD, mpi.IN_PLACE, seed
        self.rank, self.size = self.comm.rank, self.comm.size
        self.leads = self.rank == 0

    @contextmanager
    def preparing(self) -> Iterator[None]:
        own = None
        try:
            yield
        except Exception as error:
            own = error
        text = None if own is None else f"{type(own).__name__}: {own}"
        errors = self.comm.allgather(text)
        if own is not None:
            raise own
        for rank, text in enumerate(errors):
            if text is not None:
                raise RuntimeError(f"rank {rank} of {self.size} cannot begin: {text}")

    @contextmanager
    def training(self) -> Iterator[None]:
        try:
            yield
        except DivergedError:  # of all ranks at the same step
            raise
        except BaseException:
            traceback.print_exc()
            print(
                f"rank {self.rank} of {self.size} stopped with the error above, which "
                f"ends all ranks. If there is a checkpoint, resume=True goes on from "
                f"it.",
                file=sys.stderr,
                flush=True,
            )
            # What mpiexec has not passed on when it hears of the end is lost.
            time.sleep(0.5)
            self.comm.Abort(1)
            raise

    def agree(self, run: Progress, arguments: Mapping[str, Any]) -> None:
        if any(leaf._statistics and leaf.trainable for leaf in run.network._leaves):
            raise ValueError(
                "network holds a BatchNorm, whose mean and variance are of the whole "
                "batch, of which each rank sees a share; expected layers that treat "
                "each sample by itself. Use LayerNorm, or nn.fit."
            )
        facts = {
            name: plain_text(repr(value))
            for name, value in {**run.settings, **arguments}.items()
        }
        facts["checksum of the network"] = checksum({"": run.network.params}, "")
        first, *others = self.comm.allgather(facts)
        for rank, theirs in enumerate(others, start=1):
            for name, value in first.items():
                if theirs[name] != value:
                    raise ValueError(
                        f"the {name} is {theirs[name]} on rank {rank}, but {value} on "
                        f"rank 0; expected the same on all ranks. Make network and "
                        f"arguments from the same lines and seeds on each."
                    )

    def from_leader(self, find: Callable[[], _T]) -> _T:
        found: _T | None = None
        error: Exception | None = None
        if self.leads:
            try:
                found = find()
            except Exception as caught:
                error = caught
        found, error = self.comm.bcast((found, error))
        if error is not None:
            raise error
        return found

    def share(self, n: int) -> slice:
        return slice(n * self.rank // self.size, n * (self.rank + 1) // self.size)

    def noise(self, run: Progress) -> Rng:
        rng = np.random.default_rng([self.seed, run.epoch, self.rank])
        run.network._set_rng(rng)
        return rng

    def average(self, gradient: Array, fraction: float) -> bool:
        gradient *= fraction
        self.comm.Allreduce(self.in_place, gradient)
        return not np.isnan(gradient[:1]).any()

    def give_up(self, gradient: Array) -> None:
        gradient[:] = np.nan
        self.average(gradient, 1.0)

    def add(self, *numbers: float) -> tuple[float, ...]:
        sums = np.array(numbers, np.float64)
        self.comm.Allreduce(self.in_place, sums)
        return tuple(sums.tolist())

    def stops(self, run: Progress) -> bool:
        own = run.stop, checksum({"": run.network.params}, "")
        stops, sums = zip(*self.comm.allgather(own), strict=True)
        if len(set(sums)) > 1:
            raise RuntimeError(
                f"after epoch {run.epoch} the ranks hold different parameters; "
                f"expected the same. Let callbacks do the same on each rank."
            )
        return any(stops)
