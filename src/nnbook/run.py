"""What a run of `fit` is made of: its state, its history, and how it can fail."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from nnbook import _checks
from nnbook.network import Network
from nnbook.optimizers import Optimizer


class DivergedError(ArithmeticError):
    """Training left the finite numbers.

    The network is put back to the last copy of it, which had a finite loss and is at
    most 64 steps old. The optimizer is reset, so that a run with another rate can
    follow.

    Parameters
    ----------
    epoch, step
        When, both counted from 0; steps from the beginning of the run.
    rate
        The learning rate of that step.
    what
        What left the finite numbers.
    back_to
        The network has its parameters from before this step again.

    Attributes
    ----------
    history
        The `History` of the epochs before, if `fit` raised the error.
    """

    history: History | None = None

    def __init__(
        self, epoch: int, step: int, rate: float, what: str, back_to: int
    ) -> None:
        self.epoch, self.step, self.rate, self.back_to = epoch, step, rate, back_to
        self._what = what
        super().__init__(
            f"training diverged in epoch {epoch}, step {step}: {what} with learning "
            f"rate {rate:g}. The network has its finite parameters from before step "
            f"{back_to}, and the optimizer starts anew. Usual cures: a learning rate "
            f"10 times smaller, inputs scaled to about 1 (pixels from 0 to 255 by "
            f"nn.Rescale(1 / 255) as the first layer), initial weights that fit the "
            f"activation, or callbacks=[nn.GradientClipping(norm=1.0)]."
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # So that another process can be told; the arguments are not the message.
        details = (self.epoch, self.step, self.rate, self._what, self.back_to)
        return type(self), details, vars(self)


@dataclass
class History:
    """What `fit` measured: lists with an entry for each epoch.

    Attributes
    ----------
    loss, accuracy
        Means over the batches of the epoch, each measured before its step; the loss is
        without the penalty. Accuracy is empty if targets are not classes.
    val_loss, val_accuracy
        On the validation data after the epoch; empty without.
    learning_rate
        Rate of the last step of the epoch.
    seconds
        Time the epoch took.

    Raises
    ------
    TypeError
        If one of them is given and is no list.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def plot(self) -> Any:
        """Draw loss and accuracy by epoch; see `nnbook.plots.history`.

        Returns
        -------
        ndarray
            The axes drawn on: of the loss, and of the accuracy if there is one.

        Raises
        ------
        ModuleNotFoundError
            If matplotlib is not installed; the extra `plots` brings it.
        """
        from nnbook import plots

        return plots.history(self)

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if not isinstance(value, list):
                raise TypeError(
                    f"{f.name} is {_checks.describe(value)}; expected a list of "
                    f"numbers, one for each epoch."
                )

    def to_dict(self) -> dict[str, list[float]]:
        """The lists by name.

        Returns
        -------
        dict
            A copy of each list.
        """
        return {f.name: list(getattr(self, f.name)) for f in fields(self)}

    def cut(self, epochs: int) -> None:
        """Forget all but the first epochs.

        Parameters
        ----------
        epochs
            How many are kept.
        """
        for f in fields(self):
            del getattr(self, f.name)[epochs:]

    def __len__(self) -> int:
        return len(self.loss)

    def __repr__(self) -> str:
        last = ", ".join(
            f"{f.name}={values[-1]:.4g}"
            for f in fields(self)
            if (values := getattr(self, f.name))
        )
        epochs = f"{len(self)} epoch{'' if len(self) == 1 else 's'}"
        return f"<History of {epochs}{': ' + last if last else ''}>"


@dataclass
class Progress:
    """The state of a run of `fit`, as callbacks see it.

    Attributes
    ----------
    network, optimizer, history
        Of the run.
    epoch
        Epochs done.
    rng
        The generator of shuffles and masks.
    callbacks
        All callbacks of the run.
    stop
        Set it to end the run after this epoch.
    measured
        Names of the scores that the history gets after each epoch.
    settings
        What a resumed run must share: optimizer, loss, regularizer, sizes.
    """

    network: Network
    optimizer: Optimizer
    history: History
    rng: np.random.Generator
    callbacks: Sequence[Callback] = ()
    epoch: int = 0
    stop: bool = False
    measured: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


class Callback:
    """Base class: override what you need.

    `run` has the attributes `network`, `optimizer`, `history`, `epoch` (epochs done),
    `rng` and `stop`.

    Examples
    --------
    >>> class Print(nn.Callback):
    ...     def epoch_end(self, run):
    ...         print(run.epoch, round(run.history.loss[-1], 2))
    >>> X, y = nn.datasets.blobs()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.0)}
    >>> _ = nn.fit(nn.mlp([2, 8, 3]), X, y, epochs=2, callbacks=[Print()], **options)
    1 1.16
    2 1.16
    """

    _saves_the_run = False  # whether it is called when all others have noted theirs

    def begin(self, run: Progress) -> None:
        """Called before the first epoch.

        Parameters
        ----------
        run
            The training that goes on.
        """

    def after_gradient(self, run: Progress) -> None:
        """Called between the gradient and the step; may change `network.grads`.

        Parameters
        ----------
        run
            The training that goes on.
        """

    def epoch_end(self, run: Progress) -> None:
        """Called after each epoch; may set `run.stop`.

        Parameters
        ----------
        run
            The training that goes on.
        """

    def end(self, run: Progress) -> None:
        """Called after the last epoch.

        Parameters
        ----------
        run
            The training that goes on.
        """

    def _interrupted(self, run: Progress) -> None:
        """Called when Ctrl-C or divergence ends the run."""

    def _settings(self) -> str:
        """What a resumed run must share, as a text."""
        return type(self).__name__

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint has to keep.

        Returns
        -------
        dict
            Numbers and arrays by name.
        """
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave.

        Parameters
        ----------
        state
            Numbers and arrays by name.
        """

    def __repr__(self) -> str:
        options = ", ".join(
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if name in inspect.signature(type(self)).parameters
        )
        return f"nn.{type(self).__name__}({options})"
