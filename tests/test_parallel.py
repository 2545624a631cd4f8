"""`nn.parallel.fit`: runs of `mpiexec`, compared with `nn.fit` of one process."""

import inspect
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import nnbook as nn
from nnbook._fitting import train
from nnbook._ranks import Ranks

SECONDS = 120  # a run takes two; four ranks on two busy cores take longer

# What each program below begins with. A rank writes what it found to a file.
START = """
import json, os, sys
import numpy as np
import nnbook as nn
from mpi4py import MPI

rank, size = MPI.COMM_WORLD.rank, MPI.COMM_WORLD.size

def note(**facts):
    with open(f"rank{rank}.json", "w") as file:
        json.dump(facts, file)
"""


def task():
    """A network and data; here and, as text, in the programs."""
    rng = np.random.default_rng(7)
    X = rng.integers(0, 256, (50, 6), dtype=np.uint8)
    y = np.sum(X[:, :2] > 127, axis=1)
    network = nn.Network(
        nn.Rescale(1 / 128, offset=-1.0),
        nn.Dense(6, 8, nn.relu),
        nn.LayerNorm(8),
        nn.Dense(8, 3),
        seed=1,
    )
    return network, X, y


def options(**changes):
    return {
        "loss": nn.SoftmaxCrossEntropy(),
        "optimizer": nn.Adam(nn.CosineDecay(0.02)),
        "epochs": 4,
        "batch_size": 16,
        "regularizer": nn.L2(1e-3),
        "seed": 3,
    } | changes


def train_alike(fit):
    network, X, y = task()
    stopping = nn.EarlyStopping(patience=9)
    history = fit(
        network,
        X,
        y,
        validation=(X[:21], y[:21]),
        callbacks=[nn.GradientClipping(norm=0.5), stopping],
        **options(),
    )
    return network, history, stopping


START += "\n\n".join(inspect.getsource(f) for f in (task, options, train_alike))


