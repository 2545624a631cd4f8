"""A reader's table: two columns of inputs, and one of classes or values."""

from __future__ import annotations

import csv

from bookkit.playground.choices import MOST_POINTS

_CLASSES = 8
_SIZE = 2.0  # numbers up to here are left as they are


def read(text: str, regression: bool) -> tuple[list[float], str]:
    """Points of a table, and what was done to them in a sentence.

    Parameters
    ----------
    text
        A row for each point, parted by commas, semicolons or tabs; a first row without
        numbers names the columns.
    regression
        Whether the last column is a value rather than a class.

    Raises
    ------
    ValueError
        If it is no such table.
    """
    rows = _rows(text)
    if rows and not _is_number(rows[0][0]):
        rows = rows[1:]
    if len(rows) < 2:
        raise ValueError(
            "That is no table of points. Write a row for each, such as “0.5, −1, 0”: "
            "x, y, and a class or a value."
        )
    if len(rows) > MOST_POINTS:
        raise ValueError(
            f"There are {len(rows)} rows; the page takes {MOST_POINTS}. Leave some out."
        )
    for n, row in enumerate(rows, 1):
        if len(row) < 3 or not (_is_number(row[0]) and _is_number(row[1])):
            raise ValueError(
                f"Row {n} is “{', '.join(row)[:60]}”; expected two numbers, and a "
                f"class or a value."
            )
    x, said_x = _scaled("x", [float(row[0]) for row in rows])
    y, said_y = _scaled("y", [float(row[1]) for row in rows])
    names = [row[2] for row in rows]
    if regression:
        for n, name in enumerate(names, 1):
            if not _is_number(name):
                raise ValueError(f"Row {n} has “{name[:40]}” where a value belongs.")
        targets, said = _scaled("The value", [float(name) for name in names])
    else:
        targets, said = _numbered(names)
    points = [n for point in zip(x, y, targets, strict=True) for n in point]
    sentences = [f"{len(rows)} points.", said_x, said_y, said]
    return points, " ".join(filter(None, sentences))


def _rows(text: str) -> list[list[str]]:
    lines = text.strip().splitlines()
    part = next((sign for sign in ";\t," if lines and sign in lines[0]), ",")
    rows = csv.reader(lines, delimiter=part)
    kept = [[cell.strip().replace("−", "-") for cell in row] for row in rows if row]
    if part == ";":  # where the comma is the decimal point
        kept = [[cell.replace(",", ".") for cell in row] for row in kept]
    return kept


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) < 1e12
    except ValueError:
        return False


def _scaled(name: str, column: list[float]) -> tuple[list[float], str]:
    """Numbers of about 1, on which a network can learn."""
    low, high = min(column), max(column)
    if max(abs(low), abs(high)) <= _SIZE or low == high:
        return column, ""
    scaled = [round(2 * (n - low) / (high - low) - 1, 3) for n in column]
    return scaled, f"{name}: {low:g} … {high:g} became −1 … 1."


def _numbered(names: list[str]) -> tuple[list[float], str]:
    """Classes 0, 1, … in the order of their numbers, or of their first rows."""
    kinds = list(dict.fromkeys(names))
    if all(map(_is_number, kinds)):
        kinds.sort(key=float)
    if not 2 <= len(kinds) <= _CLASSES:
        raise ValueError(
            f"The third column has {len(kinds)} different entries; expected 2 to "
            f"{_CLASSES} classes. For numbers, take “values: your own points”."
        )
    said = ", ".join(f"“{kind[:20]}” is class {j}" for j, kind in enumerate(kinds))
    plain = [str(j) for j in range(len(kinds))] == kinds
    return [float(kinds.index(name)) for name in names], "" if plain else f"{said}."
