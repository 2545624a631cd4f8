import copy
import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnbook as nn

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "torch_values.json").read_text()
)["mlp"]

# Both sides compute in float64, each by its own formula: a few roundings apart.
SAME = 1e-9
# Products of matrices may add up in another order.
ROUNDING = 1e-12


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "gelu_erf"])
def test_forward_and_backward_of_pytorch(name):
    expected = REFERENCE["act"][name]
    f = getattr(nn, name.removesuffix("_erf"))
    network = nn.Network(nn.Dense(2, 4, activation=f), nn.Dense(4, 3), dtype=np.float64)
    first, last = network.layers
    first.W, first.b = REFERENCE["W1"], REFERENCE["b1"]
    last.W, last.b = REFERENCE["W2"], REFERENCE["b2"]
    loss = nn.SoftmaxCrossEntropy()
    Z = network.forward(REFERENCE["X"])
    np.testing.assert_allclose(Z, expected["logits"], rtol=SAME, atol=1e-15)
    assert loss(Z, REFERENCE["y"]) == pytest.approx(expected["loss"], rel=SAME)
    network.backward(loss.gradient(Z, REFERENCE["y"]))
    for array, key in (
        (first.dW, "dW1"),
        (first.db, "db1"),
        (last.dW, "dW2"),
        (last.db, "db2"),
    ):
        np.testing.assert_allclose(array, expected[key], rtol=SAME, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_worked_by_hand(dtype):
    network = nn.Network(
        nn.Dense(2, 2, activation=nn.relu), nn.Dense(2, 2), dtype=dtype
    )
    first, last = network.layers
    first.W, first.b = [[1, -1], [0.5, 1]], [1, -2]
    last.W, last.b = [[1, 0], [2, -1]], [0, 3]
    X, y = [[1, 2]], [0]

    # Z1 = (1·1 + 2·½ + 1, 1·(-1) + 2·1 - 2) = (3, -1), A1 = (3, 0)
    # Z2 = (3·1 + 0·2 + 0, 3·0 + 0·(-1) + 3) = (3, 3)
    Z = network.forward(X)
    np.testing.assert_array_equal(Z, [[3, 3]])
    np.testing.assert_array_equal(network(X), Z)
    np.testing.assert_array_equal(first._A, [[3, 0]])

    # p = (½, ½), so the loss is log 2 and dZ2 = p - y = (-½, ½).
    loss = nn.SoftmaxCrossEntropy()
    assert loss(Z, y) == pytest.approx(math.log(2), rel=1e-7)
    dZ = loss.gradient(Z, y)
    np.testing.assert_array_equal(dZ, [[-0.5, 0.5]])
    np.testing.assert_array_equal(network.predict_proba(X), [[0.5, 0.5]])

    # dW2 = A1ᵀ dZ2 = (3·(-½), 3·½; 0, 0), db2 = dZ2
    # dA1 = dZ2 W2ᵀ = (-½·1 + ½·0, -½·2 + ½·(-1)) = (-½, -1½)
    # dZ1 = dA1 · (1, 0) = (-½, 0), for Z1 = (3, -1)
    # dW1 = Xᵀ dZ1 = (1·(-½), 0; 2·(-½), 0), db1 = dZ1
    network.backward(dZ)
    np.testing.assert_array_equal(last.dW, [[-1.5, 1.5], [0, 0]])
    np.testing.assert_array_equal(last.db, [-0.5, 0.5])
    np.testing.assert_array_equal(first.dW, [[-0.5, 0], [-1, 0]])
    np.testing.assert_array_equal(first.db, [-0.5, 0])

    # In the vector: W1, W2, then b1, b2.
    np.testing.assert_array_equal(
        network.grads, [-0.5, 0, -1, 0, -1.5, 1.5, 0, 0, -0.5, 0, -0.5, 0.5]
    )
    assert network.n_weights == 8
    # A step of 1 against the gradient: W1 = (1½, -1; 1½, 1), b1 = (1½, -2), so
    # Z1 = (1½ + 3 + 1½, -1) = (6, -1); W2 = (2½, -1½; 2, -1), b2 = (½, 2½), so
    # Z2 = (15 + ½, -9 + 2½).
    network.params -= network.grads
    np.testing.assert_array_equal(network(X), [[15.5, -6.5]])
    np.testing.assert_array_equal(network.predict(X), [0])


def example(seed=0, dtype=np.float64):
    return nn.Network(
        nn.Dense(3, 4, activation=nn.gelu),
        nn.BatchNorm(4),
        nn.Residual(nn.Dense(4, 4, activation=nn.relu), nn.Dropout(0.3)),
        nn.LayerNorm(4),
        nn.Dense(4, 2, bias=None),
        seed=seed,
        dtype=dtype,
    )


def samples(n=6):
    return np.random.default_rng(0).normal(size=(n, 3))


def test_all_weights_come_before_all_offsets():
    network = example()
    assert network.parameter_shapes() == [
        ("layer 0 W", (3, 4)),
        ("layer 2 W", (4, 4)),
        ("layer 5 W", (4, 2)),
        ("layer 0 b", (4,)),
        ("layer 1 gain", (4,)),
        ("layer 1 offset", (4,)),
        ("layer 2 b", (4,)),
        ("layer 4 gain", (4,)),
        ("layer 4 offset", (4,)),
    ]
    assert network.n_weights == 12 + 16 + 8
    assert network.params.size == 36 + 6 * 4
    first, norm, residual, _, last = network.layers
    weights = [first.W, residual.layers[0].W, last.W]
    np.testing.assert_array_equal(
        network.params[:36], np.concatenate([W.ravel() for W in weights])
    )
    network.params = np.arange(60)
    np.testing.assert_array_equal(first.W, np.arange(12).reshape(3, 4))
    np.testing.assert_array_equal(norm.gain, np.arange(40, 44))


def assert_views(network):
    for leaf in network._leaves:
        for name, _, _ in (*leaf._weights, *leaf._offsets):
            assert np.shares_memory(getattr(leaf, name), network.params)
            assert np.shares_memory(getattr(leaf, f"d{name}"), network.grads)


@pytest.mark.parametrize(
    "twin_of",
    [
        lambda network: network.copy(),
        copy.deepcopy,
        lambda network: pickle.loads(pickle.dumps(network)),
    ],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_twin_has_views_of_its_own(twin_of):
    network = example()
    network.forward(samples())
    twin = twin_of(network)
    assert_views(network)
    assert_views(twin)
    assert repr(twin) == repr(network)
    assert not twin.grads.any()
    np.testing.assert_array_equal(twin.params, network.params)
    np.testing.assert_array_equal(twin.statistics(), network.statistics())
    np.testing.assert_array_equal(twin(samples()), network(samples()))
    # The next masks are the same, too.
    np.testing.assert_array_equal(twin.forward(samples()), network.forward(samples()))
    before = network.params.copy(), network.statistics()
    twin.params += 1
    twin.forward(5 + samples())
    np.testing.assert_array_equal(network.params, before[0])
    np.testing.assert_array_equal(network.statistics(), before[1])


def test_assigning_fills_the_vector():
    network = example()
    vector, X = network.params, samples()
    network.params = 2 * vector
    network.grads = np.ones(60)
    network.params -= network.grads
    first = network.layers[0]
    first.W = np.ones((3, 4), int)
    first.b += 1
    assert network.params is vector
    assert_views(network)
    np.testing.assert_array_equal(vector[:12], 1)
    twin = example()
    twin.params[:] = vector
    np.testing.assert_array_equal(twin(X), network(X))
    for assign in (
        lambda: setattr(network, "params", np.ones(3)),
        lambda: setattr(network, "grads", 0.0),
        lambda: setattr(first, "W", np.ones((4, 3))),
        lambda: setattr(first, "b", 1.0),
    ):
        with pytest.raises(ValueError, match="of the array it is copied into"):
            assign()
    with pytest.raises(ValueError, match="W holds nan"):
        first.W = np.full((3, 4), np.nan)


def test_summary():
    rows = example().summary().splitlines()
    assert rows == [
        "layer                                                 output  parameters",
        "Dense(3, 4, activation=gelu)                          (n, 4)          16",
        "BatchNorm(4)                                          (n, 4)           8",
        "Residual(Dense(4, 4, activation=relu), Dropout(0.3))  (n, 4)          20",
        "LayerNorm(4)                                          (n, 4)           8",
        "Dense(4, 2, bias=None)                                (n, 2)           8",
        "total                                                                 60",
    ]


def test_repr_makes_the_network_again():
    for network in (example(), nn.mlp([3, 5, 2], activation=nn.tanh)):
        twin = eval(repr(network), {"nn": nn, "np": np})
        assert repr(twin) == repr(network)
        assert twin.dtype == network.dtype
        np.testing.assert_array_equal(twin.params, network.params)


def test_seeds():
    np.testing.assert_array_equal(example(7).params, example(7).params)
    assert (example(7).params[:36] != example(8).params[:36]).all()
    masked = [example(7).forward(samples()) for _ in range(2)]
    np.testing.assert_array_equal(*masked)
    # Both dtypes start from the same numbers.
    np.testing.assert_array_equal(
        example(7, np.float32).params, example(7).params.astype(np.float32)
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_has_the_dtype_of_the_network(dtype):
    network = example(dtype=dtype)
    for X in (samples().astype(np.float32), samples(), samples().round().astype(int)):
        Z = network.forward(X)
        network.backward(Z)
        for array in (Z, network(X), network.predict_proba(X), network.grads):
            assert array.dtype == dtype
        assert network.params.dtype == network.layers[0].W.dtype == dtype


def test_inputs_are_neither_changed_nor_kept():
    network, reference = example(), example()
    X = samples()
    dZ = np.ones((6, 2))
    Z = network.forward(X)
    kept = Z.copy()
    X[:] = 0  # must not spoil the way back
    network.backward(dZ)
    reference.forward(samples())
    reference.backward(np.ones((6, 2)))
    np.testing.assert_array_equal(network.grads, reference.grads)
    np.testing.assert_array_equal(dZ, 1)
    bent = nn.Network(nn.Dense(3, 2, activation=nn.sigmoid), dtype=np.float64)
    bent.forward(samples())
    bent.backward(dZ)
    np.testing.assert_array_equal(dZ, 1)
    X = samples()
    network(X)
    network.forward(X)
    np.testing.assert_array_equal(X, samples())
    np.testing.assert_array_equal(Z, kept)


def test_use_between_forward_and_backward_does_no_harm():
    network = example()
    Z = network.forward(samples())
    network.backward(Z)
    grads = network.grads.copy()
    network(3 + samples(9))
    network.activations(5 * samples())
    network.backward(Z)
    np.testing.assert_array_equal(network.grads, grads)


def test_backward_twice_gives_the_same():
    network = example()
    Z = network.forward(samples())
    network.backward(Z)
    grads = network.grads.copy()
    network.grads = np.ones(60)  # filled anew, not added to
    network.backward(Z)
    np.testing.assert_array_equal(network.grads, grads)


@given(st.permutations(range(6)), st.integers(1, 5))
def test_in_use_each_sample_stands_alone(order, cut):
    network = example()
    X = samples()
    network.forward(X)
    Z = network(X)
    np.testing.assert_allclose(network(X[order]), Z[order], rtol=ROUNDING)
    np.testing.assert_allclose(
        np.concatenate([network(X[:cut]), network(X[cut:])]), Z, rtol=ROUNDING
    )


@given(st.integers(1, 5))
def test_gradient_of_a_batch_is_the_mean_of_its_parts(cut):
    network = nn.mlp([3, 5, 2], activation=nn.tanh, dtype=np.float64)
    loss = nn.SoftmaxCrossEntropy()
    X, y = samples(), np.array([0, 1, 1, 0, 1, 0])
    parts = []
    for part in (slice(None), slice(cut), slice(cut, None)):
        network.backward(loss.gradient(network.forward(X[part]), y[part]))
        parts.append(network.grads.copy())
    whole, left, right = parts
    mean = (cut * left + (6 - cut) * right) / 6
    np.testing.assert_allclose(whole, mean, atol=1e-15)


def test_predictions_of_classes_and_shares():
    network = nn.mlp([3, 4], dtype=np.float64)
    X = samples()
    shares = network.predict_proba(X)
    np.testing.assert_allclose(shares, nn.softmax(network(X)))
    np.testing.assert_array_equal(network.predict(X), shares.argmax(axis=1))


def test_a_single_output_answers_yes_or_no():
    network = nn.mlp([3, 1], dtype=np.float64)
    X = samples()
    Z = network(X)[:, 0]
    np.testing.assert_array_equal(network.predict(X), Z > 0)
    assert network.predict(X).dtype.kind == "i"
    np.testing.assert_allclose(
        network.predict_proba(X), np.transpose([nn.sigmoid(-Z), nn.sigmoid(Z)])
    )
    network.params = np.zeros(4)
    assert not network.predict(X).any()  # a score of exactly 0 is a no


# What a network answers ---------------------------------------------------------------

CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])


def trained(network, y, loss, epochs=300):
    X = np.tile(CORNERS, (8, 1))
    y = np.concatenate([y] * 8)
    nn.fit(network, X, y, loss=loss, optimizer=nn.Adam(0.05), epochs=epochs)
    return network


def test_the_loss_it_was_trained_with_decides_what_it_answers():
    xor = np.array([0, 1, 1, 0])
    made = trained(nn.mlp([2, 8, 2], seed=1), xor, nn.SoftmaxCrossEntropy())
    np.testing.assert_array_equal(made.predict(CORNERS), xor)
    np.testing.assert_allclose(made.predict_proba(CORNERS).sum(axis=1), 1, rtol=1e-6)

    made = trained(nn.mlp([2, 8, 1], seed=1), xor, nn.BinaryCrossEntropy())
    np.testing.assert_array_equal(made.predict(CORNERS), xor)
    assert made.predict_proba(CORNERS).shape == (4, 2)
    np.testing.assert_array_equal(made.predict_proba(CORNERS)[:, 1] > 0.5, xor)

    both = np.transpose([xor, [0, 0, 0, 1]])  # two labels a sample: xor, and
    made = trained(nn.mlp([2, 8, 2], seed=1), both, nn.BinaryCrossEntropy())
    np.testing.assert_array_equal(made.predict(CORNERS), both)
    np.testing.assert_array_equal(made.predict_proba(CORNERS) > 0.5, both)

    # The classic of tutorials: outputs squashed, squared error. They are values.
    squashed = nn.Network(
        nn.Dense(2, 8, activation=nn.tanh), nn.Dense(8, 1, activation=nn.sigmoid)
    )
    made = trained(squashed, xor.astype(float), nn.MeanSquaredError())
    np.testing.assert_allclose(made.predict(CORNERS), xor, atol=0.1)
    with pytest.raises(ValueError, match=r"gives no probabilities.*Use predict"):
        made.predict_proba(CORNERS)


def test_a_regression_predicts_values():
    X = np.linspace(-1, 1, 40)[:, None]
    made = nn.mlp([1, 16, 1], activation=nn.tanh, seed=0)
    y = 3 * X[:, 0] + 2
    options = {"loss": nn.MeanSquaredError(), "optimizer": nn.Adam(0.02)}
    nn.fit(made, X, y, epochs=100, **options)
    assert made.predict(X).shape == (40,)
    assert nn.r2_score(made.predict(X), y) > 0.99
    assert made.evaluate(X, y)["r2"] == nn.r2_score(made.predict(X), y)


def test_what_it_answers_is_saved(tmp_path):
    made = nn.Network(nn.Dense(2, 1), loss=nn.MeanSquaredError())
    nn.save(made, tmp_path / "n")
    again = nn.load(tmp_path / "n")
    np.testing.assert_array_equal(again.predict(CORNERS), made.predict(CORNERS))
    assert again.predict(CORNERS).dtype == np.float32
    made.loss = None  # then the sign of a single output
    assert made.predict(CORNERS).dtype.kind == "i"


def test_outputs_of_every_layer():
    network = example()
    network.forward(samples())
    X = samples()
    outputs = network.activations(X)
    assert [A.shape for A in outputs] == [(6, 4)] * 4 + [(6, 2)]
    np.testing.assert_array_equal(outputs[-1], network(X))
    A = X
    for layer, output in zip(network.layers, outputs, strict=True):
        A = layer.forward(A, False)
        np.testing.assert_allclose(output, A, rtol=ROUNDING)
    # Each has memory of its own, where Dropout hands through what it gets, too.
    rest = nn.Network(nn.Dropout(0.5), nn.Dropout(0.5), dtype=np.float64)
    first, second = rest.activations(X)
    assert not np.shares_memory(first, X)
    assert not np.shares_memory(first, second)
    with pytest.raises(ValueError, match="expected 3 columns"):
        network.activations([[1.0]])
    network.params[0] = np.nan
    with pytest.raises(ValueError, match="the outputs are not finite"):
        network.activations(X)


def test_evaluate_measures_loss_and_accuracy_of_classes():
    network, X, y = nn.mlp([3, 4]), samples(), np.array([0, 1, 2, 3, 0, 1])
    network.loss = loss = nn.SoftmaxCrossEntropy()
    scores = network.evaluate(X, y)
    assert list(scores) == ["loss", "accuracy"]
    assert scores["loss"] == loss(network(X), y)
    assert scores["accuracy"] == nn.accuracy(network(X).argmax(axis=1), y)


def test_evaluate_measures_loss_and_r2_of_values():
    for shape in ((6,), (6, 1), (6, 2)):
        network, X = nn.mlp([3, shape[-1] if len(shape) == 2 else 1]), samples()
        y = np.random.default_rng(1).normal(size=shape)
        network.loss = loss = nn.MeanSquaredError()
        scores = network.evaluate(X, y)
        assert list(scores) == ["loss", "r2"]
        outputs = network(X).reshape(shape)
        assert scores["loss"] == pytest.approx(loss(outputs, y))
        assert scores["r2"] == pytest.approx(nn.r2_score(outputs, y))


def test_the_loss_is_checked_and_copied():
    network = nn.Network(nn.Dense(2, 3), loss=nn.Huber(0.5))
    assert repr(network.copy().loss) == "nn.Huber(delta=0.5)"
    network.loss = None
    assert network.loss is None
    with pytest.raises(TypeError, match="loss is 'mse'; expected for example nn"):
        network.loss = "mse"
    with pytest.raises(TypeError, match=r"loss is <class .*Huber'>"):
        nn.Network(nn.Dense(2, 3), loss=nn.Huber)
    with pytest.raises(ValueError, match=r"no loss; .*network\.loss = nn\.Soft"):
        network.evaluate(samples(), np.zeros(6))


def test_running_statistics_can_be_carried_over():
    network, other = example(), example()
    network.forward(3 + samples())
    assert network.statistics().size == 8
    other.load_statistics(network.statistics())
    np.testing.assert_array_equal(other(samples()), network(samples()))
    with pytest.raises(ValueError, match=r"shape \(3,\); expected \(8,\)"):
        other.load_statistics(np.zeros(3))
    assert nn.mlp([2, 3]).statistics().shape == (0,)


def test_a_network_without_parameters():
    network = nn.Network(nn.Dropout(0.5), dtype=np.float64)
    assert network.params.size == network.n_weights == 0
    Z = network.forward(np.ones((3, 2)))
    network.backward(Z)
    assert network.summary().splitlines()[1].split() == [
        "Dropout(0.5)",
        "(n,",
        "None)",
        "0",
    ]


def test_mlp():
    network = nn.mlp([4, 3, 3, 2], activation=nn.elu, weights=nn.init.orthogonal)
    assert repr(network) == (
        "nn.Network(nn.Dense(4, 3, activation=nn.elu), "
        "nn.Dense(3, 3, activation=nn.elu), nn.Dense(3, 2))"
    )
    W = network.layers[1].W
    np.testing.assert_allclose(W @ W.T, np.eye(3), atol=1e-6)
    assert nn.mlp((5, 2)).params.size == 12


NETWORK = nn.mlp([3, 2])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Network(), ValueError, "no layer"),
        (lambda: nn.Network(nn.relu), TypeError, "layer 0 is nn.relu"),
        (
            lambda: nn.Network(nn.Dense(2, 3), nn.Dense(4, 1)),
            ValueError,
            "layer 1 takes 4 features, but the layers before it give 3",
        ),
        (lambda: nn.Network(NETWORK.layers[0]), ValueError, "another network"),
        (lambda: nn.Network(*[nn.Dense(2, 2)] * 2), ValueError, "used twice"),
        (lambda: nn.Network(nn.Dropout(0), seed=-1), ValueError, "seed is -1"),
        (lambda: nn.mlp([2, 3], dtype=np.float16), TypeError, "dtype is"),
        (lambda: nn.mlp([2, 3], dtype="huge"), TypeError, "dtype is 'huge'"),
        (
            lambda: nn.Network(
                nn.Dense(2, 3, weights=lambda shape, rng: rng.random(6))
            ),
            ValueError,
            r"initializer of W gave shape \(6,\); expected \(2, 3\)",
        ),
        (
            lambda: nn.Network(nn.Dense(2, 3, bias=lambda shape, rng: [np.nan] * 3)),
            ValueError,
            "initial b holds nan",
        ),
        (lambda: nn.mlp([2]), ValueError, "width of the input"),
        (lambda: nn.mlp(2), TypeError, "sizes is 2"),
        (lambda: nn.mlp("23"), TypeError, "sizes is '23'"),
        (lambda: nn.mlp([2, 0]), ValueError, "n_out is 0"),
        (lambda: NETWORK([[1, 2]]), ValueError, "expected 3 columns"),
        (lambda: NETWORK([1, 2, 3]), ValueError, r"np\.reshape\(X, \(1, -1\)\)"),
        (lambda: NETWORK(np.zeros((0, 3))), ValueError, "X is empty"),
        (lambda: NETWORK([[1, 2, np.nan]]), ValueError, "X holds nan"),
        (
            lambda: NETWORK([[1, 2, -1e39]]),
            ValueError,
            "1e[+]39, too large for float32",
        ),
        (lambda: NETWORK.backward([[1, 2]]), ValueError, "call forward first"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_gradient_of_another_shape_is_refused():
    network = example()
    network.forward(samples())
    with pytest.raises(ValueError, match=r"shape \(5, 2\); expected \(6, 2\)"):
        network.backward(np.ones((5, 2)))


def test_a_copy_does_not_carry_the_data():
    network = example()
    before = len(pickle.dumps(network))
    network.forward(np.tile(samples(), (1000, 1)))
    assert len(pickle.dumps(network)) < before + 100
    with pytest.raises(ValueError, match="call forward first"):
        network.copy().backward(np.zeros((1, 3)))


@pytest.mark.parametrize("use", ["__call__", "forward", "predict", "predict_proba"])
def test_outputs_are_finite_or_refused(use):
    network = nn.mlp([2, 8, 3], seed=0)
    with pytest.raises(ValueError, match="Scale X to about 1"):
        getattr(network, use)(np.full((1, 2), 3e38))
    network.params[0] = np.nan
    with pytest.raises(ValueError, match="the outputs are not finite"):
        getattr(network, use)([[1.0, 1.0]])


def test_gradients_are_finite_or_refused():
    network = nn.mlp([2, 8, 3], seed=0)
    network.forward([[1.0, 1.0]])
    with pytest.raises(ValueError, match=r"grads are not finite.*Scale X"):
        network.backward(np.full((1, 3), 3e38))


def test_outputs_never_share_memory_with_the_data():
    X = np.ones((2, 3), np.float32)
    network = nn.Network(nn.Dropout(0.5))
    assert not np.shares_memory(network(X), X)
    assert not np.shares_memory(network.forward(X), X)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([0, 0, 1], ValueError, r"values have shape \(3,\); expected \(4,\)"),
        (None, TypeError, "values has dtype object"),
        ("abcd", TypeError, "values has dtype"),
        ([0, 0, 1, np.nan], ValueError, "values holds nan"),
        ([5, 5, 1, -1], ValueError, "values hold -1.0 for a running_variance"),
    ],
)
def test_bad_statistics_change_nothing(values, error, message):
    network = nn.Network(nn.BatchNorm(2))
    before = network.statistics()
    with pytest.raises(error, match=message):
        network.load_statistics(values)
    np.testing.assert_array_equal(network.statistics(), before)
    network.load_statistics([1, 2, 3, 4])
    np.testing.assert_array_equal(network.statistics(), [1, 2, 3, 4])


def test_what_is_too_large_for_the_dtype_is_refused():
    weights = nn.init.normal(1e40)
    with pytest.raises(ValueError, match="initial W holds"):
        nn.Network(nn.Dense(2, 3, weights=weights))
    network = nn.Network(nn.Dense(2, 3))
    with pytest.raises(ValueError, match="too large for float32"):
        network.params = np.full(9, 1e300)
    assert np.isfinite(network.params).all()
