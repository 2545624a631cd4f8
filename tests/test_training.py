"""`fit`: what it computes, what it records, and how it fails."""

import pickle
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import pytest

import nnbook as nn

X, Y = nn.datasets.blobs(n_per_class=11)  # 33 samples of 3 classes


def train(network=None, **options):
    """A short training; returns the network and the history."""
    if network is None:
        network = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    arguments = {
        "X": X,
        "y": Y,
        "loss": nn.SoftmaxCrossEntropy(),
        "optimizer": nn.Momentum(0.05),
        "epochs": 3,
        "batch_size": 8,
    }
    return network, nn.fit(network, **{**arguments, **options})


# What it computes --------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [1, 8, 11, 33, 100])
def test_it_is_the_loop_one_would_write(batch_size):
    network, history = train(batch_size=batch_size, seed=5)
    by_hand = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    loss, optimizer = nn.SoftmaxCrossEntropy(), nn.Momentum(0.05)
    rng = np.random.default_rng(5)
    losses, shares = [], []
    for _ in range(3):
        order = rng.permutation(33)
        total = right = 0
        for start in range(0, 33, batch_size):
            rows = order[start : start + batch_size]
            out = by_hand.forward(X[rows])
            total += loss(out, Y[rows]) * len(rows)
            right += (out.argmax(axis=1) == Y[rows]).sum()
            by_hand.backward(loss.gradient(out, Y[rows]))
            optimizer.step(by_hand.params, by_hand.grads)
        losses.append(total / 33)
        shares.append(right / 33)
    np.testing.assert_allclose(network.params, by_hand.params, rtol=1e-12)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-12)
    np.testing.assert_allclose(history.accuracy, shares, rtol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 8, 33])
@pytest.mark.parametrize("kind", [nn.Momentum, nn.Adam, nn.AdamW])
def test_fit_is_the_epoch_that_the_book_shows(batch_size, kind):
    network, _ = train(optimizer=kind(0.05), batch_size=batch_size, seed=5)
    shown = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    loss, optimizer = nn.SoftmaxCrossEntropy(), kind(0.05)
    rng = np.random.default_rng(5)
    for _ in range(3):
        nn.training.epoch(shown, X, Y, loss, optimizer, batch_size, rng)
    np.testing.assert_allclose(network.params, shown.params, rtol=1e-10)


def test_full_batch_is_gradient_descent():
    network, history = train(batch_size=None, optimizer=nn.SGD(0.1), epochs=2)
    by_hand = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    loss, losses = nn.SoftmaxCrossEntropy(), []
    for _ in range(2):
        out = by_hand.forward(X)
        losses.append(loss(out, Y))
        by_hand.backward(loss.gradient(out, Y))
        by_hand.params -= 0.1 * by_hand.grads
    np.testing.assert_allclose(network.params, by_hand.params, rtol=1e-12)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-12)


def test_full_batch_does_not_shuffle():
    first, _ = train(batch_size=None, seed=0)
    second, _ = train(batch_size=None, seed=1)
    np.testing.assert_array_equal(first.params, second.params)


def test_each_sample_is_seen_once_in_an_epoch():
    seen = []

    class Watch(nn.Dense):
        def forward(self, X, training):
            if training:
                seen.append(X.copy())
            return super().forward(X, training)

    train(nn.Network(Watch(2, 3), dtype=np.float64), epochs=2)
    assert [len(batch) for batch in seen] == 2 * [8, 8, 8, 8, 1]
    for epoch in (seen[:5], seen[5:]):
        rows = np.concatenate(epoch)
        np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(X, axis=0))
    assert not np.array_equal(seen[0], seen[5])


def test_the_same_seed_gives_the_same_bits():
    def run(seed):
        network = nn.Network(
            nn.Dense(2, 8, activation=nn.tanh), nn.Dropout(0.5), nn.Dense(8, 3)
        )
        return train(network, seed=seed)[0].params

    np.testing.assert_array_equal(run(0), run(0))
    assert not np.array_equal(run(0), run(1))


def test_data_are_left_alone():
    X_before, Y_before = X.copy(), Y.copy()
    for batch_size in (8, None):
        train(batch_size=batch_size)
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(Y, Y_before)


