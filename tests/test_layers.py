import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnbook as nn
from nnbook import _parts, activations

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "torch_values.json").read_text()
)

# Both sides compute in float64, each by its own formula: a few roundings apart.
SAME = 1e-9
# The project's bound for a right gradient.
RIGHT = 1e-7

NAMES = list(activations._KNOWN)
LOSSES = [
    nn.SoftmaxCrossEntropy(),
    nn.SoftmaxCrossEntropy(label_smoothing=0.1),
    nn.BinaryCrossEntropy(),
    nn.MeanSquaredError(),
    nn.MeanAbsoluteError(),
    nn.Huber(delta=0.5),
]


def spread(shape, rng):
    """Initial values that differ from each other and from zero."""
    return rng.normal(size=shape)


def dense(n_in, n_out, f=nn.identity, bias=spread):
    return nn.Dense(n_in, n_out, activation=f, weights=spread, bias=bias)


BUILDS = {
    "dense": lambda f: [dense(3, 4, f), dense(4, 3)],
    "output": lambda f: [dense(3, 3, f)],
    "no bias": lambda f: [dense(3, 4, f, bias=None), dense(4, 3, bias=None)],
    "residual": lambda f: [
        dense(3, 3),
        nn.Residual(dense(3, 2, f), nn.Residual(dense(2, 2, f)), dense(2, 3)),
    ],
    "residual first": lambda f: [
        nn.Residual(dense(3, 2, f), dense(2, 3)),
        dense(3, 3),
    ],
    "dropout": lambda f: [
        nn.Dropout(0.2),
        dense(3, 5, f),
        nn.Dropout(0.4),
        dense(5, 3),
    ],
    "rescale": lambda f: [nn.Rescale(0.5, offset=0.1), dense(3, 3, f)],
    "layer norm": lambda f: [dense(3, 4), nn.LayerNorm(4), dense(4, 3, f)],
    "batch norm": lambda f: [dense(3, 4), nn.BatchNorm(4), dense(4, 3, f)],
}


def fresh(build, f=nn.tanh, dtype=np.float64):
    network = nn.Network(*BUILDS[build](f), seed=3, dtype=dtype)
    # Gains of 1 and offsets of 0 would hide mistakes.
    rng = np.random.default_rng(1)
    network.params += rng.normal(scale=0.1, size=network.params.size)
    return network


def batch(loss, n=5):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 3))
    if isinstance(loss, nn.SoftmaxCrossEntropy):
        return X, rng.integers(0, 3, n)
    return X, rng.uniform(size=(n, 3))


def pre_activations(network, f):
    for leaf in network._leaves:
        if isinstance(leaf, nn.Dense) and leaf.activation is f:
            yield leaf._scores()


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("name", NAMES)
def test_gradient_for_all_parameters_and_losses(build, name):
    f = activations.get(name)
    for loss in LOSSES:
        network = fresh(build, f)
        X, Y = batch(loss)
        network.forward(X)
        # A kink within a step of 6e-6 of a sample would spoil the difference.
        assert all((np.abs(z) > 1e-4).all() for z in pre_activations(network, f))
        check = nn.check_gradients(network, X, Y, loss)
        assert check < RIGHT, f"{loss}\n{check!s}"


def gradient_of_input(network, X, Y, loss, masks):
    network._rng.bit_generator.state = masks
    d = loss.gradient(network.forward(X), Y)
    for layer in reversed(network.layers):
        d = layer._backward(d, True)
    return d


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("name", NAMES)
def test_gradient_for_the_input(build, name):
    network = fresh(build, activations.get(name))
    loss = LOSSES[0]
    X, Y = batch(loss)
    masks = network._rng.bit_generator.state

    def value(X):
        network._rng.bit_generator.state = masks
        return loss(network.forward(X), Y)

    numeric = nn.numerical_gradient(value, X)
    analytic = gradient_of_input(network, X, Y, loss, masks)
    size = np.linalg.norm(analytic) + np.linalg.norm(numeric)
    assert np.linalg.norm(analytic - numeric) <= RIGHT * size


