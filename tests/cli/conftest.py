"""What the tests of the command share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("click")
pytest.importorskip("PIL")

from click.testing import CliRunner, Result

from nnbook.cli.commands import nnbook

MNIST = Path(__file__).parents[2] / "data"
Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in an empty folder: its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NNBOOK_DATA_DIR", str(MNIST))

    def run(*words: str) -> Result:
        return CliRunner().invoke(nnbook, words)

    return run


@pytest.fixture
def fails(command: Command) -> Callable[..., str]:
    """Run what has to fail: with one line and nothing left behind."""

    def run(*words: str, code: int = 1) -> str:
        before = sorted(Path().iterdir())
        result = command(*words)
        assert result.exit_code == code, result.output
        assert result.stderr.startswith("nnbook: ")
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.output
        assert sorted(Path().iterdir()) == before
        return str(result.stderr)

    return run


def kaggle_files(folder: Path, n_train: int, n_test: int) -> np.ndarray:
    """Files of the form of Kaggle's, made of MNIST; the answers to the second."""
    from nnbook.datasets import idx

    images, labels = (
        idx.read_idx(MNIST / "mnist" / name, idx.FILES[name][1])
        for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
    )
    pixels = images.reshape(len(images), 784)
    names = ",".join(f"pixel{i}" for i in range(784))
    test = slice(n_train, n_train + n_test)
    for name, header, rows in (
        ("train.csv", f"label,{names}", np.column_stack([labels, pixels])[:n_train]),
        ("test.csv", names, pixels[test]),
    ):
        np.savetxt(
            folder / name, rows, fmt="%d", delimiter=",", header=header, comments=""
        )
    return labels[test]
