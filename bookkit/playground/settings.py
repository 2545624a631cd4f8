"""What a reader has set in the playground, from and to an address."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bookkit.playground.choices import (
    CLASSES,
    CONTROLS,
    MOST_LAYERS,
    MOST_POINTS,
    MOST_UNITS,
    SURFACES,
)

_MENUS = {
    control.name: [value for value, _ in control.choices]
    for control in CONTROLS
    if control.kind == "menu"
}


@dataclass(frozen=True)
class Settings:
    """All of a run, as texts of an address give it.

    Attributes
    ----------
    points
        Of the reader: x, y and class or value, one after another.
    """

    data: str = "spiral"
    formula: str = "sin(3*x)/2"
    noise: float = 0.2
    layers: tuple[int, ...] = (8,)
    activation: str = "tanh"
    weights: str = "fitting"
    bias: str = "0"
    optimizer: str = "Adam"
    rate: float = 0.02
    schedule: str = "constant"
    regularizer: str = "none"
    strength: float = 0.001
    batch: str = "all"
    seed: int = 0
    points: tuple[float, ...] = (-0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 1, 0.5, -0.5, 1)

    @classmethod
    def parse(cls, address: str) -> Settings:
        """Read what `address` gives; what it does not name is as at first.

        Raises
        ------
        ValueError
            If a setting is not known or out of range.
        """
        known = {field.name: field.default for field in fields(cls)}
        given: dict[str, Any] = {}
        for name, text in parse_qsl(address, keep_blank_values=True):
            if name not in known:
                raise ValueError(f"There is no setting “{name}”.")
            given[name] = _parsed(name, text, known[name])
        settings = cls(**given)
        settings._check()
        return settings

    def address(self) -> str:
        """The settings that are not as at first, for an address."""
        return urlencode(
            {name: text for name, text in self.texts().items() if text != _FIRST[name]},
            safe=",*/()^",
        )

    def texts(self) -> dict[str, str]:
        """All settings as texts."""
        return {
            field.name: as_text(getattr(self, field.name)) for field in fields(self)
        }

    @property
    def regression(self) -> bool:
        """Whether the targets are values rather than classes."""
        return self.data in (*SURFACES, "formula", "values")

    def _check(self) -> None:
        for name, values in _MENUS.items():
            if getattr(self, name) not in values:
                raise ValueError(
                    f"{name} is “{getattr(self, name)}”; it can be {', '.join(values)}."
                )
        for control in CONTROLS:
            if control.kind == "number":
                low, high, _ = control.choices
                if not low <= getattr(self, control.name) <= high:
                    raise ValueError(f"{control.label}: from {low} to {high}, please.")
        if len(self.layers) > MOST_LAYERS or not all(
            1 <= width <= MOST_UNITS for width in self.layers
        ):
            raise ValueError(
                f"At most {MOST_LAYERS} hidden layers of 1 to {MOST_UNITS} units."
            )
        if len(self.points) % 3 or len(self.points) > 3 * MOST_POINTS:
            raise ValueError(
                f"Points are x, y and class or value, at most {MOST_POINTS} times."
            )
        if not all(abs(number) < 1e6 for number in self.points):
            raise ValueError("A point lies more than a million away.")
        if self.data in ("points", "values") and len(self.points) < 6:
            raise ValueError("Paint two points at least, or open a file of them.")
        if self.data == "points":
            classes = set(self.points[2::3])
            if not classes <= set(range(8)) or len(classes) < 2:
                raise ValueError(
                    "Your own points need two classes at least, which are 0, 1, … 7."
                )

    @property
    def outputs(self) -> int:
        """How many units the last layer has."""
        if self.regression:
            return 1
        if self.data == "points":
            return int(max(self.points[2::3])) + 1
        return CLASSES[self.data]


def _parsed(name: str, text: str, like: object) -> Any:
    try:
        match like:
            case tuple():
                kind = int if name == "layers" else float
                return tuple(kind(part) for part in text.split(",") if part.strip())
            case int() | float():
                return type(like)(text)
    except ValueError:
        raise ValueError(f"{name} is “{text[:40]}”; expected numbers.") from None
    return text.strip()


def as_text(value: object) -> str:
    """A setting as an address has it; numbers as Python reads them."""
    match value:
        case tuple():
            return ",".join(map(as_text, value))
        case float():
            return repr(int(value)) if value == int(value) else repr(value)
    return str(value)


_FIRST = Settings().texts()
