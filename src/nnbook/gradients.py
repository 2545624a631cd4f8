r"""Checking gradients: differences against formulas."""

# To be read beside:
# docs/loss/checking-gradients.md

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array
from nnbook.losses import Loss
from nnbook.network import Network

__all__ = ["check_gradients", "GradientCheck", "numerical_gradient"]

_RIGHT = 1e-7  # below, a gradient counts as right


def numerical_gradient(
    f: Callable[[Array], ArrayLike], x: ArrayLike, step: float | None = None
) -> Array:
    r"""Gradient by centred differences, one entry at a time.

    $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}$$

    Parameters
    ----------
    f
        Takes an array of the shape of x, returns one number.
    x
        Where, of any shape.
    step
        h. By default $\varepsilon^{1/3} \max(1, |x_i|)$ with
        $\varepsilon = 2.2 \cdot 10^{-16}$, the rounding error of float64: about 6e-6,
        where the error of the formula and that of rounding meet.

    Returns
    -------
    ndarray
        Shape of x, float64; the error is of order h².

    Raises
    ------
    TypeError, ValueError
        If f does not return one finite number, or the step is not positive.

    Examples
    --------
    >>> nn.numerical_gradient(lambda x: (x**2).sum(), [1.0, 2.0]).round(6)
    array([2., 4.])
    """
    if not callable(f):
        raise TypeError(f"f is {_checks.describe(f)}; expected a function of x.")
    at = np.array(_checks.as_floats("x", x), dtype=np.float64)
    if step is not None:
        step = _checks.number("step", step, low=0, open_low=True)
    flat, gradient = at.reshape(-1), np.empty(at.size)
    for i, value in enumerate(flat.tolist()):
        h = step or np.finfo(float).eps ** (1 / 3) * max(1.0, abs(value))
        flat[i] = value + h
        above, up = flat[i], _one_number(f(at.copy()))
        flat[i] = value - h
        below, down = flat[i], _one_number(f(at.copy()))
        flat[i] = value
        if above == below:
            raise ValueError(
                f"step is {h}, too small to change x, which is {value}; expected a "
                f"larger one, or None."
            )
        gradient[i] = (up - down) / (above - below)
    return gradient.reshape(at.shape)


class GradientCheck(float):
    """The largest relative error of a gradient check, with a table that says where.

    It is a float; `print` shows the table.

    Attributes
    ----------
    rows
        For each array of parameters its name, its relative error and the index of the
        worst entry.
    kinks
        Where the error is above 1e-7: layer, sample, unit and activation of each unit
        that a step of the differences sends across a kink, such as that of ReLU at 0.
    """

    rows: list[tuple[str, float, tuple[int, ...]]]
    kinks: list[tuple[int, int, int, str]]

    def __str__(self) -> str:
        width = max((len(name) for name, _, _ in self.rows), default=0)
        lines = [
            f"{name:<{width}}  {error:8.1e}  worst at {list(where)}"
            for name, error, where in self.rows
        ]
        lines.append(f"largest relative error {float(self):.1e}")
        if self.kinks:
            i, sample, unit, f = self.kinks[0]
            lines.append(
                f"differences fail at kinks: {len(self.kinks)} found, the first of "
                f"{f} in unit {unit} of layer {i} for sample {sample}\n"
                f"to move off them: network.params += 0.01 * "
                f"np.random.default_rng(0).standard_normal(network.params.size)"
            )
        return "\n".join(lines)


