"""The inner loop of `fit`, and the guard that stands around it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from nnbook import _checks
from nnbook._batches import Augment, Batches
from nnbook._team import Alone
from nnbook._types import Array
from nnbook.losses import Loss
from nnbook.regularizers import Regularizer
from nnbook.run import DivergedError, Progress
from nnbook.schedules import Schedule

# Steps between two copies of the parameters. A copy at each step would cost several
# percent of the time.
_COPY_EVERY = 64


@dataclass
class Trainer:
    """One run: what it trains on, and what it counts."""

    run: Progress
    loss: Loss
    regularizer: Regularizer | None
    data: Batches
    validation: Batches | None
    size: int
    augment: Augment | None
    drop_last: bool
    team: Alone

    def __post_init__(self) -> None:
        self.network, self.optimizer = self.run.network, self.run.optimizer
        n = len(self.data)
        self.batches = n // self.size if self.drop_last else -(-n // self.size)
        # How callbacks want NumPy to report trouble is not for `fit` to decide.
        self.reports = np.geterr()

    def begin(self) -> None:
        """Take the run as it stands, new or resumed."""
        params = self.network.params
        self.steps = self.run.epoch * self.batches
        self.rate = 0.0
        self.frozen = [(part, params[part].copy()) for part in self.network._frozen()]
        self.kept = self.steps, params.copy(), self.network.statistics()

    def epoch(self) -> None:
        """All batches once: shuffle, then forward, loss, backward, step."""
        network, loss, team = self.network, self.loss, self.team
        self.total, self.right, self.seen = 0.0, 0.0, 0
        noise = team.noise(self.run)
        for X, Y, fraction in self.data.shuffled(
            self.size, self.run.rng, self.augment, noise, self.drop_last
        ):
            if len(X):
                Z = network._forward(X)
                dZ = np.empty_like(Z)
                self._count(loss._value_and_gradient(Z, Y, dZ), Z, Y)
                network._backward(dZ)
            else:  # a share of a small batch
                network.grads[:] = 0
            if not team.average(network.grads, fraction):
                self._diverged("the gradient left the finite numbers")
            self._step()
        self._note("", *team.add(self.total, self.right, self.seen))
        self.run.history.learning_rate.append(self.rate)

    def validate(self) -> None:
        """Measure the loss of data that are not trained on."""
        if self.validation is None:
            return
        total = right = 0.0
        for X, Y in self.validation.in_order():
            Z = self.network._infer(X)
            total += self.loss._value_and_gradient(Z, Y, np.empty_like(Z)) * len(X)
            if self.loss.classification:
                right += self.loss._count_right(Z, Y)
        total, right = self.team.add(total, right)
        if not math.isfinite(total):
            self.optimizer.reset()
            what = f"the validation loss became {float(total)}"
            raise DivergedError(self.run.epoch, self.steps, self.rate, what, self.steps)
        self._note("val_", total, right, len(self.validation))

    def end_epoch(self) -> None:
        """Tell schedule and callbacks."""
        run = self.run
        if run.callbacks:  # which may keep what is not finite
            self._check_finite()
        run.epoch += 1
        schedule = self.optimizer.learning_rate
        if isinstance(schedule, Schedule):
            name, history = schedule.monitor, run.history
            scores = getattr(history, f"val_{name}") or getattr(history, name)
            schedule.epoch_end(run.epoch, scores[-1])
            if schedule.restart_now:
                self.optimizer.reset()
            run.stop = run.stop or schedule.stop
        self._tell("epoch_end", saving=False)
        run.stop = self.team.stops(run)
        self._tell("epoch_end", saving=True)

    def end(self) -> None:
        """Refuse what the last steps left, if it is not finite."""
        self._check_finite()

    def tell(self, what: str) -> None:
        """Call a method of all callbacks."""
        # A checkpoint holds what the others have noted, but not what they do at the
        # end, when early stopping puts the best parameters back.
        first = what == "end"
        for saving in (first, not first):
            self._tell(what, saving)

    def _tell(self, what: str, saving: bool) -> None:
        if saving and not self.team.leads:
            return
        with np.errstate(**self.reports):
            for callback in self.run.callbacks:
                if callback._saves_the_run == saving:
                    getattr(callback, what)(self.run)

    def _count(self, value: float, Z: Array, Y: Array) -> None:
        """Add up loss and accuracy of a batch."""
        if not math.isfinite(value):
            self.team.give_up(self.network.grads)
            self._diverged(f"the loss became {float(value)}")
        n = len(Z)
        self.total += value * n
        self.seen += n
        if self.loss.classification:
            self.right += self.loss._count_right(Z, Y)

    def _note(self, prefix: str, total: float, right: float, n: float) -> None:
        history = self.run.history
        getattr(history, f"{prefix}loss").append(float(total / n))
        if self.loss.classification:
            getattr(history, f"{prefix}accuracy").append(float(right / n))

    def _step(self) -> None:
        """Add the penalty, ask the callbacks, guard, and move the parameters."""
        network, optimizer = self.network, self.optimizer
        if self.regularizer is not None:
            self.regularizer.add_gradient(
                network.params, network.grads, network.n_weights
            )
        for part, _ in self.frozen:
            network.grads[part] = 0
        if self.run.callbacks:
            self.tell("after_gradient")
        if self.steps % _COPY_EVERY == 0:
            self._check_finite()
            # Into the same memory: new memory costs more than the copy.
            np.copyto(self.kept[1], network.params)
            self.kept = self.steps, self.kept[1], network.statistics()
        self.rate = optimizer.rate
        try:
            optimizer.step(network.params, network.grads, network.n_weights)
        except ValueError:
            if _checks.all_finite(network.grads):
                raise
            self._diverged("the gradient left the finite numbers")
        for part, values in self.frozen:
            network.params[part] = values
        self.steps += 1

    def _check_finite(self) -> None:
        for what, values in (
            ("a parameter", self.network.params),
            ("a running statistic", self.network.statistics()),
            # An infinite sum of squares would stop all further steps, silently.
            *(("the optimizer's " + n, v) for n, v in self.optimizer._memory().items()),
        ):
            if not _checks.all_finite(values):
                self._diverged(f"{what} left the finite numbers")

    def _diverged(self, what: str) -> NoReturn:
        step, params, statistics = self.kept
        np.copyto(self.network.params, params)
        self.network.load_statistics(statistics)
        rate = self.rate or self.optimizer.rate
        self.optimizer.reset()  # its averages have seen what diverged
        raise DivergedError(self.run.epoch, self.steps, rate, what, back_to=step)