def test_it_takes_lists_and_whole_numbers():
    network = nn.mlp([1, 3, 2])
    history = nn.fit(
        network,
        [[0], [1], [2]],
        [0, 1, 1],
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.SGD(0.1),
        epochs=1,
    )
    assert len(history) == 1


def test_a_used_optimizer_goes_on():
    optimizer = nn.Momentum(nn.LinearDecay(0.1, steps=1000))
    network, _ = train(optimizer=optimizer)
    assert optimizer.steps == 15
    train(network, optimizer=optimizer)
    assert optimizer.steps == 30


def test_an_optimizer_of_another_network_is_refused_before_anything_changes():
    optimizer = nn.Adam(0.05)
    _, history = train(optimizer=optimizer)
    other = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    before = other.params.copy()
    with pytest.raises(ValueError, match=r"call reset\(\)"):
        train(other, optimizer=optimizer)
    np.testing.assert_array_equal(other.params, before)
    assert other.loss is None
    optimizer.reset()  # as advised; the cell of a notebook run twice
    _, again = train(other, optimizer=optimizer)
    assert again.loss == history.loss


def test_no_epochs_change_nothing():
    network, history = train(epochs=0)
    expected = nn.mlp([2, 8, 3], seed=0, dtype=np.float64).params
    np.testing.assert_array_equal(network.params, expected)
    assert len(history) == 0
    assert repr(history) == "<History of 0 epochs>"


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("kind", [nn.L1, nn.L2])
def test_regularizer_adds_its_gradient(kind, biases):
    penalty = kind(0.3, biases=biases)
    plain, _ = train(batch_size=None, optimizer=nn.SGD(0.1), epochs=1)
    network, history = train(
        batch_size=None, optimizer=nn.SGD(0.1), epochs=1, regularizer=penalty
    )
    start = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    slope = np.sign(start.params) if kind is nn.L1 else start.params.copy()
    if not biases:
        slope[start.n_weights :] = 0
    np.testing.assert_allclose(network.params, plain.params - 0.03 * slope, atol=1e-14)
    # The loss is without the penalty.
    assert history.loss == train(batch_size=None, epochs=1)[1].loss


# Data as they are --------------------------------------------------------------------

IMAGES = np.random.default_rng(0).integers(0, 256, (50, 12), dtype=np.uint8)
LABELS = np.random.default_rng(1).integers(0, 3, 50)


def trained_on(X, small, monkeypatch, **options):
    """Parameters and history after training on images, as bytes or otherwise."""
    # Below it, data are cast once; above, batch by batch.
    monkeypatch.setattr("nnbook._batches._SMALL", 2**24 if small else 0)
    monkeypatch.setattr("nnbook._batches._PART", 100)
    network = nn.mlp([12, 8, 3], seed=0)
    _, history = train(
        network,
        X=X,
        y=LABELS,
        optimizer=nn.SGD(1e-5),
        validation=(X, LABELS),
        **options,
    )
    lists = history.to_dict()
    del lists["seconds"]
    return network.params.tobytes(), lists


@pytest.mark.parametrize("batch_size", [7, None])
@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize(
    "stored",
    [
        lambda X, path: X,
        lambda X, path: X.astype(np.float32),
        lambda X, path: X.astype(np.float64),
        lambda X, path: X.astype(">i4"),
        lambda X, path: X.astype(np.float16),
        lambda X, path: np.asfortranarray(X, np.float32),
        lambda X, path: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X, path: X.tolist(),
        lambda X, path: np.memmap(path, np.uint8, "r", shape=X.shape),
    ],
    ids=[
        *("bytes", "float32", "float64", "big-endian", "float16", "columns", "stride"),
        *("list", "map"),
    ],
)
def test_however_data_are_stored_the_bits_are_the_same(
    tmp_path, monkeypatch, stored, small, batch_size
):
    IMAGES.tofile(tmp_path / "images")
    X = stored(IMAGES, tmp_path / "images")
    expected = trained_on(
        IMAGES.astype(np.float32), small, monkeypatch, batch_size=batch_size
    )
    assert trained_on(X, small, monkeypatch, batch_size=batch_size) == expected


