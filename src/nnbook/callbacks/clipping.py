"""A limit on the gradient of a step."""

from __future__ import annotations

import numpy as np

from nnbook import _checks
from nnbook.run import Callback, Progress


class GradientClipping(Callback):
    r"""Limits the gradient before each step (Pascanu, Mikolov and Bengio, 2012).

    $$g \leftarrow g \cdot \min\Bigl(1, \frac{c}{\lVert g \rVert}\Bigr)
    \quad\text{or}\quad g_i \leftarrow \max(-c, \min(c, g_i))$$

    with c the norm or the value. By norm it keeps the direction; by value it does not.
    A gradient that is not finite is left to `fit`, which raises `DivergedError`.
    PyTorch's `clip_grad_norm_` and Keras' `global_clipnorm` take the whole gradient as
    here; Keras' `clipnorm` takes each variable by itself.

    Parameters
    ----------
    norm
        Largest length of the whole gradient.
    value
        Largest size of an entry. Give one of the two.

    Raises
    ------
    TypeError, ValueError
        If not exactly one is given, or it is not positive.

    Examples
    --------
    >>> X, y = nn.datasets.blobs()
    >>> network, clipping = nn.mlp([2, 8, 3]), nn.GradientClipping(norm=1.0)
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.1)}
    >>> _ = nn.fit(network, X, y, epochs=1, callbacks=[clipping], **options)
    >>> bool(np.linalg.norm(network.grads) < 1.0001)
    True
    """

    def __init__(self, norm: float | None = None, value: float | None = None) -> None:
        if (norm is None) == (value is None):
            raise ValueError(
                f"norm is {norm} and value is {value}; expected exactly one of them."
            )
        self.norm, self.value = (
            None if limit is None else _checks.number(name, limit, low=0, open_low=True)
            for name, limit in (("norm", norm), ("value", value))
        )

    def _settings(self) -> str:
        return repr(self)

    def after_gradient(self, run: Progress) -> None:
        """Clip `run.network.grads` in place."""
        g = run.network.grads
        if not _checks.all_finite(g):
            return  # which `fit` reports as divergence
        if self.value is not None:
            np.clip(g, -self.value, self.value, out=g)
            return
        largest = float(np.abs(g).max(initial=0))
        if self.norm is not None and largest > 0:
            # Divided by its largest entry, the squares cannot overflow.
            length = largest * float(np.linalg.norm(g / largest))
            if length > self.norm:
                g *= self.norm / length