@pytest.fixture
def mpi(tmp_path, mpiexec):
    """Runs a program on so many ranks; gives what it did and what each rank noted."""

    def run(ranks, program):
        for file in tmp_path.glob("rank*.json"):
            file.unlink()
        (tmp_path / "train.py").write_text(START + program)
        done = subprocess.run(
            [mpiexec, "-n", str(ranks), sys.executable, "-W", "error", "train.py"],
            cwd=tmp_path,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        files = [tmp_path / f"rank{rank}.json" for rank in range(ranks)]
        return done, [json.loads(f.read_text()) for f in files if f.exists()]

    return run


def succeeded(result):
    done, notes = result
    assert done.returncode == 0, done.stderr
    return notes


def params(notes):
    """The parameters, which all ranks must have to the last bit."""
    assert len({note["params"] for note in notes}) == 1
    return np.frombuffer(bytes.fromhex(notes[0]["params"]), np.float32)


@pytest.mark.parametrize("ranks", [2, 4])
def test_ranks_learn_what_one_process_learns(ranks, mpi):
    # 50 samples in batches of 16: the last has 2, fewer than there are ranks.
    network, history, stopping = train_alike(nn.fit)
    notes = succeeded(
        mpi(
            ranks,
            """
network, history, stopping = train_alike(nn.parallel.fit)
lists = history.to_dict()
del lists["seconds"]
note(params=network.params.tobytes().hex(), best=stopping.best_epoch, **lists)
""",
        )
    )
    assert np.abs(params(notes) - network.params).max() < 2e-6
    assert len({json.dumps(note) for note in notes}) == 1
    assert notes[0]["best"] == stopping.best_epoch
    for name in ("loss", "val_loss", "accuracy", "val_accuracy", "learning_rate"):
        assert notes[0][name] == pytest.approx(getattr(history, name), rel=1e-5)


def test_a_rank_reads_only_its_own_rows(mpi):
    network, X, y = task()
    nn.fit(network, X, y, **options(epochs=1))
    notes = succeeded(
        mpi(
            2,
            """
network, X, y = task()
# The rows of this rank in the only epoch; all others hold something else here.
order, own = np.random.default_rng(3).permutation(50), []
for start in range(0, 50, 16):
    batch = order[start : start + 16]
    half = len(batch) // 2
    own.extend(batch[half:] if rank else batch[:half])
other = np.full_like(X, 99)
other[own] = X[own]
other.tofile(f"rank{rank}.bin")
X = np.memmap(f"rank{rank}.bin", np.uint8, "r", shape=(50, 6))
nn.parallel.fit(network, X, y, **options(epochs=1))
note(params=network.params.tobytes().hex())
""",
        )
    )
    assert np.abs(params(notes) - network.params).max() < 2e-6


def test_a_rank_without_a_sample_adds_nothing(mpi):
    network, X, y = task()
    nn.fit(network, X[:5], y[:5], **options(epochs=1, batch_size=1))
    notes = succeeded(
        mpi(
            2,
            """
network, X, y = task()
network.grads[:] = np.nan  # as an earlier run that diverged has left them
nn.parallel.fit(network, X[:5], y[:5], **options(epochs=1, batch_size=1))
note(params=network.params.tobytes().hex())
""",
        )
    )
    assert np.abs(params(notes) - network.params).max() < 2e-6


def test_each_rank_draws_masks_and_changes_from_a_generator_of_its_own(mpi):
    notes = succeeded(
        mpi(
            2,
            """
X, y = np.ones((6, 2)), np.arange(6.0)[:, None]
network = nn.Network(nn.Dropout(0.5), nn.Dense(2, 1), seed=0)
def augment(X, rng):
    return X + rng.normal(size=X.shape)
history = nn.parallel.fit(
    network, X, y, loss=nn.MeanSquaredError(), optimizer=nn.SGD(0.1), epochs=2,
    batch_size=None, augment=augment, seed=5,
)
note(params=network.params.tobytes().hex())
""",
        )
    )
    # The same by hand: the mean of the gradients of two halves.
    W = nn.Network(nn.Dropout(0.5), nn.Dense(2, 1), seed=0).params[:2].astype(float)
    b, y = 0.0, np.arange(6.0)
    for epoch in range(2):
        rngs = [np.random.default_rng([5, epoch, rank]) for rank in range(2)]
        X = np.concatenate([1 + rng.normal(size=(3, 2)) for rng in rngs])
        masks = [rng.random((3, 2), np.float32) >= 0.5 for rng in rngs]
        X = X * np.concatenate(masks) * 2
        slope = 2 * (X @ W + b - y) / 6
        W, b = W - 0.1 * slope @ X, b - 0.1 * slope.sum()
    assert params(notes) == pytest.approx(np.array([*W, b]), abs=1e-5)


RESUMABLE = """
network, X, y = task()
class Kill(nn.Callback):
    def epoch_end(self, run):
        if run.epoch == 3 and rank == 1 and "kill" in MODE:
            os.kill(os.getpid(), 9)
network = nn.Network(
    nn.Rescale(1 / 128), nn.Dense(6, 8, nn.relu), nn.Dropout(0.5), nn.Dense(8, 3),
    seed=1,
)
history = nn.parallel.fit(
    network, X, y, validation=(X, y), progress="show" in MODE, resume="resume" in MODE,
    # Each rank has a folder of its own, as on machines that share none.
    callbacks=[Kill(), nn.Checkpoint(f"run{rank}.safetensors")], **options(epochs=5),
)
note(params=network.params.tobytes().hex(), epochs=len(history))
"""


def test_a_killed_run_goes_on_to_the_same_bits(mpi, tmp_path):
    once = params(succeeded(mpi(2, "MODE = ''" + RESUMABLE)))
    (tmp_path / "run0.safetensors").unlink()
    done, notes = mpi(2, "MODE = 'kill'" + RESUMABLE)
    assert done.returncode != 0
    assert not notes
    assert "Killed (signal 9)" in done.stdout + done.stderr  # MPI's own message
    # Rank 0 alone wrote a file, and shows the bar.
    assert [file.name for file in tmp_path.glob("run*")] == ["run0.safetensors"]
    done, notes = mpi(2, "MODE = 'resume, show'" + RESUMABLE)
    assert (params(succeeded((done, notes))) == once).all()
    assert {note["epochs"] for note in notes} == {5}
    first_lines = re.findall(r"\d+%\|[^|]*\| 2/5", done.stderr)
    assert len(first_lines) == 1


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            "def augment(X, rng):\n if rank: raise OSError('no page')\n return X",
            "no page",
        ),
        ("X = X if rank else X[:40]\ny = y[:len(X)]", "number of samples is 50 on "),
        ("settings['seed'] = rank", "seed is 1 on rank 1, but 0 on rank 0"),
        ("y = y if rank else y[:, None]", "rank 0 of 2 cannot begin: ValueError: y do"),
        ("network.params = network.params + rank", "network is "),
        ("settings['resume'] = 'nowhere'", "there is no file nowhere"),
        (
            "settings['callbacks'] = [nn.Checkpoint('no/x')] * (1 - rank)",
            "no does not exist",
        ),
        ("network = nn.Network(nn.BatchNorm(6), nn.Dense(6, 3))", "holds a BatchNorm"),
    ],
)
def test_an_error_on_one_rank_ends_all(broken, message, mpi):
    done, notes = mpi(
        2,
        f"""
network, X, y = task()
augment, settings = None, options()
{broken}
nn.parallel.fit(network, X, y, augment=augment, **settings)
note()
""",
    )
    assert done.returncode != 0
    assert message in done.stderr
    assert not notes


