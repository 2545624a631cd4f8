"""Writes safetensors files in a browser."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from safetensors import TYPES

NAMES = {np.dtype(code): name for name, code in TYPES.items()}


def save(
    tensors: dict[str, np.ndarray[Any, Any]], metadata: dict[str, str] | None = None
) -> bytes:
    """A file's content: the largest types come first, so that all are aligned."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    parts, end = [], 0
    order = sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    for name, array in order:
        start, end = end, end + array.nbytes
        parts.append(array.tobytes())
        header[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [start, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)
