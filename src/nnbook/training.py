r"""Training: mini-batch steps over epochs.

One epoch: shuffle, then for each batch forward, loss, backward, step. Everything random
comes from one generator made from `seed`, so a run can be repeated and resumed exactly.
"""

# To be read beside:
# docs/start/handwriting.md
# docs/optimizers/gradient-descent.md

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._checkpoints import restore
from nnbook._memory import aligned
from nnbook._types import Array
from nnbook.callbacks import Callback, Checkpoint
from nnbook.losses import BinaryCrossEntropy, Loss
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer
from nnbook.run import DivergedError, History, Progress
from nnbook.schedules import Schedule

__all__ = ["DivergedError", "History", "fit"]

# Steps between two copies of the parameters; each epoch begins with one, too. A copy
# at each step would cost several percent of the time.
_COPY_EVERY = 16


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
        A list such as `[nn.EarlyStopping()]`.
    seed
        Of shuffles and dropout masks.
    progress
        Whether to show a bar; needs the extra `progress`.
    resume
        A file of `nn.Checkpoint`. The run goes on as if it had never stopped, to the
        last bit, given the same data and arguments; only `epochs` may be larger.

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
    FileNotFoundError
        If there is no file to resume from.
    KeyboardInterrupt
        If you press Ctrl-C. The network keeps what it has learned up to its last step.
        Like a DivergedError or an error of a callback, the exception has the `History`
        so far as its attribute `history`.

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
    progress = _checks.flag("progress", progress)
    X, Y = _check_data("", network, loss, X, y)
    size = len(X) if batch_size is None else batch_size
    size = min(_checks.integer("batch_size", size, low=1), len(X))
    _check_last_batch(network, len(X), size)
    held_out = _check_validation(validation, network, loss)
    rng = np.random.default_rng(_checks.integer("seed", seed, low=0))
    run = Progress(network, optimizer, History(), rng, _check_callbacks(callbacks))
    run.measured = _measured(loss, validation=held_out is not None)
    run.settings = {
        "optimizer": optimizer,
        "loss": loss,
        "regularizer": regularizer,
        "batch_size": size,
        "number of samples": len(X),
        "number of validation samples": 0 if held_out is None else len(held_out[0]),
    }
    network.loss = loss
    if resume is not None:
        restore(run, resume)
    for callback in run.callbacks:
        callback.begin(run)

    stepper = _Stepper(run, loss, regularizer, X, Y, size)
    try:
        with _bar(range(run.epoch, epochs), progress) as bar, np.errstate(all="ignore"):
            for _ in bar:
                if run.stop:
                    break
                started = time.perf_counter()
                order = rng.permutation(len(X)) if size < len(X) else None
                network._set_rng(rng)
                try:
                    stepper.epoch(order)
                finally:
                    network._set_rng(network._rng)
                if held_out is not None:
                    stepper.validate(*held_out)
                run.history.seconds.append(time.perf_counter() - started)
                run.epoch += 1
                _end_epoch(run)
                if progress:
                    bar.set_postfix_str(repr(run.history).partition(": ")[2][:-1])
    except BaseException as error:  # an interruption, divergence, a callback's error
        run.history.cut(run.epoch)
        error.history = run.history  # type: ignore[attr-defined]
        raise
    finally:
        network._release()
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
        self.batch = aligned((size, X.shape[1]), X.dtype)
        self.network, self.optimizer = run.network, run.optimizer
        self.steps = run.epoch * -(-len(X) // size)
        self._keep()

    def epoch(self, order: Array | None) -> None:
        """All batches once."""
        run, network, optimizer = self.run, self.network, self.optimizer
        total = right = rate = 0.0
        for start in range(0, len(self.X), self.size):
            X, Y = self._take(order, start)
            rate = optimizer.rate
            out = network._forward(X)
            dZ = np.empty_like(out)
            value = float(self.loss._value_and_gradient(out, Y, dZ))
            if not math.isfinite(value):
                self._diverged(rate, f"the loss became {value}")
            total += value * len(X)
            if self.loss.classification:
                right += count_right(self.loss, out, Y)
            network._backward(dZ)
            if self.regularizer is not None:
                self.regularizer.add_gradient(
                    network.params, network.grads, network.n_weights
                )
            for callback in run.callbacks:
                callback.after_gradient(run)
            if start == 0 or self.steps % _COPY_EVERY == 0:
                self._check_finite(rate)
                self._keep()
            frozen = [(span, network.params[span].copy()) for span in network._frozen()]
            try:
                optimizer.step(network.params, network.grads, network.n_weights)
            except ValueError:
                if _checks.all_finite(network.grads):
                    raise
                self._diverged(rate, "the gradient left the finite numbers")
            for span, values in frozen:
                network.params[span] = values
            self.steps += 1
        self._check_finite(rate)
        run.history.loss.append(total / len(self.X))
        if self.loss.classification:
            run.history.accuracy.append(right / len(self.X))
        run.history.learning_rate.append(rate)

    def validate(self, X: Array, Y: Array) -> None:
        """Measure the loss of data that are not trained on."""
        history = self.run.history
        out = self.network._infer(X)
        value = float(self.loss._value_and_gradient(out, Y, np.empty_like(out)))
        if not math.isfinite(value):
            rate = history.learning_rate[-1]
            what = f"the validation loss became {value}"
            self.optimizer.reset()
            raise DivergedError(self.run.epoch, self.steps, rate, what, self.steps)
        history.val_loss.append(value)
        if self.loss.classification:
            history.val_accuracy.append(count_right(self.loss, out, Y) / len(X))

    def _take(self, order: Array | None, start: int) -> tuple[Array, Array]:
        if order is None:
            return self.X, self.Y
        rows = order[start : start + self.size]
        X = self.batch[: len(rows)]
        np.take(self.X, rows, axis=0, out=X, mode="clip")  # "raise" would buffer
        return X, self.Y[rows]

    def _keep(self) -> None:
        """Copy a network whose loss is finite, for the case that it diverges."""
        self.kept = self.steps, self.network.params.copy(), self.network.statistics()

    def _check_finite(self, rate: float) -> None:
        for what, values in (
            ("a parameter", self.network.params),
            ("a running statistic", self.network.statistics()),
            # An infinite sum of squares would stop all further steps, silently.
            *(("the optimizer's " + n, v) for n, v in self.optimizer._memory().items()),
        ):
            if not _checks.all_finite(values):
                self._diverged(rate, f"{what} left the finite numbers")

    def _diverged(self, rate: float, what: str) -> NoReturn:
        step, params, statistics = self.kept
        np.copyto(self.network.params, params)
        self.network.load_statistics(statistics)
        self.optimizer.reset()  # its averages have seen what diverged
        raise DivergedError(self.run.epoch, self.steps, rate, what, back_to=step)


def count_right(loss: Loss, out: Array, Y: Array) -> float:
    """How many samples of a batch are answered right."""
    if isinstance(loss, BinaryCrossEntropy):  # several yes-or-no answers a sample
        return float(((out > 0) == (Y > 0.5)).mean(axis=1).sum())
    labels = Y if Y.ndim == 1 else Y.argmax(axis=1)
    return float(np.count_nonzero(out.argmax(axis=1) == labels))


def _end_epoch(run: Progress) -> None:
    schedule = run.optimizer.learning_rate
    if isinstance(schedule, Schedule):
        schedule.epoch_end(run.epoch, (run.history.val_loss or run.history.loss)[-1])
        if schedule.restart_now:
            run.optimizer.reset()
        run.stop = run.stop or schedule.stop
    # Whatever the order, a checkpoint must hold what the others have noted.
    for callback in sorted(run.callbacks, key=lambda c: isinstance(c, Checkpoint)):
        callback.epoch_end(run)


def _measured(loss: Loss, *, validation: bool) -> tuple[str, ...]:
    """Which lists of the history a run fills with scores."""
    names = ["loss", *(["accuracy"] if loss.classification else [])]
    return (*names, *(f"val_{name}" for name in names if validation))


class _bar:
    """A tqdm bar over epochs, or nothing at all."""

    def __init__(self, epochs: range, shown: bool) -> None:
        self.epochs: Any = epochs
        if shown:
            self.epochs = _checks.require("tqdm").tqdm(
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
    for name, value, kind, example in (
        ("network", network, Network, "nn.mlp([64, 32, 10])"),
        ("loss", loss, Loss, "nn.SoftmaxCrossEntropy()"),
        ("optimizer", optimizer, Optimizer, "nn.Adam()"),
        ("regularizer", regularizer, (Regularizer, type(None)), "nn.L2(1e-4)"),
    ):
        if not isinstance(value, kind):
            raise TypeError(
                f"{name} is {_checks.describe(value)}; expected for example {example}."
            )
    if not _checks.all_finite(network.params):
        raise ValueError(
            "network holds parameters that are not finite; expected finite numbers. "
            "Make a new network."
        )


def _check_last_batch(network: Network, n: int, size: int) -> None:
    if 1 in (size, n % size) and any(x._smallest_batch > 1 for x in network._leaves):
        raise ValueError(
            f"batch_size is {size}, so that a batch of {n} samples holds a single one, "
            f"which has no variance for BatchNorm; expected at least 2 in each batch. "
            f"Choose another batch_size, or leave one sample out."
        )


def _check_callbacks(callbacks: Iterable[Callback]) -> tuple[Callback, ...]:
    given = tuple(callbacks) if isinstance(callbacks, Iterable) else (callbacks,)
    for callback in given:
        if not isinstance(callback, Callback):
            raise TypeError(
                f"callbacks hold {_checks.describe(callback)}; expected a list such as "
                f"[nn.EarlyStopping()]."
            )
    return given


def _check_validation(
    validation: tuple[ArrayLike, ArrayLike] | None, network: Network, loss: Loss
) -> tuple[Array, Array] | None:
    if validation is None:
        return None
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(
            f"validation is {_checks.describe(validation)}; expected a pair (X, y)."
        )
    return _check_data("validation ", network, loss, *validation)


def _check_data(
    which: str, network: Network, loss: Loss, X: ArrayLike, y: ArrayLike
) -> tuple[Array, Array]:
    try:
        samples = network._check(X)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{which}{error}") from None
    first = network._infer(samples[:1])
    try:
        targets = _checks.as_array("targets", y)
        if targets.ndim == 0 or len(targets) != len(samples):
            raise ValueError(
                f"targets have shape {targets.shape}, but X holds {len(samples)} "
                f"samples; expected one entry for each sample."
            )
        Y = loss._prepare(targets, len(samples), first.shape[1], network.dtype)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{which}y does not fit: its {error}") from None
    loss._check_values(first)
    return samples, Y
