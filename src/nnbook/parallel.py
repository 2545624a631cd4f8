r"""Training on several processes or machines under MPI: `mpiexec -n 4 python train.py`.

Each process, called a rank, holds the whole network and takes an equal share of every
batch. The gradient of the batch is the mean of the shares' gradients, weighted by their
sizes; since all gradients are one vector, a single Allreduce gives it to all ranks:

$$g = \sum_{r=1}^{p} \frac{n_r}{n}\, g_r$$

Then all ranks take the same step, so their parameters stay equal to the last bit.
"""

# To be read beside:
# docs/practice/machines.md

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Never

from numpy.typing import ArrayLike

from nnbook import _arguments, _checks
from nnbook._batches import Augment
from nnbook._fitting import train
from nnbook._ranks import Ranks
from nnbook._team import Alone
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer
from nnbook.run import Callback, History

__all__ = ["fit"]


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
    """Train as `nn.fit` does, on all ranks of an MPI run together.

    Every rank makes the same call with the same network. Without dropout and `augment`
    the parameters are those of `nn.fit` up to rounding, and equal on all ranks to the
    last bit. A single process calls `nn.fit`.

    Parameters
    ----------
    network
        Trained in place, on each rank; made from the same seed. It may not hold a
        `BatchNorm` that is trained, whose statistics are of the whole batch.
    X, y
        All samples and targets, on each rank. Of each batch a rank reads only its own
        rows, so X may be a memory map that the ranks share.
    loss
        A mean over samples, as all of the library are.
    optimizer
        As in `nn.fit`.
    epochs
        As in `nn.fit`.
    batch_size
        Samples in a step of all ranks together.
    validation
        As in `nn.fit`; of these data, too, a rank reads its own rows.
    regularizer
        As in `nn.fit`.
    augment
        Gets a rank's rows of the batch, and a generator of the rank's own; dropout
        draws from the same one. In epoch e, from 0, rank r has
        `np.random.default_rng([seed, e, r])`, so a run can be repeated with as many
        ranks.
    drop_last
        As in `nn.fit`.
    callbacks
        Called on each rank, but for `nn.Checkpoint`: rank 0 alone writes files.
    seed
        As in `nn.fit`.
    progress
        Whether rank 0 shows a bar.
    resume
        As in `nn.fit`, with as many ranks; rank 0 reads the file for all.
    **unknown
        Nothing: other names are refused with the name that is meant.

    Returns
    -------
    History
        Of the whole batches, equal on all ranks but for the seconds.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or is not the same on all ranks.
    RuntimeError
        If another rank cannot begin, or there is no MPI.
    DivergedError
        As in `nn.fit`, on all ranks at the same step.

    Notes
    -----
    Any other error of a rank during training is printed, and ends all ranks: the rest
    would wait for it forever. What `nn.Checkpoint` has saved is there to resume from.

    Examples
    --------
    >>> X, y = nn.datasets.blobs(seed=0)
    >>> network = nn.mlp([2, 8, 3], seed=0)
    >>> loss, optimizer = nn.SoftmaxCrossEntropy(), nn.Adam(0.01)
    >>> history = nn.parallel.fit(
    ...     network, X, y, loss=loss, optimizer=optimizer, epochs=20
    ... )
    >>> len(history.loss)
    20
    """
    _arguments.refuse_unknown(unknown, inspect.signature(fit).parameters)
    ranks = Ranks(_mpi(), seed)
    return train(
        ranks if ranks.size > 1 else Alone(),
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


def _mpi() -> Any:
    """The module that speaks to the other ranks."""
    try:
        return _checks.require("mpi4py.MPI")
    except ModuleNotFoundError:
        raise
    except (ImportError, RuntimeError) as error:
        engine = "impi-rt" if sys.platform == "win32" else "mpich"
        raise RuntimeError(
            f"mpi4py finds no MPI ({str(error).splitlines()[0]}); install one with: "
            f"python -m pip install {engine}"
        ) from None
