"""A trained network as the commands keep it: one file of `nn.save`, and its meaning."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from nnbook import _files, _notes, storage
from nnbook._types import Array
from nnbook.cli.samples import Meaning, Samples
from nnbook.network import Network
from nnbook.run import History


def save(path: Path, network: Network, history: History, meaning: Meaning) -> None:
    """What `nn.save` writes, and beside it what inputs and outputs stand for."""
    notes = _notes.notes_of(network)
    notes["history"], notes["meaning"] = history.to_dict(), asdict(meaning)
    _files.write(path, _notes.tensors_of(network), notes)


def load(path: Path) -> tuple[Network, Meaning]:
    """A network of `nnbook train`, of `nn.save` or of `nn.Checkpoint`."""
    network = storage.load(path)
    _, notes = _files.read(path)
    if (known := notes.get("meaning")) is None:
        loss = network.loss
        classes = (network.n_out or 0) if loss is None or loss.classification else 0
        return network, Meaning(classes=tuple(map(str, range(classes))))
    return network, _files.understand(path, lambda: Meaning(**known))


def measured(samples: Samples, rows: Array) -> Samples:
    """A table's samples with the center and scale of some of its rows."""
    values = samples.X[rows]
    if not samples.meaning.classes:
        values = np.column_stack([values, samples.y[rows]])
    center, scale = values.mean(0), values.std(0)
    scale[scale == 0] = 1  # a constant column
    meaning = replace(
        samples.meaning, center=tuple(center.tolist()), scale=tuple(scale.tolist())
    )
    return replace(samples, meaning=meaning)


def scaled(samples: Samples) -> tuple[Array, Array]:
    """Inputs and targets as the network is trained on them."""
    X, y, meaning = samples.X, samples.y, samples.meaning
    if not meaning.center:
        return X, y
    n = X.shape[1]
    X = (X - meaning.center[:n]) / meaning.scale[:n]
    if not meaning.classes:
        y = (y - meaning.center[n]) / meaning.scale[n]
    return X.astype(np.float32), y


def interval(right: int, n: int) -> tuple[float, float]:
    """Where the accuracy lies with 95 % confidence (Wilson, 1927)."""
    z = 1.959964
    share = right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return middle - half, middle + half


def measure(network: Network, X: Array, y: Array, meaning: Meaning) -> dict[str, Any]:
    """Loss, and accuracy with its interval, or for values r2 and the usual error."""
    scores: dict[str, Any] = {"samples": len(X), **network.evaluate(X, y)}
    if "accuracy" in scores:
        scores["interval"] = interval(round(scores["accuracy"] * len(X)), len(X))
    else:
        unit = meaning.scale[-1] if meaning.scale else 1.0
        scores["error"] = math.sqrt(scores["loss"]) * unit
    return scores


def in_words(scores: dict[str, Any]) -> str:
    """The same as a part of a sentence."""
    if "interval" in scores:
        low, high = scores["interval"]
        return (
            f"accuracy {scores['accuracy']:.4f} (95 % interval {low:.4f} to {high:.4f})"
        )
    return f"r2 {scores['r2']:.4f}, root mean square error {scores['error']:.4g}"
