"""What the tests of the command share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
