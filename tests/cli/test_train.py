"""`nnbook train` and `nnbook evaluate`."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from nnbook.cli import model

FLOWERS = "width,height,species\n" + "".join(
    f"{w + i / 40},{100 * h - i},{name}\n"
    for w, h, name in ((1, 1, "aster"), (2, 3, "rose"), (3, 2, "lily"))
    for i in range(20)
)
QUICK = ("--epochs", "2", "--layers", "8")


def test_a_network_and_its_curve_are_saved(command):
    result = command("train", "digits", "--epochs", "9", "--layers", "32,16")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert "1,212 samples to train on, 135 held out; 64 inputs, 10 classes" in (
        result.stdout
    )
    assert "64-32-16-10, relu, 2,778 parameters" in result.stdout
    network = nn.load("digits.safetensors")
    data = nn.datasets.digits()
    assert nn.accuracy(network.predict(data.X_test), data.y_test) > 0.85
    history = nn.load_history("digits.safetensors")
    assert len(history.val_loss) == 9
    assert f"held out: accuracy {history.val_accuracy[-1]:.4f}" in result.stdout
    assert Path("digits.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(os.listdir()) == ["digits.png", "digits.safetensors"]


@pytest.mark.parametrize("data", ["spiral", "xor", "moons", "blobs", "digits"])
def test_every_built_in_set_can_be_trained_on_and_measured(command, data):
    assert command("train", data, *QUICK).exit_code == 0
    result = command("evaluate", f"{data}.safetensors", data)
    assert result.exit_code == 0, result.output
    assert "accuracy" in result.stdout


def test_all_that_can_be_chosen_is_what_fit_is_told(command, monkeypatch):
    told = {}

    def fit(network, **options):
        told.update(options, network=network)
        return real(network, **options)

    real = nn.fit
    monkeypatch.setattr("nnbook.cli.running.fit", fit)
    result = command(
        *("train", "spiral", "--layers", "16,8", "--activation", "tanh"),
        *("--dropout", "0.25", "--optimizer", "momentum:0.8", "--rate", "0.5"),
        *("--schedule", "StepDecay:factor=0.1,every=4", "--warmup", "0.2"),
        *("--regularizer", "L2:1e-4", "--epochs", "3", "--batch", "16"),
        *("--held-out", "0.3", "--seed", "5", "--out", "a.safetensors"),
        *("--curve", "b.svg"),
    )
    assert result.exit_code == 0, result.output
    assert repr(told["optimizer"]) == (
        "nn.Momentum(nn.Warmup(nn.StepDecay(0.5, factor=0.1, every=4), 0.2), "
        "momentum=0.8)"
    )
    assert repr(told["regularizer"]) == "nn.L2(0.0001)"
    layers = told["network"].layers
    assert [repr(layer) for layer in layers] == [
        "nn.Dense(2, 16, activation=nn.tanh)",
        "nn.Dropout(0.25)",
        "nn.Dense(16, 8, activation=nn.tanh)",
        "nn.Dropout(0.25)",
        "nn.Dense(8, 3)",
    ]
    assert (told["epochs"], told["batch_size"], told["seed"]) == (3, 16, 5)
    assert len(told["validation"][0]) == 90
    assert "<svg" in Path("b.svg").read_text()
    assert sorted(os.listdir()) == ["a.safetensors", "b.svg"]


@pytest.mark.parametrize("package", ["optimizers", "schedules", "regularizers"])
def test_every_part_of_the_library_can_be_chosen(package):
    from nnbook.cli.train import train

    option = next(o for o in train.params if o.name == package[:-1])
    listed = getattr(nn, package, None) or __import__(f"nnbook.{package}").regularizers
    names = {name.lower() for name in listed.__all__} - {package[:-1]}
    assert set(option.type.known) == names


def test_the_same_seed_gives_the_same_network(command):
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        command("train", "moons", *QUICK, "--seed", seed, "--out", f"{name}.net")
    a, b, c = (nn.load(f"{name}.net").params for name in "abc")
    assert (a == b).all()
    assert not (a == c).any()


def test_a_terminal_shows_a_bar_and_a_file_does_not(tmp_path):
    pty = pytest.importorskip("pty", exc_type=ImportError)
    ours, theirs = pty.openpty()
    pytest.importorskip("termios").tcsetwinsize(theirs, (24, 80))
    words = ("train", "moons", "--epochs", "3", "--layers", "8")
    done = _process(tmp_path, *words, stderr=theirs)
    os.close(theirs)
    said, _ = done.communicate()
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "3/3" in shown
    assert "3/3" not in said


# CSV -------------------------------------------------------------------------------


def test_classes_of_a_table(command):
    Path("flowers.csv").write_text(FLOWERS)
    words = ("--epochs", "60", "--optimizer", "Adam", "--rate", "0.02")
    result = command("train", "flowers.csv", *words)
    assert result.exit_code == 0, result.output
    assert "2 inputs, 3 classes" in result.stdout
    _, meaning = model.load(Path("flowers.safetensors"))
    assert meaning.columns == ["width", "height"]
    assert meaning.target == "species"
    assert meaning.classes == ["aster", "lily", "rose"]

    # Other columns, another order, and only two of the classes.
    lines = ["x,species,height,width", "0,rose,281,2.475", "0,lily,181,3.475"]
    Path("new.csv").write_text("\n".join(lines))
    result = command("evaluate", "flowers.safetensors", "new.csv", "--json")
    scores = json.loads(result.stdout)
    assert (scores["samples"], scores["accuracy"]) == (2, 1.0)
    assert scores["interval"] == pytest.approx([0.342, 1], abs=1e-3)


def test_values_of_a_table(command):
    rng = np.random.default_rng(0)
    x = rng.uniform(1000, 1002, 200)
    lines = [f"{a},{5000 + 300 * (a - 1001)}" for a in x]
    Path("prices.csv").write_text("\n".join(["size,price", *lines]))
    result = command("train", "prices.csv", "--epochs", "60", "--rate", "0.01")
    assert result.exit_code == 0, result.output
    assert "1 inputs, one value" in result.stdout
    result = command("evaluate", "prices.safetensors", "prices.csv", "--json")
    scores = json.loads(result.stdout)
    assert scores["r2"] > 0.98
    # In the unit of the target, whose standard deviation is 173.
    assert scores["error"] == pytest.approx(173 * np.sqrt(1 - scores["r2"]), rel=0.05)


@pytest.mark.parametrize(
    ("targets", "task", "classes"),
    [
        (["2", "10", "2", "10"], "auto", ["2", "10"]),
        (["b", "a", "b", "a"], "auto", ["a", "b"]),
        (["0.5", "1", "2", "3"], "auto", []),
        ([str(i) for i in range(101)], "auto", []),
        (["1", "2", "1", "2"], "regress", []),
        (["0.5", "1.5", "0.5", "1.5"], "classify", ["0.5", "1.5"]),
    ],
)
def test_what_a_target_is(command, targets, task, classes):
    lines = [f"{i},{target}" for i, target in enumerate(targets * 9)]
    Path("t.csv").write_text("\n".join(["x,y", *lines]))
    result = command("train", "t.csv", "--task", task, "--held-out", "0.5", *QUICK)
    assert result.exit_code == 0, result.output
    assert model.load(Path("t.safetensors"))[1].classes == classes


def test_the_column_called_label_is_the_target(command):
    Path("t.csv").write_text("label,x\n" + "a,1\nb,2\n" * 10)
    assert command("train", "t.csv", *QUICK).exit_code == 0
    assert model.load(Path("t.safetensors"))[1].columns == ["x"]
    assert command("train", "t.csv", "--target", "x", *QUICK).exit_code == 1


# Mistakes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train"], "Missing argument 'DATA'. Try: nnbook train --help"),
        (["trian"], "No such command 'trian'"),
        (["train", "epidemic"], "a series of counts, not samples with answers. Write"),
        (["train", "mnits"], "'mnits' is neither a file nor one of spiral, xor"),
        (["train", "xor", "--epochs", "0"], "0 is not in the range x>=1"),
        (["train", "xor", "--epochs", "many"], "'many' is not a valid integer"),
        (["train", "xor", "--layers", "8,,"], "'8,,' is no list of widths"),
        (["train", "xor", "--layers", "-3"], "'-3' is no list of widths"),
        (["train", "xor", "--activation", "rely"], "'rely' is not one of"),
        (["train", "xor", "--optimizer", "Adamm"], "'Adamm' is not one of SGD, Mo"),
        (["train", "xor", "--optimizer", "Adam:beta=1"], "may stand beta1, beta2, e"),
        (["train", "xor", "--optimizer", "Adam:beta1=1"], "beta1 is 1; expected"),
        (["train", "xor", "--optimizer", "SGD"], "SGD has no rate of its own"),
        (["train", "xor", "--schedule", "StepDecay"], "missing a required argument"),
        (["train", "xor", "--regularizer", "L2:-1"], "strength is -1; expected"),
        (["train", "xor", "--rate", "0"], "0.0 is not in the range x>0"),
        (["train", "xor", "--lr", "1"], "No such option"),
        (["evaluate", "m"], "Missing argument 'DATA'"),
    ],
)
def test_a_word_that_does_not_fit(fails, words, message):
    assert message in fails(*words, code=2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "t.csv is empty"),
        ("x,y\n", "t.csv has no rows below its header"),
        ("1,2\n3,4\n", "begins with the numbers 1, 2…; expected a line with names"),
        ("y\n1\n2\n", "has no column but 'y'"),
        ("x;y\n1;a\n2;b\n", "no column but 'x;y'; expected inputs, too, with commas"),
        ("x,x,y\n1,2,3\n", "two columns 'x'"),
        ("x,y\n1,a\n2,a\n", "column 'y' holds the one class 'a'"),
        ("x,y\n1,a\nred,b\n", "row 2 has 'red' in column 'x'; expected a number"),
        ("x,y\n1,a\n,b\n", "row 2 has nothing in column 'x'; expected a number"),
        ("x,y\n1,a\nnan,b\n", "row 2 has nan in column 'x'; expected a finite number"),
        ("x,y\n1,a\n2\n", "row 2 has 1 cells; expected 2"),
        ("x,y\n1,0.5\n2,\n", "row 2 has nothing in column 'y'"),
        ("x,y\n\0,1\n", "row 1 has"),
        ("\0\1\2", "is no text"),
        ("x,y\n1,a\n", "the one class"),
        ("x,y\n1,a\n2,b\n", "2 samples into 2 to train on and 0"),
    ],
)
def test_a_table_that_cannot_be_used(fails, content, message):
    Path("t.csv").write_text(content)
    assert message in fails("train", "t.csv")


def test_a_column_that_is_not_there(fails, command):
    Path("flowers.csv").write_text(FLOWERS)
    message = fails("train", "flowers.csv", "--target", "colour")
    assert "flowers.csv has no column 'colour'; it has width, height, spec" in message
    command("train", "flowers.csv", *QUICK)
    Path("new.csv").write_text("width,species\n1,rose\n")
    assert "no column 'height'" in fails("evaluate", "flowers.safetensors", "new.csv")
    Path("new.csv").write_text("width,height,species\n1,2,tulip\n")
    message = fails("evaluate", "flowers.safetensors", "new.csv")
    assert "row 1 is of class 'tulip'; the network knows aster, lily, rose" in message


def test_a_network_of_another_kind(fails, command):
    command("train", "digits", *QUICK)
    Path("flowers.csv").write_text(FLOWERS)
    command("train", "flowers.csv", *QUICK)
    message = fails("evaluate", "flowers.safetensors", "digits")
    assert "takes 2 numbers a sample, digits has 64" in message
    message = fails("evaluate", "digits.safetensors", "spiral")
    assert "takes 64 numbers a sample, spiral has 2" in message
    assert "there is no file none.net" in fails("evaluate", "none.net", "spiral")
    Path("text").write_text("no network")
    assert "not a whole safetensors file" in fails("evaluate", "text", "spiral")


def test_a_network_of_python_can_be_measured(command):
    data = nn.datasets.digits()
    network = nn.mlp([64, 10])
    options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.Adam(0.01)}
    nn.fit(network, data.X_train, data.y_train, epochs=3, **options)
    nn.save(network, "mine.safetensors")
    result = command("evaluate", "mine.safetensors", "digits", "--confusion")
    right = nn.accuracy(network.predict(data.X_test), data.y_test)
    assert f"accuracy {right:.4f} (95 % interval" in result.stdout
    assert "mixed up most often: " in result.stdout


def test_training_that_diverges_says_so(fails):
    words = ("--optimizer", "SGD", "--rate", "1e30", *QUICK)
    message = fails("train", "spiral", *words)
    assert "training diverged in epoch 0" in message
    assert "learning rate 10 times smaller" in message


@pytest.mark.parametrize("option", ["--out", "--curve"])
def test_a_place_where_nothing_can_be_written_is_found_before_the_training(
    fails, option
):
    message = fails("train", "xor", option, "none/a.svg", "--epochs", "100000")
    assert "the folder none does not exist" in message


@pytest.mark.parametrize(
    ("bytes_left", "kind", "left"),
    [(2_000, "run", []), (15_000, "png", ["a.net", "a.run"])],
)
def test_a_full_disk_leaves_nothing_half_written(tmp_path, bytes_left, kind, left):
    """A limit on the size of files stands for the disk."""
    resource = pytest.importorskip("resource")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))

    words = ("train", "spiral", "--layers", "64", "--epochs", "2", "--out", "a.net")
    done = _process(tmp_path, *words, preexec_fn=limit)
    _, error = done.communicate()
    assert done.returncode == 1
    assert error.startswith(f"nnbook: a.{kind} cannot be written ([Errno 27] File too")
    assert error.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == left
    for name in left:
        assert len(nn.load_history(tmp_path / name)) == 2


@pytest.mark.parametrize("name", ["a.xyz", "a"])
def test_a_picture_that_cannot_be_drawn_is_found_before_the_training(fails, name):
    message = fails("train", "xor", "--curve", name, "--epochs", "100000")
    assert f"{name} has no ending of a picture that can be drawn; use .png" in message


@pytest.mark.parametrize("name", ["a.png", "a.run"])
def test_two_files_cannot_have_one_name(fails, name):
    message = fails("train", "xor", "--out", name)
    assert f"{name}, a.png, a.run would be written, two of them in one" in message


# Ctrl-C -----------------------------------------------------------------------------


# What a shell starts in the background, it lets ignore Ctrl-C; nobody types it there.
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"


def _process(folder, *words, **options):
    return subprocess.Popen(
        [sys.executable, "-c", f"{HEARS} from nnbook.cli import main; main()", *words],
        cwd=folder,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        encoding="utf-8",
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to a process")
def test_ctrl_c_saves_what_was_trained_and_says_how_to_go_on(tmp_path, command):
    words = ("train", "digits", "--epochs", "80", "--schedule", "CosineDecay")
    running = _process(tmp_path, *words)
    while not (tmp_path / "digits.run").exists():
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, error = running.communicate()
    assert running.returncode == 130
    (line,) = error.splitlines()
    assert line.startswith("nnbook: interrupted after ")
    assert "digits.safetensors has the network as it is. Go on with: " in line
    saved = nn.load(tmp_path / "digits.safetensors")
    done = len(nn.load_history(tmp_path / "digits.safetensors"))
    assert 1 <= done < 80
    assert sorted(os.listdir()) == ["digits.png", "digits.run", "digits.safetensors"]

    again = shlex.split(line.partition("Go on with: nnbook ")[2])
    assert command(*again).exit_code == 0
    resumed = nn.load("digits.safetensors")
    assert sorted(os.listdir()) == ["digits.png", "digits.safetensors"]
    command(*words, "--out", "once.safetensors")
    assert (resumed.params == nn.load("once.safetensors").params).all()
    assert (resumed.params != saved.params).any()


def test_resume_with_nothing_to_go_on_with(fails):
    message = fails("train", "xor", "--resume")
    assert "no interrupted training" in message
    assert "xor.run. Leave out --resume" in message


def test_ctrl_c_in_the_first_epoch_saves_the_network(command, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("nnbook.cli.running.fit", interrupted)
    result = command("train", "xor")
    assert result.exit_code == 130
    assert "interrupted after 0 of 20 epochs; xor.safetensors has" in result.stderr
    assert "--resume" not in result.stderr
    assert nn.load("xor.safetensors").n_in == 2
    assert os.listdir() == ["xor.safetensors"]


def test_ctrl_c_before_the_training(command, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("nnbook.cli.train.to_train", interrupted)
    result = command("train", "xor")
    assert result.exit_code == 130
    # Click ends the terminal's line with ^C.
    assert result.stderr == "\nnnbook: interrupted.\n"
    assert os.listdir() == []


def test_a_run_of_other_options_is_not_resumed(fails, command, monkeypatch):
    def stop(run):
        if run.epoch == 2:
            raise KeyboardInterrupt

    def fit(*args, callbacks, **options):
        ending = nn.Callback()
        ending.epoch_end = stop
        return real(*args, callbacks=[*callbacks, ending], **options)

    real = nn.fit
    monkeypatch.setattr("nnbook.cli.running.fit", fit)
    result = command("train", "xor", "--layers", "8")
    assert "interrupted after 2 of 20 epochs" in result.stderr
    message = fails("train", "xor", "--layers", "9", "--resume")
    assert "xor.run was saved with the network" in message


# The command itself -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["train", "predict", "evaluate", "kaggle"])
def test_help_explains_every_option(command, name):
    from nnbook.cli.commands import nnbook

    result = command(name, "--help")
    assert result.exit_code == 0
    assert f"nnbook {name} " in result.stdout.partition("Options:")[0].split("\n", 1)[1]
    options = [p for p in nnbook.commands[name].params if p.param_type_name == "option"]
    assert all(option.help for option in options)


def test_version_and_help_of_the_whole(command):
    assert command("--version").stdout == f"nnbook {nn.__version__}\n"
    result = command("--help")
    for name in ("train", "predict", "evaluate", "kaggle", "Exit codes"):
        assert name in result.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("nnbook tr", "train"),
        ("nnbook train --opt", "--optimizer"),
        ("nnbook train xor --optimizer mom", "Momentum"),
        ("nnbook train xor --activation gelu_", "gelu_tanh"),
        ("nnbook train mo", "moons"),
    ],
)
def test_completion(tmp_path, typed, offered):
    words = typed.split()
    environment = {
        **os.environ,
        "_NNBOOK_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    program = "import sys; sys.argv[0] = 'nnbook'; from nnbook.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert offered in [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_without_click_one_line_says_what_to_install():
    program = (
        "import sys; sys.modules['click'] = None; from nnbook.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == (
        "nnbook: this needs click, which is not installed; install it with: "
        "python -m pip install click\n"
    )
