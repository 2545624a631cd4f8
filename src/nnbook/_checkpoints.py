"""The state of a run of `fit` as a file, from which it can be resumed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnbook import _checks, _files
from nnbook._notes import describe, history_of, notes_of, tensors_of
from nnbook._types import Array
from nnbook.run import Progress

# Counted up when optimizers or callbacks keep other numbers than before.
_RUN_VERSION = 2


def check_run(run: Progress, path: Path) -> None:
    """Raise before training what would else be raised after an epoch of it."""
    _files.encode(*_parts(run))
    with _files.replacing(path) as temporary:
        temporary.unlink()


def save_run(run: Progress, path: Path) -> None:
    """Save all that a run of `fit` needs to go on."""
    _files.write(path, *_parts(run))


def _parts(run: Progress) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and notes of a run."""
    tensors = tensors_of(run.network)
    notes: dict[str, Any] = {
        "run": _RUN_VERSION,
        **notes_of(run.network),
        "history": run.history.to_dict(),
        "epoch": run.epoch,
        "stop": run.stop,
        "settings": _settings(run),
        "rng": run.rng.bit_generator.state,
        "optimizer": {},
        "callbacks": [],
    }
    _split(run.optimizer.state_dict(), "optimizer", tensors, notes["optimizer"])
    for i, callback in enumerate(run.callbacks):
        kept: dict[str, Any] = {
            "kind": plain_text(callback._settings()),
            "numbers": {},
        }
        _split(callback.state_dict(), f"callback {i}", tensors, kept["numbers"])
        notes["callbacks"].append(kept)
    return tensors, notes


class Saved(NamedTuple):
    """What a checkpoint holds."""

    path: Path
    tensors: dict[str, Array]
    notes: dict[str, Any]


def read_run(path: str | Path) -> Saved:
    """The content of a checkpoint."""
    path = _checks.path("resume", path)
    return Saved(path, *_files.read(path))


def restore(run: Progress, saved: Saved, epochs: int) -> None:
    """Put a run of so many epochs into the state of a checkpoint.

    Network and optimizer change only if all fits.
    """
    path, tensors, notes = saved
    run.optimizer._check_resumable()
    if "epoch" not in notes:
        raise ValueError(
            f"{path} holds a network but no run; resume takes a file of nn.Checkpoint. "
            f"To start from a saved network use nn.load."
        )
    if notes.get("run") != _RUN_VERSION:
        raise ValueError(
            f"{path} holds a run of another release of nnbook, whose optimizers keep "
            f"other numbers; it cannot go on. Take its network with nn.load, and begin "
            f"a new run."
        )
    network = _files.understand(path, lambda: dict(notes["network"]))
    params = _files.understand(path, lambda: tensors["params"])
    kinds = _files.understand(
        path, lambda: [kept["kind"] for kept in notes["callbacks"]]
    )
    settings = _files.understand(path, lambda: dict(notes["settings"]))
    for what, then, now in (
        ("network", network, json.loads(json.dumps(describe(run.network)))),
        *((what, settings.get(what), now) for what, now in _settings(run).items()),
        (
            "list of callbacks",
            kinds,
            [plain_text(c._settings()) for c in run.callbacks],
        ),
    ):
        if then != now:
            raise ValueError(
                f"{path} was saved with the {what} {then}, but now it is {now}; resume "
                f"with the same one."
            )

    if isinstance(notes["epoch"], int) and notes["epoch"] > epochs:
        raise ValueError(
            f"epochs is {epochs}, but the run in {path} has done {notes['epoch']}; "
            f"epochs are counted from the very beginning. Give at least as many."
        )

    def take_up() -> None:
        history = history_of(notes)
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
        run.network.params = params
        run.network.load_statistics(tensors["statistics"])

    before = run.rng.bit_generator.state, run.network._rng.bit_generator.state
    arrays = run.network.params.copy(), run.network.statistics()
    optimizer = run.optimizer.state_dict()
    try:
        _files.understand(path, take_up)
    except BaseException:
        run.rng.bit_generator.state, run.network._rng.bit_generator.state = before
        run.network.params[:] = arrays[0]
        run.network.load_statistics(arrays[1])
        run.optimizer.load_state_dict(optimizer)
        raise


def _settings(run: Progress) -> dict[str, str]:
    texts = {name: plain_text(repr(value)) for name, value in run.settings.items()}
    for name, text in texts.items():
        if "(...)" in text:
            raise ValueError(
                f"the {name} is {text}, whose options cannot be told, so that nobody "
                f"could say whether a resumed run has the same; keep each argument of "
                f"its constructor under its own name, as in self.rate = rate."
            )
    return texts


def plain_text(shown: str) -> str:
    """A setting without addresses, which differ between processes."""
    return re.sub(" at 0x[0-9A-Fa-f]+", "", shown)


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
            _check_json(f"{prefix}'s {name}", value)
            numbers[name] = value


def _check_json(name: str, value: Any) -> None:
    """Refuse what JSON turns into something else, so that another state came back."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if not isinstance(key, str):
                raise TypeError(
                    f"{name} has the key {_checks.describe(key)}; expected texts as "
                    f"keys, since a file keeps no others. Use str({key!r})."
                )
            _check_json(name, entry)
    elif isinstance(value, tuple):
        raise TypeError(
            f"{name} holds the tuple {_checks.describe(value)}; expected lists, since "
            f"a file gives a tuple back as a list. Use list(...)."
        )
    elif isinstance(value, list):
        for entry in value:
            _check_json(name, entry)


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
