"""A network that predicts numbers, as a scikit-learn estimator."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.estimators.base import NetworkEstimator
from nnbook.losses import (
    MeanSquaredError,
)

_base = _checks.require("sklearn.base")
_validation = _checks.require("sklearn.utils.validation")


class NetworkRegressor(
    _base.MultiOutputMixin,  # type: ignore[misc, name-defined]
    _base.RegressorMixin,  # type: ignore[misc, name-defined]
    NetworkEstimator,
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
            samples, columns = self._check_samples(X, y, reset=True)
            self._begin(samples, columns.shape[1])
            self._train(samples, columns, MeanSquaredError())
        return self

    def partial_fit(self, X: ArrayLike, y: ArrayLike) -> NetworkRegressor:
        """Train one epoch more, for data that come in parts.

        Parameters
        ----------
        X
            Samples, shape (n, d).
        y
            Their targets, shape (n,) or (n, k), as in the first call.

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
            first = not hasattr(self, "network_")
            samples, columns = self._check_samples(X, y, reset=first)
            if first:
                self._begin(samples, columns.shape[1])
            self._go_on(samples, columns, MeanSquaredError())
        return self

    def _check_samples(
        self, X: ArrayLike, y: ArrayLike, *, reset: bool
    ) -> tuple[Array, Array]:
        samples, targets = _validation.validate_data(
            self,
            X,
            y,
            dtype=(np.float64, np.float32),
            multi_output=True,
            y_numeric=True,
            reset=reset,
        )
        self._vector = targets.ndim == 1
        columns = targets.reshape(len(samples), -1)
        return samples, _checks.cast("y", columns, samples.dtype)

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
