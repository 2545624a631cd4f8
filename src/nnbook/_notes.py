"""Parts as notes that JSON knows, and parts made of notes.

A note holds the kind and the options of a layer, a loss or an activation:
`{"kind": "Dropout", "options": {"rate": 0.5}}`. Kinds are looked up among the parts of
the library and those that are handed over; nothing is imported by a name in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from nnbook import _checks, _parts, activations, initializers, layers, losses
from nnbook._types import Array
from nnbook.activations import Activation
from nnbook.layers import Layer
from nnbook.losses import Loss
from nnbook.network import Network
from nnbook.run import History

Part: TypeAlias = Layer | Loss | Activation

_BASES = (Layer, Loss, Activation)
_MAKERS = (initializers.constant, initializers.normal, initializers.uniform)
_KNOWN: dict[str, type[Part]] = {
    **{name: getattr(layers, name) for name in layers.__all__ if name != "Layer"},
    **{name: getattr(losses, name) for name in losses.__all__ if name != "Loss"},
    **{type(f).__name__: type(f) for f in activations._KNOWN.values()},
}


class UnknownPartError(Exception):
    """A note speaks of a part that is not known."""


def known(parts: Iterable[Any]) -> dict[str, type[Part]]:
    """All kinds of parts by name: those of the library, and a reader's own."""
    kinds = dict(_KNOWN)
    if not isinstance(parts, (list, tuple)):
        raise TypeError(
            f"parts is {_checks.describe(parts)}; expected a list of your own classes, "
            f"such as parts=[Mish]."
        )
    for part in parts:
        kind = part if isinstance(part, type) else type(part)
        if not issubclass(kind, _BASES):
            raise TypeError(
                f"parts hold {_checks.describe(part)}; expected classes of layers, "
                f"losses or activations."
            )
        if kinds.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(
                f"parts hold a class {kind.__name__}, but there is another one of that "
                f"name; expected names of their own. Rename it, and save again."
            )
    return kinds


def note_of(part: Part) -> dict[str, Any]:
    """What kind of part it is, and what it was made with."""
    kind = type(part).__name__
    if _KNOWN.get(kind, type(part)) is not type(part):
        raise TypeError(
            f"{part!r} bears the name of a part of nnbook, which a file could not tell "
            f"from it; rename the class."
        )
    try:
        options = _parts.options(part)
    except AttributeError as error:
        raise TypeError(str(error)) from None
    note: dict[str, Any] = {
        "kind": kind,
        "options": {
            name: _plain(f"{kind}'s {name}", value) for name, value in options.items()
        },
    }
    if isinstance(part, Layer) and not part._trainable:
        note["trainable"] = False
    return note


def part_of(note: Mapping[str, Any], kinds: Mapping[str, type[Part]]) -> Any:
    """The part that a note describes."""
    note = _of_today(note)
    kind = note["kind"]
    if kind not in kinds:
        raise UnknownPartError(
            f"a part {kind!r}; known are {', '.join(sorted(kinds))}. If it is your "
            f"own, hand over its class: nn.load(path, parts=[{kind}])."
        )
    options = {name: _value(value, kinds) for name, value in note["options"].items()}
    part = _parts.made(kinds[kind], options)
    if not note.get("trainable", True):
        part._trainable = False
    return part


def _of_today(note: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first releases wrote the layers of Residual and activations otherwise."""
    if "layers" in note:
        inner = [{"part": layer} for layer in note["layers"]]
        return {"kind": note["kind"], "options": {"layers": inner}}
    options = note["options"]
    if note["kind"] == "Dense" and isinstance(options.get("activation"), str):
        return {
            **note,
            "options": {**options, "activation": {"name": options["activation"]}},
        }
    return note


def _plain(name: str, value: Any) -> Any:
    """An option as JSON knows it; what it does not know becomes a dict."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return _plain(name, value.item())
    if isinstance(value, list):
        return [_plain(name, entry) for entry in value]
    if isinstance(value, tuple):
        return {"tuple": [_plain(name, entry) for entry in value]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        return {"array": value.tolist(), "dtype": str(value.dtype)}
    if isinstance(value, Activation) and _is_known(value):
        return {"name": value.name}
    if isinstance(value, _BASES):
        return {"part": note_of(value)}
    for maker in _MAKERS:
        made: Any = maker(0)
        if isinstance(value, partial) and value.func is made.func:
            return {"initializer": maker.__name__, "of": value.args[0]}
    for known in initializers.__all__:
        if value is getattr(initializers, known):
            return {"initializer": known}
    raise TypeError(
        f"{name} is {_checks.describe(value)}, which a file cannot keep; expected "
        f"numbers, texts, lists, arrays, parts, or initializers of nn.init."
    )


def _value(value: Any, kinds: Mapping[str, type[Part]]) -> Any:
    """The option that `_plain` wrote."""
    if isinstance(value, list):
        return [_value(entry, kinds) for entry in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_value(entry, kinds) for entry in value["tuple"])
    if "array" in value:
        return np.array(value["array"], value["dtype"])
    if "name" in value:
        return activations.get(value["name"])
    if "part" in value:
        return part_of(value["part"], kinds)
    name = _checks.one_of("initializer", value["initializer"], initializers.__all__)
    initializer = getattr(initializers, name)
    return initializer(value["of"]) if "of" in value else initializer


def _is_known(activation: Activation) -> bool:
    return type(activations._KNOWN.get(activation.name)) is type(activation)


def tensors_of(network: Network) -> dict[str, Array]:
    """The arrays of a network, which must be finite."""
    statistics = network.statistics()
    for what, values in (("parameters", network.params), ("statistics", statistics)):
        if not np.isfinite(values).all():
            raise ValueError(
                f"the network's {what} are not finite; train again with a smaller "
                f"learning rate before saving."
            )
    return {"params": network.params, "statistics": statistics}


def history_of(notes: Mapping[str, Any]) -> History:
    """What `fit` measured."""
    rows = notes["history"].items()
    return History(**{name: list(map(float, row)) for name, row in rows})


def describe(network: Network) -> dict[str, Any]:
    """What a network is made of."""
    return {
        "dtype": str(network.dtype),
        "layers": [note_of(layer) for layer in network.layers],
    }


def notes_of(network: Network) -> dict[str, Any]:
    """All that a file says of a network besides its arrays."""
    return {
        "network": describe(network),
        "loss": None if network.loss is None else note_of(network.loss),
        "masks": network._rng.bit_generator.state,
    }
