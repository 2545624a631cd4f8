"""Early stopping, clipping, and the order in which callbacks are called."""

import math

import numpy as np
import pytest

import nnbook as nn

X, Y = nn.datasets.blobs(n_per_class=10)


def train(*callbacks, network=None, **options):
    network = nn.mlp([2, 6, 3], seed=0) if network is None else network
    arguments = {
        "loss": nn.SoftmaxCrossEntropy(),
        "optimizer": nn.SGD(0.1),
        "epochs": 4,
        "batch_size": 15,
        "callbacks": callbacks,
    }
    return network, nn.fit(network, X, Y, **{**arguments, **options})


class Log(nn.Callback):
    """Notes when it is called."""

    def __init__(self):
        self.calls = []

    def begin(self, run):
        self.calls.append(f"begin {run.epoch}")

    def after_gradient(self, run):
        self.calls.append("gradient")

    def epoch_end(self, run):
        self.calls.append(f"epoch {run.epoch} {len(run.history)}")

    def end(self, run):
        self.calls.append("end")


class Scores(nn.Callback):
    """Replaces the last entries of a list of the history by given ones."""

    def __init__(self, name, values):
        self.name, self.values = name, values
        self.seen = []

    def epoch_end(self, run):
        getattr(run.history, self.name)[-1] = self.values[run.epoch - 1]
        self.seen.append((run.network.params.copy(), run.network.statistics()))


# The protocol ------------------------------------------------------------------------


def test_when_callbacks_are_called():
    log = Log()
    train(log, epochs=2)
    epoch = ["gradient", "gradient"]
    assert log.calls == [
        "begin 0",
        *epoch,
        "epoch 1 1",
        *epoch,
        "epoch 2 2",
        "end",
    ]


def test_base_class_does_nothing():
    plain, _ = train()
    watched, _ = train(nn.Callback())
    np.testing.assert_array_equal(plain.params, watched.params)
    assert nn.Callback().state_dict() == {}
    assert nn.Callback().load_state_dict({}) is None


def test_a_callback_may_stop_the_run_and_change_the_gradient():
    class Stop(nn.Callback):
        def after_gradient(self, run):
            run.network.grads[:] = 0

        def epoch_end(self, run):
            run.stop = run.epoch == 2

    network, history = train(Stop())
    assert len(history) == 2
    np.testing.assert_array_equal(network.params, nn.mlp([2, 6, 3], seed=0).params)


# Early stopping ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patience", "scores", "epochs", "best"),
    [
        (0, [3, 2, 1, 2, 9], 4, 3),
        (1, [3, 2, 2, 2, 1], 4, 2),
        (2, [3, 2, 2, 2, 1], 5, 5),
        (9, [3, 2, 1, 0, 1], 5, 4),
        (0, [3, 3, 1, 0, 0], 2, 1),
    ],
)
def test_early_stopping_waits_and_restores_the_best(patience, scores, epochs, best):
    note = Scores("loss", scores)
    stopping = nn.EarlyStopping(patience=patience, monitor="loss")
    network, history = train(note, stopping, epochs=5)
    assert len(history) == epochs
    assert stopping.best_epoch == best
    assert stopping.best == scores[best - 1]
    np.testing.assert_array_equal(network.params, note.seen[best - 1][0])
    assert best == epochs or not np.array_equal(network.params, note.seen[-1][0])


def test_early_stopping_restores_running_statistics():
    network = nn.Network(nn.Dense(2, 4), nn.BatchNorm(4), nn.Dense(4, 3))
    note = Scores("loss", [3, 1, 2, 2])
    train(note, nn.EarlyStopping(monitor="loss"), network=network)
    np.testing.assert_array_equal(network.statistics(), note.seen[1][1])
    assert not np.array_equal(network.statistics(), note.seen[-1][1])


def test_early_stopping_min_delta_is_absolute():
    note = Scores("loss", [1.0, 0.95, 0.9, 0.5])
    stopping = nn.EarlyStopping(patience=1, min_delta=0.2, monitor="loss")
    network, history = train(note, stopping)
    # The patience is over, but what comes back is the lowest score all the same.
    assert (len(history), stopping.best_epoch, stopping.best) == (3, 3, 0.9)
    np.testing.assert_array_equal(network.params, note.seen[2][0])
    note = Scores("loss", [1.0, 0.9, 0.95, 0.5])
    network, history = train(
        note, nn.EarlyStopping(patience=1, min_delta=0.2, monitor="loss")
    )
    assert len(history) == 3
    np.testing.assert_array_equal(network.params, note.seen[1][0])


@pytest.mark.parametrize("kind", [KeyboardInterrupt, nn.DivergedError])
def test_the_best_network_is_there_after_an_interruption(kind):
    class End(nn.Callback):
        def after_gradient(self, run):
            if run.epoch == 3:
                if kind is KeyboardInterrupt:
                    raise KeyboardInterrupt
                run.network.grads[:] = np.nan

    note = Scores("loss", [3.0, 1.0, 2.0])
    network = nn.mlp([2, 6, 3], seed=0)
    with pytest.raises(kind):
        train(note, nn.EarlyStopping(monitor="loss"), End(), network=network)
    np.testing.assert_array_equal(network.params, note.seen[1][0])


