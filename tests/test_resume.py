"""A run that was cut anywhere, and resumed, ends with the bits of an unbroken one."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnbook as nn
from nnbook import _files

X, Y = nn.datasets.spiral(n_per_class=9)
EPOCHS = 6

OPTIMIZERS = {
    "SGD": nn.SGD,
    "Momentum": nn.Momentum,
    "Nesterov": nn.Nesterov,
    "AdaGrad": nn.AdaGrad,
    "RMSProp": nn.RMSProp,
    "AdaDelta": nn.AdaDelta,
    "Adam": nn.Adam,
    "AdaMax": nn.AdaMax,
    "Nadam": nn.Nadam,
    "AMSGrad": nn.AMSGrad,
    "AdamW": nn.AdamW,
}
SCHEDULES = {
    "constant": lambda: 0.02,
    "cosine": lambda: nn.CosineDecay(0.02, steps=24),
    "restarts": lambda: nn.WarmRestarts(0.02, period=5, multiplier=2),
    "one cycle": lambda: nn.OneCycle(0.05, steps=24),
    "plateau": lambda: nn.ReduceOnPlateau(
        0.02, factor=0.5, patience=0, threshold=0.2, cooldown=1
    ),
    "opennmt": lambda: nn.OpenNMTDecay(
        0.02, decay=0.5, start_decay_at=4, start_decay_score_delta=0.01
    ),
    "opennmt score": lambda: nn.OpenNMTDecay(
        0.02, strategy="score_only", start_decay_score_delta=0.08, restart=True
    ),
    "opennmt stop": lambda: nn.OpenNMTDecay(0.02, start_decay_at=2, minimum=0.01),
    "warm-up plateau": lambda: nn.Warmup(
        nn.ReduceOnPlateau(0.02, patience=0, threshold=0.5), steps=6
    ),
    "warm-up opennmt": lambda: nn.Warmup(
        nn.OpenNMTDecay(0.02, start_decay_at=2, restart=True), steps=3
    ),
}


def setting(optimizer="Adam", schedule="cosine", stopping=None, first=True, every=1):
    """A maker of all that a run consists of."""

    def make(path):
        network = nn.Network(
            nn.Dense(2, 6, activation=nn.tanh),
            nn.BatchNorm(6),
            nn.Dropout(0.2),
            nn.Residual(nn.LayerNorm(6), nn.Dense(6, 6, activation=nn.gelu)),
            nn.Dense(6, 3),
        )
        callbacks = [nn.GradientClipping(norm=0.5)]
        if stopping is not None:
            callbacks.append(nn.EarlyStopping(**stopping))
        callbacks.insert(0 if first else len(callbacks), nn.Checkpoint(path, every))
        return network, OPTIMIZERS[optimizer](SCHEDULES[schedule]()), callbacks

    return make


def train(made, epochs, resume=None):
    network, optimizer, callbacks = made
    history = nn.fit(
        network,
        X,
        Y,
        loss=nn.SoftmaxCrossEntropy(label_smoothing=0.1),
        optimizer=optimizer,
        epochs=epochs,
        batch_size=8,
        validation=(X[::3], Y[::3]),
        regularizer=nn.L2(1e-3),
        callbacks=callbacks,
        seed=3,
        resume=resume,
    )
    return network, optimizer, callbacks, history


def bits(trained):
    """All that a run leaves, in a form that compares bit for bit."""
    network, optimizer, callbacks, history = trained
    lists = history.to_dict()
    del lists["seconds"]
    states = [
        optimizer.state_dict(),
        *(callback.state_dict() for callback in callbacks),
    ]
    return {
        "params": network.params.tobytes(),
        "statistics": network.statistics().tobytes(),
        "history": lists,
        "masks": network._rng.bit_generator.state,
        "states": [
            {k: v.tobytes() if isinstance(v, np.ndarray) else v for k, v in s.items()}
            for s in states
        ],
    }


def in_pieces(make, path, stops):
    """Train up to each stop in turn, every time as in a new process."""
    for stop in (*stops, EPOCHS):
        trained = train(make(path), stop, resume=path if path.exists() else None)
    return trained


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer(tmp_path, name):
    make = setting(optimizer=name)
    whole = bits(train(make(tmp_path / "whole"), EPOCHS))
    for stop in range(1, EPOCHS):
        assert bits(in_pieces(make, tmp_path / str(stop), [stop])) == whole


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule(tmp_path, name):
    make = setting(schedule=name)
    whole = bits(train(make(tmp_path / "whole"), EPOCHS))
    for stop in range(1, EPOCHS):
        assert bits(in_pieces(make, tmp_path / str(stop), [stop])) == whole


def test_the_schedules_that_listen_do_change_the_rate(tmp_path):
    for name in SCHEDULES:
        if "plateau" in name or "opennmt" in name:
            *_, history = train(setting(schedule=name)(tmp_path / "n"), EPOCHS)
            assert len(set(history.learning_rate)) > 1
            assert (len(history) < EPOCHS) == (name == "opennmt stop")


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "stopping",
    [
        {"patience": 0, "min_delta": 0.05},
        {"patience": 1, "monitor": "val_accuracy"},
        {"patience": 9},
        {"patience": 0, "min_delta": 99.0},
    ],
)
def test_early_stopping_on_either_side_of_the_checkpoint(tmp_path, stopping, first):
    make = setting(stopping=stopping, first=first)
    whole = bits(train(make(tmp_path / "whole"), EPOCHS))
    for stop in range(1, EPOCHS):
        assert bits(in_pieces(make, tmp_path / str(stop), [stop])) == whole
    stops = list(range(1, EPOCHS))
    assert bits(in_pieces(make, tmp_path / "each", stops)) == whole


def test_the_same_objects_can_be_used_again(tmp_path):
    path = tmp_path / "n"
    make = setting(schedule="plateau", stopping={"patience": 1, "min_delta": 0.01})
    whole = bits(train(make(tmp_path / "whole"), EPOCHS))
    made = make(path)
    train(made, 2)
    assert bits(train(made, EPOCHS, resume=path)) == whole
    assert bits(train(made, EPOCHS, resume=path)) == whole  # nothing left to do


def test_seconds_are_kept(tmp_path):
    path = tmp_path / "n"
    *_, first = train(setting()(path), 2)
    *_, second = train(setting()(path), 4, resume=path)
    assert second.seconds[:2] == first.seconds
    assert len(second.seconds) == 4


@settings(max_examples=15)
@given(
    stops=st.lists(st.integers(1, EPOCHS), unique=True).map(sorted),
    optimizer=st.sampled_from(sorted(OPTIMIZERS)),
    schedule=st.sampled_from(sorted(SCHEDULES)),
    every=st.integers(1, 3),
)
def test_any_cuts(tmp_path_factory, stops, optimizer, schedule, every):
    folder = tmp_path_factory.mktemp("cuts")
    make = setting(
        optimizer, schedule, stopping={"patience": 1, "min_delta": 0.02}, every=every
    )
    whole = bits(train(make(folder / "whole"), EPOCHS))
    assert bits(in_pieces(make, folder / "n", stops)) == whole


def epochs_in(path):
    return len(nn.load_history(path))


@pytest.mark.parametrize(("every", "epochs"), [(4, 3), (4, 6), (4, 4), (1, 2)])
def test_the_checkpoint_holds_the_last_epoch(tmp_path, every, epochs):
    path = tmp_path / "n"
    make = setting(schedule="constant", every=every)
    network, *_ = train(make(path), epochs)
    assert epochs_in(path) == epochs
    np.testing.assert_array_equal(nn.load(path).params, network.params)
    *_, history = train(make(path), epochs + 2, path)
    assert len(history) == epochs_in(path) == epochs + 2


def test_the_checkpoint_holds_the_last_epoch_and_not_the_best(tmp_path):
    path = tmp_path / "n"
    make = setting(stopping={"patience": 9, "monitor": "loss"})

    class Worse(nn.Callback):
        def epoch_end(self, run):
            run.history.loss[-1] = float(run.epoch)  # the first is the best
            self.last = run.network.params.copy()

    network, optimizer, callbacks = make(path)
    worse = Worse()
    train((network, optimizer, [worse, *callbacks]), 3)
    assert not np.array_equal(network.params, worse.last)
    np.testing.assert_array_equal(nn.load(path).params, worse.last)


def test_the_best_network_has_a_file_of_its_own(tmp_path):
    class Scores(nn.Callback):
        """Replaces the scores by given ones, and notes the parameters."""

        def __init__(self):
            self.seen = []

        def epoch_end(self, run):
            given = [3.0, 1.0, 2.0, 1.5, 0.5][run.epoch - 1]
            run.history.val_loss[-1] = given
            run.history.val_accuracy[-1] = 1 / given
            self.seen.append(run.network.params.copy())

    for monitor in ("val_loss", "val_accuracy"):
        path, best = tmp_path / "run", tmp_path / "best"

        def made(path=path, best=best, monitor=monitor):
            network, optimizer, _ = setting()(path)
            checkpoint = nn.Checkpoint(path, best_path=best, monitor=monitor)
            return network, optimizer, [Scores(), checkpoint]

        first = made()
        train(first, 3)
        np.testing.assert_array_equal(nn.load(best).params, first[2][0].seen[1])
        assert len(nn.load_history(best)) == 2
        second = made()
        train(second, 4, path)  # 1.5 is no better than what the first run found
        np.testing.assert_array_equal(nn.load(best).params, first[2][0].seen[1])
        third = made()
        train(third, 5, path)
        np.testing.assert_array_equal(nn.load(best).params, third[2][0].seen[-1])
        # A run that begins anew has its own best.
        train(made(), 1)
        np.testing.assert_array_equal(nn.load(best).params, first[2][0].seen[0])


def test_what_cannot_be_the_file_of_the_best_is_refused_before_training(tmp_path):
    network, optimizer, _ = setting()(tmp_path / "n")
    checkpoint = nn.Checkpoint(tmp_path / "n", best_path=tmp_path / "none" / "n")
    with pytest.raises(ValueError, match="folder"):
        train((network, optimizer, [checkpoint]), 1)
    assert optimizer.steps == 0
    with pytest.raises(ValueError, match="monitor is 'val_lose'; expected one of"):
        nn.Checkpoint(tmp_path / "n", best_path=tmp_path / "b", monitor="val_lose")


def test_resume_true_takes_the_file_if_there_is_one(tmp_path):
    path = tmp_path / "n"
    whole = bits(train(setting()(tmp_path / "whole"), EPOCHS))
    train(setting()(path), 2, resume=True)
    assert epochs_in(path) == 2
    assert bits(train(setting()(path), EPOCHS, resume=True)) == whole
    network, optimizer, _ = setting()(path)
    with pytest.raises(ValueError, match=r"hold 0 nn\.Checkpoint; expected one"):
        train((network, optimizer, []), 2, resume=True)
    *_, history = train((network, optimizer, []), 1, resume=False)
    assert len(history) == 1


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"stopping": {"patience": 2}}, r"patience=1.* now it is .*patience=2"),
        ({"stopping": None}, "list of callbacks"),
    ],
)
def test_other_settings_of_callbacks_are_refused(tmp_path, other, message):
    path = tmp_path / "n"
    train(setting(stopping={"patience": 1})(path), 2)
    with pytest.raises(ValueError, match=message):
        train(setting(**other)(path), 4, path)
    network, optimizer, callbacks = setting(stopping={"patience": 1})(path)
    callbacks[1] = nn.GradientClipping(norm=0.25)
    with pytest.raises(ValueError, match=r"norm=0\.5.* now it is .*norm=0\.25"):
        train((network, optimizer, callbacks), 4, path)


def test_fewer_epochs_than_done_are_refused(tmp_path):
    path = tmp_path / "n"
    train(setting()(path), 3)
    made = setting()(path)
    before = made[0].params.copy()
    with pytest.raises(ValueError, match=r"epochs is 2, but the run in .* has done 3"):
        train(made, 2, path)
    np.testing.assert_array_equal(made[0].params, before)
    *_, history = train(made, 3, path)  # as the error advises
    assert len(history) == 3


def test_more_epochs_behind_a_finished_cosine_are_refused(tmp_path):
    path = tmp_path / "n"
    train(setting(schedule="cosine")(path), EPOCHS)  # 24 steps, as planned
    with pytest.raises(ValueError, match=r"0 from step 24 to 31.*nothing would be"):
        train(setting(schedule="cosine")(path), EPOCHS + 2, path)


def test_a_schedule_as_long_as_the_run_is_resumed_with_the_same_epochs(tmp_path):
    path = tmp_path / "n"

    def made(path):
        network, _, callbacks = setting()(path)
        return network, nn.SGD(nn.CosineDecay(0.1)), callbacks

    class Stop(nn.Callback):
        armed = True

        def after_gradient(self, run):
            if self.armed and run.epoch == 2:
                raise KeyboardInterrupt

    whole = train(made(tmp_path / "whole"), 4)
    network, optimizer, callbacks = made(path)
    stop = Stop()
    with pytest.raises(KeyboardInterrupt):
        train((network, optimizer, [*callbacks, stop]), 4)
    stop.armed = False
    again = made(path)
    again[2].append(stop)
    with pytest.raises(ValueError, match="number of epochs 4, but now it is 6"):
        train(again, 6, path)
    again = train(again, 4, path)
    np.testing.assert_array_equal(again[0].params, whole[0].params)
    assert again[3].learning_rate == whole[3].learning_rate


def test_a_run_with_a_function_as_its_rate_cannot_be_resumed(tmp_path):
    path = tmp_path / "n"

    def made():
        network, _, callbacks = setting()(path)
        return network, nn.SGD(lambda t: 0.1 / (1 + t)), callbacks

    train(made(), 2)
    with pytest.raises(ValueError, match=r"a function.* subclass of nn.Schedule"):
        train(made(), 3, path)
    assert epochs_in(path) == 2


# What does not fit -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda made: (nn.mlp([2, 3]), *made[1:]),
            "saved with the network .* now it is",
        ),
        (
            lambda made: (made[0], nn.Adam(0.5), made[2]),
            r"with the optimizer nn\.Adam\(learning_rate=nn\.Cosine.*_rate=0\.5",
        ),
        (
            lambda made: (made[0], made[1], made[2][:1]),
            r"the list of callbacks \['Checkpoint', 'nn.GradientClipping\(norm=0.5",
        ),
    ],
)
def test_other_objects_are_refused_and_left_alone(tmp_path, change, message):
    path = tmp_path / "n"
    train(setting()(path), 2)
    network, optimizer, callbacks = change(setting()(path))
    before, content = network.params.copy(), path.read_bytes()
    with pytest.raises(ValueError, match=message) as caught:
        train((network, optimizer, callbacks), 4, resume=path)
    assert str(path) in str(caught.value)
    np.testing.assert_array_equal(network.params, before)
    assert optimizer.steps == 0
    assert path.read_bytes() == content


class Hiding(nn.Layer):
    """Keeps an option under another name, so that it cannot be saved."""

    def __init__(self, rate):
        self.share = rate

    def forward(self, X, training):
        return X

    def backward(self, dA):
        return dA


@pytest.mark.parametrize(
    ("path", "layer", "error"),
    [
        ("none/n", nn.Dropout(0.5), ValueError),
        (".", nn.Dropout(0.5), ValueError),
        ("n", Hiding(0.5), TypeError),
        ("a\0b", nn.Dropout(0.5), ValueError),
        ("n" * 256, nn.Dropout(0.5), OSError),
    ],
)
def test_what_cannot_be_saved_is_refused_before_training(tmp_path, path, layer, error):
    network = nn.Network(nn.Dense(2, 3), nn.Residual(layer))
    optimizer = nn.SGD(0.1)
    with pytest.raises(error):
        train((network, optimizer, [nn.Checkpoint(tmp_path / path)]), 1)
    assert optimizer.steps == 0


def test_divergence_after_resuming_counts_from_the_beginning(tmp_path):
    class Burst(nn.Callback):
        def after_gradient(self, run):
            if run.epoch == 3:
                run.network.grads[:] = np.inf

    def run(epochs, resume=None):
        network, optimizer, callbacks = setting()(tmp_path / "n")
        return train((network, optimizer, [*callbacks, Burst()]), epochs, resume)

    run(2)
    with pytest.raises(nn.DivergedError) as caught:
        run(5, tmp_path / "n")
    assert (caught.value.epoch, caught.value.step) == (3, 3 * 4)


def test_dropout_masks_of_forward_go_on_too(tmp_path):
    class Peek(nn.Callback):
        """Draws masks from the network's own generator."""

        def epoch_end(self, run):
            self.seen = run.network.forward(X).copy()

    def run(path, epochs, resume=None):
        network, optimizer, callbacks = setting()(path)
        peek = Peek()
        train((network, optimizer, [*callbacks, peek]), epochs, resume)
        return peek.seen

    whole = run(tmp_path / "whole", 4)
    run(tmp_path / "n", 2)
    np.testing.assert_array_equal(run(tmp_path / "n", 4, tmp_path / "n"), whole)


