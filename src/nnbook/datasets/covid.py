"""Weekly counts of an epidemic."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnbook import _checks
from nnbook._types import Array
from nnbook.datasets.base import FOLDER


class Epidemic(NamedTuple):
    """Weekly counts: `cases[i, j]` new cases in group `j`, week ending `weeks[i]`."""

    weeks: Array
    groups: tuple[str, ...]
    cases: Array


def epidemic(name: str = "germany") -> Epidemic:
    """Reported new Covid-19 cases per week, which come with the package.

    Counts depend on who was tested, so compare weeks of different years with care.
    For study only, not for decisions about anyone's health.

    Parameters
    ----------
    name
        `"germany"`: 260 weeks from January 2020 to December 2024, all ages
        (`groups[0] == "all"`) and six age groups. `"all"` can exceed their sum, for
        some cases have no known age.
        `"countries"`: 115 weeks from February 2020 to April 2022, eight countries.
        Two counts are negative, as published: France and Spain took cases back.

    Returns
    -------
    Epidemic
        `weeks` (n,), datetime64, the Sunday that ends each week; `groups`, k names;
        `cases` (n, k), int64.

    Raises
    ------
    ValueError
        If the name is unknown.

    References
    ----------
    Germany: Robert Koch-Institut (2026), "7-Tage-Inzidenz der COVID-19-Fälle in
    Deutschland", doi 10.5281/zenodo.22053722, CC BY 4.0; here as weekly differences
    of the cumulative counts.
    Countries: Dong, Du and Gardner (2020), doi 10.1016/S1473-3099(20)30120-1, CC BY
    4.0, through the package `datasets/covid-19` (PDDL 1.0); here as weekly
    differences.

    Examples
    --------
    >>> weeks, groups, cases = nn.datasets.epidemic()
    >>> groups[:3], cases.shape
    (('all', 'age_00_04', 'age_05_14'), (260, 7))
    >>> weeks[cases[:, 0].argmax()]
    np.datetime64('2022-03-27')
    """
    _checks.one_of("name", name, ("germany", "countries"))
    path = FOLDER / f"covid_{name}_weekly.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    labels = 2 if name == "germany" else 1  # the German file also names the ISO week
    return Epidemic(
        weeks=np.array([row[0] for row in rows], dtype="datetime64[D]"),
        groups=tuple(header.split(",")[labels:]),
        cases=np.array([row[labels:] for row in rows]).astype(np.int64),
    )
