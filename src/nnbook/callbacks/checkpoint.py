"""Files of a run, from which it goes on, and of its best network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nnbook import _checks
from nnbook._checkpoints import check_run, save_run
from nnbook._files import check_target
from nnbook.callbacks.monitors import check_measured, check_monitor, direction
from nnbook.run import Callback, Progress
from nnbook.storage import save


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
        self.monitor = check_monitor(monitor)
        self._best: float | None = None
        self._saved = 0  # epochs of the run in the file

    def begin(self, run: Progress) -> None:
        """Make sure that the run can be saved."""
        if run.epoch == 0:
            self._best = None
        self._saved = 0
        if self.best_path is not None:
            check_measured(self.monitor, run)
            check_target(self.best_path)
        check_run(run, self.path)

    def epoch_end(self, run: Progress) -> None:
        """Save, if it is time."""
        if self.best_path is not None:
            score = getattr(run.history, self.monitor)[-1]
            sign = direction(self.monitor)
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
