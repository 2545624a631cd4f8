"""Data by the batch, gathered and cast when needed, so that nothing large is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._memory import aligned
from nnbook._team import Alone
from nnbook._types import Array, Rng
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.network.inputs import check_shape

# Bytes up to which data of another dtype are cast once: a copy costs little, and
# casting each batch of a small network would take longer than its step.
_SMALL = 2**24
# Numbers that are looked at, or cast to be measured, at once.
_PART = 2**20

Augment = Callable[[Array, Rng], ArrayLike]


class Batches:
    """Samples and targets that fit a network and its loss.

    Parameters
    ----------
    network
        Gives the width and the dtype.
    loss
        Checks the targets.
    X
        Anything whose rows can be indexed, such as an array or a memory map.
    y
        A target for each row.
    team
        Says which samples of a batch are this process's own.
    which
        What an error message begins with, for example "validation ".
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        X: ArrayLike,
        y: ArrayLike,
        team: Alone,
        which: str = "",
    ) -> None:
        self.dtype = network.dtype
        self._share = team.share
        try:
            self.X = check_shape(_checks.as_reals("X", X), network.n_in)
            self._check_values()
        except (TypeError, ValueError) as error:
            raise type(error)(f"{which}{error}") from None
        n = len(self.X)
        first = network._infer(self._cast(self.X[:1]))
        try:
            targets = _checks.as_array("targets", y)
            if targets.ndim == 0 or len(targets) != n:
                raise ValueError(
                    f"targets have shape {targets.shape}, but X holds {n} samples; "
                    f"expected one entry for each sample."
                )
            self.Y = loss._prepare(targets, n, first.shape[1], network.dtype)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{which}y does not fit: its {error}") from None
        loss._check_values(first)
        if self.X.size * self.dtype.itemsize <= _SMALL:
            self.X = np.ascontiguousarray(self.X, self.dtype)
        self._batch: Array | None = None

    def __len__(self) -> int:
        return len(self.X)

    def shuffled(
        self,
        size: int,
        rng: Rng,
        augment: Augment | None,
        noise: Rng,
        drop_last: bool,
    ) -> Iterator[tuple[Array, Array, float]]:
        """All samples once in random order; those of a single batch as they are.

        Of each batch what is this process's own, and which fraction of it that is.
        """
        n = len(self.X)
        if size == n and augment is None:
            own = self._share(n)
            if self.X.dtype != self.dtype:
                self.X = self._cast(self.X)
            yield self.X[own], self.Y[own], (own.stop - own.start) / n
            return
        order = np.arange(n) if size == n else rng.permutation(n)
        rows = order.astype(np.intp, copy=False)
        if self._batch is None or len(self._batch) != size:
            self._batch = aligned((size, self.X.shape[1]), self.dtype)
        for start in range(0, n - size + 1 if drop_last else n, size):
            batch = rows[start : start + size]
            taken = batch[self._share(len(batch))]
            X = self._gather(taken, self._batch[: len(taken)])
            if augment is not None and len(X):
                X = self._augmented(augment, X, noise)
            yield X, self.Y[taken], len(taken) / len(batch)

    def in_order(self) -> Iterator[tuple[Array, Array]]:
        """This process's own samples as they stand, some thousand at a time."""
        rows = max(1, _PART // self.X.shape[1])
        own = self._share(len(self.X))
        for start in range(own.start, own.stop, rows):
            part = slice(start, min(start + rows, own.stop))
            yield self._cast(self.X[part]), self.Y[part]

    def _gather(self, rows: Array, out: Array) -> Array:
        X = self.X
        if X.dtype == self.dtype and X.flags.c_contiguous:
            return X.take(rows, axis=0, out=out, mode="clip")  # "raise" buffers
        out[...] = X[rows]  # np.take would copy all of X first
        return out

    def _augmented(self, augment: Augment, X: Array, rng: Rng) -> Array:
        changed = _checks.as_floats("what augment returned", augment(X, rng))
        if changed.shape != X.shape:
            raise ValueError(
                f"augment returned an array of shape {changed.shape}; expected "
                f"{X.shape}, that of the batch. Return the changed batch."
            )
        if changed.dtype == self.dtype:
            return changed
        return _checks.cast("what augment returned", changed, self.dtype)

    def _cast(self, X: Array) -> Array:
        return np.asarray(X, self.dtype)

    def _check_values(self) -> None:
        """Refuse NaN, infinity and what the network's dtype cannot hold."""
        if self.X.dtype.kind != "f":
            return
        rows = max(1, _PART // self.X.shape[1])
        own = self._share(len(self.X))
        largest: Any = np.finfo(self.dtype).max
        for start in range(own.start, own.stop, rows):
            stop = min(start + rows, own.stop)
            part = _checks.finite("X", self.X[start:stop], first=start)
            if (
                part.dtype.itemsize > self.dtype.itemsize
                and (top := max(-part.min(), part.max())) > largest
            ):
                raise ValueError(
                    f"X holds {top:g}, too large for {self.dtype}. Scale X to about "
                    f"1, or make the network with dtype=np.float64."
                )