def test_divergence_on_one_rank_is_raised_on_all(mpi):
    notes = succeeded(
        mpi(
            2,
            """
network, X, y = task()
class Broken(nn.SoftmaxCrossEntropy):
    calls = 0
    def value(self, predictions, targets):
        self.calls += 1
        return np.nan if rank == 1 and self.calls > 5 else 0.0
    def gradient(self, predictions, targets):
        return predictions
try:
    nn.parallel.fit(network, X, y, **options(loss=Broken()))
except nn.DivergedError as error:
    note(params=network.params.tobytes().hex(), step=error.step,
         back_to=error.back_to, epochs=len(error.history))
""",
        )
    )
    params(notes)
    assert notes[0] == notes[1]
    assert (notes[0]["epochs"], notes[0]["back_to"]) == (1, 0)


def test_ranks_that_come_apart_are_stopped(mpi):
    done, notes = mpi(
        2,
        """
class Apart(nn.Callback):
    def after_gradient(self, run):
        run.network.grads *= 1 + rank
network, X, y = task()
nn.parallel.fit(network, X, y, **options(callbacks=[Apart()]))
note()
""",
    )
    assert done.returncode != 0
    assert "after epoch 1 the ranks hold different parameters" in done.stderr
    assert not notes


def test_one_rank_may_stop_all(mpi):
    notes = succeeded(
        mpi(
            2,
            """
class Late(nn.Callback):
    def epoch_end(self, run):
        run.stop = rank == 1 and run.epoch == 2
network, X, y = task()
history = nn.parallel.fit(network, X, y, **options(callbacks=[Late()]))
note(epochs=len(history))
""",
        )
    )
    assert [note["epochs"] for note in notes] == [2, 2]


def test_signature():
    assert inspect.signature(nn.parallel.fit) == inspect.signature(nn.fit)
    with pytest.raises(TypeError, match="fit has no argument 'verbose'; use progress"):
        nn.parallel.fit(None, None, None, loss=0, optimizer=0, epochs=0, verbose=True)


@pytest.fixture
def communicator(mpiexec):
    """MPI in this process, which is all there is."""
    from mpi4py import MPI

    return MPI


def test_a_single_process_trains_as_ever(communicator):
    trained = []
    for fit in (nn.fit, nn.parallel.fit):
        network = nn.Network(nn.Dropout(0.5), nn.Dense(6, 3), seed=0)
        _, X, y = task()
        history = fit(network, X / 255, y, **options())
        trained.append((network.params.tobytes(), history.loss))
    assert trained[0] == trained[1]


def test_a_team_of_one_does_the_same(communicator, tmp_path):
    trained = []
    for team in (None, Ranks(communicator, 3)):
        network, X, y = task()
        settings = options(epochs=2)
        if team is None:
            history = nn.fit(network, X, y, **settings)
        else:
            keys = inspect.signature(train).parameters
            rest = dict.fromkeys(keys) | {"callbacks": (), "drop_last": False}
            for name in ("team", "network", "X", "y"):
                del rest[name]
            history = train(
                team, network, X, y, **rest | settings | {"progress": False}
            )
        trained.append((network.params.tobytes(), history.loss))
    assert trained[0] == trained[1]
