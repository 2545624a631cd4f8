"""What `fit` does once its arguments have their names, by one process or a team."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _arguments, _checks
from nnbook._batches import Augment, Batches
from nnbook._checkpoints import restore
from nnbook._team import Alone
from nnbook._trainer import Trainer
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.optimizers import Optimizer
from nnbook.regularizers import Regularizer
from nnbook.run import Callback, DivergedError, History, Progress
from nnbook.schedules import Schedule


def train(
    team: Alone,
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None,
    validation: tuple[ArrayLike, ArrayLike] | None,
    regularizer: Regularizer | None,
    augment: Augment | None,
    drop_last: bool,
    callbacks: Iterable[Callback],
    seed: int,
    progress: bool,
    resume: str | Path | bool | None,
) -> History:
    """Check, take up a checkpoint, and train, with the arguments of `nn.fit`."""
    with team.preparing():
        _arguments.check_kinds(network, loss, optimizer, regularizer, augment)
        epochs = _checks.integer("epochs", epochs, low=0)
        progress = _checks.flag("progress", progress)
        drop_last = _checks.flag("drop_last", drop_last)
        seed = _checks.integer("seed", seed, low=0)
        data = Batches(network, loss, X, y, team)
        size = len(data) if batch_size is None else batch_size
        size = min(_checks.integer("batch_size", size, low=1), len(data))
        _arguments.check_last_batch(network, len(data), size, drop_last)
        held_out = _arguments.check_validation(validation, network, loss, team)
        rng = np.random.default_rng(seed)
        run = Progress(
            network, optimizer, History(), rng, _arguments.check_callbacks(callbacks)
        )
        run.measured = _arguments.measured(loss, validation=held_out is not None)
        trainer = Trainer(
            run, loss, regularizer, data, held_out, size, augment, drop_last, team
        )
        run.settings = {
            "optimizer": optimizer,
            "loss": loss,
            "regularizer": regularizer,
            "batch_size": size,
            "number of samples": len(data),
            "number of validation samples": 0 if held_out is None else len(held_out),
            "drop_last": drop_last,
            "augment": augment,
            "number of processes": team.size,
        }
        if (
            isinstance(rate := optimizer.learning_rate, Schedule)
            and rate._follows_run()
        ):
            run.settings["number of epochs"] = epochs
        optimizer._check_owner(network.params)
    team.agree(run, {"epochs": epochs, "seed": seed})
    saved = team.from_leader(lambda: _arguments.read_to_resume(run, resume))
    with team.preparing():
        if saved is not None:
            restore(run, saved, epochs)
        _arguments.plan(run, trainer.batches * (epochs - run.epoch))
        trainer.tell("begin")

    network.loss = loss
    network._set_rng(rng)
    trainer.begin()
    try:
        with (
            team.training(),
            _bar(range(run.epoch, epochs), progress and team.leads) as bar,
            np.errstate(all="ignore"),
        ):
            for _ in bar:
                if run.stop:
                    break
                started = time.perf_counter()
                trainer.epoch()
                trainer.validate()
                run.history.seconds.append(time.perf_counter() - started)
                trainer.end_epoch()
                if progress and team.leads:
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
    with team.training():
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
