"""Saving and loading: one safetensors file, written atomically.

The arrays are the file's tensors; architecture, history and the state of a run are JSON
in its metadata. There is no pickle, so loading runs no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nnbook import _checks, _files, activations, layers
from nnbook._types import Array
from nnbook.network import Network
from nnbook.run import History

__all__ = ["load", "load_history", "save"]


def save(network: Network, path: str | Path, history: History | None = None) -> None:
    """Save a network to one file.

    The file is written beside the old one and then put in its place, so whatever
    happens the path holds the old file or the new one, never half of it.

    Parameters
    ----------
    network
        What to save: architecture, parameters, running statistics.
    path
        The file; `.safetensors` is the usual ending.
    history
        What `fit` measured, if it is to be kept, too.

    Raises
    ------
    ModuleNotFoundError
        If safetensors is not installed; the extra `storage` brings it.
    OSError
        If the file cannot be written.
    TypeError, ValueError
        If a layer is not one of nnbook's, the parameters are not finite, or the path
        is not one of a file in a folder that exists.

    Examples
    --------
    >>> network = nn.mlp([64, 32, 10])
    >>> nn.save(network, "digits.safetensors")
    >>> again = nn.load("digits.safetensors")
    >>> bool((again.params == network.params).all())
    True
    """
    if not isinstance(network, Network):
        raise TypeError(
            f"network is {_checks.describe(network)}; expected an nn.Network."
        )
    if history is not None and not isinstance(history, History):
        raise TypeError(
            f"history is {_checks.describe(history)}; expected the History that fit "
            f"returned."
        )
    notes = {"network": describe(network)}
    if history is not None:
        notes["history"] = history.to_dict()
    _files.write(_checks.path("path", path), tensors_of(network), notes)


def load(path: str | Path) -> Network:
    """Load a network.

    Parameters
    ----------
    path
        A file of `save` or of `nn.Checkpoint`.

    Returns
    -------
    Network
        As it was saved, bit for bit.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModuleNotFoundError
        If safetensors is not installed; the extra `storage` brings it.
    ValueError
        If the file is damaged, of another kind or of another version.

    Examples
    --------
    >>> nn.save(nn.mlp([64, 10]), "digits.safetensors")
    >>> nn.load("digits.safetensors")
    nn.Network(nn.Dense(64, 10))
    """
    path = _checks.path("path", path)
    tensors, notes = _files.read(path)
    return _files.understand(path, lambda: rebuild(tensors, notes["network"]))


def load_history(path: str | Path) -> History:
    """Load what `fit` measured while it trained a saved network.

    Parameters
    ----------
    path
        A file of `nn.Checkpoint`, or of `save` with a history.

    Returns
    -------
    History
        As it was saved.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModuleNotFoundError
        If safetensors is not installed; the extra `storage` brings it.
    ValueError
        If the file is damaged, of another kind or version, or holds no history.

    Examples
    --------
    >>> X, y = nn.datasets.blobs()
    >>> network = nn.mlp([2, 8, 3])
    >>> options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.1)}
    >>> history = nn.fit(network, X, y, epochs=3, **options)
    >>> nn.save(network, "blobs.safetensors", history)
    >>> nn.load_history("blobs.safetensors") == history
    True
    """
    path = _checks.path("path", path)
    _, notes = _files.read(path)
    if "history" not in notes:
        raise ValueError(
            f"{path} holds no history; it was saved without one. Give nn.save what "
            f"fit returned: nn.save(network, path, history)."
        )
    return _files.understand(path, lambda: history_of(notes))


def tensors_of(network: Network) -> dict[str, Array]:
    statistics = network.statistics()
    for what, values in (("parameters", network.params), ("statistics", statistics)):
        if not np.isfinite(values).all():
            raise ValueError(
                f"the network's {what} are not finite; train again with a smaller "
                f"learning rate before saving."
            )
    return {"params": network.params, "statistics": statistics}


def history_of(notes: Mapping[str, Any]) -> History:
    rows = notes["history"].items()
    return History(**{name: list(map(float, row)) for name, row in rows})


def describe(network: Network) -> dict[str, Any]:
    return {
        "dtype": str(network.dtype),
        "layers": [_describe_layer(layer) for layer in network.layers],
    }


def _describe_layer(layer: layers.Layer) -> dict[str, Any]:
    if isinstance(layer, layers.Residual):
        inner = [_describe_layer(inner) for inner in layer.layers]
        return {"kind": "Residual", "layers": inner}
    if type(layer) not in _BUILDERS.values():
        raise TypeError(
            f"{layer!r} is not a layer of nnbook; only those can be saved. Save "
            f"network.params with np.save instead."
        )
    if isinstance(layer, layers.Dense) and not _is_known(layer.activation):
        raise TypeError(
            f"{layer.activation!r} is not an activation of nnbook; only those can be "
            f"saved. Save network.params with np.save instead."
        )
    return {"kind": type(layer).__name__, "options": layer._saved_options()}


def _is_known(activation: activations.Activation) -> bool:
    try:
        return type(activations.get(activation.name)) is type(activation)
    except ValueError:
        return False


def _known(note: Mapping[str, Any]) -> str:
    kind = note["kind"]
    known = [*_BUILDERS, "Residual"]
    if kind not in known:
        raise ValueError(f"there is no layer {kind!r}; known are {', '.join(known)}")
    return str(kind)


_BUILDERS: dict[str, type[layers.Layer]] = {
    kind.__name__: kind
    for kind in (layers.Dense, layers.Dropout, layers.LayerNorm, layers.BatchNorm)
}


def _build_layer(note: Mapping[str, Any]) -> layers.Layer:
    kind = _known(note)
    if kind == "Residual":
        return layers.Residual(*map(_build_layer, note["layers"]))
    options = dict(note["options"])
    if "activation" in options:
        options["activation"] = activations.get(options["activation"])
    return _BUILDERS[kind](**options)


def _count(note: Mapping[str, Any]) -> int:
    """Number of parameters that a layer's note claims, before any is allocated."""
    kind = _known(note)
    if kind == "Residual":
        return sum(map(_count, note["layers"]))
    # A negative width of one layer would hide a huge one of another.
    width = {
        name: _checks.integer(name, note["options"][name], low=1)
        for name in ("n_in", "n_out", "n")
        if name in note["options"]
    }
    if kind == "Dense":
        return (width["n_in"] + ("bias" not in note["options"])) * width["n_out"]
    return 2 * width.get("n", 0)


def rebuild(tensors: Mapping[str, Array], note: Mapping[str, Any]) -> Network:
    params, statistics = tensors["params"], tensors["statistics"]
    claimed = sum(map(_count, note["layers"]))
    if params.ndim != 1 or claimed != params.size:
        raise ValueError(f"{claimed} parameters are announced, {params.size} stored")
    if str(params.dtype) != note["dtype"] or not np.isfinite(params).all():
        raise ValueError("the parameters are not finite numbers of the dtype announced")
    network = Network(*map(_build_layer, note["layers"]), dtype=note["dtype"])
    network.params[:] = params
    network.load_statistics(statistics)
    return network