def test_a_number_deep_in_large_data_is_found_and_named(monkeypatch):
    monkeypatch.setattr("nnbook._batches._PART", 100)
    for value, message in (
        (np.nan, r"nan at index \(40, 3\)"),
        (1e300, "1e\\+300, too"),
    ):
        X = IMAGES.astype(np.float64)
        X[40, 3] = value
        for bad in ({"X": X}, {"X": IMAGES, "validation": (X, LABELS)}):
            with pytest.raises(ValueError, match=f"X holds {message}"):
                train(nn.mlp([12, 8, 3]), y=LABELS, **bad)


def test_large_data_are_not_copied():
    program = """if True:
        import sys, tracemalloc
        import numpy as np
        import nnbook as nn
        X = np.memmap(sys.argv[1], np.uint8, "w+", shape=(60_000, 784))
        y = np.zeros(60_000, int)
        network = nn.Network(nn.Rescale(1 / 255), nn.Dense(784, 2))
        options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.1)}
        tracemalloc.start()
        nn.fit(network, X, y, epochs=1, batch_size=500, **options)
        print(tracemalloc.get_traced_memory()[1])
        nn.fit(network, X[:20_000], y[:20_000], epochs=1, batch_size=None, **options)
        print(tracemalloc.get_traced_memory()[0])
    """
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", program, f"{folder}/images"],
            capture_output=True,
            text=True,
            check=True,
        )
    peak, kept = map(int, done.stdout.split())
    assert peak < 20e6  # the map is of 47 MB, as float32 it would be 188
    assert kept < 5e6  # and no buffer of a batch of 20,000 remains