def test_the_best_accuracy_is_kept_as_it_is():
    stopping = nn.EarlyStopping(monitor="accuracy")
    assert stopping.best == -math.inf
    train(Scores("accuracy", [0.1, 0.5, 0.4, 0.4]), stopping)
    assert stopping.best == 0.5


@pytest.mark.parametrize("monitor", ["accuracy", "val_accuracy"])
def test_early_stopping_takes_accuracy_the_right_way_round(monitor):
    note = Scores(monitor, [0.1, 0.5, 0.4, 0.9])
    stopping = nn.EarlyStopping(patience=0, monitor=monitor)
    _, history = train(note, stopping, validation=(X, Y))
    assert (len(history), stopping.best_epoch) == (3, 2)


def test_early_stopping_watches_the_validation_loss_by_default():
    note = Scores("val_loss", [1.0, 2.0, 0.0, 0.0])
    stopping = nn.EarlyStopping(patience=0)
    _, history = train(note, stopping, validation=(X, Y))
    assert (len(history), stopping.best_epoch) == (2, 1)


@pytest.mark.parametrize("monitor", ["val_loss", "val_accuracy"])
def test_early_stopping_needs_what_it_watches(monitor):
    with pytest.raises(ValueError, match=f"monitor is '{monitor}'.*validation"):
        train(nn.EarlyStopping(monitor=monitor))


def test_early_stopping_can_be_used_again():
    stopping = nn.EarlyStopping(patience=0, monitor="loss")
    train(Scores("loss", [0.0, 0.0, 0.0, 0.0]), stopping)
    assert stopping.best == 0.0
    _, history = train(Scores("loss", [3.0, 2.0, 1.0, 0.5]), stopping)
    assert (len(history), stopping.best_epoch) == (4, 4)


def test_early_stopping_state_before_and_after_a_run():
    stopping, other = (nn.EarlyStopping(monitor="loss") for _ in range(2))
    assert stopping.state_dict() == {"best_epoch": 0}
    train(stopping)
    state = stopping.state_dict()
    other.load_state_dict(state)
    assert other.state_dict().keys() == state.keys()
    assert (other.best, other.best_epoch) == (stopping.best, stopping.best_epoch)
    np.testing.assert_array_equal(other.state_dict()["params"], state["params"])
    other.load_state_dict({"best_epoch": 0})
    assert (other.best, other.best_epoch) == (math.inf, 0)


def test_early_stopping_of_no_epochs():
    network, _ = train(nn.EarlyStopping(monitor="loss"), epochs=0)
    np.testing.assert_array_equal(network.params, nn.mlp([2, 6, 3], seed=0).params)


# Clipping ----------------------------------------------------------------------------


class Given(nn.Callback):
    """Replaces the gradient and notes what the next callback made of it."""

    def __init__(self, gradient, dtype=np.float64):
        self.gradient = np.asarray(gradient, dtype)

    def after_gradient(self, run):
        run.network.grads[:] = self.gradient


class Take(nn.Callback):
    def after_gradient(self, run):
        self.gradient = run.network.grads.copy()


