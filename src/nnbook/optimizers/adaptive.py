"""A rate of its own for each parameter: AdaGrad, RMSProp, AdaDelta."""

from __future__ import annotations

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.optimizers.base import LearningRate, Optimizer, average


class AdaGrad(Optimizer):
    r"""Each parameter divided by the size of all its gradients so far.

    $$G \leftarrow G + g^2, \qquad
    \theta \leftarrow \theta - \frac{\eta g}{\sqrt G + \epsilon}$$

    Steps shrink like $1/\sqrt t$; rare features keep large ones (Duchi, Hazan and
    Singer, 2011). Scaling the loss changes nothing; rotating the parameters does.
    PyTorch's is the same; Keras starts G at 0.1 and puts ε inside the root.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    epsilon
        ε, keeps the division defined.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.AdaGrad(0.1)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    vectors = ("G",)
    scratch = ("u",)
    G: Array
    u: Array

    def __init__(self, learning_rate: LearningRate, epsilon: float = 1e-10) -> None:
        super().__init__(learning_rate)
        self.epsilon = _checks.small(epsilon)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        G, u = self.G, self.u
        G += np.square(g, out=u)
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

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.RMSProp(0.02)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    vectors = ("v",)
    scratch = ("u",)
    v: Array
    u: Array

    def __init__(
        self, learning_rate: LearningRate, rho: float = 0.9, epsilon: float = 1e-8
    ) -> None:
        super().__init__(learning_rate)
        self.rho = _checks.share("rho", rho)
        self.epsilon = _checks.small(epsilon)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        v, u = self.v, self.u
        average(v, np.square(g, out=u), self.rho, u)
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

    The paper has no η; leave it at 1 (Zeiler, 2012). For gradients far above
    $\sqrt\epsilon$ the first steps are about $\sqrt{\epsilon / (1-\rho)}$; for those
    far below, this is gradient descent with rate η. Keras' default of 0.001 for η
    takes steps a thousand times smaller; PyTorch's ρ is 0.9.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    rho
        ρ in [0, 1).
    epsilon
        ε, which sets the size of the first steps.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.AdaDelta()}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.85
    True
    """

    vectors = ("E_g", "E_delta")
    scratch = ("delta", "u")
    E_g: Array
    E_delta: Array
    delta: Array
    u: Array

    def __init__(
        self,
        learning_rate: LearningRate = 1.0,
        rho: float = 0.95,
        epsilon: float = 1e-6,
    ) -> None:
        super().__init__(learning_rate)
        self.rho = _checks.share("rho", rho)
        self.epsilon = _checks.small(epsilon)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        E_g, E_delta, delta, u = self.E_g, self.E_delta, self.delta, self.u
        average(E_g, np.square(g, out=u), self.rho, u)
        np.add(E_g, self.epsilon, out=u)
        np.add(E_delta, self.epsilon, out=delta)
        delta /= u
        np.sqrt(delta, out=delta)
        delta *= g
        average(E_delta, np.square(delta, out=u), self.rho, u)
        theta -= np.multiply(delta, rate, out=u)
