r"""Training: mini-batch steps over epochs.

Chapters: `docs/start/handwriting.md`, `docs/optimizers/gradient-descent.md`.

One epoch: shuffle, then for each batch forward, loss, backward, step. Everything random
comes from one generator made from `seed`, so a run can be repeated and resumed exactly.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer

if TYPE_CHECKING:
    from nnbook.callbacks import Callback

__all__ = ["DivergedError", "History", "fit"]

_SNAPSHOT_EVERY = 16  # steps between copies of the parameters, in case of divergence


class DivergedError(ArithmeticError):
    """Training left the finite numbers; the network keeps its last finite parameters.

    Parameters
    ----------
    epoch, step
        When, both counted from 0.
    rate
        The learning rate of that step.
    what
        What happened.

    Attributes
    ----------
    epoch, step, rate
        As given.
    """

    def __init__(self, epoch: int, step: int, rate: float, what: str) -> None:
        self.epoch, self.step, self.rate = epoch, step, rate
        super().__init__(
            f"training diverged in epoch {epoch}, step {step}: {what} with learning "
            f"rate {rate:g}. The network keeps its last finite parameters. Usual "
            f"cures: a learning rate 10 times smaller, inputs scaled to about 1, "
            f"initial weights that fit the activation, or "
            f"callbacks=[nn.GradientClipping(norm=1.0)]."
        )


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
        Axes
            Those drawn on.
        """
        from nnbook import plots

        return plots.history(self)

    def to_dict(self) -> dict[str, list[float]]:
        """The lists by name.

        Returns
        -------
        dict
            A copy of each list.
        """
        return {f.name: list(getattr(self, f.name)) for f in fields(self)}

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
    """

    network: Network
    optimizer: Optimizer
    history: History
    rng: np.random.Generator
    callbacks: Sequence[Callback] = ()
    epoch: int = 0
    stop: bool = False


def fit(
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = 32,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    regularizer: Regularizer | None = None,
    callbacks: Iterable[Callback] = (),
    seed: int = 0,
    progress: bool = False,
    resume: str | Path | None = None,
) -> History:
    r"""Train a network in place.

    $$\theta \leftarrow \text{step}\Bigl(\theta,\ \frac{\partial}{\partial\theta}
    \bigl(L_{\text{batch}} + \text{penalty}\bigr)\Bigr)$$

    Parameters
    ----------
    network
        Trained in place.
    X
        Samples, shape (n, n_in).
    y
        Labels (n,), or targets (n, n_out).
    loss
        Such as `nn.SoftmaxCrossEntropy()`.
    optimizer
        Such as `nn.Adam()`. A used one goes on where it stopped.
    epochs
        Passes over the data, counted from the very beginning if the run is resumed.
    batch_size
        Samples in a step; None for all of them. The last batch may be smaller.
    validation
        A pair (X, y) that is measured after each epoch.
    regularizer
        Penalty on the weights, such as `nn.L2(1e-4)`.
    callbacks
        Such as `nn.EarlyStopping()`.
    seed
        Of shuffles and dropout masks.
    progress
        Whether to show a bar; needs the extra `progress`.
    resume
        A file of `nn.Checkpoint`. The run goes on as if it had never stopped, to the
        last bit, given the same arguments.

    Returns
    -------
    History
        Loss, accuracy, rate and time by epoch.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit.
    DivergedError
        If the loss or the parameters leave the finite numbers.

    Examples
    --------
    >>> X, y = nn.datasets.blobs(seed=0)
    >>> network = nn.mlp([2, 8, 3], seed=0)
    >>> loss, optimizer = nn.SoftmaxCrossEntropy(), nn.Adam(0.01)
    >>> history = nn.fit(network, X, y, loss=loss, optimizer=optimizer, epochs=20)
    >>> len(history.loss)
    20
    """
    _check_kinds(network, loss, optimizer, regularizer)
    epochs = _checks.integer("epochs", epochs, low=0)
    X, Y = _check_data("", network, loss, X, y)
    n = len(X)
    full = batch_size is None
    size = n if batch_size is None else _checks.integer("batch_size", batch_size, low=1)
    size = min(size, n)
    held_out = None
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise TypeError("validation must be a pair (X, y).")
        held_out = _check_data("validation ", network, loss, *validation)
    rng = np.random.default_rng(_checks.integer("seed", seed, low=0))
    run = Progress(network, optimizer, History(), rng, tuple(callbacks))
    if resume is not None:
        from nnbook.storage import restore

        restore(run, resume)
    for callback in run.callbacks:
        callback.begin(run)

    stepper = _Stepper(run, loss, regularizer, X, Y, size)
    with _bar(range(run.epoch, epochs), progress) as bar, np.errstate(all="ignore"):
        for epoch in bar:
            if run.stop:
                break
            started = time.perf_counter()
            order = None if full else rng.permutation(n)
            total, right = stepper.epoch(epoch, order)
            _record(run.history, loss, total / n, right / n)
            if held_out is not None:
                _validate(run, loss, *held_out, epoch)
            run.history.seconds.append(time.perf_counter() - started)
            run.epoch = epoch + 1
            _end_epoch(run)
            if progress:
                bar.set_postfix_str(repr(run.history).partition(": ")[2][:-1])
    for callback in run.callbacks:
        callback.end(run)
    return run.history


class _Stepper:
    """The inner loop, with the buffers that it reuses."""

    def __init__(
        self,
        run: Progress,
        loss: Loss,
        regularizer: Regularizer | None,
        X: Array,
        Y: Array,
        size: int,
    ) -> None:
        self.run, self.loss, self.regularizer = run, loss, regularizer
        self.X, self.Y, self.size = X, Y, size
        self.labels = Y if Y.ndim == 1 else None
        self.batch = np.empty((size, X.shape[1]), X.dtype)
        self.snapshot = run.network.params.copy()
        self.steps = 0

    def epoch(self, epoch: int, order: Array | None) -> tuple[float, float]:
        """All batches once; the sums of loss and of right answers."""
        network, optimizer, run = self.run.network, self.run.optimizer, self.run
        total = right = 0.0
        rate = 0.0
        for start in range(0, len(self.X), self.size):
            X, Y = self._take(order, start)
            out = network._forward(X, run.rng)
            dZ = np.empty_like(out)
            value = self.loss._value_and_gradient(out, Y, dZ)
            if not np.isfinite(value):
                self._diverged(epoch, optimizer.rate, f"the loss became {value}")
            total += value * len(X)
            if self.loss.classification:
                right += count_right(out, Y)
            network._backward(dZ)
            if self.regularizer is not None:
                self.regularizer.add_gradient(
                    network.params, network.grads, network.n_weights
                )
            for callback in run.callbacks:
                callback.after_gradient(run)
            if self.steps % _SNAPSHOT_EVERY == 0:
                self._keep(epoch)
            rate = optimizer.rate
            try:
                optimizer.step(network.params, network.grads, network.n_weights)
            except ValueError:
                if np.isfinite(network.grads).all():
                    raise
                self._diverged(epoch, rate, "the gradient left the finite numbers")
            self.steps += 1
        if not np.isfinite(network.params).all():
            self._diverged(epoch, rate, "a parameter left the finite numbers")
        run.history.learning_rate.append(float(rate))
        return total, right

    def _take(self, order: Array | None, start: int) -> tuple[Array, Array]:
        if order is None:
            return self.X, self.Y
        rows = order[start : start + self.size]
        X = self.batch[: len(rows)]
        np.take(self.X, rows, axis=0, out=X, mode="clip")  # "raise" would buffer
        return X, self.Y[rows]

    def _keep(self, epoch: int) -> None:
        params = self.run.network.params
        if np.isfinite(params).all():
            np.copyto(self.snapshot, params)
        else:
            rate = self.run.optimizer.rate
            self._diverged(epoch, rate, "a parameter left the finite numbers")

    def _diverged(self, epoch: int, rate: float, what: str) -> None:
        if not np.isfinite(self.run.network.params).all():
            np.copyto(self.run.network.params, self.snapshot)
        raise DivergedError(epoch, self.steps, float(rate), what)


def count_right(out: Array, Y: Array) -> int:
    """How many samples of a batch have the right class."""
    if out.shape[1] == 1:
        return int(((out > 0) == (Y > 0.5)).sum())
    labels = Y if Y.ndim == 1 else Y.argmax(axis=1)
    return int((out.argmax(axis=1) == labels).sum())


def _record(history: History, loss: Loss, value: float, share: float) -> None:
    history.loss.append(float(value))
    if loss.classification:
        history.accuracy.append(float(share))


def _validate(run: Progress, loss: Loss, X: Array, Y: Array, epoch: int) -> None:
    out = run.network._infer(X)
    value = loss._value_and_gradient(out, Y, np.empty_like(out))
    if not np.isfinite(value):
        rate = run.history.learning_rate[-1]
        raise DivergedError(
            epoch, run.optimizer.steps, rate, f"the validation loss became {value}"
        )
    run.history.val_loss.append(value)
    if loss.classification:
        run.history.val_accuracy.append(count_right(out, Y) / len(X))


def _end_epoch(run: Progress) -> None:
    schedule = run.optimizer.learning_rate
    if hasattr(schedule, "epoch_end"):
        score = (run.history.val_loss or run.history.loss)[-1]
        schedule.epoch_end(run.epoch, score)
        if getattr(schedule, "restart_now", False):
            run.optimizer.reset()
        run.stop = run.stop or getattr(schedule, "stop", False)
    for callback in run.callbacks:
        callback.epoch_end(run)


class _bar:
    """A tqdm bar over epochs, or nothing at all."""

    def __init__(self, epochs: range, shown: bool) -> None:
        self.epochs: Any = epochs
        if shown:
            self.epochs = _checks.require("tqdm", "progress").tqdm(
                epochs, initial=epochs.start, total=epochs.stop, unit="epoch"
            )

    def __enter__(self) -> Any:
        return self.epochs

    def __exit__(self, *error: object) -> None:
        if not isinstance(self.epochs, range):
            self.epochs.close()


def _check_kinds(
    network: Network, loss: Loss, optimizer: Optimizer, regularizer: Regularizer | None
) -> None:
    wanted: Iterator[tuple[str, object, type, str]] = iter(
        (
            ("network", network, Network, "nn.mlp([64, 32, 10])"),
            ("loss", loss, Loss, "nn.SoftmaxCrossEntropy()"),
            ("optimizer", optimizer, Optimizer, "nn.Adam()"),
            ("regularizer", regularizer, Regularizer, "nn.L2(1e-4)"),
        )
    )
    for name, value, kind, example in wanted:
        if name == "regularizer" and value is None:
            continue
        if not isinstance(value, kind):
            raise TypeError(
                f"{name} is {_checks.describe(value)}; expected for example {example}."
            )


def _check_data(
    which: str, network: Network, loss: Loss, X: ArrayLike, y: ArrayLike
) -> tuple[Array, Array]:
    samples = network._check(X)
    out = network._infer(samples[:1])
    loss._check_values(out)
    length = len(np.asarray(y)) if np.ndim(y) else 0
    if length != len(samples):
        raise ValueError(
            f"{which}y has {length} entries and {which}X {len(samples)} samples; "
            f"expected one entry for each sample."
        )
    return samples, loss._prepare(y, len(samples), out.shape[1], network.dtype)
