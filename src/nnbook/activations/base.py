"""What all activations share: checks, and the in-place steps that layers take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import _checks, _parts, initializers
from nnbook._types import Array

_INSTEAD = {
    "__call__": "value(z)",
    "_value": "value(z)",
    "_slope": "derivative(z)",
}


class Activation:
    """A function that a layer applies to each of its outputs.

    Call it for its value; `derivative` is its slope. Both keep float32 and float64. An
    activation of your own writes `value` and `derivative`; what they are given is
    checked, and not to be changed in place.

    Attributes
    ----------
    name
        The name under which `get` finds it; of your own the class's, in small letters.
    initializer
        The initializer of weights that fits it, which `Dense` takes by default.

    Examples
    --------
    >>> class Square(nn.Activation):
    ...     def value(self, z):
    ...         return z**2
    ...
    ...     def derivative(self, z):
    ...         return 2 * z
    >>> Square()([1.0, 3.0])
    array([1., 9.])
    """

    name: str
    initializer: Any = staticmethod(initializers.glorot_uniform)
    _raw_value: Callable[[Array], Array]
    _raw_derivative: Callable[[Array], Array]
    _from_output = False  # whether `_chain` needs only a, so that z may be overwritten

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _parts.refuse_overrides(cls, Activation, _INSTEAD)
        for name in ("value", "derivative"):
            _parts.check_calls(cls, Activation, name, _checking(name), f"_raw_{name}")
        readable, fast = ("value", "derivative"), ("_apply", "_chain", "_from_output")
        _parts.prefer_overrides(cls, Activation, readable, fast)
        if "name" not in vars(cls):
            cls.name = cls.__name__.lower()
        if not isinstance(cls.name, str):
            raise TypeError(
                f"name of {cls.__name__} is {_checks.describe(cls.name)}; expected a "
                f'text, for example name = "{cls.__name__.lower()}".'
            )
        if "initializer" in vars(cls):  # a plain function would become a method
            cls.initializer = staticmethod(cls.initializer)

    def __call__(self, z: ArrayLike) -> Array:
        """Value f(z).

        Parameters
        ----------
        z
            Real numbers of any shape.

        Returns
        -------
        ndarray
            Of the shape of z.

        Raises
        ------
        TypeError, ValueError
            If z does not hold finite real numbers, or the value is too large a number.
        """
        return self.value(z)

    def value(self, z: Any) -> Array:
        """Value f(z), as the call.

        Parameters
        ----------
        z
            Real numbers of any shape.

        Returns
        -------
        ndarray
            Of the shape of z.

        Raises
        ------
        TypeError, ValueError
            If z does not hold finite real numbers, or the value is too large a number.
        """
        raise NotImplementedError(f"{type(self).__name__} lacks value(z); write it.")

    def derivative(self, z: Any) -> Array:
        """Slope f'(z).

        Parameters
        ----------
        z
            Real numbers of any shape.

        Returns
        -------
        ndarray
            Of the shape of z; at a kink the slope that the class names.

        Raises
        ------
        TypeError, ValueError
            If z does not hold finite real numbers, or the slope is too large a number.
        """
        raise NotImplementedError(
            f"{type(self).__name__} lacks derivative(z); write it."
        )

    def _apply(self, z: Array, out: Array) -> None:
        """Write f(z) to `out`, which may be z itself."""
        value = self._raw_value(_parts.read_only(z))
        out[...] = _parts.like(z, "z", self, "value", value)

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        """Multiply d by f'(z) in place, where a = f(z)."""
        slope = self._raw_derivative(_parts.read_only(z))
        d *= _parts.like(z, "z", self, "derivative", slope)

    def __repr__(self) -> str:
        known = type(self).__module__.startswith("nnbook.")
        return f"nn.{self.name}" if known else _parts.shown(self)


def _checking(name: str) -> Callable[..., Array]:
    """What is called instead of a method that an author writes."""

    @np.errstate(all="ignore")  # what comes out is checked
    def check(f: Activation, method: Callable[[Array], Any], z: ArrayLike) -> Array:
        z = _checks.as_floats("z", z)
        result = method(_parts.read_only(z))
        result = _parts.like(z, "z", f, name, result).astype(z.dtype)
        if not _checks.all_finite(result):
            at = tuple(np.argwhere(~np.isfinite(result))[0])
            raise ValueError(
                f"{name} of {f!r} is {result[at]} where z is {z[at]}; expected a "
                f"finite number. Give smaller z, or write {name} so that nothing in "
                f"it overflows."
            )
        return result[()]

    return check


for _name in ("value", "derivative"):
    _parts.check_calls(Activation, Activation, _name, _checking(_name), f"_raw_{_name}")
