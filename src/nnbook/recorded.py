"""Results of experiments and benchmarks that take minutes, recorded with the package.

The scripts in the repository's `experiments/` and `benchmarks/` write them; a snippet
reads one, and runs without the script.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnbook import _checks

__all__ = ["recorded", "Recorded"]

_FOLDER = Path(__file__).with_name("recorded_results")


@dataclass(frozen=True)
class Recorded:
    """What was measured, and how.

    Attributes
    ----------
    name
        Of the record.
    description
        What was measured, in a sentence.
    command
        Runs it again, from the root of the repository.
    date
        Day of the run, year-month-day.
    seeds
        The seeds of its runs.
    versions
        Of Python and of each package that mattered.
    machine
        Model and number of cores of the processor.
    data
        The numbers, as lists and dicts.
    """

    name: str
    description: str
    command: str
    date: str
    seeds: list[int]
    versions: dict[str, str]
    machine: dict[str, Any]
    data: Any


def recorded(name: str) -> Recorded:
    """Read the recorded result of an experiment or a benchmark.

    Parameters
    ----------
    name
        Of the record. An unknown name raises ValueError, which lists the known ones.

    Returns
    -------
    Recorded
        The result in `.data`, with the seeds, versions and machine of the run.

    Raises
    ------
    ValueError
        If there is no such record.
    """
    known = sorted(path.stem for path in _FOLDER.glob("*.json"))
    _checks.one_of("name", name, known)
    text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    return Recorded(**json.loads(text))
