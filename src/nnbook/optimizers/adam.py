"""Adam, which joins momentum and RMSProp, and its relatives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.optimizers.base import LearningRate, Optimizer, average


class Adam(Optimizer):
    r"""An average of gradients over the root of one of their squares, both corrected.

    $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
    v \leftarrow \beta_2 v + (1 - \beta_2) g^2$$

    $$\theta \leftarrow \theta - \eta\, \frac{m / (1 - \beta_1^t)}
    {\sqrt{v / (1 - \beta_2^t)} + \epsilon}$$

    The first step is $\eta \operatorname{sign}(g)$ (Kingma and Ba, 2014). Scaling the
    loss changes nothing but for ε. Keras' ε is 1e-7, added before the correction.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    beta1
        β₁ in [0, 1): how much of the average of g stays in a step.
    beta2
        β₂ in [0, 1): how much of the average of g² stays.
    epsilon
        ε, keeps the division defined.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.Adam(0.05)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    vectors: Sequence[str] = ("m", "v")
    scratch: Sequence[str] = ("u",)
    m: Array
    v: Array
    u: Array

    def __init__(
        self,
        learning_rate: LearningRate = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate)
        self.beta1 = _checks.share("beta1", beta1)
        self.beta2 = _checks.share("beta2", beta2)
        self.epsilon = _checks.small(epsilon)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        t, m, v, u = self.steps, self.m, self.v, self.u
        average(m, g, self.beta1, u)
        average(v, np.square(g, out=u), self.beta2, u)
        np.sqrt(v, out=u)
        u *= 1 / math.sqrt(1 - self.beta2**t)
        u += self.epsilon
        np.divide(m, u, out=u)
        u *= rate / (1 - self.beta1**t)
        theta -= u


class AdaMax(Adam):
    r"""Adam with the largest recent gradient instead of the root mean square.

    $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
    w \leftarrow \max(\beta_2 w, |g| + \epsilon), \qquad
    \theta \leftarrow \theta - \frac{\eta}{1 - \beta_1^t}\, \frac m w$$

    Kingma and Ba (2014), section 7.1, without ε; PyTorch puts it inside the maximum as
    here, Keras adds it after. Keras' default rate is 0.001.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    beta1
        β₁, as for `Adam`.
    beta2
        β₂ in [0, 1): how much of the maximum stays.
    epsilon
        ε, as for `Adam`.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.AdaMax(0.05)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    vectors = ("m", "w")
    w: Array

    def __init__(
        self,
        learning_rate: LearningRate = 2e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        t, m, w, u = self.steps, self.m, self.w, self.u
        average(m, g, self.beta1, u)
        w *= self.beta2
        np.abs(g, out=u)
        u += self.epsilon
        np.maximum(w, u, out=w)
        np.divide(m, w, out=u)
        u *= rate / (1 - self.beta1**t)
        theta -= u


class Nadam(Adam):
    r"""Adam with Nesterov's look-ahead, and Dozat's momentum schedule.

    $$\mu_t = \beta_1 \bigl(1 - \tfrac12\, 0.96^{0.004 t}\bigr)$$

    $$\bar m = \frac{(1 - \mu_t)\, g}{1 - \prod_{i \le t} \mu_i}
    + \frac{\mu_{t+1}\, m}{1 - \prod_{i \le t+1} \mu_i}$$

    $$\theta \leftarrow \theta - \eta\, \frac{\bar m}
    {\sqrt{v / (1 - \beta_2^t)} + \epsilon}$$

    Dozat (2016); m and v as in Adam. PyTorch does the same; Keras 3 leaves out the
    factor 0.004, and its rate is 0.001.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    beta1
        β₁, as for `Adam`.
    beta2
        β₂, as for `Adam`.
    epsilon
        ε, as for `Adam`.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.Nadam(0.05)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    numbers: Mapping[str, float] = {"mu_product": 1.0}
    scratch = ("u", "ahead")
    mu_product: float
    ahead: Array

    def __init__(
        self,
        learning_rate: LearningRate = 2e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        t, m, v, u, ahead = self.steps, self.m, self.v, self.u, self.ahead
        average(m, g, self.beta1, u)
        average(v, np.square(g, out=u), self.beta2, u)
        mu, mu_next = (self.beta1 * (1 - 0.96 ** (0.004 * i) / 2) for i in (t, t + 1))
        self.mu_product *= mu
        np.multiply(m, mu_next / (1 - self.mu_product * mu_next), out=ahead)
        ahead += np.multiply(g, (1 - mu) / (1 - self.mu_product), out=u)
        np.sqrt(v, out=u)
        u *= 1 / math.sqrt(1 - self.beta2**t)
        u += self.epsilon
        ahead /= u
        theta -= np.multiply(ahead, rate, out=u)


class AMSGrad(Adam):
    r"""Adam whose second moment never shrinks (Reddi, Kale and Kumar, 2018).

    $$\bar v \leftarrow \max(\bar v, v), \qquad
    \theta \leftarrow \theta - \eta\, \frac{m / (1 - \beta_1^t)}
    {\sqrt{\bar v / (1 - \beta_2^t)} + \epsilon}$$

    The paper leaves the corrections out; PyTorch corrects as here. Keras has it as
    `Adam(amsgrad=True)`, with ε added before the correction.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.AMSGrad(0.05)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    vectors = ("m", "v", "v_max")
    v_max: Array

    def update(self, theta: Array, g: Array, rate: float) -> None:
        t, m, v, v_max, u = self.steps, self.m, self.v, self.v_max, self.u
        average(m, g, self.beta1, u)
        average(v, np.square(g, out=u), self.beta2, u)
        np.sqrt(np.maximum(v_max, v, out=v_max), out=u)
        u *= 1 / math.sqrt(1 - self.beta2**t)
        u += self.epsilon
        np.divide(m, u, out=u)
        u *= rate / (1 - self.beta1**t)
        theta -= u


class AdamW(Adam):
    r"""Adam that shrinks the weights themselves, not by way of the gradient.

    $$\theta \leftarrow (1 - \eta\lambda)\, \theta, \qquad \text{then Adam}$$

    λ is `weight_decay`; biases of a network are left alone (Loshchilov and Hutter,
    2017). In the paper λ is multiplied by a schedule only. Keras' λ is 0.004.

    Parameters
    ----------
    learning_rate
        η, a number or a schedule.
    beta1
        β₁, as for `Adam`.
    beta2
        β₂, as for `Adam`.
    epsilon
        ε, as for `Adam`.
    weight_decay
        λ, not negative.

    Examples
    --------
    >>> X, y = nn.datasets.moons()
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.AdamW(0.05)}
    >>> nn.fit(nn.mlp([2, 16, 2]), X, y, epochs=30, **options).accuracy[-1] > 0.95
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon)
        self.weight_decay = _checks.number("weight_decay", weight_decay, low=0)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        w = theta if self.n_weights is None else theta[: self.n_weights]
        w *= 1 - rate * self.weight_decay
        super().update(theta, g, rate)
