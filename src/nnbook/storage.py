"""Saving and loading: one safetensors file, written atomically.

The arrays are the file's tensors; architecture, history and the state of a run are JSON
in its metadata. There is no pickle, so loading runs no code.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from nnbook import _checks, activations, layers
from nnbook._types import Array
from nnbook.network import Network
from nnbook.run import History, Progress

__all__ = ["load", "load_history", "save"]

_VERSION = 1

_T = TypeVar("_T")


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
    notes = {"network": _describe(network)}
    if history is not None:
        notes["history"] = history.to_dict()
    _write(_checks.path("path", path), _tensors(network), notes)


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
    tensors, notes = _read(path)
    return _understand(path, lambda: _rebuild(tensors, notes["network"]))


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
    _, notes = _read(path)
    if "history" not in notes:
        raise ValueError(
            f"{path} holds no history; it was saved without one. Give nn.save what "
            f"fit returned: nn.save(network, path, history)."
        )
    return _understand(path, lambda: _history(notes))


def check_run(run: Progress, path: Path) -> None:
    """Raise before training what would else be raised after an epoch of it."""
    _encode(*_parts(run))
    with _replacing(path) as temporary:
        temporary.unlink()


def save_run(run: Progress, path: Path) -> None:
    """Save all that a run of `fit` needs to go on."""
    _write(path, *_parts(run))


def _parts(run: Progress) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and notes of a run."""
    tensors = _tensors(run.network)
    notes: dict[str, Any] = {
        "network": _describe(run.network),
        "history": run.history.to_dict(),
        "epoch": run.epoch,
        "stop": run.stop,
        "settings": _settings(run),
        "rng": run.rng.bit_generator.state,
        "masks": run.network._rng.bit_generator.state,
        "optimizer": {},
        "callbacks": [],
    }
    _split(run.optimizer.state_dict(), "optimizer", tensors, notes["optimizer"])
    for i, callback in enumerate(run.callbacks):
        kept: dict[str, Any] = {"kind": type(callback).__name__, "numbers": {}}
        _split(callback.state_dict(), f"callback {i}", tensors, kept["numbers"])
        notes["callbacks"].append(kept)
    return tensors, notes


def restore(run: Progress, path: str | Path) -> None:
    """Put a run into the state of a checkpoint.

    Network and optimizer change only if all fits.
    """
    path = _checks.path("resume", path)
    tensors, notes = _read(path)
    if "epoch" not in notes:
        raise ValueError(
            f"{path} holds a network but no run; resume takes a file of nn.Checkpoint. "
            f"To start from a saved network use nn.load."
        )
    saved = _understand(path, lambda: _rebuild(tensors, notes["network"]))
    kinds = _understand(path, lambda: [kept["kind"] for kept in notes["callbacks"]])
    settings = _understand(path, lambda: dict(notes["settings"]))
    for what, then, now in (
        ("network", _describe(saved), _describe(run.network)),
        *((what, settings.get(what), now) for what, now in _settings(run).items()),
        ("list of callbacks", kinds, [type(c).__name__ for c in run.callbacks]),
    ):
        if then != now:
            raise ValueError(
                f"{path} was saved with the {what} {then}, but now it is {now}; resume "
                f"with the same one."
            )

    def take_up() -> None:
        history = _history(notes)
        epoch = _checks.integer("epoch", notes["epoch"], low=0)
        if len(history) != epoch:
            raise ValueError(f"{epoch} epochs are announced, {len(history)} stored")
        stop = bool(notes["stop"])
        run.rng.bit_generator.state = notes["rng"]
        run.network._rng.bit_generator.state = notes["masks"]
        run.optimizer.load_state_dict(_join("optimizer", tensors, notes["optimizer"]))
        for i, callback in enumerate(run.callbacks):
            numbers = notes["callbacks"][i]["numbers"]
            callback.load_state_dict(_join(f"callback {i}", tensors, numbers))
        run.history, run.epoch, run.stop = history, epoch, stop
        run.network.params[:] = saved.params
        run.network.load_statistics(saved.statistics())

    before = run.rng.bit_generator.state, run.network._rng.bit_generator.state
    optimizer = run.optimizer.state_dict()
    try:
        _understand(path, take_up)
    except BaseException:
        run.rng.bit_generator.state, run.network._rng.bit_generator.state = before
        run.optimizer.load_state_dict(optimizer)
        raise


def _tensors(network: Network) -> dict[str, Array]:
    statistics = network.statistics()
    for what, values in (("parameters", network.params), ("statistics", statistics)):
        if not np.isfinite(values).all():
            raise ValueError(
                f"the network's {what} are not finite; train again with a smaller "
                f"learning rate before saving."
            )
    return {"params": network.params, "statistics": statistics}