# Formulas as a textbook has them, which also take complex numbers.
TEXTBOOK = {
    nn.identity: lambda z: z,
    nn.tanh: np.tanh,
    nn.sigmoid: lambda z: 1 / (1 + np.exp(-z)),
    nn.softplus: lambda z: np.log(1 + np.exp(z)),
    nn.silu: lambda z: z / (1 + np.exp(-z)),
    nn.gelu_sigmoid: lambda z: z / (1 + np.exp(-1.702 * z)),
    nn.gelu_tanh: lambda z: (
        z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2
    ),
}
TEXTBOOK_LOSSES = {
    nn.SoftmaxCrossEntropy: lambda z, y: (
        np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
    ).mean(),
    nn.BinaryCrossEntropy: lambda z, y: (np.log(1 + np.exp(z)) - y * z).mean(),
    nn.MeanSquaredError: lambda z, y: ((z - y) ** 2).mean(),
}


def textbook(layers, A, values):
    """Outputs of layers, whose parameters are taken from an iterator of each name."""
    for layer in layers:
        if isinstance(layer, nn.Residual):
            A = A + textbook(layer.layers, A, values)
        elif isinstance(layer, nn.Dense):
            Z = A @ next(values["W"])
            A = TEXTBOOK[layer.activation](
                Z + next(values["b"]) if layer._offsets else Z
            )
        elif isinstance(layer, nn.Rescale):
            A = A * layer.scale + layer.offset
        else:
            axis = 1 if isinstance(layer, nn.LayerNorm) else 0
            A = A - A.mean(axis=axis, keepdims=True)
            A = A / np.sqrt((A**2).mean(axis=axis, keepdims=True) + layer.epsilon)
            A = A * next(values["gain"]) + next(values["offset"])
    return A


