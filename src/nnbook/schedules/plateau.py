"""Schedules that follow the score of each epoch."""

from __future__ import annotations

from nnbook import _checks
from nnbook.schedules.base import Schedule


class ReduceOnPlateau(Schedule):
    r"""Falls by a factor when the score has not improved for too long.

    $$\eta \leftarrow \max(\gamma\, \eta,\ \eta_{\min})$$

    `fit` tells it the score after each epoch, that of the validation data if there are
    some. The rate is cut when the number of bad epochs *exceeds* the patience, as in
    PyTorch. Keras cuts when it *reaches* the patience, and its `min_delta` is absolute.

    Parameters
    ----------
    initial
        First rate.
    factor
        γ, what the rate is multiplied by, in (0, 1).
    patience
        Bad epochs that are borne.
    threshold
        Relative improvement that counts.
    cooldown
        Epochs after a cut in which bad epochs do not count.
    minimum
        $\eta_{\min}$, below which it does not fall.
    monitor
        "loss", or "accuracy", of which higher is better.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> schedule = nn.ReduceOnPlateau(0.1, factor=0.5, patience=1)
    >>> for epoch, loss in enumerate([1.0, 1.0, 1.0], start=1):
    ...     schedule.epoch_end(epoch, loss)  # as `fit` does
    >>> schedule(0)
    0.05
    """

    state = ("rate", "_best", "_bad", "_cooling")

    def __init__(
        self,
        initial: float,
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        cooldown: int = 0,
        minimum: float = 0.0,
        monitor: str = "loss",
    ) -> None:
        self.initial = _checks.rate("initial", initial)
        self.factor = _checks.number(
            "factor", factor, low=0, high=1, open_low=True, open_high=True
        )
        self.patience = _checks.integer("patience", patience, low=0)
        self.threshold = _checks.number("threshold", threshold, low=0)
        self.cooldown = _checks.integer("cooldown", cooldown, low=0)
        self.minimum = _checks.number("minimum", minimum, low=0, high=self.initial)
        self.monitor = _checks.one_of("monitor", monitor, ["loss", "accuracy"])
        self.reset()

    def reset(self) -> None:
        """Forget all scores; a new optimizer starts its schedule with this."""
        self.rate = self.initial
        self._best: float | None = None
        self._bad = self._cooling = 0

    def __call__(self, step: int) -> float:
        return self.rate

    def epoch_end(self, epoch: int, score: float) -> None:
        """Take note of an epoch's score.

        Parameters
        ----------
        epoch
            The epoch that has ended, counted from 1.
        score
            What `monitor` asks for.

        Raises
        ------
        TypeError, ValueError
            If the score is not a finite number.
        """
        score = _checks.number("score", score)
        if self.monitor == "accuracy":
            score = -score
        if self._best is None or score < self._best - self.threshold * abs(self._best):
            self._best, self._bad = score, 0
        else:
            self._bad += 1
        if self._cooling > 0:
            self._cooling -= 1
            self._bad = 0
        if self._bad > self.patience:
            self.rate = max(self.rate * self.factor, self.minimum)
            self._bad, self._cooling = 0, self.cooldown


class OpenNMTDecay(Schedule):
    """The rules of OpenNMT (Klein and colleagues, 2017), applied after each epoch.

    Two conditions: the *score* condition holds when the score did not improve by more
    than `start_decay_score_delta` over the epoch before; the *epoch* condition from
    epoch `start_decay_at` on. Strategy `"default"`: as soon as one of them holds, decay
    then and after every later epoch. `"epoch_only"`: only the epoch condition counts.
    `"score_only"`: decay in just those epochs in which the score condition holds.
    Neither PyTorch nor Keras has it.

    Parameters
    ----------
    initial
        First rate.
    decay
        What the rate is multiplied by.
    strategy
        "default", "epoch_only" or "score_only".
    start_decay_at
        Epoch, counted from 1, from which the epoch condition holds.
    start_decay_score_delta
        Improvement that is asked for.
    minimum
        `fit` ends when the rate falls below it.
    restart
        Whether each decay also resets the optimizer: what it remembers, and the count
        of its steps, so that a `Warmup` around this schedule begins anew.

    Attributes
    ----------
    stop
        Whether the rate has fallen below the minimum.
    restart_now
        Whether the optimizer is to be reset after this epoch.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> schedule = nn.OpenNMTDecay(1.0, decay=0.5, start_decay_at=3)
    >>> for epoch, loss in enumerate([1.0, 0.9, 0.8], start=1):
    ...     schedule.epoch_end(epoch, loss)  # as `fit` does
    >>> schedule(0)
    0.5
    """

    state = ("rate", "stop", "restart_now", "_decaying", "_last")

    def __init__(
        self,
        initial: float = 1.0,
        decay: float = 0.7,
        strategy: str = "default",
        start_decay_at: int = 9,
        start_decay_score_delta: float = 0.0,
        minimum: float = 0.0,
        restart: bool = False,
    ) -> None:
        self.initial = _checks.rate("initial", initial)
        self.decay = _checks.number("decay", decay, low=0, high=1, open_low=True)
        self.strategy = _checks.one_of(
            "strategy", strategy, ["default", "epoch_only", "score_only"]
        )
        self.start_decay_at = _checks.integer("start_decay_at", start_decay_at, low=1)
        self.start_decay_score_delta = _checks.number(
            "start_decay_score_delta", start_decay_score_delta
        )
        self.minimum = _checks.number("minimum", minimum, low=0, high=self.initial)
        self.restart = _checks.flag("restart", restart)
        self.reset()

    def reset(self) -> None:
        """Forget all scores; a new optimizer starts its schedule with this."""
        self.rate = self.initial
        self.stop = self.restart_now = False
        self._decaying = False
        self._last: float | None = None

    def __call__(self, step: int) -> float:
        return self.rate

    def epoch_end(self, epoch: int, score: float) -> None:
        """Take note of an epoch's score.

        Parameters
        ----------
        epoch
            The epoch that has ended, counted from 1.
        score
            The validation loss, else the training loss; lower is better.

        Raises
        ------
        TypeError, ValueError
            If the score is not a finite number.
        """
        epoch = _checks.integer("epoch", epoch, low=1)
        score = _checks.number("score", score)
        delta = self.start_decay_score_delta
        no_progress = self._last is not None and not self._last - score > delta
        late = epoch >= self.start_decay_at
        self._last = score
        if self.strategy == "score_only":
            self._decaying = no_progress
        elif self.strategy == "epoch_only":
            self._decaying = late
        else:
            self._decaying = self._decaying or no_progress or late
        if self._decaying:
            self.rate *= self.decay
        self.restart_now = self._decaying and self.restart
        self.stop = self.rate < self.minimum
