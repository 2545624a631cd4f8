r"""Networks as scikit-learn estimators (the extra `estimators`).

They work wherever scikit-learn's own do: in a pipeline, in cross-validation, in a grid
search. Scale the inputs first, for example with `StandardScaler` in a pipeline.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks, activations
from nnbook._types import Array
from nnbook.losses import Loss, MeanSquaredError, SoftmaxCrossEntropy
from nnbook.network import mlp
from nnbook.optimizers import SGD, Adam, Momentum, Optimizer, RMSProp
from nnbook.regularizers import L2
from nnbook.training import fit

_base = _checks.require("sklearn.base")
_multiclass = _checks.require("sklearn.utils.multiclass")
_utils = _checks.require("sklearn.utils")
_validation = _checks.require("sklearn.utils.validation")

__all__ = ["NetworkClassifier", "NetworkRegressor"]

_OPTIMIZERS: dict[str, type[Optimizer]] = {
    "adam": Adam,
    "momentum": Momentum,
    "rmsprop": RMSProp,
    "sgd": SGD,
}


class _NetworkEstimator(_base.BaseEstimator):  # type: ignore[misc, name-defined]
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
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.l2 = l2
        self.epochs = epochs
        self.batch_size = batch_size
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

    def _train(self, X: Array, targets: Array, n_out: int, loss: Loss) -> None:
        if isinstance(self.hidden, str) or not hasattr(self.hidden, "__iter__"):
            raise TypeError(
                f"hidden is {_checks.describe(self.hidden)}; expected a width for each "
                f"hidden layer, for example (100,)."
            )
        optimizer = _OPTIMIZERS[
            _checks.one_of("optimizer", self.optimizer, tuple(_OPTIMIZERS))
        ]
        l2 = _checks.number("l2", self.l2, low=0)
        seed = int(_utils.check_random_state(self.random_state).randint(2**31))
        self.network_ = mlp(
            [X.shape[1], *self.hidden, n_out],
            activation=activations.get(self.activation),
            seed=seed,
            dtype=X.dtype,
        )
        self.history_ = fit(
            self.network_,
            X,
            targets,
            loss=loss,
            optimizer=optimizer(self.learning_rate),
            epochs=self.epochs,
            batch_size=min(_checks.integer("batch_size", self.batch_size), len(X)),
            regularizer=L2(l2) if l2 else None,
            seed=seed,
        )

    def _checked(self, X: ArrayLike) -> Array:
        _validation.check_is_fitted(self)
        checked: Array = _validation.validate_data(
            self, X, reset=False, dtype=(np.float64, np.float32)
        )
        return checked


class NetworkClassifier(_base.ClassifierMixin, _NetworkEstimator):  # type: ignore[misc, name-defined]
    """A network with dense layers that classifies, for use with scikit-learn.

    It minimises the cross-entropy of the softmax. The network computes in float32 if
    `X` is float32, else in float64.

    Parameters
    ----------
    hidden
        Widths of the hidden layers.
    activation
        Name of their activation, such as `"relu"` or `"tanh"`.
    optimizer
        `"adam"`, `"momentum"`, `"rmsprop"` or `"sgd"`.
    learning_rate
        Of the optimizer.
    l2
        Strength of the L2 penalty on the weights.
    epochs
        How many times training sees every sample.
    batch_size
        Samples a step, or all if there are fewer.
    random_state
        Seed of the initial weights and of the order of the samples; None makes every
        fit different.

    Attributes
    ----------
    classes_
        The classes met in `fit`, sorted, shape (k,).
    network_
        The trained `Network`.
    history_
        The `History` of the training.
    n_features_in_
        Number of features met in `fit`.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> model = nn.estimators.NetworkClassifier(learning_rate=0.01, random_state=0)
    >>> fresh_X, fresh_y = nn.datasets.moons(seed=1)
    >>> bool(model.fit(X, y).score(fresh_X, fresh_y) > 0.95)
    True
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> NetworkClassifier:
        """Train a new network.

        Parameters
        ----------
        X
            Samples, shape (n, d).
        y
            Their classes, numbers or texts, shape (n,).

        Returns
        -------
        NetworkClassifier
            Itself.

        Raises
        ------
        TypeError, ValueError
            If a shape, a value or a parameter is wrong, or `y` holds one class.
        """
        with self._unchanged_on_error():
            samples, labels = _validation.validate_data(
                self, X, y, dtype=(np.float64, np.float32)
            )
            _multiclass.check_classification_targets(labels)
            self.classes_, targets = np.unique(labels, return_inverse=True)
            k = len(self.classes_)
            if k == 1:
                raise ValueError(
                    f"y holds one class, {str(self.classes_[0])!r}; expected two or "
                    f"more."
                )
            self._train(samples, targets, k, SoftmaxCrossEntropy())
        return self

    def predict_proba(self, X: ArrayLike) -> Array:
        """The probability of each class.

        Parameters
        ----------
        X
            Samples, shape (n, d).

        Returns
        -------
        ndarray
            Shape (n, k), in the order of `classes_`.
        """
        samples = self._checked(X)
        return self.network_.predict_proba(samples)

    def predict(self, X: ArrayLike) -> Array:
        """The most probable class.

        Parameters
        ----------
        X
            Samples, shape (n, d).

        Returns
        -------
        ndarray
            Classes, shape (n,).
        """
        samples = self._checked(X)
        predicted: Array = self.classes_[self.network_.predict(samples)]
        return predicted


class NetworkRegressor(
    _base.MultiOutputMixin,  # type: ignore[misc, name-defined]
    _base.RegressorMixin,  # type: ignore[misc, name-defined]
    _NetworkEstimator,
):
    """A network with dense layers that predicts numbers, for use with scikit-learn.

    It minimises the mean squared error. The network computes in float32 if `X` is
    float32, else in float64. Scale targets that are far from 1 in size, for example
    with `TransformedTargetRegressor`.

    Parameters and attributes are those of `NetworkClassifier`, without `classes_`.

    Examples
    --------
    >>> X = np.linspace(-2, 2, 200)[:, None]
    >>> model = nn.estimators.NetworkRegressor(learning_rate=0.01, random_state=0)
    >>> bool(model.fit(X, np.sin(X[:, 0])).score(X, np.sin(X[:, 0])) > 0.99)
    True
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> NetworkRegressor:
        """Train a new network.

        Parameters
        ----------
        X
            Samples, shape (n, d).
        y
            Their targets, shape (n,) or (n, k).

        Returns
        -------
        NetworkRegressor
            Itself.

        Raises
        ------
        TypeError, ValueError
            If a shape, a value or a parameter is wrong.
        """
        with self._unchanged_on_error():
            samples, targets = _validation.validate_data(
                self,
                X,
                y,
                dtype=(np.float64, np.float32),
                multi_output=True,
                y_numeric=True,
            )
            self._vector = targets.ndim == 1
            columns = targets.reshape(len(samples), -1)
            columns = _checks.cast("y", columns, samples.dtype)
            self._train(samples, columns, columns.shape[1], MeanSquaredError())
        return self

    def predict(self, X: ArrayLike) -> Array:
        """The predicted targets.

        Parameters
        ----------
        X
            Samples, shape (n, d).

        Returns
        -------
        ndarray
            Shape (n,) or (n, k), as the targets of `fit`.
        """
        samples = self._checked(X)
        predicted = self.network_(samples)
        return predicted.ravel() if self._vector else predicted