def _history(notes: Mapping[str, Any]) -> History:
    rows = notes["history"].items()
    return History(**{name: list(map(float, row)) for name, row in rows})


def _settings(run: Progress) -> dict[str, str]:
    """Each setting as a text, without addresses, which differ between processes."""
    return {
        name: re.sub(" at 0x[0-9A-Fa-f]+", "", repr(value))
        for name, value in run.settings.items()
    }


def _split(
    state: Mapping[str, Any],
    prefix: str,
    tensors: dict[str, Array],
    numbers: dict[str, Any],
) -> None:
    for name, value in state.items():
        if isinstance(value, np.ndarray):
            array = _checks.as_array(f"{prefix}'s {name}", value)
            if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
                raise TypeError(
                    f"{prefix}'s {name} is {_checks.describe(array)}; expected numbers "
                    f"of at most 64 bits."
                )
            tensors[f"{prefix}.{name}"] = array
        else:
            _check_keys(f"{prefix}'s {name}", value)
            numbers[name] = value


def _check_keys(name: str, value: Any) -> None:
    """Refuse keys that JSON would turn into texts, so that another state came back."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if not isinstance(key, str):
                raise TypeError(
                    f"{name} has the key {_checks.describe(key)}; expected texts as "
                    f"keys, since a file keeps no others. Use str({key!r})."
                )
            _check_keys(name, entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            _check_keys(name, entry)


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


def _write(path: Path, tensors: dict[str, Array], notes: dict[str, Any]) -> None:
    data = _encode(tensors, notes)
    with _replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _encode(tensors: dict[str, Array], notes: dict[str, Any]) -> bytes:
    numpy_format = _checks.require("safetensors.numpy", "storage")
    arrays = {
        name: np.array(array, array.dtype.newbyteorder("="), order="C")
        for name, array in tensors.items()
    }
    text = json.dumps(notes, default=_plain)
    metadata = {
        "nnbook": str(_VERSION),
        "notes": text,
        "checksum": _checksum(arrays, text),
    }
    data: bytes = numpy_format.save(arrays, metadata)
    return data


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A new file beside the path; in the end, if still there, it takes its place."""
    _check_target(path)
    place = path.resolve()  # a link stays one, and leads to the new file
    temporary = place.with_name(f".nnbook-{os.getpid()}-{time.monotonic_ns()}")
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        if temporary.exists():
            if place.exists():
                shutil.copymode(place, temporary)
            os.replace(temporary, place)
    except OSError as error:
        raise OSError(
            f"{path} cannot be written ({error}); choose another folder or name."
        ) from None
    finally:
        temporary.unlink(missing_ok=True)


def _check_target(path: Path) -> None:
    if not path.parent.is_dir():
        raise ValueError(
            f"the folder {path.parent} does not exist; make it first, or choose "
            f"another path."
        )
    if path.is_dir():
        raise ValueError(f"{path} is a folder; expected the path of a file.")
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is a device or a pipe; expected the path of a file.")


def _plain(value: Any) -> Any:
    """What JSON does not know: a number of NumPy's in the state of a callback."""
    if isinstance(value, np.generic) and not isinstance(value, np.longdouble):
        return value.item()
    raise TypeError(
        f"the state of the run holds {_checks.describe(value)}; expected numbers, "
        f"texts, lists, dicts or arrays from state_dict()."
    )


def _read(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    safetensors = _checks.require("safetensors", "storage")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; expected a file of nn.save.")
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file {path}; nn.save and nn.Checkpoint write one."
        )
    try:
        with safetensors.safe_open(str(path), framework="numpy") as file:
            metadata = file.metadata() or {}
            # A large file of another kind is not read in vain.
            names = file.keys() if metadata.get("nnbook") == str(_VERSION) else ()
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
    text = metadata.get("notes", "")
    if metadata.get("checksum") != _checksum(tensors, text):
        raise ValueError(
            f"{path} does not have the checksum that was saved with it; it is damaged "
            f"or was changed. Take a backup, or train again."
        )
    return tensors, _understand(path, lambda: dict(json.loads(text)))


def _checksum(tensors: Mapping[str, Array], text: str) -> str:
    """CRC-32 of all that a file says: a flipped bit must not become a wrong number."""
    value = zlib.crc32(text.encode())
    for name in sorted(tensors):
        array = tensors[name]
        value = zlib.crc32(f"{name}{array.dtype}{array.shape}".encode(), value)
        value = zlib.crc32(np.ascontiguousarray(array).data, value)
    return f"{value:08x}"


def _understand(path: str | Path, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except (
        *(KeyError, IndexError, TypeError, ValueError),
        *(AttributeError, OverflowError, RecursionError),
    ) as error:
        raise ValueError(
            f"{path} cannot be understood ({type(error).__name__}: {error}); it is "
            f"damaged or was changed. Take a backup, or train again."
        ) from None
