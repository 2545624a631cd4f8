"""What `cell.run` hands back from a snippet."""

from __future__ import annotations

import re
import warnings
import xml.etree.ElementTree as ET

import pytest

from bookkit import cell

DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2], label='a')\nplt.legend()\n"


def test_text_is_what_was_printed() -> None:
    result = cell.run("print('a')\nprint(__name__)")
    assert result == cell.Result(stdout="a\n__main__\n")


def test_namespaces_are_apart() -> None:
    cell.run("x = 1")
    assert "NameError" in str(cell.run("x").error)


def test_traceback_begins_with_the_readers_lines() -> None:
    error = cell.run("def f():\n    return 1 / 0\n\n\nprint('a')\nf()").error
    assert error is not None
    assert re.findall(r'File "(.*)", line (\d+)', error) == [
        ("<snippet>", "6"),
        ("<snippet>", "2"),
    ]
    assert "return 1 / 0" in error
    assert error.endswith("ZeroDivisionError: division by zero\n")


def test_traceback_hides_where_the_library_lies() -> None:
    error = cell.run("import nnbook as nn\nnn.mlp([0, 1])").error
    assert error is not None
    assert 'File "nnbook/' in error
    assert __file__.split("tests")[0] not in error


def test_text_before_a_failure_is_kept() -> None:
    assert cell.run("print(1)\n1 / 0").stdout == "1\n"


def test_syntax_error_and_exit_are_failures() -> None:
    assert "SyntaxError" in str(cell.run("1 +").error)
    assert "SystemExit: 2" in str(cell.run("raise SystemExit(2)").error)


def test_interruption_is_not_caught() -> None:
    with pytest.raises(KeyboardInterrupt):
        cell.run("raise KeyboardInterrupt")


def test_warnings_filters_are_restored() -> None:
    before = warnings.filters[:]
    cell.run("import warnings\nwarnings.simplefilter('ignore')")
    assert warnings.filters == before


def test_show_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cell.run(f"{DRAW}plt.show()").error is None


def test_figures_follow_the_scheme_of_the_page() -> None:
    (svg,) = cell.run(DRAW).figures
    ET.fromstring(svg)
    for colour in (cell.INK, cell.PAPER, *cell.CYCLE):
        assert colour not in svg
    for named in ("currentColor", "var(--nb-paper)", "var(--nb-c0)"):
        assert named in svg


def test_figures_have_no_fixed_size_and_no_date() -> None:
    (svg,) = cell.run(DRAW).figures
    start = svg[: svg.index(">")]
    assert "aspect-ratio" in start
    assert ' width="' not in start
    assert "<metadata" not in svg
    assert "<!--" not in svg


def test_ids_of_figures_are_unique_and_used() -> None:
    first, second = cell.run(f"{DRAW}plt.figure()\nplt.plot([2, 1])").figures
    ids = [re.findall(r' id="([^"]+)"', svg) for svg in (first, second)]
    assert not set(ids[0]) & set(ids[1])
    for svg, own in zip((first, second), ids, strict=True):
        used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
        assert used == set(own)


def test_figures_are_drawn_alike_each_time() -> None:
    first = cell.run(DRAW)
    cell.run("import matplotlib as mpl\nmpl.rcParams['lines.linewidth'] = 9\n#.plot(")
    assert cell.run(DRAW) == first


def test_figures_of_a_failing_snippet_are_kept() -> None:
    result = cell.run(f"{DRAW}1 / 0")
    assert result.error
    assert len(result.figures) == 1


def test_many_points_are_one_light_path() -> None:
    code = """
import matplotlib.pyplot as plt
import nnbook as nn

X, y = nn.datasets.spiral()
fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.1))
for ax in axes:
    nn.plots.decision_boundary(lambda X: (X[:, 0] > 0).astype(int), X, y, ax=ax)
"""
    (svg,) = cell.run(code, prefix="a").figures
    assert len(svg) < 60_000
    tree = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    shapes = {path.get("id") for path in tree.iter(f"{space}path")}
    marks = {mark.get("id"): mark for mark in tree.iter(f"{space}marker")}
    counts = []
    for path in tree.iter(f"{space}path"):
        if used := re.search(r"marker: url\(#(.*)\)", path.get("style", "")):
            (use,) = marks[used[1]]
            assert use.get("{http://www.w3.org/1999/xlink}href", "")[1:] in shapes
            assert "var(--nb-c" in use.get("style", "")
            counts.append(len(path.get("d", "")[1:].split()) // 2)
    assert counts == [100, 100, 100] * 4


def test_film_is_kept_with_what_the_eye_needs() -> None:
    code = "import numpy as np\nfilm = {'frames': [(1, np.array([0.126, 2]))]}"
    assert cell.run(code).film == '{"frames":[[1,[0.13,2.0]]]}'
    assert cell.run("films = []").film is None
    assert "TypeError" in str(cell.run("film = print").error)


def test_figures_are_drawn_to_a_tenth_of_a_point() -> None:
    (svg,) = cell.run(DRAW).figures
    numbers = re.findall(r' (?:d|x|y)="([^"]*)"', svg)
    assert sum(map(len, numbers)) > 100
    assert [n for n in numbers if re.search(r"\.\d\d|[a-zA-Z]\s|\s[a-zA-Z]", n)] == []
    ET.fromstring(svg)


def test_letters_are_large_enough_for_a_phone() -> None:
    (svg,) = cell.run(DRAW).figures
    width = float(re.findall(r'viewBox="0 0 ([\d.]+) ', svg)[0])
    sizes = [100 * float(scale) for scale in re.findall(r"scale\(([\d.]+) -", svg)]
    assert len(sizes) > 5
    assert min(sizes) * 390 / width >= 9
