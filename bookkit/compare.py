"""Does a run print what the page says? Token by token: machines round differently.

Words and whole numbers must be equal. A number with digits behind its point may differ
by one unit of its last digit. One digit with an exponent, such as 3e-11, is an order of
magnitude: it may differ by a factor of ten. The build, the tests and the reader's
browser compare with this module, which therefore uses the standard library alone.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal

# Not part of a word such as `x2` or of a version such as 1.2.3. A sign behind a word is
# a dash or an operator.
NUMBER = re.compile(
    r"(?<![\w.])(?:(?<![\w.)\]])[-+])?"
    r"(?:\d+(?:[,_]\d{3})+|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?"
    r"(?!\.?\d)"
)
# NumPy puts a point behind the digit.
MAGNITUDE = re.compile(r"[-+]?\d\.?[eE][-+]?\d+")


@dataclass(frozen=True)
class Bound:
    """What `<!-- within: 0.02 -->` or `<!-- within: 0.02 | why: … -->` says."""

    size: Decimal
    why: str = ""

    @classmethod
    def parse(cls, text: str) -> Bound:
        """Read what stands behind `within:`.

        Raises
        ------
        ValueError
            If it is not a positive number.
        """
        number, _, why = text.partition("| why:")
        number = number.strip()
        known = re.fullmatch(r"\d+(\.\d+)?(e-?\d+)?", number)
        size = Decimal(number if known else 0)
        if size == 0:
            raise ValueError(
                f"a bound needs a positive number, as in <!-- within: 0.02 -->; "
                f"this one says {number!r}"
            )
        return cls(size, why.strip())

    def __str__(self) -> str:
        return f"± {self.size} on other machines"


def settle(expected: str, printed: str, within: Bound | None = None) -> str:
    """What the page should say after a run.

    Parameters
    ----------
    expected
        What the page says.
    printed
        What the run printed.
    within
        By how much numbers that are no integers may differ, if that is more.

    Returns
    -------
    str
        `expected`, but for the words and numbers with which the run does not agree. If
        it agrees with all of them, this is `expected`.
    """
    old, new = _lines(expected), _lines(printed.expandtabs())
    same = difflib.SequenceMatcher(
        None, [_words(line) for line in old], [_words(line) for line in new], False
    )
    for at, there, count in same.get_matching_blocks():
        for i in range(count):
            new[there + i] = _settle_line(old[at + i], new[there + i], within)
    return expected if old == new else "".join(f"{line}\n" for line in new)


def difference(expected: str, printed: str, within: Bound | None = None) -> str:
    """A diff of what the page says and what the run does not agree with, or nothing."""
    settled = settle(expected, printed, within)
    if settled == expected:
        return ""
    lines = difflib.unified_diff(
        _lines(expected), _lines(settled), "page", "run", lineterm=""
    )
    return "\n".join(lines)


def fault(expected: str, within: Bound) -> str:
    """What is wrong with a bound on these numbers, or nothing."""
    sizes = [
        (abs(_value(number)), number)
        for number in NUMBER.findall(expected)
        if not _is_whole(number) and not MAGNITUDE.fullmatch(number)
    ]
    if not sizes:
        return (
            f"the bound {within.size} bounds no number; it never widens integers, nor "
            f"orders of magnitude such as 3e-11"
        )
    if all(within.size <= _unit(number) for _, number in sizes):
        return f"the bound {within.size} widens nothing; numbers may differ by a unit"
    smallest, number = min(sizes)
    if within.size > smallest / 10 and not within.why:
        return (
            f"the bound {within.size} is wider than a tenth of {number}; print "
            f"another number, or say why it must be: "
            f"<!-- within: {within.size} | why: … -->"
        )
    return ""


def _lines(text: str) -> list[str]:
    # The last line may be open: `print(…, end="")`.
    return text.removesuffix("\n").split("\n") if text else []


def _words(line: str) -> tuple[str, ...]:
    return tuple(words.strip() for words in NUMBER.split(line))


def _settle_line(old: str, new: str, within: Bound | None) -> str:
    said, found = NUMBER.findall(old), NUMBER.findall(new)
    agreed = [_agree(a, b, within) for a, b in zip(said, found, strict=True)]
    widths = [len(a) == len(b) for a, b in zip(said, found, strict=True)]
    # A number of another width moves the spaces around it.
    if all(agreed) and (not all(widths) or NUMBER.split(old) == NUMBER.split(new)):
        return old
    kept = iter(
        a if agree and width else b
        for a, b, agree, width in zip(said, found, agreed, widths, strict=True)
    )
    return NUMBER.sub(lambda _: next(kept), new)


def _agree(said: str, found: str, within: Bound | None) -> bool:
    if said == found:
        return True
    if _is_whole(said) or _is_whole(found):
        return False
    a, b = _value(said), _value(found)
    if MAGNITUDE.fullmatch(said) and MAGNITUDE.fullmatch(found):
        return a * b > 0 and abs(a) <= 10 * abs(b) and abs(b) <= 10 * abs(a)
    if within and abs(a - b) <= within.size:
        return True
    return abs(a - b) <= min(_unit(said), _unit(found))


def _is_whole(number: str) -> bool:
    # NumPy prints a whole number of an array as `1.`: that one was not rounded.
    return re.fullmatch(r"[-+]?[\d,_]+\.?", number) is not None


def _value(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _unit(number: str) -> Decimal:
    # Of its last digit.
    return Decimal((0, (1,), int(_value(number).as_tuple().exponent)))