class Keeping(nn.Callback):
    """A callback with a state of its own."""

    def __init__(self, value):
        self.value = value

    def state_dict(self):
        return {"value": self.value}

    def load_state_dict(self, state):
        self.value = state["value"]


@pytest.mark.parametrize(
    "value",
    [
        np.arange(3, dtype=">f8"),
        np.arange(6.0).reshape(2, 3).T,
        np.array(2.5),
        np.array([True, False]),
        np.arange(3, dtype=np.int16)[::-1],
        "text",
    ],
    ids=str,
)
def test_what_a_callback_keeps_comes_back(tmp_path, value):
    network, optimizer, callbacks = setting()(tmp_path / "n")
    train((network, optimizer, [*callbacks, Keeping(value)]), 1)
    network, optimizer, callbacks = setting()(tmp_path / "n")
    keeping = Keeping(None)
    train((network, optimizer, [*callbacks, keeping]), 2, tmp_path / "n")
    np.testing.assert_array_equal(keeping.value, value)
    assert np.shape(keeping.value) == np.shape(value)


@pytest.mark.parametrize(
    "value",
    [
        np.array([1j]),
        np.array(["a"]),
        np.array([None]),
        np.zeros(2, "datetime64[s]"),
        np.ma.masked_array([1.0], [True]),
        {1, 2},
        {0: 8},
        [{"a": {(1, 2): 3}}],
        np.longdouble(0.5),
        (1, 2),
        {"a": [(1, 2)]},
    ],
    ids=str,
)
def test_what_a_callback_cannot_keep_is_refused_before_training(tmp_path, value):
    network, optimizer, callbacks = setting()(tmp_path / "n")
    with pytest.raises((TypeError, ValueError), match="expected"):
        train((network, optimizer, [*callbacks, Keeping(value)]), 1)
    assert optimizer.steps == 0
    assert list(tmp_path.iterdir()) == []


