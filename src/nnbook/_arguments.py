"""What `fit` makes sure of before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._batches import Augment, Batches
from nnbook._checkpoints import Saved, read_run
from nnbook._team import Alone
from nnbook.callbacks import Checkpoint
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer
from nnbook.run import Callback, Progress
from nnbook.schedules import Schedule

# What other libraries call it, and what to do here.
_ELSEWHERE = {
    "validation_split": "parts = nn.split(X, y, test=0.2), then "
    "validation=(parts.X_test, parts.y_test)",
    "validation_data": "validation=(X, y)",
    "verbose": "progress=True",
    "lr": "optimizer=nn.Adam(lr)",
    "learning_rate": "optimizer=nn.Adam(learning_rate)",
}


def refuse_unknown(unknown: Iterable[str], known: Iterable[str]) -> None:
    """Say which name is meant by one that `fit` does not know."""
    for name in unknown:
        import difflib  # here, for it would slow down `import nnbook`

        close = difflib.get_close_matches(name, list(known), n=1) or ["help(nn.fit)"]
        raise TypeError(
            f"fit has no argument {name!r}; use {_ELSEWHERE.get(name, close[0])}."
        )


def read_to_resume(run: Progress, resume: str | Path | bool | None) -> Saved | None:
    """The checkpoint to go on from, if there is one."""
    if resume is None or resume is False:
        return None
    if resume is not True:
        return read_run(resume)
    paths = [c.path for c in run.callbacks if isinstance(c, Checkpoint)]
    if len(paths) != 1:
        raise ValueError(
            f"resume is True, but callbacks hold {len(paths)} nn.Checkpoint; expected "
            f"one, whose file is taken. Add nn.Checkpoint(path), or give resume the "
            f"path of a file."
        )
    return read_run(paths[0]) if paths[0].exists() else None


def plan(run: Progress, steps: int) -> None:
    """Tell the schedule how long the run is; refuse one that is over already."""
    optimizer, schedule = run.optimizer, run.optimizer.learning_rate
    first = optimizer.steps
    if isinstance(schedule, Schedule):
        if schedule.monitor not in run.measured:
            raise ValueError(
                f"{schedule!r} watches the {schedule.monitor}, which this run does not "
                f"measure; expected a loss of classes. Let it watch the loss."
            )
        schedule.begin(max(1, first + steps))
    if callable(schedule) and steps and optimizer.rate == 0:
        last = first + steps - 1
        if schedule(last) == 0:
            raise ValueError(
                f"learning_rate is {schedule!r}, which is 0 from step {first} to "
                f"{last}, so that nothing would be learned; expected a rate above 0. "
                f"Give it more steps or a final rate, or call optimizer.reset()."
            )


def measured(loss: Loss, *, validation: bool) -> tuple[str, ...]:
    """Which lists of the history a run fills with scores."""
    names = ["loss", *(["accuracy"] if loss.classification else [])]
    return (*names, *(f"val_{name}" for name in names if validation))


def check_kinds(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    regularizer: Regularizer | None,
    augment: Augment | None,
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
    if augment is not None and not callable(augment):
        raise TypeError(
            f"augment is {_checks.describe(augment)}; expected a function of a batch "
            f"and a generator, for example lambda X, rng: X + rng.normal(0, 0.1, "
            f"X.shape)."
        )
    last = network.layers[-1]._activation
    if loss.on_scores and last is not None and last.name == "sigmoid":
        raise ValueError(
            f"the last layer is {network.layers[-1]!r}, but {loss!r} takes scores and "
            f"applies its own sigmoid or softmax; expected a last layer without one. "
            f"Leave its activation out."
        )
    if not _checks.all_finite(network.params):
        raise ValueError(
            "network holds parameters that are not finite; expected finite numbers. "
            "Make a new network."
        )


def check_last_batch(network: Network, n: int, size: int, drop_last: bool) -> None:
    least = max(leaf._smallest_batch for leaf in network._leaves)
    smallest = size if drop_last or n % size == 0 else n % size
    if smallest < least:
        raise ValueError(
            f"batch_size is {size}, so that a batch of {n} samples holds a single one, "
            f"which has no variance for BatchNorm; expected at least {least} in each "
            f"batch. Choose another batch_size, or leave the rest out: drop_last=True."
        )


def check_callbacks(callbacks: Iterable[Callback]) -> tuple[Callback, ...]:
    given = tuple(callbacks) if isinstance(callbacks, Iterable) else (callbacks,)
    for callback in given:
        if not isinstance(callback, Callback):
            raise TypeError(
                f"callbacks hold {_checks.describe(callback)}; expected a list such as "
                f"[nn.EarlyStopping()]."
            )
    return given


def check_validation(
    validation: tuple[ArrayLike, ArrayLike] | None,
    network: Network,
    loss: Loss,
    team: Alone,
) -> Batches | None:
    if validation is None:
        return None
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(
            f"validation is {_checks.describe(validation)}; expected a pair (X, y). To "
            f"hold a fifth of the samples out: nn.split(X, y, test=0.2)."
        )
    return Batches(network, loss, *validation, team, which="validation ")
