r"""Training: mini-batch steps over epochs.

One epoch: shuffle, then for each batch forward, loss, backward, step. Everything random
comes from one generator made from `seed`, so a run can be repeated and resumed exactly.
"""

# To be read beside:
# docs/start/handwriting.md
# docs/optimizers/gradient-descent.md

from __future__ import annotations

import inspect
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Never

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _arguments, _checks
from nnbook._batches import Augment, Batches
from nnbook._checkpoints import restore
from nnbook._trainer import Trainer
from nnbook._types import Array, Rng
from nnbook.callbacks import Callback
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer
from nnbook.run import DivergedError, History, Progress
from nnbook.schedules import Schedule

__all__ = ["fit", "epoch", "History", "DivergedError"]


def epoch(
    network: Network,
    X: Array,
    y: Array,
    loss: Loss,
    optimizer: Optimizer,
    batch_size: int,
    rng: Rng,
) -> None:
    """One pass over the data as the book explains it: what `fit` does, unguarded.

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
        Such as `nn.Adam()`.
    batch_size
        Samples in a step.
    rng
        Shuffles.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or a number is no longer finite.

    Examples
    --------
    >>> X, y = nn.datasets.blobs(seed=0)
    >>> network = nn.mlp([2, 8, 3], seed=0)
    >>> loss, optimizer = nn.SoftmaxCrossEntropy(), nn.Adam(0.01)
    >>> nn.training.epoch(
    ...     network, X, y, loss, optimizer, 32, np.random.default_rng(0)
    ... )
    """
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        Z = network.forward(X[rows])
        network.backward(loss.gradient(Z, y[rows]))
        optimizer.step(network.params, network.grads, network.n_weights)


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
    augment: Augment | None = None,
    drop_last: bool = False,
    callbacks: Iterable[Callback] = (),
    seed: int = 0,
    progress: bool = False,
    resume: str | Path | bool | None = None,
    **unknown: Never,
) -> History:
    r"""Train a network in place.

    $$\theta \leftarrow \text{step}\Bigl(\theta,\ \frac{\partial}{\partial\theta}
    \bigl(L_{\text{batch}} + \text{penalty}\bigr)\Bigr)$$

    Parameters
    ----------
    network
        Trained in place. It keeps the loss, which says what its outputs mean.
    X
        Samples, shape (n, n_in): an array or a memory map of any numbers. Batches are
        gathered and cast one by one; no large array is copied.
    y
        Labels (n,), or targets (n, n_out).
    loss
        Such as `nn.SoftmaxCrossEntropy()`.
    optimizer
        Such as `nn.Adam()`. A used one goes on where it stopped, with its network.
    epochs
        Passes over the data, counted from the very beginning if the run is resumed.
    batch_size
        Samples in a step; None for all of them. The last batch of an epoch may be
        smaller.
    validation
        A pair (X, y) that is measured after each epoch.
    regularizer
        Penalty on the weights, such as `nn.L2(1e-4)`.
    augment
        A function of a batch and a generator, which returns the batch to train on
        instead, of the same shape, such as images moved at random.
    drop_last
        Whether samples that do not fill a batch are left out of the epoch.
    callbacks
        A list such as `[nn.EarlyStopping()]`.
    seed
        Of shuffles and dropout masks.
    progress
        Whether to show a bar; needs the extra `progress`.
    resume
        A file of `nn.Checkpoint`. The run goes on as if it had never stopped, to the
        last bit, given the same data and arguments; only `epochs` may be larger. True
        takes the file of the run's own `Checkpoint` if there is one, and begins anew
        if not.
    **unknown
        Nothing: other names are refused with the name that is meant.

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
        If you press Ctrl-C. The network keeps what it has learned up to its last step,
        or its best parameters where `EarlyStopping` has them. Like a DivergedError or
        an error of a callback, the exception has the `History` so far as its attribute
        `history`.

    Examples
    --------
    >>> X, y = nn.datasets.blobs(seed=0)
    >>> network = nn.mlp([2, 8, 3], seed=0)
    >>> loss, optimizer = nn.SoftmaxCrossEntropy(), nn.Adam(0.01)
    >>> history = nn.fit(network, X, y, loss=loss, optimizer=optimizer, epochs=20)
    >>> len(history.loss)
    20
    """
    _arguments.refuse_unknown(unknown, inspect.signature(fit).parameters)
    _arguments.check_kinds(network, loss, optimizer, regularizer, augment)
    epochs = _checks.integer("epochs", epochs, low=0)
    progress = _checks.flag("progress", progress)
    drop_last = _checks.flag("drop_last", drop_last)
    data = Batches(network, loss, X, y)
    size = len(data) if batch_size is None else batch_size
    size = min(_checks.integer("batch_size", size, low=1), len(data))
    _arguments.check_last_batch(network, len(data), size, drop_last)
    held_out = _arguments.check_validation(validation, network, loss)
    rng = np.random.default_rng(_checks.integer("seed", seed, low=0))
    run = Progress(
        network, optimizer, History(), rng, _arguments.check_callbacks(callbacks)
    )
    run.measured = _arguments.measured(loss, validation=held_out is not None)
    trainer = Trainer(run, loss, regularizer, data, held_out, size, augment, drop_last)
    run.settings = {
        "optimizer": optimizer,
        "loss": loss,
        "regularizer": regularizer,
        "batch_size": size,
        "number of samples": len(data),
        "number of validation samples": 0 if held_out is None else len(held_out),
        "drop_last": drop_last,
        "augment": augment,
    }
    if isinstance(rate := optimizer.learning_rate, Schedule) and rate._follows_run():
        run.settings["number of epochs"] = epochs
    optimizer._check_owner(network.params)
    if (path := _arguments.file_to_resume(run, resume)) is not None:
        restore(run, path, epochs)
    _arguments.plan(run, trainer.batches * (epochs - run.epoch))
    trainer.tell("begin")

    network.loss = loss
    network._set_rng(rng)
    trainer.begin()
    try:
        with _bar(range(run.epoch, epochs), progress) as bar, np.errstate(all="ignore"):
            for _ in bar:
                if run.stop:
                    break
                started = time.perf_counter()
                trainer.epoch()
                trainer.validate()
                run.history.seconds.append(time.perf_counter() - started)
                trainer.end_epoch()
                if progress:
                    shown = repr(run.history).partition(": ")[2][:-1]
                    bar.set_postfix_str(shown, refresh=False)  # tqdm shows it in time
            trainer.end()
    except BaseException as error:  # an interruption, divergence, a callback's error
        run.history.cut(run.epoch)
        error.history = run.history  # type: ignore[attr-defined]
        if isinstance(error, (KeyboardInterrupt, DivergedError)):
            trainer.tell("_interrupted")
        raise
    finally:
        network._set_rng(network._rng)
        network._release()
    trainer.tell("end")
    return run.history


class _bar:
    """A tqdm bar over epochs, or nothing at all."""

    def __init__(self, epochs: range, shown: bool) -> None:
        self.epochs: Any = epochs
        if shown:
            self.epochs = _checks.require("tqdm.auto").tqdm(
                epochs, initial=epochs.start, total=epochs.stop, unit="epoch"
            )

    def __enter__(self) -> Any:
        return self.epochs

    def __exit__(self, *error: object) -> None:
        if not isinstance(self.epochs, range):
            self.epochs.close()