def test_a_resume_that_fails_leaves_the_optimizer_as_it_was(tmp_path):
    class Refusing(Keeping):
        def load_state_dict(self, state):
            raise ValueError("not this one")

    network, optimizer, callbacks = setting()(tmp_path / "n")
    network._rng.random()  # as a pass forward through Dropout would
    train((network, optimizer, [*callbacks, Refusing(1)]), 1)
    network, optimizer, callbacks = setting()(tmp_path / "n")
    before = network.params.copy(), network._rng.bit_generator.state
    with pytest.raises(ValueError, match="not this one"):
        train((network, optimizer, [*callbacks, Refusing(1)]), 2, tmp_path / "n")
    assert optimizer.steps == 0
    np.testing.assert_array_equal(network.params, before[0])
    assert network._rng.bit_generator.state == before[1]


def test_a_schedule_of_your_own_with_a_state(tmp_path):
    class Halving(nn.Schedule):
        def __init__(self):
            self.now = 0.1

        def reset(self):
            self.now = 0.1

        def __call__(self, t):
            return self.now

        def epoch_end(self, epoch, score):
            self.now /= 2

        def state_dict(self):
            return {"now": self.now}

        def load_state_dict(self, state):
            self.now = state["now"]

    def made():
        network, _, callbacks = setting()(tmp_path / "n")
        return network, nn.SGD(Halving()), callbacks

    train(made(), 2)
    *_, history = train(made(), 4, tmp_path / "n")
    assert history.learning_rate == [0.1, 0.05, 0.025, 0.0125]


