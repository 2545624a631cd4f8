"""Callbacks: what `fit` does between steps and epochs besides training."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from nnbook import _checks
from nnbook._checkpoints import check_run, save_run
from nnbook._types import Array
from nnbook.run import Callback, Progress

__all__ = ["Callback", "Checkpoint", "EarlyStopping", "GradientClipping"]


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

    Keras' ends when the bad epochs *reach* the patience, here they must *exceed* it;
    and it restores the best only if asked to. PyTorch has none.

    Parameters
    ----------
    patience
        Epochs without improvement that are borne.
    min_delta
        What counts as an improvement at least.
    monitor
        A list of `History`: "val_loss", "loss", "val_accuracy" or "accuracy".

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
        self.monitor = _checks.one_of(
            "monitor", monitor, ["val_loss", "loss", "val_accuracy", "accuracy"]
        )
        self._forget()

    def _forget(self) -> None:
        self.best = math.inf
        self.best_epoch = 0
        self._params: Array | None = None
        self._statistics: Array | None = None

    def begin(self, run: Progress) -> None:
        """Start anew, unless the run is resumed."""
        if self.monitor not in run.measured:
            raise ValueError(
                f"monitor is {self.monitor!r}, which this run does not measure; give "
                f"fit validation data, or monitor 'loss'."
            )
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
        if "accuracy" in self.monitor:
            score = -score
        if score < self.best - self.min_delta:
            self.best, self.best_epoch = score, run.epoch
            self._params = run.network.params.copy()
            self._statistics = run.network.statistics()
        elif run.epoch - self.best_epoch > self.patience:
            run.stop = True

    def end(self, run: Progress) -> None:
        """Put the best parameters back."""
        if self._params is not None and self._statistics is not None:
            run.network.params[:] = self._params
            run.network.load_statistics(self._statistics)

    def state_dict(self) -> dict[str, Any]:
        """Best score so far and its parameters."""
        state: dict[str, Any] = {"best_epoch": self.best_epoch}
        if self._params is not None:
            state |= {
                "best": self.best,
                "params": self._params,
                "statistics": self._statistics,
            }
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""
        _checks.state(state, type(self).__name__, ["best_epoch"])
        best_epoch = _checks.integer("best_epoch", state["best_epoch"], low=0)
        if "params" not in state:
            self._forget()
        else:
            _checks.state(state, type(self).__name__, ["best", "statistics"])
            best = _checks.number("best", state["best"])
            params, statistics = (
                _checks.as_floats(name, state[name], ndim=1).copy()
                for name in ("params", "statistics")
            )
            self.best, self._params, self._statistics = best, params, statistics
        self.best_epoch = best_epoch


class Checkpoint(Callback):
    """Saves the run after every so many epochs, for `fit(..., resume=path)`.

    Parameters
    ----------
    path
        The file, replaced each time; it is whole at any moment.
    every
        Epochs between two savings.

    Raises
    ------
    TypeError, ValueError
        If `path` is not the path of a file, or `every` not a positive whole number.
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
    >>> train(4, resume="run.safetensors").loss == once.loss
    True
    """

    def __init__(self, path: str | Path, every: int = 1) -> None:
        self.path = _checks.path("path", path)
        self.every = _checks.integer("every", every, low=1)

    def begin(self, run: Progress) -> None:
        """Make sure that the run can be saved.

        Parameters
        ----------
        run
            The training that goes on.
        """
        check_run(run, self.path)

    def epoch_end(self, run: Progress) -> None:
        """Save, if it is time."""
        if run.epoch % self.every == 0:
            save_run(run, self.path)
