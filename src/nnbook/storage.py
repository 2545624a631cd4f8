"""Saving and loading: one safetensors file, written atomically.

The arrays are the file's tensors; architecture, history and the state of a run are JSON
in its metadata. There is no pickle, so loading runs no code.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from nnbook import _checks, activations, layers
from nnbook._types import Array
from nnbook.network import Network

if TYPE_CHECKING:
    from nnbook.training import History, Progress

__all__ = ["load", "save"]

_VERSION = 1

_T = TypeVar("_T")


def save(network: Network, path: str | Path, *, history: History | None = None) -> None:
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
        What `fit` returned, if it shall be kept with the network.

    Raises
    ------
    TypeError, ValueError
        If a layer is not one of nnbook's, or the parameters are not finite.
    """
    if not isinstance(network, Network):
        raise TypeError(
            f"network is {_checks.describe(network)}; expected an nn.Network."
        )
    kept = None if history is None else history.to_dict()
    _write(path, _tensors(network), {"network": _describe(network), "history": kept})


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
    ValueError
        If the file is damaged, of another kind or of another version.
    """
    tensors, notes = _read(path)
    return _understand(path, lambda: _rebuild(tensors, notes["network"]))


def save_run(run: Progress, path: Path) -> None:
    """Save all that a run of `fit` needs to go on."""
    tensors = _tensors(run.network)
    notes: dict[str, Any] = {
        "network": _describe(run.network),
        "history": run.history.to_dict(),
        "epoch": run.epoch,
        "stop": run.stop,
        "rng": run.rng.bit_generator.state,
        "masks": run.network._rng.bit_generator.state,
        "optimizer": {"kind": repr(run.optimizer), "numbers": {}},
        "callbacks": [],
    }
    numbers = notes["optimizer"]["numbers"]
    _split(run.optimizer.state_dict(), "optimizer", tensors, numbers)
    for i, callback in enumerate(run.callbacks):
        kept: dict[str, Any] = {"kind": type(callback).__name__, "numbers": {}}
        _split(callback.state_dict(), f"callback {i}", tensors, kept["numbers"])
        notes["callbacks"].append(kept)
    _write(path, tensors, notes)


def restore(run: Progress, path: str | Path) -> None:
    """Put a run into the state of a checkpoint."""
    from nnbook.training import History

    tensors, notes = _read(path)
    if "epoch" not in notes:
        raise ValueError(
            f"{path} holds a network but no run; resume takes a file of nn.Checkpoint. "
            f"To start from a saved network use nn.load."
        )
    saved = _understand(path, lambda: _rebuild(tensors, notes["network"]))
    if _describe(saved) != _describe(run.network):
        raise ValueError(
            f"{path} holds {saved!r}, but the network is {run.network!r}; resume with "
            f"the network that was saved."
        )
    if notes["optimizer"]["kind"] != repr(run.optimizer):
        raise ValueError(
            f"{path} was saved with {notes['optimizer']['kind']}, but the optimizer is "
            f"{run.optimizer!r}; resume with the same one."
        )
    kinds = [type(callback).__name__ for callback in run.callbacks]
    if [kept["kind"] for kept in notes["callbacks"]] != kinds:
        raise ValueError(
            f"{path} was saved with the callbacks "
            f"{[kept['kind'] for kept in notes['callbacks']]}, but they are {kinds}; "
            f"resume with the same ones."
        )

    def take_up() -> None:
        run.network.params[:] = saved.params
        run.network.load_statistics(saved.statistics())
        run.network._rng.bit_generator.state = notes["masks"]
        run.rng.bit_generator.state = notes["rng"]
        run.history = History(**notes["history"])
        run.epoch, run.stop = int(notes["epoch"]), bool(notes["stop"])
        run.optimizer.load_state_dict(
            _join("optimizer", tensors, notes["optimizer"]["numbers"])
        )
        for i, callback in enumerate(run.callbacks):
            numbers = notes["callbacks"][i]["numbers"]
            callback.load_state_dict(_join(f"callback {i}", tensors, numbers))

    _understand(path, take_up)


def _tensors(network: Network) -> dict[str, Array]:
    if not np.isfinite(network.params).all():
        raise ValueError(
            "the network's parameters are not finite; train again with a smaller "
            "learning rate before saving."
        )
    return {"params": network.params, "statistics": network.statistics()}


def _split(
    state: Mapping[str, Any],
    prefix: str,
    tensors: dict[str, Array],
    numbers: dict[str, Any],
) -> None:
    for name, value in state.items():
        if isinstance(value, np.ndarray):
            tensors[f"{prefix}.{name}"] = value
        else:
            numbers[name] = value


def _join(
    prefix: str, tensors: Mapping[str, Array], numbers: Mapping[str, Any]
) -> dict[str, Any]:
    begin = f"{prefix}."
    arrays = {
        name.removeprefix(begin): value
        for name, value in tensors.items()
        if name.startswith(begin)
    }
    return {**numbers, **arrays}


def _describe(network: Network) -> dict[str, Any]:
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
    options = layer._saved_options()
    return {"kind": type(layer).__name__, "options": options}


_BUILDERS: dict[str, type[layers.Layer]] = {
    kind.__name__: kind
    for kind in (layers.Dense, layers.Dropout, layers.LayerNorm, layers.BatchNorm)
}


def _build_layer(note: Mapping[str, Any]) -> layers.Layer:
    if note["kind"] == "Residual":
        return layers.Residual(*map(_build_layer, note["layers"]))
    options = dict(note["options"])
    if "activation" in options:
        options["activation"] = activations.get(options["activation"])
    return _BUILDERS[note["kind"]](**options)


def _count(note: Mapping[str, Any]) -> int:
    """Number of parameters that a layer's note claims, before any is allocated."""
    if note["kind"] == "Residual":
        return sum(map(_count, note["layers"]))
    options = note["options"]
    if note["kind"] == "Dense":
        return (int(options["n_in"]) + ("bias" not in options)) * int(options["n_out"])
    return 2 * int(options["n"]) if "n" in options else 0


