"""Saving and loading: one safetensors file, written atomically.

The arrays are the file's tensors; architecture, history and the state of a run are JSON
in its metadata. There is no pickle, so loading runs no code.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nnbook import _checks, _files, _notes
from nnbook._types import Array
from nnbook.network import Network
from nnbook.run import History

__all__ = ["save", "load", "load_history"]


def save(network: Network, path: str | Path, history: History | None = None) -> None:
    """Save a network to one file.

    The file is written beside the old one and then put in its place, so whatever
    happens the path holds the old file or the new one, never half of it.

    Parameters
    ----------
    network
        What to save: architecture, parameters, running statistics, loss, and where its
        random numbers are.
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
        If a layer or loss of your own keeps an option not under its name, or one that
        no file can keep; if the parameters are not finite, or the path is not one of a
        file in a folder that exists.

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
    notes = _notes.notes_of(network)
    if history is not None:
        notes["history"] = history.to_dict()
    _files.write(_checks.path("path", path), _notes.tensors_of(network), notes)


def load(path: str | Path, parts: Sequence[type] = ()) -> Network:
    """Load a network.

    Parameters
    ----------
    path
        A file of `save` or of `nn.Checkpoint`.
    parts
        Your own layers, losses and activations that it was made of: a list of classes,
        such as [Mish]. PyTorch has `add_safe_globals` for it, Keras `custom_objects`.

    Returns
    -------
    Network
        As it was saved, bit for bit, with its loss.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModuleNotFoundError
        If safetensors is not installed; the extra `storage` brings it.
    TypeError, ValueError
        If the file is damaged, of another kind or of another version, or holds a part
        that is neither nnbook's nor among `parts`.

    Examples
    --------
    >>> nn.save(nn.mlp([64, 10]), "digits.safetensors")
    >>> nn.load("digits.safetensors")
    nn.Network(nn.Dense(64, 10))
    """
    path, kinds = _checks.path("path", path), _notes.known(parts)
    tensors, notes = _files.read(path)
    try:
        return _files.understand(path, lambda: _rebuild(tensors, notes, kinds))
    except _notes.UnknownPartError as error:
        raise ValueError(f"{path} holds {error}") from None


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
    return _files.understand(path, lambda: _notes.history_of(notes))


def _rebuild(
    tensors: Mapping[str, Array],
    notes: Mapping[str, Any],
    kinds: Mapping[str, type[_notes.Part]],
) -> Network:
    note, params = notes["network"], tensors["params"]
    layers = [_notes.part_of(layer, kinds) for layer in note["layers"]]
    # Before anything is allocated, since sizes in a file are not to be trusted.
    arrays = [a for x in layers for p in x._walk() for a in p._weights + p._offsets]
    claimed = sum(math.prod(shape) for _, shape, _ in arrays)
    if params.ndim != 1 or claimed != params.size:
        raise ValueError(f"{claimed} parameters are announced, {params.size} stored")
    if str(params.dtype) != note["dtype"] or not np.isfinite(params).all():
        raise ValueError("the parameters are not finite numbers of the dtype announced")
    network = Network(*layers, dtype=note["dtype"])
    network.params[:] = params
    network.load_statistics(tensors["statistics"])
    if notes.get("loss") is not None:
        network.loss = _notes.part_of(notes["loss"], kinds)
    if "masks" in notes:
        network._rng.bit_generator.state = notes["masks"]
    return network
