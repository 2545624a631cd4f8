"""`nnbook kaggle`: from the competition's files to a submission."""

import os
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from experiments.kaggle_submission import write_files

QUICK = ("--epochs", "25", "--layers", "128")


def test_a_submission(command):
    answers = write_files(Path(), 3000, 500)
    result = command("kaggle", "train.csv", "test.csv", "--out", "mine.csv", *QUICK)
    assert result.exit_code == 0, result.output
    assert "train.csv: 3,000 labelled images, 300 held out" in result.stdout
    assert "(95 % interval 0." in result.stdout
    header, *lines = Path("mine.csv").read_text().splitlines()
    assert header == "ImageId,Label"
    numbers, labels = np.array([line.split(",") for line in lines], int).T
    np.testing.assert_array_equal(numbers, np.arange(1, 501))
    assert (labels == answers).mean() > 0.85
    history = nn.load_history("mine.safetensors")
    assert f"held out: accuracy {history.val_accuracy[-1]:.4f}" in result.stdout
    made = {"mine.csv", "mine.png", "mine.safetensors"}
    assert set(os.listdir()) == made | {"train.csv", "test.csv"}


def lines_of(name):
    return Path(name).read_text().splitlines()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("train.csv", lambda rows: [], "column 1 of train.csv is missing"),
        ("train.csv", lambda rows: rows[:1], "train.csv cannot be read"),
        (
            "train.csv",
            lambda rows: [*rows[:3], f"12{rows[3][1:]}", *rows[4:]],
            "train.csv holds the label 12 in row 3; expected digits from 0 to 9",
        ),
        (
            "test.csv",
            lambda rows: [*rows[:3], rows[3].rpartition(",")[0], *rows[4:]],
            "test.csv cannot be read",
        ),
        (
            "test.csv",
            lambda rows: [*rows[:3], f"300{rows[3][1:]}", *rows[4:]],
            "test.csv cannot be read",
        ),
        (
            "test.csv",
            lambda rows: [rows[0].replace("pixel7,", ""), *rows[1:]],
            "column 8 of test.csv is 'pixel8'; expected 'pixel7'",
        ),
        (
            "test.csv",
            lambda rows: [f"label,{rows[0]}", *(f"1,{row}" for row in rows[1:])],
            "column 1 of test.csv is 'label'; expected 'pixel0'",
        ),
    ],
    ids=str.split("empty header label-12 missing-pixel pixel-300 column labels"),
)
def test_files_that_are_not_as_kaggle_writes_them(fails, name, change, message):
    write_files(Path(), 20, 10)
    Path(name).write_text("\n".join(change(lines_of(name))))
    assert message in fails("kaggle", "train.csv", "test.csv")


def test_files_in_the_wrong_order_or_not_there(fails):
    write_files(Path(), 20, 10)
    message = fails("kaggle", "test.csv", "train.csv")
    assert "column 1 of test.csv is 'pixel0'; expected 'label'" in message
    message = fails("kaggle", "train.csv", "none.csv", code=2)
    assert "'none.csv' does not exist" in message
    message = fails("kaggle", "train.csv", "test.csv", "--out", "none/a.csv")
    assert "the folder none does not exist" in message
    message = fails("kaggle", "train.csv", "test.csv", "--out", "a.safetensors")
    assert "two of them in one place" in message


def test_a_submission_that_is_there_stays_until_there_is_a_better_one(
    command, monkeypatch
):
    write_files(Path(), 200, 10)
    Path("submission.csv").write_text("ImageId,Label\n1,3\n")

    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("nnbook.cli.running.fit", interrupted)
    result = command("kaggle", "train.csv", "test.csv", *QUICK)
    assert result.exit_code == 130
    assert "submission.safetensors has the network as it is" in result.stderr
    assert Path("submission.csv").read_text() == "ImageId,Label\n1,3\n"


def test_an_interrupted_run_goes_on_to_the_same_submission(command, monkeypatch):
    write_files(Path(), 400, 50)
    words = ("kaggle", "train.csv", "test.csv", "--epochs", "4", "--layers", "16")
    assert command(*words, "--out", "once.csv").exit_code == 0

    stops = [2]

    def stop(run):
        if run.epoch in stops:
            raise KeyboardInterrupt

    def fit(*args, callbacks, **options):
        ending = nn.Callback()
        ending.epoch_end = stop
        return nn.fit(*args, callbacks=[*callbacks, ending], **options)

    with monkeypatch.context() as patch:
        patch.setattr("nnbook.cli.running.fit", fit)
        result = command(*words)
    assert result.exit_code == 130
    assert "interrupted after 2 of 4 epochs" in result.stderr
    assert not Path("submission.csv").exists()
    stops.clear()
    monkeypatch.setattr("nnbook.cli.running.fit", fit)
    assert command(*words, "--resume").exit_code == 0
    assert "submission.run" not in os.listdir()
    assert Path("submission.csv").read_text() == Path("once.csv").read_text()
