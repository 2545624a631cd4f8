"""The network: from samples to outputs, answers and scores, and back to gradients."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.layers.base import Layer
from nnbook.losses import Loss
from nnbook.metrics import r2_score
from nnbook.network.inputs import checked, finite_outputs
from nnbook.network.vector import Vector
from nnbook.softmax import softmax


class Network(Vector):
    r"""Layers in a row, each taking what the one before it gives.

    $$A_0 = X, \qquad A_l = f_l(A_{l-1} W_l + b_l)$$

    The layers hold views into `params` and `grads`, so an optimizer, a saver and a
    gradient check work on one vector each.

    Parameters
    ----------
    *layers
        The layers, in order.
    seed
        Of the initial weights, and of the masks of Dropout in `forward`.
    dtype
        Of the parameters and of all that is computed: np.float32 or np.float64.
    loss
        Says what the outputs mean; `fit` sets it.

    Attributes
    ----------
    n_weights
        `params[:n_weights]` are the weights, the rest biases, gains and offsets.
    layers
        The layers.

    Raises
    ------
    TypeError, ValueError
        If neighbours do not fit, or a layer belongs to another network already.

    Examples
    --------
    >>> network = nn.Network(nn.Dense(2, 8, activation=nn.tanh), nn.Dense(8, 3))
    >>> network.params.shape, network.n_weights
    ((51,), 40)
    """

    def __init__(
        self,
        *layers: Layer,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
        loss: Loss | None = None,
    ) -> None:
        super().__init__(*layers, seed=seed, dtype=dtype)
        self.loss = loss

    @property
    def loss(self) -> Loss | None:
        """What the outputs mean; set by `fit`, and by assigning."""
        return self._loss

    @loss.setter
    def loss(self, value: Loss | None) -> None:
        if value is not None and not isinstance(value, Loss):
            raise TypeError(
                f"loss is {_checks.describe(value)}; expected for example "
                f"nn.SoftmaxCrossEntropy(), or None."
            )
        self._loss = value

    def __call__(self, X: ArrayLike) -> Array:
        """Outputs of the last layer, for use: no dropout, running statistics.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n, n_out); scores, if the loss takes scores.

        Raises
        ------
        TypeError, ValueError
            If X does not fit the first layer or is not finite, or the outputs are not.
        """
        X = checked(X, self.n_in, self.dtype)
        A = finite_outputs(self._infer(X))
        # Dropout hands through what it gets.
        return A.copy() if np.may_share_memory(A, X) else A

    def activations(self, X: ArrayLike) -> list[Array]:
        """Outputs of every layer, for use; the last are those of the network.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        list
            An array for each layer, shape (n, width).

        Raises
        ------
        TypeError, ValueError
            If X does not fit the first layer or is not finite, or an output is not.

        Examples
        --------
        >>> network = nn.mlp([2, 8, 3])
        >>> [A.shape for A in network.activations([[0.5, -1.0]])]
        [(1, 8), (1, 3)]
        """
        A, outputs = checked(X, self.n_in, self.dtype), []
        with np.errstate(all="ignore"):
            for layer in self.layers:
                before, A = A, layer._infer(A)
                outputs.append(A.copy() if np.may_share_memory(A, before) else A)
        finite_outputs(A)
        return outputs

    def forward(self, X: ArrayLike) -> Array:
        """Outputs of the last layer while training, kept ready for `backward`.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n, n_out).

        Raises
        ------
        TypeError, ValueError
            If X does not fit the first layer or is not finite, or the outputs are not.
        """
        with np.errstate(all="ignore"):
            A = self._forward(checked(X, self.n_in, self.dtype).copy())
        return finite_outputs(A).copy()

    def backward(self, dZ: ArrayLike) -> None:
        """Fill `grads`, given the gradient with respect to the outputs of `forward`.

        Parameters
        ----------
        dZ
            Shape (n, n_out), from `loss.gradient`.

        Raises
        ------
        TypeError, ValueError
            If there was no `forward`, the shape is not that of its outputs, or a
            gradient overflows.
        """
        d = _checks.as_floats("dZ", dZ)
        if self._out_shape is None:
            raise ValueError("there is nothing to go back through; call forward first.")
        if d.shape != self._out_shape:
            raise ValueError(
                f"dZ has shape {d.shape}; expected {self._out_shape}, that of the "
                f"outputs of forward."
            )
        with np.errstate(all="ignore"):
            self._backward(_checks.cast("dZ", d, self.dtype))
        for span in self._frozen():
            self._grads[span] = 0
        if not _checks.all_finite(self._grads):
            raise ValueError(
                "grads are not finite: dZ or what the layers saw is too large. Scale X "
                "to about 1, or start with smaller weights."
            )

    def predict(self, X: ArrayLike) -> Array:
        """What the network answers, as its loss understands the outputs.

        Classes for `SoftmaxCrossEntropy`, yes or no for `BinaryCrossEntropy`, values
        for regression. Without a loss: the largest output, or the sign of a single one.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n,), but (n, k) for several values or several answers per sample.

        Raises
        ------
        TypeError, ValueError
            If X does not fit.
        """
        Z = self(X)
        if self.loss is not None:
            return self.loss.predict(Z)
        result: Array = (
            Z.argmax(axis=1) if Z.shape[1] > 1 else (Z[:, 0] > 0).astype(int)
        )
        return result

    def predict_proba(self, X: ArrayLike) -> Array:
        """Probability of each class, as its loss understands the outputs.

        Without a loss: softmax of the outputs, or sigmoid of a single one.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).

        Returns
        -------
        ndarray
            Shape (n, k), rows that add up to 1; for one output shape (n, 2). For
            several yes-or-no answers per sample: the probability of each yes.

        Raises
        ------
        TypeError, ValueError
            If X does not fit, or the loss knows no probability.
        """
        Z = self(X)
        if self.loss is not None:
            return self.loss.predict_proba(Z)
        return softmax(np.hstack([np.zeros_like(Z), Z]) if Z.shape[1] == 1 else Z)

    def evaluate(self, X: ArrayLike, y: ArrayLike) -> dict[str, float]:
        """How good the network is on some data: its loss, and a score.

        Parameters
        ----------
        X
            Samples, shape (n, n_in).
        y
            Labels (n,), or targets (n, n_out).

        Returns
        -------
        dict
            "loss" and "accuracy" for classes; "loss" and "r2" for regression.

        Raises
        ------
        TypeError, ValueError
            If X or y does not fit, or the network has no loss.

        Examples
        --------
        >>> X, y = nn.datasets.blobs()
        >>> network = nn.Network(nn.Dense(2, 3), loss=nn.SoftmaxCrossEntropy())
        >>> sorted(network.evaluate(X, y))
        ['accuracy', 'loss']
        """
        if self.loss is None:
            raise ValueError(
                "the network has no loss; expected one, which nn.fit gives it. Or give "
                "it yourself, for example network.loss = nn.SoftmaxCrossEntropy()."
            )
        Z = self(X)
        scores = {"loss": self.loss(Z, y)}
        if self.loss.classification:
            Y = self.loss._prepare(y, len(Z), Z.shape[1], Z.dtype)
            return scores | {"accuracy": self.loss._count_right(Z, Y) / len(Z)}
        values = self.loss.predict(Z)
        return scores | {"r2": r2_score(values, np.reshape(y, values.shape))}

    def summary(self) -> str:
        """A table of the layers, their outputs and parameters.

        Returns
        -------
        str
            Print it.
        """
        rows = [("layer", "output", "parameters")]
        width = self.n_in
        for layer in self.layers:
            width = layer.n_out or width
            count = sum(
                int(np.prod(shape))
                for part in layer._walk()
                for _, shape, _ in (*part._weights, *part._offsets)
            )
            rows.append((repr(layer).replace("nn.", ""), f"(n, {width})", f"{count:,}"))
        rows.append(("total", "", f"{self.params.size:,}"))
        first, second = (max(len(row[i]) for row in rows) for i in (0, 1))
        return "\n".join(
            f"{a:<{first}}  {b:<{second}}  {c:>10}".rstrip() for a, b, c in rows
        )

    def __repr__(self) -> str:
        inner = ", ".join(repr(layer) for layer in self.layers)
        extra = "" if self.dtype == np.float32 else f", dtype=np.{self.dtype}"
        return f"nn.Network({inner}{extra})"

    def _forward(self, X: Array) -> Array:
        A = X
        for layer in self.layers:
            A = layer._forward(A)
        self._out_shape = A.shape
        return A

    def _backward(self, d: Array) -> None:
        first = self.layers[0]
        for layer in reversed(self.layers):
            d = layer._backward(d, layer is not first)

    @np.errstate(all="ignore")
    def _infer(self, X: Array) -> Array:
        A = X
        for layer in self.layers:
            A = layer._infer(A)
        return A
