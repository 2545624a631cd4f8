r"""Optimizers, in order of increasing complexity.

Chapters: `docs/optimizers/gradient-descent.md`, `docs/optimizers/adagrad-adadelta.md`,
`docs/optimizers/adam.md`.

- theta, g: parameters θ and their gradient, vectors; all products are element-wise
- rate: the learning rate η of this step
- m, v, …: what the method remembers, zero at first
- t: the number of this step, counted from 1
- u: a scratch vector for intermediate results, since temporaries cost time

Epsilon stands where PyTorch puts it; `docs/appendix/epsilon.md` compares. Left out:
L2 penalties, which `regularizers.py` adds to the gradient.
"""

from __future__ import annotations

import numpy as np

from nnbook._adam import Adam, AdaMax, AdamW, AMSGrad, Nadam
from nnbook._optimizer import LearningRate, Optimizer, average, share, small
from nnbook._types import Array

__all__ = [
    "SGD",
    "AMSGrad",
    "AdaDelta",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AdamW",
    "Momentum",
    "Nadam",
    "Nesterov",
    "Optimizer",
    "RMSProp",
]


class SGD(Optimizer):
    r"""Gradient descent: a step against the gradient (Cauchy, 1847).

    $$\theta \leftarrow \theta - \eta g$$

    With gradients of mini-batches it is stochastic gradient descent (Robbins and Monro,
    1951). Rotating the parameters changes nothing; scaling the loss scales the steps.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.

    Raises
    ------
    TypeError, ValueError
        If the rate is negative or not a number.

    Examples
    --------
    >>> theta = np.array([1.0])
    >>> nn.SGD(0.1).step(theta, np.array([2.0]))
    >>> theta
    array([0.8])
    """

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        np.multiply(g, rate, out=u)
        theta -= u


class Momentum(Optimizer):
    r"""A ball that rolls on: past gradients fade by μ (Polyak, 1964).

    $$v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta v$$

    Under a constant gradient the steps grow to $\eta g / (1 - \mu)$. PyTorch's form;
    Keras keeps η inside v, which differs when η changes.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    momentum
        μ in [0, 1).

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), nn.Momentum(0.1)
    >>> for _ in range(2):
    ...     optimizer.step(theta, np.array([1.0]))
    >>> theta
    array([0.71])
    """

    _vectors = ("v",)
    v: Array

    def __init__(self, learning_rate: LearningRate, momentum: float = 0.9) -> None:
        super().__init__(learning_rate)
        self.momentum = share("momentum", momentum)

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        v = self.v
        v *= self.momentum
        v += g
        np.multiply(v, rate, out=u)
        theta -= u


class Nesterov(Momentum):
    r"""Momentum that looks ahead, in the form that needs the gradient at θ only.

    $$v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta (g + \mu v)$$

    Nesterov (1983) takes the gradient at $\theta - \eta\mu v$; here θ is that shifted
    point, as in PyTorch and Keras.
    """

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        v = self.v
        v *= self.momentum
        v += g
        np.multiply(v, self.momentum, out=u)
        u += g
        u *= rate
        theta -= u


class AdaGrad(Optimizer):
    r"""Each parameter divided by the size of all its gradients so far.

    $$G \leftarrow G + g^2, \qquad
    \theta \leftarrow \theta - \frac{\eta g}{\sqrt G + \epsilon}$$

    Steps shrink like $1/\sqrt t$; rare features keep large ones (Duchi, Hazan and
    Singer, 2011). Scaling the loss changes nothing; rotating the parameters does. Keras
    starts G at 0.1 and puts ε inside the root.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    epsilon
        ε, keeps the division defined.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """

    _vectors = ("G",)
    G: Array

    def __init__(self, learning_rate: LearningRate, epsilon: float = 1e-10) -> None:
        super().__init__(learning_rate)
        self.epsilon = small(epsilon)

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        G = self.G
        np.square(g, out=u)
        G += u
        np.sqrt(G, out=u)
        u += self.epsilon
        np.divide(g, u, out=u)
        u *= rate
        theta -= u


class RMSProp(Optimizer):
    r"""AdaGrad that forgets: an average of squares instead of their sum.

    $$v \leftarrow \rho v + (1 - \rho) g^2, \qquad
    \theta \leftarrow \theta - \frac{\eta g}{\sqrt v + \epsilon}$$

    From a lecture of Tieleman and Hinton (2012). PyTorch's default ρ is 0.99; Keras
    puts ε inside the root.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    rho
        ρ in [0, 1): the average reaches back about $1/(1-\rho)$ steps.
    epsilon
        ε, keeps the division defined.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """

    _vectors = ("v",)
    v: Array

    def __init__(
        self, learning_rate: LearningRate, rho: float = 0.9, epsilon: float = 1e-8
    ) -> None:
        super().__init__(learning_rate)
        self.rho = share("rho", rho)
        self.epsilon = small(epsilon)

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        v = self.v
        average(v, g, self.rho, u)
        np.sqrt(v, out=u)
        u += self.epsilon
        np.divide(g, u, out=u)
        u *= rate
        theta -= u


class AdaDelta(Optimizer):
    r"""RMSProp whose numerator is the size of its own past steps.

    $$E_g \leftarrow \rho E_g + (1 - \rho) g^2, \qquad
    \Delta = \frac{\sqrt{E_\Delta + \epsilon}}{\sqrt{E_g + \epsilon}}\, g$$

    $$E_\Delta \leftarrow \rho E_\Delta + (1 - \rho) \Delta^2, \qquad
    \theta \leftarrow \theta - \eta \Delta$$

    The paper has no η; leave it at 1 (Zeiler, 2012). The first steps are about
    $\sqrt{\epsilon / (1-\rho)}$ whatever the gradient. Keras' default of 0.001 for η
    takes steps a thousand times smaller; PyTorch's ρ is 0.9.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    rho
        ρ in [0, 1).
    epsilon
        ε, which sets the size of the first steps.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """

    _vectors = ("E_g", "E_delta")
    _spare = ("_delta",)
    E_g: Array
    E_delta: Array
    _delta: Array

    def __init__(
        self,
        learning_rate: LearningRate = 1.0,
        rho: float = 0.95,
        epsilon: float = 1e-6,
    ) -> None:
        super().__init__(learning_rate)
        self.rho = share("rho", rho)
        self.epsilon = small(epsilon)

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        E_g, E_delta, delta = self.E_g, self.E_delta, self._delta
        average(E_g, g, self.rho, u)
        np.add(E_g, self.epsilon, out=u)
        np.add(E_delta, self.epsilon, out=delta)
        delta /= u
        np.sqrt(delta, out=delta)
        delta *= g
        average(E_delta, delta, self.rho, u)
        np.multiply(delta, rate, out=u)
        theta -= u
