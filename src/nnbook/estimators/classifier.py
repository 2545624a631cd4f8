"""A network that tells classes apart, as a scikit-learn estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.estimators.base import NetworkEstimator
from nnbook.losses import (
    BinaryCrossEntropy,
    Loss,
    SoftmaxCrossEntropy,
)

_base = _checks.require("sklearn.base")
_multiclass = _checks.require("sklearn.utils.multiclass")
_validation = _checks.require("sklearn.utils.validation")


class NetworkClassifier(_base.ClassifierMixin, NetworkEstimator):  # type: ignore[misc, name-defined]
    """A network with dense layers that classifies, for use with scikit-learn.

    It minimises the cross-entropy of the softmax; where several labels of a sample may
    be right, that of a sigmoid for each. The network computes in float32 if `X` is
    float32, else in float64.

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
        Samples in a step, or all if there are fewer.
    early_stopping
        Whether to hold samples out and to end when their loss no longer improves; the
        best parameters are kept.
    validation_fraction
        Share of the samples that is held out.
    patience
        Epochs without improvement that are borne.
    random_state
        Seed of the initial weights and of the order of the samples; None makes every
        fit different.

    Attributes
    ----------
    classes_
        The classes met in `fit`, sorted, shape (k,); for several labels their numbers.
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
            Their classes, numbers or texts, shape (n,); or for each of k labels yes or
            no, 1 or 0, shape (n, k).

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
            samples, labels = self._check_samples(X, y, reset=True)
            self._learn_classes(labels if labels.ndim == 2 else np.unique(labels))
            self._begin(samples, len(self.classes_))
            self._train(samples, self._targets(labels), self._loss())
        return self

    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None
    ) -> NetworkClassifier:
        """Train one epoch more, for data that come in parts.

        Parameters
        ----------
        X
            Samples, shape (n, d).
        y
            Their classes, as in `fit`.
        classes
            All classes that will ever come; needed in the first call only.

        Returns
        -------
        NetworkClassifier
            Itself.

        Raises
        ------
        TypeError, ValueError
            If a shape, a value or a parameter is wrong, a class was not announced, or
            none were.
        """
        with self._unchanged_on_error():
            first = not hasattr(self, "network_")
            samples, labels = self._check_samples(X, y, reset=first)
            if first:
                if labels.ndim == 1 and classes is None:
                    raise ValueError(
                        "classes is None; expected all classes in the first call of "
                        "partial_fit. Give classes=np.unique(y) of all data."
                    )
                known = labels if labels.ndim == 2 else np.unique(np.asarray(classes))
                self._learn_classes(known)
                self._begin(samples, len(self.classes_))
            self._go_on(samples, self._targets(labels), self._loss())
        return self

    def _check_samples(
        self, X: ArrayLike, y: ArrayLike, *, reset: bool
    ) -> tuple[Array, Array]:
        samples, labels = _validation.validate_data(
            self, X, y, dtype=(np.float64, np.float32), multi_output=True, reset=reset
        )
        _multiclass.check_classification_targets(labels)
        kind = _multiclass.type_of_target(labels)
        if kind == "multilabel-indicator":
            return samples, np.asarray(labels)
        if kind == "multiclass-multioutput":
            raise ValueError(
                f"y has shape {labels.shape} and entries other than 0 and 1; expected "
                f"one class for each sample, or yes or no (1 or 0) for each label."
            )
        return samples, _validation.column_or_1d(labels, warn=True)

    def _learn_classes(self, found: Array) -> None:
        self._several = found.ndim == 2
        self.classes_ = np.arange(found.shape[1]) if self._several else found
        if not self._several and len(found) == 1:
            raise ValueError(
                f"y holds one class, {str(found[0])!r}; expected two or more."
            )

    def _targets(self, labels: Array) -> Array:
        if self._several != (labels.ndim == 2):
            wanted = "(n, k), yes or no for each label" if self._several else "(n,)"
            raise ValueError(
                f"y has shape {labels.shape}; expected {wanted}, as in the first call."
            )
        if self._several:
            return labels
        unknown = np.setdiff1d(labels, self.classes_)
        if len(unknown):
            raise ValueError(
                f"y holds the class {str(unknown[0])!r}, which was not announced; "
                f"expected those of classes_. Name all of them in the first call."
            )
        return np.searchsorted(self.classes_, labels)

    def _loss(self) -> Loss:
        return BinaryCrossEntropy() if self._several else SoftmaxCrossEntropy()

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
        """The most probable class, or yes or no for each label.

        Parameters
        ----------
        X
            Samples, shape (n, d).

        Returns
        -------
        ndarray
            Classes, shape (n,); for several labels 1 or 0, shape (n, k).
        """
        samples = self._checked(X)
        predicted = self.network_.predict(samples)
        if self._several:
            return predicted.reshape(len(samples), -1)
        named: Array = self.classes_[predicted]
        return named

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
