r"""Training: mini-batch steps over epochs.

One epoch: shuffle, then for each batch forward, loss, backward, step. Everything random
comes from one generator made from `seed`, so a run can be repeated and resumed exactly.
"""

# To be read beside:
# docs/start/handwriting.md
# docs/optimizers/gradient-descent.md

from __future__ import annotations

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Never

from numpy.typing import ArrayLike

from nnbook import _arguments
from nnbook._batches import Augment
from nnbook._fitting import train
from nnbook._team import Alone
from nnbook._types import Array, Rng
from nnbook.callbacks import Callback
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer
from nnbook.run import DivergedError, History

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
    return train(
        Alone(),
        network,
        X,
        y,
        loss=loss,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        validation=validation,
        regularizer=regularizer,
        augment=augment,
        drop_last=drop_last,
        callbacks=callbacks,
        seed=seed,
        progress=progress,
        resume=resume,
    )
