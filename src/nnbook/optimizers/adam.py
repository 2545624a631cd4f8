"""Adam, momentum over RMSProp, and its relatives."""

from __future__ import annotations

import math

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.optimizers.base import LearningRate, Optimizer


class Adam(Optimizer):
    r"""Momentum over RMSProp, both corrected for their start at zero.

    $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
    v \leftarrow \beta_2 v + (1 - \beta_2) g^2$$

    $$\theta \leftarrow \theta - \eta\, \frac{m / (1 - \beta_1^t)}
    {\sqrt{v / (1 - \beta_2^t)} + \epsilon}$$

    The first step is $\eta \operatorname{sign}(g)$ (Kingma and Ba, 2014). Scaling the
    loss changes nothing but for ε. Keras' default ε is 1e-7, added before the
    correction.

    What it keeps as `m` and `v` is $m / (1 - \beta_1)$ and $v / (1 - \beta_2)$, which
    saves two passes over memory: m ← β₁ m + g, and the factors join the corrections.

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

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> theta = np.array([1.0, 1.0])
    >>> nn.Adam(0.1).step(theta, np.array([5.0, -0.002]))
    >>> theta.round(4)
    array([0.9, 1.1])
    """

    _vectors: tuple[str, ...] = ("m", "v")
    m: Array
    v: Array

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

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        t, b1, b2 = self.steps, self.beta1, self.beta2
        self._remember(g, u)
        m_factor = (1 - b1) / (1 - b1**t)
        v_factor = math.sqrt((1 - b2) / (1 - b2**t))
        np.sqrt(self._second(), out=u)
        u += self.epsilon / v_factor
        np.divide(self.m, u, out=u)
        u *= rate * m_factor / v_factor
        theta -= u

    def _remember(self, g: Array, u: Array) -> None:
        m, v = self.m, self.v
        m *= self.beta1
        m += g
        v *= self.beta2
        np.square(g, out=u)
        v += u

    def _second(self) -> Array:
        return self.v


class AdaMax(Optimizer):
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
        β₁ in [0, 1): how much of the average of g stays in a step.
    beta2
        β₂ in [0, 1): how much of the maximum stays.
    epsilon
        ε, keeps the division defined.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), nn.AdaMax(0.1)
    >>> for _ in range(2):
    ...     optimizer.step(theta, np.array([1.0]))
    >>> theta.round(4)
    array([0.8])
    """

    _vectors = ("m", "w")
    m: Array
    w: Array

    def __init__(
        self,
        learning_rate: LearningRate = 2e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate)
        self.beta1 = _checks.share("beta1", beta1)
        self.beta2 = _checks.share("beta2", beta2)
        self.epsilon = _checks.small(epsilon)

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        t, m, w = self.steps, self.m, self.w
        m *= self.beta1
        np.multiply(g, 1 - self.beta1, out=u)
        m += u
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

    m and v as in Adam (Dozat, 2016), also in how they are kept. PyTorch does the same;
    Keras 3 leaves out the factor 0.004 and begins with a rate of 0.001.

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

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), nn.Nadam(0.1)
    >>> for _ in range(2):
    ...     optimizer.step(theta, np.array([1.0]))
    >>> theta.round(4)
    array([0.816])
    """

    _numbers = ("mu_product",)
    _spare = ("_ahead",)
    _ahead: Array

    def __init__(
        self,
        learning_rate: LearningRate = 2e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon)

    def reset(self) -> None:
        """Forget all gradients seen; steps, and with them a schedule, start at 0."""
        super().reset()
        self.mu_product = 1.0

    def _update(self, theta: Array, g: Array, rate: float, u: Array) -> None:
        self._remember(g, u)
        g_factor, m_factor, v_factor = self._factors()
        np.sqrt(self.v, out=u)
        u += self.epsilon / v_factor
        ahead = np.multiply(self.m, m_factor / g_factor, out=self._ahead)
        ahead += g
        ahead *= rate * g_factor / v_factor
        ahead /= u
        theta -= ahead

    def _factors(self) -> tuple[float, float, float]:
        t, b1, b2 = self.steps, self.beta1, self.beta2
        mu, mu_next = (b1 * (1 - 0.5 * 0.96 ** (0.004 * i)) for i in (t, t + 1))
        self.mu_product *= mu
        g_factor = (1 - mu) / (1 - self.mu_product)
        m_factor = mu_next * (1 - b1) / (1 - self.mu_product * mu_next)
        v_factor = math.sqrt((1 - b2) / (1 - b2**t))
        return g_factor, m_factor, v_factor


class AMSGrad(Adam):
    r"""Adam whose second moment never shrinks (Reddi, Kale and Kumar, 2018).

    $$\bar v \leftarrow \max(\bar v, v), \qquad
    \theta \leftarrow \theta - \eta\, \frac{m / (1 - \beta_1^t)}
    {\sqrt{\bar v / (1 - \beta_2^t)} + \epsilon}$$

    The paper leaves the corrections out; PyTorch corrects as here. Keras has it as
    `Adam(amsgrad=True)`, with ε added before the correction.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), nn.AMSGrad(0.1)
    >>> for _ in range(2):
    ...     optimizer.step(theta, np.array([1.0]))
    >>> theta.round(4)
    array([0.8])
    """

    _vectors = ("m", "v", "v_max")
    v_max: Array

    def _second(self) -> Array:
        return np.maximum(self.v_max, self.v, out=self.v_max)


class AdamW(Adam):
    r"""Adam that shrinks the weights themselves, not by way of the gradient.

    $$\theta \leftarrow (1 - \eta\lambda)\, \theta, \qquad \text{then Adam}$$

    λ is `weight_decay` (Loshchilov and Hutter, 2017); in a network it leaves biases
    alone. The paper multiplies λ by a schedule only, not by η; PyTorch and Keras do as
    here, Keras with λ = 0.004.

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
    weight_decay
        λ, not negative.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), nn.AdamW(0.1)
    >>> for _ in range(2):
    ...     optimizer.step(theta, np.array([1.0]))
    >>> theta.round(4)
    array([0.7981])
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

    def _decay(self, theta: Array, rate: float, n_weights: int | None) -> None:
        weights = theta if n_weights is None else theta[:n_weights]
        weights *= 1 - rate * self.weight_decay
