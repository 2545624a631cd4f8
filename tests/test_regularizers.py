import numpy as np
import pytest

import nnbook as nn

# Centred differences of a penalty near 1 are good to about 1e-10.
DIFFERENCES = 1e-9
BOTH = [nn.L1(0.3), nn.L2(0.3), nn.L1(0.3, biases=True), nn.L2(0.3, biases=True)]
PARAMS = np.array([1.0, -2.0, 0.5, 4.0])  # the last one is a bias


def test_by_hand():
    # 0.1 (1 + 2 + ½), and 0.1 / 2 · (1 + 4 + ¼).
    assert nn.L1(0.1).penalty(PARAMS, 3) == pytest.approx(0.35)
    assert nn.L2(0.1).penalty(PARAMS, 3) == pytest.approx(0.2625)
    # With the bias 4: 0.1 · 4 and 0.1 / 2 · 16 more.
    assert nn.L1(0.1, biases=True).penalty(PARAMS, 3) == pytest.approx(0.75)
    assert nn.L2(0.1, biases=True).penalty(PARAMS, 3) == pytest.approx(1.0625)
    assert nn.L2(0.1).penalty(PARAMS) == pytest.approx(1.0625)
    grads = np.ones(4)
    nn.L1(0.1).add_gradient(PARAMS, grads, 3)
    np.testing.assert_allclose(grads, [1.1, 0.9, 1.1, 1])
    nn.L2(0.1).add_gradient(PARAMS, grads, 3)
    np.testing.assert_allclose(grads, [1.2, 0.7, 1.15, 1])


@pytest.mark.parametrize("penalty", BOTH, ids=repr)
@pytest.mark.parametrize("n_weights", [None, 3])
def test_gradient_is_that_of_centred_differences(penalty, n_weights):
    grads = np.zeros(4)
    penalty.add_gradient(PARAMS, grads, n_weights)
    numeric = nn.numerical_gradient(lambda w: penalty.penalty(w, n_weights), PARAMS)
    np.testing.assert_allclose(grads, numeric, atol=DIFFERENCES)
    untouched = n_weights == 3 and not penalty.biases
    assert (grads[3] == 0) == untouched


@pytest.mark.parametrize("penalty", BOTH, ids=repr)
def test_no_pull_at_zero_and_dtype_kept(penalty):
    w, grads = np.zeros(4, np.float32), np.zeros(4, np.float32)
    penalty.add_gradient(w, grads)
    np.testing.assert_array_equal(grads, 0)
    assert grads.dtype == np.float32
    assert penalty.penalty(w) == 0
    assert type(penalty.penalty(w)) is float


@pytest.mark.parametrize("penalty", [*BOTH, nn.L2(1.23456789e-7)], ids=repr)
def test_repr_makes_it_again(penalty):
    twin = eval(repr(penalty), {"nn": nn})
    assert type(twin) is type(penalty)
    assert (twin.strength, twin.biases) == (penalty.strength, penalty.biases)


def test_fit_shrinks_the_weights_and_not_the_biases():
    network = nn.mlp([2, 3], seed=1, dtype=np.float64)
    network.layers[0].b = [1, -1, 2]
    start = network.params.copy()
    # A constant input of 0 leaves the weights to the penalty alone.
    loss = nn.MeanSquaredError()
    X, Y = np.zeros((4, 2)), np.tile([1.0, -1.0, 2.0], (4, 1))
    nn.fit(
        network,
        X,
        Y,
        loss=loss,
        optimizer=nn.SGD(0.1),
        epochs=1,
        regularizer=nn.L2(0.5),
    )
    # One step: w - 0.1 · 0.5 w.
    np.testing.assert_allclose(network.params[:6], 0.95 * start[:6], rtol=1e-14)
    np.testing.assert_array_equal(network.params[6:], start[6:])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.L1(-0.1), ValueError, "strength is -0.1"),
        (lambda: nn.L2("0.1"), TypeError, "strength is '0.1'"),
        (lambda: nn.L2(0.1).penalty(PARAMS, -1), ValueError, "n_weights is -1"),
        (lambda: nn.L2(0.1).penalty(PARAMS, 1.5), TypeError, "n_weights is 1.5"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_base_class_asks_for_the_penalty():
    grads = np.zeros(4)
    with pytest.raises(NotImplementedError):
        nn.Regularizer(0.1).penalty(PARAMS)
    with pytest.raises(NotImplementedError):
        nn.Regularizer(0.1).add_gradient(PARAMS, grads)


# One of your own ---------------------------------------------------------------------


class Fourth(nn.Regularizer):
    def value(self, w):
        return (w**4).sum()

    def gradient(self, w):
        return 4 * w**3


def test_one_of_your_own_trains_and_is_that_of_centred_differences():
    penalty = Fourth(0.3)
    test_gradient_is_that_of_centred_differences(penalty, 3)
    X, y = nn.datasets.blobs()
    sizes = {}
    for regularizer in (None, penalty):
        network = nn.mlp([2, 8, 3])
        options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.Adam(0.05)}
        nn.fit(network, X, y, epochs=20, regularizer=regularizer, **options)
        sizes[regularizer] = abs(network.params[: network.n_weights]).max()
    assert sizes[penalty] < sizes[None] / 2


