"""Reads safetensors files in a browser, where the library's compiled code is missing.

A file is the length of its header (8 bytes, the lowest first), the header as JSON, and
the bytes of all arrays. The header gives type, shape and place of each array.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

TYPES = {
    "BOOL": "?",
    **{f"{kind}{8 * size}": f"<{kind.lower()}{size}"
       for kind in "FIU" for size in (1, 2, 4, 8) if kind != "F" or size > 1},
}  # fmt: skip


class safe_open:
    """A file of arrays, as a context."""

    def __init__(self, path: str, framework: str) -> None:
        content = Path(path).read_bytes()
        end = 8 + int.from_bytes(content[:8], "little")
        self._header = json.loads(content[8:end])
        self._notes = self._header.pop("__metadata__", None)
        self._bytes = content[end:]

    def __enter__(self) -> safe_open:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def metadata(self) -> dict[str, str] | None:
        """What the file says besides its arrays."""
        return self._notes

    def keys(self) -> list[str]:
        """Names of the arrays."""
        return list(self._header)

    def get_tensor(self, name: str) -> np.ndarray[Any, Any]:
        """One array."""
        entry = self._header[name]
        start, end = entry["data_offsets"]
        array = np.frombuffer(self._bytes[start:end], TYPES[entry["dtype"]])
        return array.reshape(entry["shape"]).copy()
