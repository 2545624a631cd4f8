"""Callbacks: what `fit` does between steps and epochs besides training."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from nnbook import _checks
from nnbook._checkpoints import check_run, save_run
from nnbook._files import check_target
from nnbook._types import Array
from nnbook.run import Callback, Progress
from nnbook.storage import save

__all__ = ["EarlyStopping", "Checkpoint", "GradientClipping", "Callback"]


class GradientClipping(Callback):
    r"""Limits the gradient before each step (Pascanu, Mikolov and Bengio, 2012).

    $$g \leftarrow g \cdot \min\Bigl(1, \frac{c}{\lVert g \rVert}\Bigr)
    \quad\text{or}\quad g_i \leftarrow \max(-c, \min(c, g_i))$$

    with c the norm or the value. By norm it keeps the direction; by value it does not.
    A gradient that is not finite is left to `fit`, which raises `DivergedError`.
    PyTorch's `clip_grad_norm_` and Keras' `global_clipnorm` take the whole gradient as
    here; Keras' `clipnorm` takes each variable by itself.

    Parameters
    ----------
    norm
        Largest length of the whole gradient.
    value
        Largest size of an entry. Give one of the two.

    Raises
    ------
    TypeError, ValueError
        If not exactly one is given, or it is not positive.

    Examples
    --------
    >>> X, y = nn.datasets.blobs()
    >>> network, clipping = nn.mlp([2, 8, 3]), nn.GradientClipping(norm=1.0)
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.1)}
    >>> _ = nn.fit(network, X, y, epochs=1, callbacks=[clipping], **options)
    >>> bool(np.linalg.norm(network.grads) < 1.0001)
    True
    """

    def __init__(self, norm: float | None = None, value: float | None = None) -> None:
        if (norm is None) == (value is None):
            raise ValueError(
                f"norm is {norm} and value is {value}; expected exactly one of them."
            )
        self.norm, self.value = (
            None if limit is None else _checks.number(name, limit, low=0, open_low=True)
            for name, limit in (("norm", norm), ("value", value))
        )

    def _settings(self) -> str:
        return repr(self)

    def after_gradient(self, run: Progress) -> None:
        """Clip `run.network.grads` in place."""
        g = run.network.grads
        if not _checks.all_finite(g):
            return  # which `fit` reports as divergence
        if self.value is not None:
            np.clip(g, -self.value, self.value, out=g)
            return
        largest = float(np.abs(g).max(initial=0))
        if self.norm is not None and largest > 0:
            # Divided by its largest entry, the squares cannot overflow.
            length = largest * float(np.linalg.norm(g / largest))
            if length > self.norm:
                g *= self.norm / length


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
        self.monitor = _check_monitor(monitor)
        self._forget()

    def _forget(self) -> None:
        self.best = math.inf * _direction(self.monitor)
        self.best_epoch = 0
        # The last score that was better by min_delta, from which patience counts.
        self._mark, self._mark_epoch = self.best, 0
        self._params: Array | None = None
        self._statistics: Array | None = None

    def begin(self, run: Progress) -> None:
        """Start anew, unless the run is resumed."""
        _check_measured(self.monitor, run)
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
        sign = _direction(self.monitor)
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


class Checkpoint(Callback):
    """Saves the run, for `fit(..., resume=True)`, and its best network.

    Parameters
    ----------
    path
        The file of the run: after every so many epochs and at the end of the run it
        holds the last epoch, also where `EarlyStopping` then puts an earlier one back.
        It is replaced each time, and whole at any moment.
    every
        Epochs between two savings.
    best_path
        A file for the network of the best score so far, for `nn.load`; None for none.
    monitor
        That score: "val_loss", "loss", "val_accuracy" or "accuracy".

    Raises
    ------
    TypeError, ValueError
        If a path is not that of a file, `every` not a positive whole number, or `fit`
        does not measure what is monitored.
    ModuleNotFoundError
        When a run begins, if safetensors is not installed, which the extra `storage`
        brings.

    Examples
    --------
    >>> X, y = nn.datasets.blobs()
    >>> def train(epochs, resume=None):
    ...     return nn.fit(
    ...         nn.mlp([2, 8, 3]), X, y, epochs=epochs, resume=resume,
    ...         loss=nn.SoftmaxCrossEntropy(), optimizer=nn.Adam(),
    ...         callbacks=[nn.Checkpoint("run.safetensors")],
    ...     )
    >>> once = train(4)
    >>> _ = train(2)
    >>> train(4, resume=True).loss == once.loss
    True
    """

    _saves_the_run = True

    def __init__(
        self,
        path: str | Path,
        every: int = 1,
        best_path: str | Path | None = None,
        monitor: str = "val_loss",
    ) -> None:
        self.path = _checks.path("path", path)
        self.every = _checks.integer("every", every, low=1)
        self.best_path = (
            None if best_path is None else _checks.path("best_path", best_path)
        )
        self.monitor = _check_monitor(monitor)
        self._best: float | None = None
        self._saved = 0  # epochs of the run in the file

    def begin(self, run: Progress) -> None:
        """Make sure that the run can be saved."""
        if run.epoch == 0:
            self._best = None
        self._saved = 0
        if self.best_path is not None:
            _check_measured(self.monitor, run)
            check_target(self.best_path)
        check_run(run, self.path)

    def epoch_end(self, run: Progress) -> None:
        """Save, if it is time."""
        if self.best_path is not None:
            score = getattr(run.history, self.monitor)[-1]
            sign = _direction(self.monitor)
            if self._best is None or sign * score < sign * self._best:
                self._best = score
                save(run.network, self.best_path, run.history)
        if run.epoch % self.every == 0:
            self._save(run)

    def end(self, run: Progress) -> None:
        """Save what came after the last saving."""
        if run.epoch > self._saved:
            self._save(run)

    def _save(self, run: Progress) -> None:
        save_run(run, self.path)
        self._saved = run.epoch

    def state_dict(self) -> dict[str, Any]:
        """Best score so far."""
        return {"best": self._best}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""
        _checks.state(state, type(self).__name__, ["best"])
        best = state["best"]
        self._best = None if best is None else _checks.number("best", best)


def _check_monitor(monitor: str) -> str:
    return _checks.one_of(
        "monitor", monitor, ["val_loss", "loss", "val_accuracy", "accuracy"]
    )


def _check_measured(monitor: str, run: Progress) -> None:
    if monitor not in run.measured:
        raise ValueError(
            f"monitor is {monitor!r}, which this run does not measure; give fit "
            f"validation data, or monitor 'loss'."
        )


def _direction(monitor: str) -> int:
    """1 where lower is better, -1 where higher is."""
    return -1 if "accuracy" in monitor else 1