def test_a_saved_network_is_no_run(tmp_path):
    path = tmp_path / "n"
    made = setting()(path)
    nn.save(made[0], path)
    with pytest.raises(ValueError, match=r"a network but no run.*nn\.Checkpoint"):
        train(made, 1, resume=path)
    with pytest.raises(FileNotFoundError, match=r"no file .*nn\.Checkpoint"):
        train(made, 1, resume=tmp_path / "none")
    with pytest.raises(TypeError, match="resume is 3; expected the path"):
        train(made, 1, resume=3)


def test_a_checkpoint_is_also_a_network(tmp_path):
    path = tmp_path / "n"
    network, *_ = train(setting()(path), 2)
    again = nn.load(path)
    np.testing.assert_array_equal(again.params, network.params)
    np.testing.assert_array_equal(again(X), network(X))


def test_a_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "n"
    train(setting()(path), 2)
    content = bytearray(path.read_bytes())
    for at in range(0, len(content), 97):
        content[at] ^= 1
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"n .*(damaged|version)"):
            train(setting()(path), 4, resume=path)
        content[at] ^= 1
    for size in (0, 7, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match="damaged"):
            train(setting()(path), 4, resume=path)


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": -1},
        {"epoch": 1e300},
        {"epoch": 3},
        {"history": {"loss": "ab"}},
        {"epoch": 1},
        {"history": {"loss": [1.0]}},
        {"history": [1.0, 2.0]},
    ],
    ids=repr,
)
def test_a_checkpoint_with_another_history_is_refused(tmp_path, change):
    path = tmp_path / "n"
    train(setting()(path), 2)
    tensors, notes = _files.read(path)
    _files.write(path, tensors, notes | change)
    with pytest.raises(ValueError, match="n cannot be understood"):
        train(setting()(path), 4, resume=path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("statistics", lambda array: -1 - array),
        ("statistics", lambda array: array[:-1]),
        ("params", lambda array: array[:-1]),
        ("params", lambda array: array + np.nan),
    ],
)
def test_arrays_that_do_not_fit_change_nothing(tmp_path, name, value):
    path = tmp_path / "n"
    train(setting()(path), 2)
    tensors, notes = _files.read(path)
    _files.write(path, tensors | {name: value(tensors[name])}, notes)
    made = network, optimizer, _ = setting()(path)
    before = network.params.copy(), network.statistics(), optimizer.state_dict()
    with pytest.raises(ValueError, match="n cannot be understood"):
        train(made, 4, resume=path)
    after = network.params, network.statistics(), optimizer.state_dict()
    np.testing.assert_equal(after, before)


