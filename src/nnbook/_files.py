"""Safetensors files: arrays with notes, written atomically, read with distrust.

The arrays are the file's tensors; the notes are JSON in its metadata. There is no
pickle, so reading runs no code.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from nnbook import _checks
from nnbook._types import Array

_VERSION = 1

_T = TypeVar("_T")


def write(path: Path, tensors: dict[str, Array], notes: dict[str, Any]) -> None:
    data = encode(tensors, notes)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def encode(tensors: dict[str, Array], notes: dict[str, Any]) -> bytes:
    numpy_format = _checks.require("safetensors.numpy")
    arrays = {
        name: np.array(array, array.dtype.newbyteorder("="), order="C")
        for name, array in tensors.items()
    }
    text = json.dumps(notes, default=_plain)
    metadata = {
        "nnbook": str(_VERSION),
        "notes": text,
        "checksum": checksum(arrays, text),
    }
    data: bytes = numpy_format.save(arrays, metadata)
    return data


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file beside the path; in the end, if still there, it takes its place."""
    check_target(path)
    place = path.resolve()  # a link stays one, and leads to the new file
    temporary = place.with_name(f".nnbook-{os.getpid()}-{time.monotonic_ns()}")
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        if temporary.exists():
            if place.exists():
                temporary.chmod(stat.S_IMODE(place.stat().st_mode))
            os.replace(temporary, place)
    except OSError as error:
        raise OSError(
            f"{path} cannot be written ({error}); choose another folder or name."
        ) from None
    finally:
        temporary.unlink(missing_ok=True)


def check_target(path: Path) -> None:
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


def read(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    safetensors = _checks.require("safetensors")
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
    if metadata.get("checksum") != checksum(tensors, text):
        raise ValueError(
            f"{path} does not have the checksum that was saved with it; it is damaged "
            f"or was changed. Take a backup, or train again."
        )
    return tensors, understand(path, lambda: dict(json.loads(text)))


def checksum(tensors: Mapping[str, Array], text: str) -> str:
    """CRC-32 of all that a file says: a flipped bit must not become a wrong number."""
    value = zlib.crc32(text.encode())
    for name in sorted(tensors):
        array = tensors[name]
        value = zlib.crc32(f"{name}{array.dtype}{array.shape}".encode(), value)
        value = zlib.crc32(np.ascontiguousarray(array).data, value)
    return f"{value:08x}"


def understand(path: str | Path, read: Callable[[], _T]) -> _T:
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
