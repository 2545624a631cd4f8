"""What a run may print instead of what the page says, and what not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bookkit.compare import Bound, difference, fault, settle
from bookkit.pages import ROOT

AGREE = [
    ("a word", "a word"),
    ("0.9756", "0.9757"),
    ("0.9756", "0.9755"),
    ("loss 9.99 at step 3", "loss 10.00 at step 3"),
    ("0.5", "0.499"),
    ("-0.00", "0.00"),
    ("[-0.00  0.50]", "[0.01 0.50]"),
    ("9.77e-04", "9.78e-04"),
    ("1.0e-05", "9.9e-06"),
    ("3e-11", "9e-11"),
    ("3e-11", "4e-12"),
    ("[1.e-16 2.e-16]", "[3.e-16 2.e-16]"),
    ("97.5%", "97.6%"),
    ("1,000.0", "999.9"),
    ("(1.50+2.50j)", "(1.51+2.49j)"),
    ("1.5x", "1.4x"),
    ("a\tb", "a       b"),
]
DIFFER = [
    ("loss 0.5", "error 0.5"),
    ("True", "False"),
    ("7", "8"),
    ("1,024", "1,025"),
    ("98%", "97%"),
    ("0.9756", "0.9758"),
    ("0.9756", "0.9754"),
    ("9.77e-04", "9.79e-04"),
    ("9.77e-04", "9.77e-03"),
    ("3e-11", "2e-12"),
    ("3e-11", "-3e-11"),
    ("3e-11", "0e+00"),
    ("0.3", "0.30000000000000004"),
    ("[0. 1.]", "[1. 1.]"),
    ("10", "10.0"),
    ("10", "9.99"),
    ("0.5", "-0.5"),
    ("0.5", "nan"),
    ("3-0.5", "3+0.5"),
    ("x1.5", "x1.6"),
    ("version 1.2.3", "version 1.2.4"),
    ("    return x", "return x"),
    ("a  0.50", "a 0.50"),
    ("a", "a\nb"),
    ("a\n\nb", "a\nb"),
    ("", "a"),
    ("a", ""),
    ("", "\n"),
]


@pytest.mark.parametrize(("said", "found"), AGREE)
def test_these_agree(said: str, found: str) -> None:
    assert difference(f"{said.expandtabs()}\n", f"{found}\n") == ""
    assert difference(f"{found.expandtabs()}\n", f"{said}\n") == ""


@pytest.mark.parametrize(("said", "found"), DIFFER)
def test_these_differ(said: str, found: str) -> None:
    said, found = (f"{text}\n" if text else "" for text in (said, found))
    assert difference(said, found)
    assert difference(found, said)


def test_a_last_line_may_be_open() -> None:
    assert difference("a\n", "a") == ""
    assert settle("", "a") == "a\n"


def test_bound_widens_all_numbers_but_integers() -> None:
    bound = Bound.parse("0.02")
    assert difference("0.97 7\n", "0.95 7\n", bound) == ""
    assert difference("0.97 7\n", "0.9500001 7\n", bound) == ""
    assert difference("0.97 7\n", "0.94 7\n", bound)
    assert difference("0.97 7\n", "0.97 8\n", Bound.parse("2"))


def test_diff_shows_only_what_does_not_agree() -> None:
    said = "loss 0.50\nright 0.97, steps 7\nend\n"
    found = "loss 0.51\nright 0.99, steps 7\nend\n"
    lines = difference(said, found).splitlines()
    assert lines[2:] == [
        "@@ -1,3 +1,3 @@",
        " loss 0.50",
        "-right 0.97, steps 7",
        "+right 0.99, steps 7",
        " end",
    ]


def test_settled_text_keeps_the_numbers_that_agree() -> None:
    said = "loss 0.50, right 0.97\nsteps 7, loss 0.31\n"
    found = "new\nloss 0.51, right 0.99\nsteps 7, loss 0.30\n"
    assert settle(said, found) == "new\nloss 0.50, right 0.99\nsteps 7, loss 0.31\n"


def test_settled_text_keeps_columns_straight() -> None:
    said = "  9.99  1.50\n  8.00  1.00\n"
    found = " 10.00  1.70\n  8.00  1.00\n"
    assert settle(said, found) == found


def test_spaces_that_moved_without_a_number_are_written_anew() -> None:
    assert settle("a 0.50\n", "a   0.51\n") == "a   0.50\n"


@pytest.mark.parametrize("text", ["", "small", "0", "-1", "nan", "inf", "| why: a"])
def test_bound_needs_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="positive number"):
        Bound.parse(text)


@pytest.mark.parametrize(
    ("text", "bound", "message"),
    [
        ("7 steps\n", "0.02", "bounds no number"),
        ("", "0.02", "bounds no number"),
        ("0.97 0.19\n", "0.02", "wider than a tenth of 0.19"),
        ("3e-11\n", "0.02", "bounds no number"),
        ("-0.10 0.97\n", "0.02", "wider than a tenth of -0.10"),
        ("0.97\n", "0.01", "widens nothing"),
    ],
)
def test_bound_that_is_no_bound(text: str, bound: str, message: str) -> None:
    assert message in fault(text, Bound.parse(bound))


@pytest.mark.parametrize(
    ("text", "bound"),
    [("0.97 0.20 7 3e-11\n", "0.02"), ("0.19\n", "0.02 | why: ten samples are tested")],
)
def test_bound_that_may_stand(text: str, bound: str) -> None:
    assert fault(text, Bound.parse(bound)) == ""


def test_a_bound_does_not_widen_an_order_of_magnitude() -> None:
    bound = Bound.parse("0.02")
    assert difference("0.97 3e-11", "0.96 8e-12", bound) == ""
    assert difference("0.97 3e-11", "0.96 3e-3", bound) != ""


def test_bound_tells_the_reader() -> None:
    assert str(Bound.parse(" 0.02 | why: a")) == "± 0.02 on other machines"


@pytest.mark.parametrize("module", ["bookkit.compare", "bookkit.cell"])
def test_a_browser_can_import_it(module: str) -> None:
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); before = {{*sys.modules}}\n"
        f"import {module}\n"
        "new = {name.split('.')[0] for name in {*sys.modules} - before}\n"
        "print(new - {'bookkit', *sys.stdlib_module_names})"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stdout == "set()\n", done.stdout + done.stderr
