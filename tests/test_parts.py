"""What readers override is used, or refused by name."""

import inspect

import numpy as np
import pytest

from nnbook import _parts


class Base:
    def __init_subclass__(cls):
        _parts.refuse_overrides(cls, Base, {"call": "value(x)", "_old": "value(x)"})
        _parts.check_calls(cls, Base, "value", Base._checked, "_raw_value")
        _parts.prefer_overrides(cls, Base, ["value"], ["_fast"])

    def call(self, x):
        return self._fast(x)

    def value(self, x):
        raise NotImplementedError

    def _checked(self, value, x):
        assert x >= 0
        return value(x)

    def _fast(self, x):
        return self._raw_value(x)


class Double(Base):
    def value(self, x):
        return 2 * x

    def _fast(self, x):
        return ("fast", 2 * x)


def test_a_definition_of_its_own_wins_over_an_inherited_fast_path():
    class Triple(Double):
        def value(self, x):
            return 3 * x

    class Named(Triple):
        pass

    assert Double().call(1) == ("fast", 2)
    assert Triple().call(1) == 3
    assert Named().call(1) == 3


def test_an_own_fast_path_is_kept():
    class Triple(Double):
        def value(self, x):
            return 3 * x

        def _fast(self, x):
            return ("fast", 3 * x)

    class Same(Double):
        pass

    assert Triple().call(1) == ("fast", 3)
    assert Same().call(1) == ("fast", 2)


def test_a_definition_from_a_class_beside():
    class Beside:
        def value(self, x):
            return 5 * x

    class Mixed(Beside, Double):
        pass

    assert Mixed().call(1) == 5
    with pytest.raises(AssertionError):
        Mixed().value(-1)


@pytest.mark.parametrize("name", ["call", "_old"])
def test_what_must_not_be_overridden_names_what_to_override(name):
    message = rf"Wrong overrides {name}; override value\(x\) instead\."
    with pytest.raises(TypeError, match=message):
        type("Wrong", (Double,), {name: lambda self, x: x})
    beside = type("Beside", (), {name: lambda self, x: x})
    with pytest.raises(TypeError, match=message):
        type("Wrong", (beside, Double), {})
    type("Inside", (Double,), {name: lambda self, x: x, "__module__": "nnbook.inside"})


def test_calls_are_checked_and_the_fast_path_is_not():
    class Minus(Double):
        def value(self, x):
            """The value."""
            return super().value(x) - 1

    assert Minus().value(1) == 1
    with pytest.raises(AssertionError):
        Minus().value(-1)
    assert "super().value(x) - 1" in inspect.getsource(Minus.value)
    assert Minus.value.__doc__ == "The value."

    class Root(Base):
        value = np.sqrt

    class Static(Base):
        @staticmethod
        def value(x):
            return x + 1

    assert (Root().value(4.0), Root().call(9.0)) == (2, 3)
    assert (Static().value(4), Static().call(-9)) == (5, -8)