@pytest.mark.parametrize("build", [build for build in BUILDS if build != "dropout"])
@pytest.mark.parametrize("f", TEXTBOOK, ids=repr)
@pytest.mark.parametrize("kind", TEXTBOOK_LOSSES, ids=lambda kind: kind.__name__)
def test_gradient_by_complex_step(build, f, kind):
    network, loss = fresh(build, f), kind()
    X, Y = batch(loss)

    def value(theta):
        values = {name: [] for name in ("W", "b", "gain", "offset")}
        for name, shape in network.parameter_shapes():
            count = int(np.prod(shape))
            values[name.split()[-1]].append(theta[:count].reshape(shape))
            theta = theta[count:]
        iterators = {name: iter(arrays) for name, arrays in values.items()}
        return TEXTBOOK_LOSSES[kind](textbook(network.layers, X, iterators), Y)

    network.backward(loss.gradient(network.forward(X), Y))
    theta = network.params
    slopes = [value(theta + 1e-30j * e).imag / 1e-30 for e in np.eye(theta.size)]
    np.testing.assert_allclose(network.grads, slopes, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize(
    ("layer", "name"), [(nn.BatchNorm, "batch_norm"), (nn.LayerNorm, "layer_norm")]
)
def test_norms_of_pytorch(layer, name):
    expected = REFERENCE[name]
    network = nn.Network(layer(3, epsilon=expected["eps"]), dtype=np.float64)
    norm = network.layers[0]
    norm.gain, norm.offset = expected["gamma"], expected["beta"]
    A = network.forward(expected["x"])
    np.testing.assert_allclose(A, expected["y"], rtol=SAME)
    dX = norm._backward(np.array(expected["upstream"]), True)
    np.testing.assert_allclose(dX, expected["dx"], rtol=SAME)
    np.testing.assert_allclose(norm.dgain, expected["dgamma"], rtol=SAME)
    np.testing.assert_allclose(norm.doffset, expected["dbeta"], rtol=SAME)


def test_batch_norm_by_hand():
    # Mean 2, variance ((-1)² + 1²) / 2 = 1; over n - 1 it is 2.
    network = nn.Network(nn.BatchNorm(1), dtype=np.float64)
    norm = network.layers[0]
    scale = 1 / np.sqrt(1 + 1e-5)
    np.testing.assert_allclose(network.forward([[1.0], [3.0]]), [[-scale], [scale]])
    # A tenth of the way from 0 to 2, and from 1 to 2.
    np.testing.assert_allclose(norm.running_mean, [0.2])
    np.testing.assert_allclose(norm.running_variance, [1.1])
    np.testing.assert_allclose(network([[0.2]]), [[0]], atol=1e-15)
    np.testing.assert_allclose(network([[1.2]]), [[1 / np.sqrt(1.1 + 1e-5)]])
    # Use changes nothing.
    np.testing.assert_allclose(network.statistics(), [0.2, 1.1])


def test_batch_norm_learns_the_statistics_of_the_data():
    network = nn.Network(nn.BatchNorm(2, momentum=1.0), dtype=np.float64)
    X = np.random.default_rng(0).normal([5, -1], [2, 0.5], size=(50, 2))
    network.forward(X)
    norm = network.layers[0]
    np.testing.assert_allclose(norm.running_mean, X.mean(axis=0))
    np.testing.assert_allclose(norm.running_variance, X.var(axis=0, ddof=1))


def test_batch_norm_refuses_a_batch_of_one():
    network = nn.Network(nn.BatchNorm(2))
    with pytest.raises(ValueError, match="one sample has no variance"):
        network.forward([[1.0, 2.0]])
    np.testing.assert_array_equal(network.statistics(), [0, 0, 1, 1])
    assert network([[1.0, 2.0]]).shape == (1, 2)


def test_layer_norm_is_the_same_in_training_and_use():
    network = nn.Network(nn.LayerNorm(4), dtype=np.float64)
    X = np.random.default_rng(0).normal(3, 2, size=(5, 4))
    np.testing.assert_allclose(network(X), network.forward(X), rtol=1e-12)
    np.testing.assert_allclose(network(X).mean(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(network(X).var(axis=1), 1, atol=1e-4)


@given(st.floats(-50, 50), st.floats(0.5, 50))
def test_norms_forget_shift_and_scale(shift, scale):
    X = np.random.default_rng(0).normal(size=(6, 4))
    for layer in (nn.LayerNorm, nn.BatchNorm):
        network = nn.Network(layer(4, epsilon=1e-12), dtype=np.float64)
        np.testing.assert_allclose(
            network.forward(scale * X + shift), network.forward(X), atol=1e-7
        )


def test_dropout_keeps_mean_and_adds_variance():
    rate = 0.3
    network = nn.Network(nn.Dropout(rate), seed=5)
    A = network.forward(np.ones((1000, 100)))
    np.testing.assert_allclose(np.unique(A), [0, 1 / (1 - rate)], rtol=1e-6)
    # 100,000 draws: the mean is good to √(p / (1-p) / n) = 0.0021; four of them.
    deviation = np.sqrt(rate / (1 - rate) / A.size)
    assert abs(A.mean() - 1) < 4 * deviation
    assert A.var() == pytest.approx(rate / (1 - rate), rel=0.02)


def test_dropout_goes_back_through_the_same_mask_and_rests_in_use():
    network = nn.Network(nn.Dropout(0.5), dtype=np.float64)
    X = np.full((4, 6), 3.0)
    A = network.forward(X)
    dX = network.layers[0]._backward(np.ones_like(X), True)
    np.testing.assert_array_equal(dX, A / 3)
    assert 0 < (A == 0).sum() < A.size
    np.testing.assert_array_equal(network(X), X)
    assert (network.forward(X) != A).any()
    rest = nn.Network(nn.Dropout(0.0))
    np.testing.assert_array_equal(rest.forward(X), X)


def test_raw_images_are_usable(tmp_path):
    X, _, _, _ = nn.datasets.digits()
    raw = np.rint(X * 16).astype(np.uint8)
    network = nn.Network(nn.Rescale(1 / 16), nn.Dense(64, 10), seed=1)
    plain = nn.mlp([64, 10], seed=1)
    np.testing.assert_allclose(network(raw), plain(raw / 16), atol=1e-6)
    nn.save(network, tmp_path / "n")
    np.testing.assert_array_equal(nn.load(tmp_path / "n")(raw), network(raw))


def test_residual_by_hand():
    network = nn.Network(nn.Residual(dense(2, 2, bias=None)), dtype=np.float64)
    network.layers[0].layers[0].W = [[0, 1], [2, 0]]
    # (1, 3) W = (6, 1); the input added gives (7, 4).
    np.testing.assert_array_equal(network.forward([[1.0, 3.0]]), [[7, 4]])
    np.testing.assert_array_equal(network([[1.0, 3.0]]), [[7, 4]])
    # d Wᵀ = (1, 1) Wᵀ = (1, 2); d added gives (2, 3).
    dX = network.layers[0]._backward(np.ones((1, 2)), True)
    np.testing.assert_array_equal(dX, [[2, 3]])


@pytest.mark.parametrize("build", ["dense", "no bias", "residual", "layer norm"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_and_use_agree_without_chance(build, dtype):
    network = fresh(build, nn.gelu, dtype)
    X, _ = batch(LOSSES[0])
    assert network(X).dtype == network.forward(X).dtype == dtype
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(network(X), network.forward(X), atol=tolerance)


@pytest.mark.parametrize("build", [name for name in BUILDS if name != "dropout"])
def test_a_single_precision_gradient_is_near_the_double(build):
    X, Y = batch(LOSSES[0])
    grads = []
    for dtype in (np.float32, np.float64):
        network = fresh(build, nn.tanh, dtype)
        network.backward(LOSSES[0].gradient(network.forward(X), Y))
        grads.append(network.grads)
    assert grads[0].dtype == np.float32
    np.testing.assert_allclose(grads[0], grads[1], atol=2e-6)


def test_buffers_are_used_again():
    network = fresh("dense")
    outputs = [network._forward(batch(LOSSES[0], n)[0]) for n in (5, 5, 3)]
    assert np.shares_memory(outputs[0], outputs[1])
    assert np.shares_memory(outputs[0], outputs[2])


def test_the_activation_may_be_changed_between_two_passes():
    X, _ = batch(LOSSES[0])
    upstream = np.ones((5, 3))
    network = nn.Network(dense(3, 3, nn.sigmoid), seed=3, dtype=np.float64)
    network.forward(X)
    network.layers[0].activation = nn.gelu
    other = nn.Network(dense(3, 3, nn.gelu), seed=3, dtype=np.float64)
    for made in (network, other):
        made.forward(X)
        made.backward(upstream)
    np.testing.assert_array_equal(network.grads, other.grads)


def test_buffers_of_other_batch_sizes_do_not_matter():
    network = fresh("residual")
    loss = LOSSES[0]
    for n in (5, 2, 7, 5):
        X, Y = batch(loss, n)
        network.backward(loss.gradient(network.forward(X), Y))
        grads = network.grads.copy()
        other = fresh("residual")
        other.backward(loss.gradient(other.forward(X), Y))
        np.testing.assert_array_equal(grads, other.grads)


@pytest.mark.parametrize(
    ("f", "initializer"),
    [
        (nn.relu, nn.init.he_normal),
        (nn.leaky_relu, nn.init.he_normal),
        (nn.elu, nn.init.he_normal),
        (nn.gelu, nn.init.he_normal),
        (nn.gelu_tanh, nn.init.he_normal),
        (nn.gelu_sigmoid, nn.init.he_normal),
        (nn.silu, nn.init.he_normal),
        (nn.sigmoid, nn.init.glorot_uniform),
        (nn.selu, nn.init.lecun_normal),
        (nn.tanh, nn.init.glorot_uniform),
        (nn.identity, nn.init.glorot_uniform),
    ],
    ids=lambda value: getattr(value, "name", None) or value.__name__,
)
def test_default_weights_fit_the_activation(f, initializer):
    default = nn.Network(nn.Dense(5, 4, activation=f), seed=2)
    chosen = nn.Network(nn.Dense(5, 4, activation=f, weights=initializer), seed=2)
    np.testing.assert_array_equal(default.params, chosen.params)
    np.testing.assert_array_equal(default.params[20:], 0)


@pytest.mark.parametrize(
    "text",
    [
        "nn.Dense(2, 3)",
        "nn.Dense(2, 3, activation=nn.gelu_tanh, bias=None)",
        "nn.Dropout(0.25)",
        "nn.Rescale(0.5)",
        "nn.Rescale(0.5, offset=-1.0)",
        "nn.LayerNorm(4)",
        "nn.LayerNorm(4, epsilon=0.001)",
        "nn.BatchNorm(4)",
        "nn.BatchNorm(4, epsilon=0.001, momentum=0.5)",
        "nn.Residual(nn.Dense(2, 2), nn.Dropout(0.5))",
    ],
)
def test_repr_makes_the_layer_again(text):
    assert repr(eval(text, {"nn": nn})) == text


@pytest.mark.parametrize(
    "layer",
    [
        nn.Dense(2, 3, activation=nn.elu, bias=None),
        nn.Dropout(0.25),
        nn.LayerNorm(4, epsilon=0.001),
        nn.BatchNorm(4, momentum=0.5),
    ],
    ids=repr,
)
def test_options_make_the_layer_again(layer):
    assert repr(type(layer)(**_parts.options(layer))) == repr(layer)


def test_a_layer_outside_a_network_has_no_parameters_yet():
    layer = nn.Dense(2, 3)
    with pytest.raises(AttributeError, match=r"no W: .* nn\.Network\(layer\)"):
        _ = layer.W
    with pytest.raises(AttributeError, match="no gain"):
        nn.LayerNorm(2).gain = [1, 1]
    assert nn.Dense.W.name == "W"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Dense(0, 3), ValueError, "n_in is 0"),
        (lambda: nn.Dense(2, 3.0), TypeError, "n_out is 3.0"),
        (lambda: nn.Dense(2, 3, activation="relu"), TypeError, "activation is 'relu'"),
        (lambda: nn.Dense(2, 3, weights=0.1), TypeError, "weights is 0.1"),
        (lambda: nn.Dense(2, 3, bias=0.1), TypeError, "bias is 0.1"),
        (lambda: nn.Dropout(1.0), ValueError, "rate is 1.0"),
        (lambda: nn.LayerNorm(3, epsilon=0), ValueError, "epsilon is 0"),
        (lambda: nn.BatchNorm(3, momentum=0), ValueError, "momentum is 0"),
        (lambda: nn.Residual(), ValueError, "no layer"),
        (lambda: nn.Residual(nn.Dense(2, 3)), ValueError, "map 2 to 3 features"),
        (lambda: nn.Residual(nn.relu), TypeError, "layer 0 is nn.relu"),
        (
            lambda: nn.Residual(nn.Dense(2, 3), nn.Dropout(0.5), nn.Dense(4, 2)),
            ValueError,
            "layer 2 takes 4 features, but the layers before it give 3",
        ),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_base_class_asks_for_all_three_ways():
    layer = nn.Layer()
    with pytest.raises(NotImplementedError, match=r"Layer has no forward; write"):
        layer.forward(None, True)
    with pytest.raises(NotImplementedError, match=r"Layer has no backward; write"):
        layer.backward(None)
    assert repr(layer) == "nn.Layer()"
