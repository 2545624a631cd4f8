"""An end before the last epoch, with the best parameters."""

from __future__ import annotations

import math
from typing import Any

from nnbook import _checks
from nnbook._types import Array
from nnbook.callbacks.monitors import check_measured, check_monitor, direction
from nnbook.run import Callback, Progress


class EarlyStopping(Callback):
    """Ends training when the score no longer improves, and restores the best.

    The network gets the parameters of its best score back, however little that was
    better than the others; after Ctrl-C or a `DivergedError`, too. Keras' ends when the
    bad epochs *reach* the patience, here they must *exceed* it; and it restores the
    best only if asked to. PyTorch has none.

    Parameters
    ----------
    patience
        Epochs without improvement that are borne.
    min_delta
        What counts as an improvement at least.
    monitor
        A list of `History`: "val_loss", "loss", "val_accuracy" or "accuracy".

    Attributes
    ----------
    best, best_epoch
        The best score and its epoch, counted from 1; infinite and 0 before the first.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range, or `fit` does not measure what is monitored.

    Examples
    --------
    >>> X, y = nn.datasets.blobs()
    >>> stopping = nn.EarlyStopping(patience=3, min_delta=0.1, monitor="loss")
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.0)}
    >>> history = nn.fit(
    ...     nn.mlp([2, 8, 3]), X, y, epochs=9, callbacks=[stopping], **options
    ... )
    >>> len(history)  # the first, which is the best, and four bad ones
    5
    """

    def __init__(
        self, patience: int = 10, min_delta: float = 0.0, monitor: str = "val_loss"
    ) -> None:
        self.patience = _checks.integer("patience", patience, low=0)
        self.min_delta = _checks.number("min_delta", min_delta, low=0)
        self.monitor = check_monitor(monitor)
        self._forget()

    def _forget(self) -> None:
        self.best = math.inf * direction(self.monitor)
        self.best_epoch = 0
        # The last score that was better by min_delta, from which patience counts.
        self._mark, self._mark_epoch = self.best, 0
        self._params: Array | None = None
        self._statistics: Array | None = None

    def begin(self, run: Progress) -> None:
        """Start anew, unless the run is resumed."""
        check_measured(self.monitor, run)
        if run.epoch == 0:
            self._forget()
        if self._params is not None and self._params.shape != run.network.params.shape:
            raise ValueError(
                f"the best params have shape {self._params.shape}; expected "
                f"{run.network.params.shape}, that of the network. Begin a new run."
            )

    def epoch_end(self, run: Progress) -> None:
        """Compare, keep the best, stop when patience is over."""
        score = getattr(run.history, self.monitor)[-1]
        sign = direction(self.monitor)
        if sign * score < sign * self.best:
            self.best, self.best_epoch = score, run.epoch
            self._params = run.network.params.copy()
            self._statistics = run.network.statistics()
        if sign * score < sign * self._mark - self.min_delta:
            self._mark, self._mark_epoch = score, run.epoch
        elif run.epoch - self._mark_epoch > self.patience:
            run.stop = True

    def end(self, run: Progress) -> None:
        """Put the best parameters back."""
        if self._params is not None and self._statistics is not None:
            run.network.params[:] = self._params
            run.network.load_statistics(self._statistics)

    _interrupted = end

    def _settings(self) -> str:
        return repr(self)

    def state_dict(self) -> dict[str, Any]:
        """Best score so far and its parameters."""
        state: dict[str, Any] = {"best_epoch": self.best_epoch}
        if self._params is not None:
            state |= {
                "best": self.best,
                "mark": self._mark,
                "mark_epoch": self._mark_epoch,
                "params": self._params,
                "statistics": self._statistics,
            }
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""
        kind = type(self).__name__
        _checks.state(state, kind, ["best_epoch"])
        best_epoch = _checks.integer("best_epoch", state["best_epoch"], low=0)
        if "params" not in state:
            self._forget()
        else:
            _checks.state(state, kind, ["best", "mark", "mark_epoch", "statistics"])
            best, mark = (
                _checks.number(name, state[name]) for name in ("best", "mark")
            )
            mark_epoch = _checks.integer("mark_epoch", state["mark_epoch"], low=0)
            params, statistics = (
                _checks.as_floats(name, state[name], ndim=1).copy()
                for name in ("params", "statistics")
            )
            self.best, self._mark, self._mark_epoch = best, mark, mark_epoch
            self._params, self._statistics = params, statistics
        self.best_epoch = best_epoch
