"""What all activations share: checks, and the in-place steps that layers take."""

from __future__ import annotations

from numpy.typing import ArrayLike

from nnbook import _checks
from nnbook._types import Array


class Activation:
    """A function that a layer applies to each of its outputs.

    Call it for its value; `derivative` is its slope. Both keep float32 and float64,
    overflow only where the result itself is too large, and raise `ValueError` for
    numbers that are not finite.

    Attributes
    ----------
    name
        The name under which `get` finds it.
    """

    name: str
    _from_output = False  # whether `_chain` needs only a, so that z may be overwritten

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
        """
        return self._value(_checks.as_floats("z", z))[()]

    def derivative(self, z: ArrayLike) -> Array:
        """Slope f'(z).

        Parameters
        ----------
        z
            Real numbers of any shape.

        Returns
        -------
        ndarray
            Of the shape of z; at a kink the slope that the class names.
        """
        return self._slope(_checks.as_floats("z", z))[()]

    def _value(self, z: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__} lacks _value.")

    def _slope(self, z: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__} lacks _slope.")

    def _apply(self, z: Array, out: Array) -> None:
        """Write f(z) to `out`, which may be z itself."""
        out[...] = self._value(z)

    def _chain(self, d: Array, z: Array, a: Array) -> None:
        """Multiply d by f'(z) in place, where a = f(z)."""
        d *= self._slope(z)

    def __repr__(self) -> str:
        return f"nn.{getattr(self, 'name', type(self).__name__)}"