class Count(nn.Callback):
    """A callback of one's own, whose state holds numbers of NumPy's and an array."""

    def __init__(self, state):
        self.state = state

    def state_dict(self):
        return self.state

    def load_state_dict(self, state):
        self.state = state


def test_the_state_of_a_callback_of_your_own(tmp_path):
    path = tmp_path / "n"
    state = {"n": np.int64(3), "x": np.float32(0.5), "list": [1, None, "a"]}
    first, second = Count({**state, "array": np.arange(3.0)}), Count({})
    for callback, resume in ((first, None), (second, path)):
        network, optimizer, callbacks = setting()(path)
        train((network, optimizer, [*callbacks, callback]), 1, resume)
    assert second.state.pop("array").tolist() == [0, 1, 2]
    assert second.state == state
    with pytest.raises(TypeError, match="the state of the run holds <object"):
        train(
            (
                nn.mlp([2, 3]),
                nn.SGD(0.1),
                [nn.Checkpoint(path), Count({"x": object()})],
            ),
            1,
        )


# Killed processes --------------------------------------------------------------------

KILLS = 20
# Imports once; forks a process for each line "path epochs" that it reads.
PROGRAM = """
import os
import sys
from pathlib import Path

import nnbook as nn


class Tell(nn.Callback):
    def begin(self, run):
        print(os.getpid(), flush=True)


def train(path, epochs):
    X, y = nn.datasets.spiral(n_per_class=4)
    network = nn.Network(
        nn.Dense(2, 4, activation=nn.relu),
        nn.Dropout(0.2),
        nn.BatchNorm(4),
        nn.Dense(4, 3),
    )
    nn.fit(
        network,
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(nn.ReduceOnPlateau(0.01, patience=20)),
        epochs=epochs,
        batch_size=6,
        callbacks=[nn.Checkpoint(path), nn.EarlyStopping(999, monitor="loss"), Tell()],
        resume=path if path.exists() else None,
    )
    print(network.params.tobytes().hex(), flush=True)


for line in sys.stdin:
    path, epochs = line.split()
    child = os.fork()
    if child == 0:
        try:
            train(Path(path), int(epochs))
            os._exit(0)
        finally:
            os._exit(1)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def written(path):
    """When a file was last replaced; None before it is there."""
    return path.stat().st_mtime_ns if path.exists() else None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes the POSIX way")
def test_killed_processes_lose_no_bit(tmp_path):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )

    def start(path, epochs):
        server.stdin.write(f"{path} {epochs}\n")
        server.stdin.flush()
        return int(server.stdout.readline())

    def finish(path, epochs):
        start(path, epochs)
        params = server.stdout.readline()
        assert server.stdout.readline() == "ended 0\n"
        return params

    chance = random.Random(0)
    path = tmp_path / "run"
    reached = []
    with server:
        begun = time.perf_counter()
        finish(tmp_path / "timed", 20)
        epoch = (time.perf_counter() - begun) / 20
        waited = 0
        for _ in range(KILLS):
            before = written(path)
            process = start(path, 100_000)
            if chance.random() < 0.7:  # others may die before they save anything
                limit = time.perf_counter() + 60
                while written(path) == before and time.perf_counter() < limit:
                    time.sleep(epoch / 10)
                waited += 1
            time.sleep(chance.uniform(0, 3 * epoch))
            os.kill(process, signal.SIGKILL)
            assert server.stdout.readline() == "ended -9\n"
            if path.exists():
                nn.load(path)  # whole at any moment
                reached.append(nn._files.read(path)[1]["epoch"])
        assert reached == sorted(reached)
        assert len(set(reached)) >= waited > KILLS // 2
        epochs = reached[-1] + 10
        assert finish(path, epochs) == finish(tmp_path / "whole", epochs)
        server.stdin.close()