def test_the_value_is_without_the_strength():
    for kind, value, slopes in ((nn.L1, 3.5, [1, -1, 1]), (nn.L2, 2.625, PARAMS[:3])):
        assert kind(0.1).value(PARAMS[:3]) == value
        np.testing.assert_array_equal(kind(0.1).gradient(PARAMS[:3]), slopes)
    slopes = nn.L2(0.1).gradient(PARAMS)
    slopes += 1  # is no view of the weights
    assert PARAMS[0] == 1


def test_one_of_your_own_with_options_is_told_by_them(tmp_path):
    class Huber(nn.Regularizer):
        def __init__(self, strength, delta=1.0):
            super().__init__(strength)
            self.delta = delta

        def value(self, w):
            return np.where(abs(w) < self.delta, w**2 / 2, abs(w)).sum()

        def gradient(self, w):
            return np.clip(w, -self.delta, self.delta)

    def train(delta, epochs, resume=None):
        return nn.fit(
            nn.mlp([2, 3]),
            *nn.datasets.blobs(),
            epochs=epochs,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.Adam(),
            regularizer=Huber(0.1, delta),
            callbacks=[nn.Checkpoint(tmp_path / "run.safetensors")],
            resume=resume,
        )

    assert repr(Huber(0.1, 2.0)) == "Huber(0.1, delta=2.0)"
    whole = train(2.0, 4)
    train(2.0, 2)
    assert train(2.0, 4, tmp_path / "run.safetensors").loss == whole.loss
    with pytest.raises(ValueError, match=r"regularizer Huber\(0.1, delta=2.0\)"):
        train(3.0, 4, tmp_path / "run.safetensors")


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("penalty", "value"),
        ("_value", "value"),
        ("add_gradient", "gradient"),
        ("_slope", "gradient"),
    ],
)
def test_a_wrong_override_is_refused_by_name(name, instead):
    message = rf"Wrong overrides {name}; override {instead}\(w\) instead"
    with pytest.raises(TypeError, match=message):
        type("Wrong", (nn.L2,), {name: lambda self, w: w})


@pytest.mark.parametrize(
    ("result", "error", "message"),
    [
        ("a lot", TypeError, r"value of Own\(0.1\) is 'a lot'; expected a number"),
        (None, TypeError, r"value of Own\(0.1\) is None"),
        (np.inf, ValueError, r"w is up to 4, too large for Own\(0.1\), .* inf"),
    ],
)
def test_a_value_that_is_no_finite_number(result, error, message):
    class Own(nn.Regularizer):
        def value(self, w):
            return result

    with pytest.raises(error, match=message):
        Own(0.1).penalty(PARAMS)


@pytest.mark.parametrize("result", [1.0, np.ones(3), None, np.ones(4, complex)])
def test_a_gradient_of_another_shape_or_kind(result):
    class Own(nn.Regularizer):
        def gradient(self, w):
            return result

    grads = np.zeros(4)
    with pytest.raises(ValueError, match=r"gradient of Own\(0.1\) is .*shape of w"):
        Own(0.1).add_gradient(PARAMS, grads)
    np.testing.assert_array_equal(grads, 0)


def test_weights_are_not_changed_by_a_gradient():
    class Own(nn.Regularizer):
        def gradient(self, w):
            w *= 2
            return w

    with pytest.raises(ValueError, match="read-only"):
        Own(0.1).add_gradient(PARAMS.copy(), np.zeros(4))
