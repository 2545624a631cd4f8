"""A short version of the measurement of `nnbook kaggle`."""

from pathlib import Path

import pytest

import nnbook as nn

pytest.importorskip("click")

from experiments import kaggle_submission


def test_a_run_is_measured() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells a program's largest memory")
    data = kaggle_submission.measure([0], 2000, 300, "--epochs", "3", "--layers", "64")
    (one,) = data["runs"]
    assert one["right"] > 0.7
    assert one["low"] < one["held_out"] < one["high"]
    assert 0 < one["cpu_seconds"] < 60
    assert 50 < one["megabytes"] < 500


def test_the_recorded_runs_keep_to_the_limits() -> None:
    data = nn.recorded("kaggle_submission").data
    assert (data["n_train"], data["n_test"], len(data["runs"])) == (42_000, 28_000, 1)
    for one in data["runs"]:
        assert one["right"] >= kaggle_submission.LEAST_RIGHT
        assert one["seconds"] < kaggle_submission.MOST_SECONDS
        assert one["megabytes"] < kaggle_submission.MOST_MEGABYTES