def test_augment_changes_what_is_trained_on_and_nothing_else():
    seen = []

    def shift(batch, rng):
        seen.append(batch.copy())
        batch += rng.normal()  # in place, which must not reach the data
        return batch

    before = X.copy()
    for batch_size in (8, None):
        seen.clear()
        network, history = train(augment=shift, batch_size=batch_size, seed=3)
        np.testing.assert_array_equal(X, before)
        rows = np.concatenate(seen[: len(seen) // 3])
        np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(X, axis=0))
        again, _ = train(augment=shift, batch_size=batch_size, seed=3)
        np.testing.assert_array_equal(network.params, again.params)
        plain, other = train(batch_size=batch_size, seed=3)
        assert not np.array_equal(network.params, plain.params)
        assert history.loss[0] != other.loss[0]
    doubled, _ = train(augment=lambda batch, rng: 2 * batch, batch_size=8)
    expected, _ = train(X=2 * X, batch_size=8)
    np.testing.assert_array_equal(doubled.params, expected.params)


@pytest.mark.parametrize(
    ("augment", "kind", "message"),
    [
        (3, TypeError, "augment is 3; expected a function"),
        (lambda X, rng: X[:2], ValueError, r"shape \(2, 2\); expected \(8, 2\)"),
        (lambda X, rng: X * np.nan, ValueError, "what augment returned holds nan"),
        (lambda X, rng: None, TypeError, "what augment returned has dtype object"),
    ],
)
def test_augment_that_does_not_fit(augment, kind, message):
    with pytest.raises(kind, match=message):
        train(augment=augment)


def test_augment_leaves_the_numbers_that_float32_holds():
    network = nn.mlp([2, 8, 3], seed=0)
    with pytest.raises(ValueError, match=r"what augment returned holds .*e\+300, too"):
        train(network, augment=lambda X, rng: 1e300 * X.astype(np.float64))


def test_drop_last_leaves_out_what_does_not_fill_a_batch():
    sizes = []

    class Count(nn.Callback):
        def after_gradient(self, run):
            sizes.append(run.optimizer.steps)

    network, history = train(drop_last=True, epochs=2, seed=4, callbacks=[Count()])
    assert len(sizes) == 2 * 4  # of 33 samples
    kept, _ = train(epochs=2, seed=4)
    assert not np.array_equal(network.params, kept.params)
    order = np.random.default_rng(4).permutation(33)[:32]
    by_hand = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    optimizer = nn.Momentum(0.05)
    losses = [
        one_step(by_hand, order[start : start + 8], optimizer)
        for start in range(0, 32, 8)
    ]
    assert history.loss[0] == pytest.approx(np.mean(losses))
    normed = nn.Network(nn.BatchNorm(2), nn.Dense(2, 3))
    train(normed, drop_last=True)  # as the error about a batch of one advises


def one_step(network, rows, optimizer):
    """A step by hand; returns the loss before it."""
    loss = nn.SoftmaxCrossEntropy()
    out = network.forward(X[rows])
    network.backward(loss.gradient(out, Y[rows]))
    optimizer.step(network.params, network.grads)
    return loss(out, Y[rows])


def test_warnings_of_a_callback_are_not_hidden():
    seen = []

    class Listen(nn.Callback):
        def epoch_end(self, run):
            seen.append(np.geterr())

        after_gradient = epoch_end

    for wish in ("warn", "ignore", "raise"):
        with np.errstate(all=wish):
            train(callbacks=[Listen()], epochs=1)
            assert len(seen) > 1
            assert all(state == np.geterr() for state in seen)
        seen.clear()


# What it records ---------------------------------------------------------------------


def test_history_has_an_entry_for_each_epoch():
    network, history = train(
        validation=(X, Y), optimizer=nn.SGD(nn.StepDecay(0.1, every=5)), epochs=4
    )
    assert len(history) == 4
    assert all(len(values) == 4 for values in history.to_dict().values())
    assert history.learning_rate == [0.1, 0.05, 0.025, 0.0125]
    assert all(seconds > 0 for seconds in history.seconds)
    assert history.val_loss[-1] == pytest.approx(
        nn.SoftmaxCrossEntropy()(network(X), Y)
    )
    assert history.val_accuracy[-1] == nn.accuracy(network.predict(X), Y)
    assert all(
        type(value) is float
        for values in history.to_dict().values()
        for value in values
    )
    assert repr(history).startswith("<History of 4 epochs: loss=")


def test_history_without_validation_and_without_classes():
    targets = X.sum(axis=1, keepdims=True)
    _, history = train(
        nn.mlp([2, 4, 1]), y=targets, loss=nn.MeanSquaredError(), epochs=1
    )
    assert len(history.loss) == 1
    assert history.accuracy == history.val_loss == history.val_accuracy == []
    assert repr(history).startswith("<History of 1 epoch: loss=")
    _, history = train(
        nn.mlp([2, 4, 1]),
        y=targets[:, 0],
        loss=nn.MeanSquaredError(),
        validation=(X, targets),
        epochs=1,
    )
    assert len(history.val_loss) == 1
    assert history.val_accuracy == []


def test_validation_trains_nothing_and_uses_no_dropout():
    def network():
        return nn.Network(
            nn.Dense(2, 8, activation=nn.relu),
            nn.BatchNorm(8),
            nn.Dropout(0.5),
            nn.Dense(8, 3),
        )

    alone, _ = train(network(), batch_size=11)
    watched, history = train(network(), batch_size=11, validation=(X[:7], Y[:7]))
    np.testing.assert_array_equal(alone.params, watched.params)
    np.testing.assert_array_equal(alone.statistics(), watched.statistics())
    expected = nn.SoftmaxCrossEntropy()(watched(X[:7]), Y[:7])
    assert history.val_loss[-1] == pytest.approx(expected, rel=1e-6)


def test_accuracy_of_one_answer_and_of_several():
    one = (X[:, :1] > 0).astype(float)
    network, history = train(
        nn.mlp([2, 1], dtype=np.float64),
        y=one,
        loss=nn.BinaryCrossEntropy(),
        validation=(X, one),
    )
    share = np.mean((network(X) > 0) == (one > 0.5))
    assert history.val_accuracy[-1] == pytest.approx(share)
    several = (X > 0).astype(float)
    network, history = train(
        nn.mlp([2, 2], dtype=np.float64),
        y=several,
        loss=nn.BinaryCrossEntropy(),
        validation=(X, several),
    )
    share = np.mean((network(X) > 0) == (several > 0.5))
    assert history.val_accuracy[-1] == pytest.approx(share)


def test_accuracy_of_distributions_is_that_of_labels():
    _, by_label = train()
    _, by_row = train(y=np.eye(3)[Y])
    assert by_row.accuracy == by_label.accuracy
    np.testing.assert_allclose(by_row.loss, by_label.loss, rtol=1e-12)


def test_history_can_be_drawn():
    _, history = train()
    assert [ax.get_ylabel() for ax in history.plot()]


# Learning ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "optimizer",
    [
        nn.SGD(0.3),
        nn.Momentum(0.1),
        nn.Nesterov(0.1),
        nn.AdaGrad(0.3),
        nn.RMSProp(0.01),
        nn.AdaDelta(epsilon=1e-3),
        nn.Adam(0.03),
        nn.AdaMax(0.03),
        nn.Nadam(0.03),
        nn.AMSGrad(0.03),
        nn.AdamW(0.03),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_every_optimizer_learns_the_spiral(optimizer):
    spiral = nn.datasets.spiral(n_per_class=50)
    network = nn.mlp([2, 32, 3], activation=nn.tanh, seed=1)
    _, history = train(
        network,
        X=spiral[0],
        y=spiral[1],
        optimizer=optimizer,
        epochs=150,
        batch_size=16,
    )
    assert history.accuracy[0] < 0.7
    assert max(history.accuracy[-5:]) > 0.8


def test_opennmt_decay_drives_the_rate_resets_the_optimizer_and_stops():
    schedule = nn.OpenNMTDecay(
        0.01, decay=0.1, start_decay_at=2, minimum=1e-4, restart=True
    )
    optimizer = nn.Adam(schedule)
    _, history = train(optimizer=optimizer, epochs=99)
    # Decayed after epoch 2 to 1e-3, after 3 to 1e-4, after 4 below the minimum.
    np.testing.assert_allclose(history.learning_rate, [1e-2, 1e-2, 1e-3, 1e-4])
    assert optimizer.steps == 0


def test_plateau_follows_the_validation_loss_if_there_is_one():
    class Note(nn.Schedule):
        def __init__(self):
            self.heard = []

        def __call__(self, step):
            return 0.01

        def epoch_end(self, epoch, score):
            self.heard.append((epoch, score))

    schedule = Note()
    _, history = train(optimizer=nn.SGD(schedule))
    assert schedule.heard == list(zip([1, 2, 3], history.loss, strict=True))
    schedule = Note()
    _, history = train(optimizer=nn.SGD(schedule), validation=(X, Y))
    assert schedule.heard == list(zip([1, 2, 3], history.val_loss, strict=True))


def test_the_rate_is_that_of_the_last_step_of_each_epoch():
    _, history = train(optimizer=nn.SGD(nn.LinearDecay(0.1, steps=10)), epochs=2)
    assert history.learning_rate == pytest.approx([0.1 * (1 - t / 10) for t in (4, 9)])


def test_accuracy_of_validation_data_of_another_size():
    network, history = train(validation=(X[:7], Y[:7]))
    expected = nn.accuracy(network.predict(X[:7]), Y[:7])
    assert history.val_accuracy[-1] == pytest.approx(expected)


def test_seconds_are_the_length_of_each_epoch():
    started = time.perf_counter()
    _, history = train(epochs=4)
    assert 0 < sum(history.seconds) < time.perf_counter() - started


def test_masks_come_from_the_seed_of_the_run():
    def trained(seed, network_seed=0):
        network = nn.Network(
            nn.Dense(2, 16, weights=nn.init.constant(0.5), activation=nn.tanh),
            nn.Dropout(0.5),
            nn.Dense(16, 3, weights=nn.init.constant(0.1)),
            seed=network_seed,
        )
        return train(network, batch_size=None, seed=seed)[0].params

    # All samples make one batch in the order given, so that only masks are random.
    np.testing.assert_array_equal(trained(1), trained(1, network_seed=5))
    assert not np.array_equal(trained(1), trained(2))


@pytest.mark.parametrize("rate", [0.05, nn.Constant(0.05)])
def test_a_callback_can_stop_the_run(rate):
    class Stop(nn.Callback):
        def after_gradient(self, run):
            run.stop = run.epoch == 1

    _, history = train(optimizer=nn.SGD(rate), epochs=9, callbacks=[Stop()])
    assert len(history) == 2


# Divergence --------------------------------------------------------------------------


def diverging(optimizer, **options):
    network = nn.mlp([2, 8, 1], activation=nn.relu, seed=0)
    targets = X.sum(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(nn.DivergedError) as caught:
            train(
                network,
                y=targets,
                loss=nn.MeanSquaredError(),
                optimizer=optimizer,
                epochs=1000,
                **options,
            )
    return network, caught.value


def test_divergence_says_when_how_and_what_to_do():
    network, error = diverging(nn.SGD(1e6))
    text = str(error)
    assert f"in epoch {error.epoch}, step {error.step}:" in text
    assert "learning rate 1e+06" in text
    for cure in ("learning rate 10 times smaller", "scaled", "weights", "Clipping"):
        assert cure in text
    assert error.rate == 1e6
    assert error.epoch == error.step // 5
    assert np.isfinite(network.params).all()
    assert isinstance(error, ArithmeticError)


def test_what_divergence_on_raw_pixels_advises_helps():
    data = nn.datasets.digits()
    pixels = np.rint(data.X_train * 255).astype(np.uint8)
    options = {"X": pixels, "y": np.eye(10)[data.y_train], "batch_size": 32}
    options |= {"loss": nn.MeanSquaredError(), "epochs": 5}

    def layers():
        return nn.Dense(64, 32, activation=nn.relu), nn.Dense(32, 10)

    with pytest.raises(nn.DivergedError, match=r"pixels .* by nn\.Rescale\(1 / 255\)"):
        train(nn.Network(*layers()), optimizer=nn.SGD(0.2), **options)
    scaled = nn.Network(nn.Rescale(1 / 255), *layers())
    _, history = train(scaled, optimizer=nn.SGD(0.2), **options)
    assert history.loss[-1] < history.loss[0]
    clipped, _ = train(
        nn.Network(*layers()),
        optimizer=nn.SGD(0.05),
        callbacks=[nn.GradientClipping(norm=1.0)],
        **options,
    )
    assert np.isfinite(clipped.params).all()


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("validation_split", r"nn\.split\(X, y, test=0\.2\), then validation="),
        ("validation_data", r"use validation=\(X, y\)"),
        ("verbose", "use progress=True"),
        ("learning_rate", r"optimizer=nn\.Adam\(learning_rate\)"),
        ("optimiser", r"use optimizer\."),
        ("batchsize", r"use batch_size\."),
        ("xyz", r"use help\(nn\.fit\)"),
    ],
)
def test_names_of_other_libraries_are_told_the_one_that_is_meant(name, advice):
    with pytest.raises(TypeError, match=f"no argument '{name}'; .*{advice}"):
        train(**{name: 0.2})


def test_a_share_for_validation_is_told_how_to_split():
    with pytest.raises(TypeError, match=r"validation is 0\.2.*nn\.split\(X, y, test=0"):
        train(validation=0.2)
    parts = nn.split(X, Y, test=0.2)
    _, history = train(
        X=parts.X_train, y=parts.y_train, validation=(parts.X_test, parts.y_test)
    )
    assert len(history.val_loss) == 3


@pytest.mark.parametrize("rate", [3.0, 1e3, 1e10, 1e30, 1e38])
@pytest.mark.parametrize("kind", [nn.SGD, nn.Momentum, nn.Nesterov])
def test_divergence_leaves_a_network_with_a_finite_loss(kind, rate):
    network, error = diverging(kind(rate))
    assert np.isfinite(network.params).all()
    loss = nn.MeanSquaredError()(network(X), X.sum(axis=1)[:, None])
    assert np.isfinite(loss)
    assert 0 <= error.step - error.back_to <= 65


@pytest.mark.parametrize("burst", [4, 70, 140])
def test_divergence_puts_back_parameters_of_at_most_64_steps_before(burst):
    # The step itself overflows, so that the loss after it is not finite.
    class Burst(nn.Callback):
        def after_gradient(self, run):
            seen.append(run.network.params.copy())
            if len(seen) == burst + 1:
                run.network.grads[:] = 1e38

    seen = []
    network = nn.mlp([2, 4, 1], seed=0)
    with pytest.raises(nn.DivergedError) as caught:
        train(
            network,
            y=X.sum(axis=1),
            loss=nn.MeanSquaredError(),
            optimizer=nn.SGD(0.001),
            epochs=99,
            callbacks=[Burst()],
        )
    error = caught.value
    assert error.step == burst + 1
    assert error.back_to == burst - burst % 64
    np.testing.assert_array_equal(network.params, seen[error.back_to])


def test_a_parameter_that_the_loss_does_not_show_is_not_kept():
    # tanh of an infinite sum is 1: the loss stays finite.
    class Spoil(nn.Callback):
        def after_gradient(self, run):
            if run.optimizer.steps == 3:
                run.network.params[0] = np.inf

    network = nn.mlp([2, 4, 3], nn.tanh, seed=0)
    with pytest.raises(nn.DivergedError, match="a parameter left") as caught:
        nn.fit(
            network,
            np.ones((200, 2)),
            np.zeros(200, int),
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.SGD(0.1),
            epochs=1,
            batch_size=2,
            callbacks=[Spoil()],
        )
    assert (caught.value.step, caught.value.back_to) == (64, 0)
    assert np.isfinite(network.params).all()


def test_divergence_can_be_told_to_another_process():
    _, error = diverging(nn.SGD(1e6))
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("kind", [nn.AdaGrad, nn.RMSProp, nn.Adam, nn.AMSGrad])
def test_squares_that_overflow_do_not_end_training_silently(kind):
    class Burst(nn.Callback):
        def after_gradient(self, run):
            if run.epoch == 1:
                run.network.grads[:] = 3e19

    network = nn.mlp([2, 3], seed=0)
    with pytest.raises(nn.DivergedError, match=r"the optimizer's .* left the finite"):
        train(network, optimizer=kind(0.01), epochs=9, callbacks=[Burst()])
    assert np.isfinite(network.params).all()


def test_after_divergence_the_same_objects_can_train_on():
    network, optimizer = nn.mlp([2, 8, 3], activation=nn.relu, seed=0), nn.Adam(1e3)
    targets = np.eye(3)[Y] * 1e18
    with pytest.raises(nn.DivergedError, match="the optimizer starts anew"):
        train(
            network,
            X=X * 1e18,
            y=targets,
            loss=nn.MeanSquaredError(),
            optimizer=optimizer,
            epochs=50,
        )
    optimizer.learning_rate = 0.01
    _, history = train(
        network, y=np.eye(3)[Y], loss=nn.MeanSquaredError(), optimizer=optimizer
    )
    assert len(history) == 3


def test_divergence_of_the_validation_loss():
    network = nn.mlp([2, 8, 3], activation=nn.relu, seed=0)
    far = np.full((1, 2), 3e38)
    with pytest.raises(nn.DivergedError, match="the validation loss became") as caught:
        train(
            network, validation=(far, [0]), optimizer=(optimizer := nn.Momentum(0.05))
        )
    assert optimizer.steps == 0
    expected, _ = train(nn.mlp([2, 8, 3], activation=nn.relu, seed=0), epochs=1)
    np.testing.assert_array_equal(network.params, expected.params)
    assert (caught.value.epoch, caught.value.step, caught.value.back_to) == (0, 5, 5)
    assert not any(caught.value.history.to_dict().values())  # no epoch was completed


def test_divergence_keeps_running_statistics_finite():
    network = nn.Network(nn.Dense(2, 4), nn.BatchNorm(4), nn.Dense(4, 1))
    with pytest.raises(nn.DivergedError):
        train(
            network,
            y=X.sum(axis=1),
            loss=nn.MeanSquaredError(),
            optimizer=nn.SGD(1e30),
            batch_size=11,
            epochs=100,
        )
    assert np.isfinite(network.params).all()
    assert np.isfinite(network.statistics()).all()


def test_running_statistics_that_overflow():
    # A square that overflows makes a scale of 0, and outputs and a loss of no harm.
    network = nn.Network(nn.BatchNorm(2), nn.Dense(2, 1), dtype=np.float64)
    with pytest.raises(nn.DivergedError, match="a running statistic left the finite"):
        train(
            network,
            X=1e200 * X,
            y=X.sum(axis=1),
            loss=nn.MeanSquaredError(),
            batch_size=11,
        )
    np.testing.assert_array_equal(network.statistics(), [0, 0, 1, 1])


def test_an_optimizer_of_another_network_is_not_taken_for_divergence():
    optimizer = nn.Momentum(0.05)
    train(optimizer=optimizer)
    with pytest.raises(ValueError, match=r"began with \(51,\)"):
        train(nn.mlp([2, 3], dtype=np.float64), optimizer=optimizer)


def test_errors_of_a_callback_are_not_taken_for_divergence():
    class Wrong(nn.Callback):
        def after_gradient(self, run):
            run.optimizer.reset()
            run.optimizer.step(np.ones(3), np.ones(3))

    with pytest.raises(ValueError, match="began with"):
        train(callbacks=[Wrong()])


def test_a_network_that_is_not_finite_is_refused():
    network = nn.mlp([2, 3])
    network.params[0] = np.nan
    with pytest.raises(
        ValueError, match="network holds parameters that are not finite"
    ):
        train(network)


def test_scores_are_refused_where_shares_are_expected():
    with pytest.raises(ValueError, match="SoftmaxCrossEntropy"):
        train(loss=nn.CrossEntropy())


# Progress ----------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [1, 8, 16, 32])
def test_a_last_batch_of_one_sample_is_refused_before_training(batch_size):
    network = nn.Network(nn.Residual(nn.BatchNorm(2)), nn.Dense(2, 3))
    before = network.params.copy()
    with pytest.raises(ValueError, match=f"batch_size is {batch_size}, .* BatchNorm"):
        train(network, batch_size=batch_size)  # of 33 samples
    np.testing.assert_array_equal(network.params, before)


def test_progress_is_silent_unless_asked_for(capsys):
    train()
    assert capsys.readouterr() == ("", "")


def test_progress_shows_epochs_and_loss(capsys):
    _, history = train(progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "3/3" in err
    assert f"loss={history.loss[-1]:.4g}" in err


def test_progress_of_many_epochs_is_short(capsys):
    train(nn.mlp([2, 3]), epochs=3000, batch_size=None, progress=True)
    _, err = capsys.readouterr()
    assert "3000/3000" in err
    assert len(err) < 30_000  # refreshed in time, not by epoch


def test_progress_in_a_notebook_is_the_notebook_s():
    import tqdm.auto

    from nnbook import _fitting

    with _fitting._bar(range(3), True) as bar:
        assert isinstance(bar, tqdm.auto.tqdm)


def test_progress_without_tqdm_says_how_to_get_it():
    program = """if True:
        import sys
        sys.modules["tqdm"] = None
        import nnbook as nn
        X, y = nn.datasets.xor()
        network = nn.mlp([2, 2])
        before = network.params.copy()
        options = dict(loss=nn.SoftmaxCrossEntropy(), optimizer=nn.SGD(0.1), epochs=1)
        nn.fit(network, X, y, **options)
        before = network.params.copy()
        try:
            nn.fit(network, X, y, progress=True, **options)
        except ModuleNotFoundError as error:
            assert (network.params == before).all()
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "needs tqdm, which is not installed" in done.stdout
    assert "python -m pip install tqdm" in done.stdout


@pytest.mark.parametrize("kind", [KeyboardInterrupt, nn.DivergedError, OSError])
def test_the_history_of_a_run_that_ends_early_is_not_lost(kind):
    class End(nn.Callback):
        def epoch_end(self, run):
            if run.epoch == 2 and kind is not nn.DivergedError:
                raise kind
            if run.epoch == 2:
                run.network.params *= 1e200

    network = nn.mlp([2, 8, 3], seed=0, dtype=np.float64)
    _, whole = train(epochs=2)
    with pytest.raises(kind) as caught:
        train(network, callbacks=[End()], epochs=5)
    assert caught.value.history.loss == whole.loss
    assert np.isfinite(network.params).all()
    train(network, epochs=1)
