"""Write the result of an experiment or a benchmark where `nn.recorded` reads it."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import _checks
from nnbook.recorded import Recorded

FOLDER = Path(__file__).parents[1] / "src" / "nnbook" / "recorded_results"


def write_recorded(
    name: str,
    data: Any,
    *,
    description: str,
    command: str,
    seeds: Sequence[int] = (),
    packages: Sequence[str] = (),
) -> Path:
    """Record a result, so that `nn.recorded` reads it.

    Parameters
    ----------
    name
        Lower-case letters, digits and underscores.
    data
        Numbers, texts, lists, dicts with texts as keys, and arrays, which become
        lists. Round them to the digits that mean something.
    description
        What was measured, in a sentence.
    command
        Runs it again, from the root of the repository.
    seeds
        The seeds of its runs.
    packages
        Further packages whose versions matter, besides Python, NumPy and nnbook.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    TypeError
        If `data` holds something else.
    ValueError
        If the name is not of that form, a number is not finite or a text names an
        absolute path.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"name is {_checks.describe(name)}; expected lower-case letters, digits "
            f"and underscores, for example 'optimizer_race'."
        )
    record = Recorded(
        name=name,
        description=description,
        command=command,
        date=datetime.date.today().isoformat(),
        seeds=[_checks.integer("seed", seed, low=0) for seed in seeds],
        versions={
            "python": platform.python_version(),
            "nnbook": nn.__version__,
            "numpy": np.__version__,
            **{package: _version(package) for package in sorted(packages)},
        },
        machine={"cpu": _cpu_model(), "cores": os.cpu_count()},
        data=_plain(data, "data"),
    )
    text = _format(asdict(record)) + "\n"
    for path in re.findall(r"(?<![\w.:/])/(?:\w+/)+[\w.]*|[A-Z]:\\\\\w", text):
        raise ValueError(
            f"the record names the absolute path {path!r}; expected none. Write the "
            f"path relative to the root of the repository."
        )
    file = FOLDER / f"{name}.json"
    file.write_text(text, encoding="utf-8")
    return file


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise ValueError(
            f"packages names {package!r}, which is not installed; expected the names "
            f"that pip list shows."
        ) from None


def _plain(value: Any, where: str) -> Any:
    """The value made of what JSON knows."""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(
                    f"{where} has the key {key!r}; expected texts. Use str({key!r})."
                )
        return {key: _plain(entry, f"{where}[{key!r}]") for key, entry in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist(), where)
    if isinstance(value, (list, tuple)):
        return [_plain(entry, f"{where}[{i}]") for i, entry in enumerate(value)]
    if isinstance(value, float) and not np.isfinite(value):
        raise ValueError(
            f"{where} is {value}; expected a finite number. Use None where there is "
            f"no result."
        )
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(
        f"{where} is {_checks.describe(value)}; expected numbers, texts, lists, dicts "
        f"or arrays."
    )


def _format(value: Any, indent: str = "") -> str:
    """JSON with each list of plain values on one line: short, and good to compare."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        entries = [f"{json.dumps(k)}: {_format(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner + e for e in entries) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(v, (list, dict)) for v in value):
        entries = [_format(v, inner) for v in value]
        return "[\n" + ",\n".join(inner + e for e in entries) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
    return models[0] if models else platform.processor() or platform.machine()
