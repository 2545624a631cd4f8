"""What the scikit-learn estimators share: their parameters, and the training."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks, activations
from nnbook._types import Array
from nnbook.callbacks import EarlyStopping
from nnbook.losses import Loss
from nnbook.network import mlp
from nnbook.optimizers import SGD, Adam, Momentum, Optimizer, RMSProp
from nnbook.regularizers import L2
from nnbook.training import History, fit

_base = _checks.require("sklearn.base")
_selection = _checks.require("sklearn.model_selection")
_utils = _checks.require("sklearn.utils")
_validation = _checks.require("sklearn.utils.validation")

_OPTIMIZERS: dict[str, type[Optimizer]] = {
    "adam": Adam,
    "momentum": Momentum,
    "rmsprop": RMSProp,
    "sgd": SGD,
}


class NetworkEstimator(_base.BaseEstimator):  # type: ignore[misc, name-defined]
    """What classifier and regressor share: the parameters and the training."""

    def __init__(
        self,
        hidden: Sequence[int] = (100,),
        *,
        activation: str = "relu",
        optimizer: str = "adam",
        learning_rate: float = 1e-3,
        l2: float = 1e-4,
        epochs: int = 100,
        batch_size: int = 32,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.l2 = l2
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    @contextlib.contextmanager
    def _unchanged_on_error(self) -> Iterator[None]:
        """A fit that fails must not spoil the model of the fit before it."""
        before = self.__dict__.copy()
        try:
            yield
        except BaseException:
            self.__dict__ = before
            raise

    def _begin(self, X: Array, n_out: int) -> None:
        """A new network and a new optimizer."""
        if isinstance(self.hidden, str) or not hasattr(self.hidden, "__iter__"):
            raise TypeError(
                f"hidden is {_checks.describe(self.hidden)}; expected a width for each "
                f"hidden layer, for example (100,)."
            )
        optimizer = _OPTIMIZERS[
            _checks.one_of("optimizer", self.optimizer, tuple(_OPTIMIZERS))
        ]
        self._seed = int(_utils.check_random_state(self.random_state).randint(2**31))
        self.network_ = mlp(
            [X.shape[1], *self.hidden, n_out],
            activation=activations.get(self.activation),
            seed=self._seed,
            dtype=X.dtype,
        )
        self._optimizer = optimizer(self.learning_rate)

    def _train(self, X: Array, targets: Array, loss: Loss) -> None:
        """All epochs, until the score of samples held out no longer improves."""
        held_out, callbacks = None, []
        if _checks.flag("early_stopping", self.early_stopping):
            X, X_held, targets, y_held = self._hold_out(X, targets)
            held_out = X_held, y_held
            callbacks.append(EarlyStopping(patience=self.patience))
        self.history_ = self._fit(
            X,
            targets,
            loss,
            epochs=self.epochs,
            seed=self._seed,
            validation=held_out,
            callbacks=callbacks,
        )

    def _hold_out(self, X: Array, targets: Array) -> Sequence[Array]:
        share = _checks.number(
            "validation_fraction",
            self.validation_fraction,
            low=0,
            high=1,
            open_low=True,
            open_high=True,
        )
        if len(X) < 2:
            raise ValueError(
                f"n_samples={len(X)}, of which none can be held out; expected 2 or "
                f"more with early_stopping=True. Set it to False."
            )
        held: int = min(max(1, round(share * len(X))), len(X) - 1)
        parts: Sequence[Array] = _selection.train_test_split(
            X, targets, test_size=held, random_state=self._seed
        )
        return parts

    def _go_on(self, X: Array, targets: Array, loss: Loss) -> None:
        """One epoch more."""
        # Each in an order of its own, but the same whenever it is repeated.
        order = np.random.SeedSequence([self._seed, self._optimizer.steps])
        seed = int(order.generate_state(1)[0])
        self.history_ = self._fit(X, targets, loss, epochs=1, seed=seed)

    def _fit(self, X: Array, targets: Array, loss: Loss, **options: Any) -> History:
        l2 = _checks.number("l2", self.l2, low=0)
        return fit(
            self.network_,
            X,
            targets,
            loss=loss,
            optimizer=self._optimizer,
            batch_size=min(_checks.integer("batch_size", self.batch_size), len(X)),
            regularizer=L2(l2) if l2 else None,
            **options,
        )

    def _checked(self, X: ArrayLike) -> Array:
        _validation.check_is_fitted(self)
        checked: Array = _validation.validate_data(
            self, X, reset=False, dtype=(np.float64, np.float32)
        )
        return checked
