"""Gradient descent, and descent with momentum."""

from __future__ import annotations

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.optimizers.base import LearningRate, Optimizer


class SGD(Optimizer):
    r"""Gradient descent: a step against the gradient (Cauchy, 1847).

    $$\theta \leftarrow \theta - \eta g$$

    With gradients of mini-batches it is stochastic gradient descent (Robbins and Monro,
    1951). Rotating the parameters changes nothing; scaling the loss scales the steps.
    A rate must be given here; PyTorch's default is 0.001, Keras' 0.01.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.

    Examples
    --------
    >>> theta = np.array([1.0])
    >>> nn.SGD(0.1).step(theta, np.array([2.0]))
    >>> theta
    array([0.8])
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.5)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    scratch = ("u",)
    u: Array

    def update(self, theta: Array, g: Array, rate: float) -> None:
        theta -= np.multiply(g, rate, out=self.u)


class Momentum(Optimizer):
    r"""Steps along a running sum of gradients that fades by μ (Polyak, 1964).

    $$v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta v$$

    Under a constant gradient the steps grow to $\eta g / (1 - \mu)$. PyTorch's form;
    Keras keeps η inside v, which differs when η changes.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    momentum
        μ in [0, 1).

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.Momentum(0.1)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    vectors = ("v",)
    scratch = ("u",)
    v: Array
    u: Array

    def __init__(self, learning_rate: LearningRate, momentum: float = 0.9) -> None:
        super().__init__(learning_rate)
        self.momentum = _checks.share("momentum", momentum)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        v = self.v
        v *= self.momentum
        v += g
        theta -= np.multiply(v, rate, out=self.u)


class Nesterov(Momentum):
    r"""Momentum that looks ahead, in the form that needs the gradient at θ only.

    $$v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta (g + \mu v)$$

    Nesterov (1983) takes the gradient at $\theta - \eta\mu v$; here θ is that shifted
    point, as in PyTorch and Keras.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.Nesterov(0.1)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    def update(self, theta: Array, g: Array, rate: float) -> None:
        v, u = self.v, self.u
        v *= self.momentum
        v += g
        np.multiply(v, self.momentum, out=u)
        u += g
        u *= rate
        theta -= u
