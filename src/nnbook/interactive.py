"""A figure whose numbers the reader can turn."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nnbook import _checks

__all__ = ["Control", "Interaction", "interact"]


@dataclass(frozen=True)
class Control:
    """What the reader turns: one argument of the function.

    Parameters
    ----------
    name : str
        The argument.
    kind : {"slider", "menu", "checkbox"}
        A slider moves through `choices`, a menu lists them.
    choices : tuple
        What it can be; a checkbox can be False and True.
    value : object
        What it is at first, one of the choices.

    Examples
    --------
    >>> nn.interactive.Control("bias", "slider", (-1.0, 0.0, 1.0), 0.0).value
    0.0
    """

    name: str
    kind: str
    choices: tuple[Any, ...]
    value: Any


class Interaction:
    """A function that draws, and the controls of its arguments.

    Parameters
    ----------
    function : callable
        Draws a figure, given the controls' values by name.
    controls : sequence of Control
        One for each argument that can be turned.

    Attributes
    ----------
    latest : Interaction or None
        The one that was shown last, on the class: a page offers its controls.

    Examples
    --------
    >>> turn = nn.interact(lambda slope=1.0: print(slope), slope=(0.5, 2.0, 0.5))
    1.0
    >>> turn.draw(slope=2.0)
    2.0
    """

    latest: Interaction | None = None

    def __init__(
        self, function: Callable[..., Any], controls: Sequence[Control]
    ) -> None:
        self.function = function
        self.controls = tuple(controls)

    def __repr__(self) -> str:
        names = ", ".join(control.name for control in self.controls)
        return f"Interaction({names})"

    def describe(self) -> list[dict[str, Any]]:
        """The controls as JSON knows them, for a page.

        Returns
        -------
        list of dict
            Name, kind, choices and value of each control.

        Examples
        --------
        >>> turn = nn.interact(lambda noisy=False: None, noisy=bool)
        >>> turn.describe()[0]["kind"]
        'checkbox'
        """
        return [asdict(control) for control in self.controls]

    def draw(self, **values: object) -> None:
        """Draw the figure.

        Parameters
        ----------
        **values : object
            Of some controls, by name; the others keep their first value.

        Raises
        ------
        TypeError
            If there is no control of that name.

        Examples
        --------
        >>> nn.interact(lambda b=0: print("b =", b), b=(-2, 2)).draw(b=1)
        b = 0
        b = 1
        """
        known = {control.name: control.value for control in self.controls}
        for name in values.keys() - known.keys():
            raise TypeError(
                f"there is no control {name!r}; expected one of {', '.join(known)}."
            )
        self.function(**{**known, **values})


def interact(function: Callable[..., Any], **controls: Any) -> Interaction:
    """Draw a figure, and let the reader turn its numbers where that is possible.

    In plain Python this draws the figure once, for the values that the function's
    arguments have by default. In Jupyter, with ipywidgets, and on a page whose Python
    runs, sliders, menus and checkboxes draw it again.

    Parameters
    ----------
    function : callable
        Draws a figure. Its arguments have defaults.
    **controls : tuple, list or bool
        What each argument can be. `(low, high)` of whole numbers, or
        `(low, high, step)`: a slider. A list of numbers: a slider through them. A list
        of texts: a menu. `bool`: a checkbox.

    Returns
    -------
    Interaction
        The function with its controls.

    Raises
    ------
    TypeError
        If the function has no such argument, or the argument no default.
    ValueError
        If a control is none of the above, or the default is none of its values.

    Examples
    --------
    >>> def line(slope=1.0, bias=0.0):
    ...     x = np.linspace(-2, 2, 50)
    ...     nn.plots.curves(x, {"w x + b": slope * x + bias})
    >>> nn.interact(line, slope=(-3, 3, 0.5), bias=(-2, 2, 0.5))
    Interaction(slope, bias)
    """
    if not callable(function):
        raise TypeError(
            f"function is {_checks.describe(function)}; expected a function that draws."
        )
    defaults = inspect.signature(function).parameters
    made = [_control(name, choice, defaults) for name, choice in controls.items()]
    interaction = Interaction.latest = Interaction(function, made)
    if _in_notebook():
        _show_widgets(interaction)
    else:
        interaction.draw()
    return interaction


def _control(
    name: str, choice: Any, defaults: Mapping[str, inspect.Parameter]
) -> Control:
    if name not in defaults or defaults[name].default is inspect.Parameter.empty:
        raise TypeError(
            f"the function has no argument {name!r} with a default; write "
            f"def …({name}=…), which is what the figure shows at first."
        )
    value = defaults[name].default
    kind, choices = _choices(name, choice)
    near = [c for c in choices if c == value or _close(c, value)]
    if not near:
        raise ValueError(
            f"the default of {name!r} is {value!r}; expected one of the values that "
            f"its {kind} can take: {_shortened(choices)}."
        )
    return Control(name, kind, choices, near[0])


def _choices(name: str, choice: Any) -> tuple[str, tuple[Any, ...]]:
    if choice is bool:
        return "checkbox", (False, True)
    if isinstance(choice, list) and choice:
        if all(isinstance(item, str) for item in choice):
            return "menu", tuple(choice)
        if all(_is_number(item) for item in choice):
            return "slider", tuple(choice)
    if isinstance(choice, tuple) and all(map(_is_number, choice)):
        whole = len(choice) == 2 and all(isinstance(item, int) for item in choice)
        low, high, *rest = choice if len(choice) > 1 else (0, 0)
        step = rest[0] if rest else 1
        if (whole or len(choice) == 3) and high > low and step > 0:
            count = round((high - low) / step)
            # 0.1 + 0.2 is not 0.3: what a slider says should be.
            return "slider", tuple(_tidy(low + i * step) for i in range(count + 1))
    raise ValueError(
        f"the control {name}={choice!r} is not understood; expected (low, high, step), "
        f"(low, high) of whole numbers, a list of numbers or texts, or bool."
    )


def _is_number(item: object) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)


def _tidy(number: float) -> float:
    return number if isinstance(number, int) else float(f"{number:.12g}")


def _close(a: Any, b: Any) -> bool:
    return _is_number(a) and _is_number(b) and abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def _shortened(choices: Sequence[Any]) -> str:
    if len(choices) <= 6:
        return ", ".join(map(repr, choices))
    return f"{choices[0]!r}, {choices[1]!r}, …, {choices[-1]!r}"


def _in_notebook() -> bool:
    # Only a kernel has a page to show controls on.
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell else None
    if not hasattr(running, "kernel"):
        return False
    return importlib.util.find_spec("ipywidgets") is not None


def _show_widgets(interaction: Interaction) -> None:
    ipywidgets = _checks.require("ipywidgets")
    widgets = {c.name: _widget(ipywidgets, c) for c in interaction.controls}
    ipywidgets.interact(interaction.function, **widgets)


def _widget(ipywidgets: Any, control: Control) -> Any:
    if control.kind == "checkbox":
        return ipywidgets.Checkbox(value=control.value, description=control.name)
    make = (
        ipywidgets.SelectionSlider if control.kind == "slider" else ipywidgets.Dropdown
    )
    return make(
        options=list(control.choices), value=control.value, description=control.name
    )