def check_gradients(
    network: Network, X: ArrayLike, y: ArrayLike, loss: Loss
) -> GradientCheck:
    r"""Compare back-propagation with centred differences, for all parameters.

    $$\text{error} = \frac{\lVert a - b\rVert}
    {\max\bigl(\lVert a\rVert + \lVert b\rVert,\ 0.01\, \lVert g\rVert\bigr)}$$

    for each array of parameters: a is its gradient by back-propagation, b the one by
    differences, g the gradient of all parameters. PyTorch has
    `torch.autograd.gradcheck` for it, Keras nothing.

    Parameters
    ----------
    network
        Of dtype float64; it is left as it was.
    X, y
        A few samples and their targets.
    loss
        The loss.

    Returns
    -------
    GradientCheck
        A float, the largest error of all arrays. A right gradient stays below 1e-7,
        unless a kink such as that of ReLU lies within the step. Printed, it is a table
        that names such a kink. Layers that are frozen are left out.

    Raises
    ------
    TypeError, ValueError
        If the network is not of float64, or the data do not fit.

    Examples
    --------
    >>> network = nn.mlp([2, 4, 3], activation=nn.tanh, dtype=np.float64)
    >>> loss = nn.SoftmaxCrossEntropy()
    >>> nn.check_gradients(network, [[0.5, -1.0]], [2], loss) < 1e-7
    True
    """
    if not isinstance(network, Network):
        raise TypeError(
            f"network is {_checks.describe(network)}; expected an nn.Network."
        )
    if not isinstance(loss, Loss):
        raise TypeError(
            f"loss is {_checks.describe(loss)}; expected for example "
            f"nn.SoftmaxCrossEntropy()."
        )
    if network.dtype != np.float64:
        raise ValueError(
            f"the network has dtype {network.dtype}; expected float64, since "
            f"differences in float32 are good to 3 digits. Make it with "
            f"dtype=np.float64."
        )
    twin = network.copy()
    masks = twin._rng.bit_generator.state

    def outputs(params: Array) -> Array:
        twin.params = params
        twin._rng.bit_generator.state = masks  # the same dropout each time
        return twin.forward(X)

    start = network.params.copy()
    free = np.ones(start.size, bool)
    for span in network._frozen():
        free[span] = False

    def value(params: Array) -> float:
        theta = start.copy()
        theta[free] = params
        return loss(outputs(theta), y)

    # Unlike `backward` this lets a wrong slope pass that is NaN, to be shown as such.
    with np.errstate(all="ignore"):
        twin._backward(loss.gradient(outputs(start), y))
    analytic, numeric = twin.grads.copy(), np.zeros_like(start)
    numeric[free] = numerical_gradient(value, start[free])
    rows = []
    begin = 0
    for name, shape in twin.parameter_shapes():
        end = begin + math.prod(shape)
        a, b = analytic[begin:end], numeric[begin:end]
        # Differences of a loss near 1 cannot tell slopes below 1e-9 from zero.
        size = max(_norm(a) + _norm(b), 1e-2 * _norm(analytic))
        error = _norm(a - b) / size if size else 0.0
        error = math.inf if math.isnan(error) else error  # max would pass over NaN
        worst = np.unravel_index(np.abs(a - b).argmax(), shape)
        if free[begin]:
            rows.append((name, error, tuple(int(i) for i in worst)))
        begin = end
    check = GradientCheck(max((error for _, error, _ in rows), default=0.0))
    check.rows, check.kinks = rows, []
    if check > _RIGHT:
        check.kinks = _crossed(twin, value, start[free])
    return check


def _crossed(
    network: Network, value: Callable[[Array], float], params: Array
) -> list[tuple[int, int, int, str]]:
    """Which units the steps of the differences send across a kink."""
    seen: dict[int, tuple[Array, Array]] = {}

    def watched(params: Array) -> float:
        result = value(params)
        for i, leaf in enumerate(network._leaves):
            z = leaf._scores()
            if z is not None:
                low, high = seen.get(i, (z, z))
                seen[i] = np.minimum(low, z), np.maximum(high, z)
        return result

    numerical_gradient(watched, params)
    kinks = []
    for i, (low, high) in seen.items():
        f = network._leaves[i]._activation
        assert f is not None
        # Between neighbours a smooth function and its slope go along a line.
        middle, width, g = (low + high) / 2, high - low, f.derivative
        jump = np.abs(2 * f(middle) - f(low) - f(high))
        bend = np.abs(2 * g(middle) - g(low) - g(high))
        found = (jump > 1e-2) | (bend > 1e-2 * width)
        kinks += [(i, int(row), int(unit), repr(f)) for row, unit in np.argwhere(found)]
    return kinks


def _norm(vector: Array) -> float:
    return float(np.linalg.norm(vector))


def _one_number(value: ArrayLike) -> float:
    array = _checks.as_array("what f returned", value)
    if array.size != 1 or array.dtype.kind not in "fiub":
        raise TypeError(f"f returned {_checks.describe(value)}; expected one number.")
    number = float(array.reshape(()))
    if not math.isfinite(number):
        raise ValueError(
            f"f returned {number} near x; expected a finite number. Choose another x "
            f"or a smaller step."
        )
    return number