def _rebuild(tensors: Mapping[str, Array], note: Mapping[str, Any]) -> Network:
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


def _write(path: str | Path, tensors: dict[str, Array], notes: dict[str, Any]) -> None:
    numpy_format = _checks.require("safetensors.numpy", "storage")
    target = Path(path)
    if not target.parent.is_dir():
        raise ValueError(
            f"the folder {target.parent} does not exist; make it first, or choose "
            f"another path."
        )
    metadata = {"nnbook": str(_VERSION), "notes": json.dumps(notes)}
    data = numpy_format.save(
        {name: np.ascontiguousarray(array) for name, array in tensors.items()}, metadata
    )
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _read(path: str | Path) -> tuple[dict[str, Array], dict[str, Any]]:
    safetensors = _checks.require("safetensors", "storage")
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {path}; nn.save writes one.")
    try:
        with safetensors.safe_open(str(path), framework="numpy") as file:
            metadata = file.metadata() or {}
            names = file.keys()
            tensors = {name: file.get_tensor(name) for name in names}
    except Exception as error:
        raise ValueError(
            f"{path} is not a whole safetensors file ({error}); it is damaged or of "
            f"another kind. Take a backup, or train again."
        ) from None
    version = metadata.get("nnbook")
    if version != str(_VERSION):
        came = "no version of nnbook" if version is None else f"version {version}"
        raise ValueError(
            f"{path} is of {came}; expected version {_VERSION}. Save it again with "
            f"this release of nnbook."
        )
    notes = _understand(path, lambda: json.loads(metadata["notes"]))
    return tensors, notes


def _understand(path: str | Path, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ValueError(
            f"{path} cannot be understood ({type(error).__name__}: {error}); it is "
            f"damaged or was changed. Take a backup, or train again."
        ) from None
