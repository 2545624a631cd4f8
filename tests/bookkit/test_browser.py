"""What is put beside the pages for the reader's browser."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy

from bookkit import answer, browser

TENSORS = {
    "b": np.arange(3, dtype=np.float32),
    "W": np.ones((2, 2)),
    "mask": np.array([True, False]),
    "steps": np.array(3),
}
NOTES = {"notes": "é"}
# In a process of its own: here the names are taken by the real library.
STAND_IN = """
import sys; sys.path.insert(0, sys.argv[1])
import safetensors, safetensors.numpy
with safetensors.safe_open(sys.argv[2], framework="numpy") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    notes = file.metadata()
open(sys.argv[3], "wb").write(safetensors.numpy.save(tensors, notes))
"""


def test_the_stand_in_reads_and_writes_the_format(tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(safetensors.numpy.save(TENSORS, NOTES))
    command = [sys.executable, "-c", STAND_IN, browser.STAND_INS, there, back]
    subprocess.run(command, check=True)
    with safetensors.safe_open(back, framework="numpy") as file:
        assert file.metadata() == NOTES
        assert set(file.keys()) == set(TENSORS)
        for name, array in TENSORS.items():
            got = file.get_tensor(name)
            assert got.dtype == array.dtype
            np.testing.assert_array_equal(got, array)


def test_python_stands_beside_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").touch()
    monkeypatch.delenv("NNBOOK_PYODIDE_DIR", raising=False)
    monkeypatch.setenv("NNBOOK_PYODIDE_URL", "https://example.org/python")
    # The build of the site trains them for the tests of the pad.
    trained = tmp_path / "trained.safetensors"
    safetensors.numpy.save_file(TENSORS, trained)
    monkeypatch.setattr(browser, "train", lambda page, made: trained)
    browser.add_python(tmp_path)
    folder = tmp_path / "assets" / "python"
    config = json.loads((folder / "config.json").read_text())
    assert config["url"] == "https://example.org/python/"
    with tarfile.open(folder / config["library"]) as library:
        assert "./nnbook/__init__.py" in library.getnames()
    with zipfile.ZipFile(folder / "book.zip") as book:
        assert "bookkit/answer.py" in book.namelist()
        assert "safetensors/numpy.py" in book.namelist()
    for path, size in config["data"].items():
        assert (folder / "data" / path).stat().st_size == size


def test_a_folder_without_a_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make site"):
        browser.add_python(tmp_path)


def test_another_pyodide_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, other = tmp_path / "site", tmp_path / "other"
    site.mkdir()
    other.mkdir()
    (site / "index.html").touch()
    for name in json.loads(browser.MANIFEST.read_text())["files"]:
        (other / name).write_text("another one")
    monkeypatch.setenv("NNBOOK_PYODIDE_DIR", str(other))
    with pytest.raises(ValueError, match=r"NNBOOK_PYODIDE_DIR.*sha256"):
        browser.add_python(site)


def _ask(
    code: str, expected: str = "", within: str = ""
) -> tuple[dict[str, object], str]:
    pieces: list[str] = []
    found = json.loads(answer.answer(code, expected, within, "nb-", pieces.append))
    return found, "".join(pieces)


def test_an_answer_says_whether_the_page_says_otherwise() -> None:
    assert _ask("print(0.5)", "0.5\n")[0]["differs"] is False
    assert _ask("print(0.52)", "0.5\n")[0]["differs"] is True
    assert _ask("print(0.52)", "0.5\n", within="0.03")[0]["differs"] is False


def test_text_comes_in_pieces_and_ends_somewhere() -> None:
    found, heard = _ask("for i in range(10**5): print(i)")
    assert found["stdout"] == heard
    assert answer.MOST < len(heard) < answer.MOST + 100
    assert "and more" in heard


def test_what_is_missing_is_explained() -> None:
    error = str(_ask("import no_such_library")[0]["error"])
    assert "NumPy, matplotlib and nnbook" in error


def test_there_is_no_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", None)  # put back in the end
    assert "no keyboard" in str(_ask("input()")[0]["error"])


def test_first_turn_of_a_control_draws_its_figure_alone() -> None:
    code = (
        "import matplotlib.pyplot as plt\n"
        "import nnbook as nn\n"
        "def draw(a=0):\n"
        "    plt.figure()\n"
        "    print(a)\n"
        "nn.interact(draw, a=(0, 1))\n"
    )
    turned = json.loads(answer.turn(code, '{"a": 1}', "t-"))
    assert turned["error"] is None
    assert turned["stdout"] == "1\n"
    assert len(turned["figures"]) == 1