def clipped(gradient, dtype=np.float64, **limit):
    take = Take()
    network = nn.Network(nn.Dense(1, len(gradient) // 2), dtype=dtype)
    nn.fit(
        network,
        [[1.0]],
        [0],
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.SGD(0.0),
        epochs=1,
        callbacks=[Given(gradient, dtype), nn.GradientClipping(**limit), take],
    )
    return take.gradient


def test_clipping_by_norm_keeps_the_direction():
    np.testing.assert_allclose(clipped([3, 0, 4, 0], norm=1), [0.6, 0, 0.8, 0])
    np.testing.assert_array_equal(clipped([3, 0, 4, 0], norm=5), [3, 0, 4, 0])
    np.testing.assert_array_equal(clipped([3, 0, 4, 0], norm=50), [3, 0, 4, 0])
    np.testing.assert_allclose(clipped([3, 0, 4, 0], norm=4.9), [2.94, 0, 3.92, 0])
    np.testing.assert_array_equal(clipped([0, 0, 0, 0], norm=1), 0)


def test_clipping_by_value_takes_each_entry():
    found = clipped([3, -0.5, -4, 0], value=1)
    np.testing.assert_array_equal(found, [1, -0.5, -1, 0])


def test_clipping_of_gradients_whose_squares_overflow():
    found = clipped([3e30, 0, 4e30, 0], np.float32, norm=1)
    np.testing.assert_allclose(found, [0.6, 0, 0.8, 0], rtol=1e-6)


@pytest.mark.parametrize("limit", [{"norm": 1.0}, {"value": 1.0}])
def test_clipping_prevents_divergence(limit):
    def fit(*callbacks):
        network = nn.mlp([2, 8, 1], seed=0)
        return nn.fit(
            network,
            X * 100,
            X[:, 0],
            loss=nn.MeanSquaredError(),
            optimizer=nn.SGD(0.01),
            epochs=20,
            callbacks=callbacks,
        )

    with pytest.raises(nn.DivergedError):
        fit()
    assert math.isfinite(fit(nn.GradientClipping(**limit)).loss[-1])


def test_clipping_does_not_hide_a_gradient_that_is_not_finite():
    with pytest.raises(nn.DivergedError, match="the gradient left"):
        clipped([np.nan, 1, 1, 1], norm=1)


@pytest.mark.parametrize(
    ("limits", "error", "message"),
    [
        ({}, ValueError, "norm is None and value is None; expected exactly one"),
        ({"norm": 1, "value": 1}, ValueError, "expected exactly one"),
        ({"norm": 0}, ValueError, "norm is 0; expected .* above 0"),
        ({"value": -1}, ValueError, "value is -1; expected .* above 0"),
        ({"norm": math.inf}, ValueError, "norm is inf"),
        ({"norm": False}, TypeError, "norm is False"),
        ({"value": "1"}, TypeError, "value is '1'"),
    ],
)
def test_bad_limits(limits, error, message):
    with pytest.raises(error, match=message):
        nn.GradientClipping(**limits)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda s: s.pop("best_epoch"), ValueError, "lacks best_epoch"),
        (lambda s: s.pop("best"), ValueError, "lacks best; .* EarlyStopping"),
        (lambda s: s.update(best_epoch=1.5), TypeError, "best_epoch is 1.5"),
        (lambda s: s.update(best=np.inf), ValueError, "best is inf"),
        (lambda s: s.update(mark="a"), TypeError, "mark is 'a'"),
        (lambda s: s.update(mark_epoch=-1), ValueError, "mark_epoch is -1"),
        (lambda s: s.update(params=[[1.0]]), ValueError, r"params has shape \(1, 1\)"),
        (lambda s: s.update(statistics=[np.nan]), ValueError, "statistics holds nan"),
    ],
)
def test_a_bad_state_of_early_stopping_changes_nothing(change, error, message):
    stopping = nn.EarlyStopping()
    good = {
        "best_epoch": 3,
        "best": 0.5,
        "mark": 0.6,
        "mark_epoch": 2,
        "params": np.ones(4),
        "statistics": [],
    }
    stopping.load_state_dict(good)
    bad = dict(good)
    change(bad)
    with pytest.raises(error, match=message):
        stopping.load_state_dict(bad)
    assert stopping.best_epoch == 3
    np.testing.assert_array_equal(stopping.state_dict()["params"], np.ones(4))


@pytest.mark.parametrize("state", [None, 3, [[]], np.float32(0.1), {1: 2}], ids=repr)
@pytest.mark.parametrize(
    "what", [nn.EarlyStopping(), nn.Adam(), nn.ReduceOnPlateau(0.1)], ids=repr
)
def test_a_state_that_is_none(what, state):
    name = type(what).__name__
    with pytest.raises(TypeError, match=f"state is .* state_dict.. of {name}"):
        what.load_state_dict(state)


@pytest.mark.parametrize(
    "text",
    [
        "nn.GradientClipping(norm=1.0, value=None)",
        "nn.EarlyStopping(patience=10, min_delta=0.0, monitor='val_loss')",
    ],
)
def test_repr_makes_the_same_callback_again(text):
    assert repr(eval(text)) == text


def test_repr_of_a_checkpoint_and_of_a_callback_of_your_own(tmp_path):
    class Mine(nn.Callback):
        pass

    path = tmp_path / "n"
    text = f"nn.Checkpoint(path={path!r}, every=1, best_path=None, monitor='val_loss')"
    assert repr(nn.Checkpoint(path)) == text
    assert repr(Mine()) == "nn.Mine()"


@pytest.mark.parametrize("clipping", [{"norm": 1.0}, {"value": 1.0}], ids=repr)
@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_clipping_hides_no_divergence(clipping, bad):
    class Spoil(nn.Callback):
        def after_gradient(self, run):
            run.network.grads[0] = bad

    with pytest.raises(nn.DivergedError, match="the gradient left the finite numbers"):
        train(Spoil(), nn.GradientClipping(**clipping))


def test_early_stopping_of_another_network_is_refused():
    class Resumed(nn.Callback):
        def begin(self, run):
            run.epoch = 1
            stopping.load_state_dict(
                {
                    "best_epoch": 1,
                    "best": 0.5,
                    "mark": 0.5,
                    "mark_epoch": 1,
                    "params": [7.0],
                    "statistics": [],
                }
            )

    stopping = nn.EarlyStopping(monitor="loss")
    with pytest.raises(ValueError, match=r"best params have shape \(1,\); expected"):
        train(Resumed(), stopping)
