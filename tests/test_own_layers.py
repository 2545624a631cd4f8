"""Layers of a reader's own: written in a few lines, used, saved, or refused by name."""

import copy
import inspect
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnbook as nn
from nnbook import activations

# The project's bound for a right gradient.
RIGHT = 1e-7
X, Y = nn.datasets.spiral(n_per_class=9)


class Noisy(nn.Layer):
    """A dense layer whose input trembles while training."""

    def __init__(self, n_in, n_out, noise=0.1):
        self.n_in, self.n_out, self.noise = n_in, n_out, noise
        self.add_weight("W", (n_in, n_out), nn.init.glorot_uniform)
        self.add_offset("b", (n_out,), nn.init.zeros)

    def forward(self, X, training):
        if training:
            X = X + self.noise * self.rng.standard_normal(X.shape)
        self.X = X
        return X @ self.W + self.b

    def backward(self, dA):
        self.dW = self.X.T @ dA
        self.db = dA.sum(axis=0)
        return dA @ self.W.T


def network(dtype=np.float32, layer=Noisy):
    layers = layer(2, 8), nn.Dense(8, 8, activation=nn.tanh), layer(8, 3)
    return nn.Network(*layers, seed=1, dtype=dtype)


def train(network, epochs, **options):
    return nn.fit(
        network,
        X,
        Y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(0.02),
        epochs=epochs,
        batch_size=8,
        **options,
    )


def test_it_is_short():
    assert len(inspect.getsource(Noisy).splitlines()) < 20


def test_its_gradients_are_right():
    check = nn.check_gradients(network(np.float64), X, Y, nn.SoftmaxCrossEntropy())
    assert check < RIGHT, str(check)


def test_its_arrays_lie_in_the_vector():
    made = network()
    assert made.parameter_shapes() == [
        ("layer 0 W", (2, 8)),
        ("layer 1 W", (8, 8)),
        ("layer 2 W", (8, 3)),
        ("layer 0 b", (8,)),
        ("layer 1 b", (8,)),
        ("layer 2 b", (3,)),
    ]
    first = made.layers[0]
    assert np.shares_memory(first.W, made.params)
    assert np.shares_memory(first.dW, made.grads)
    assert repr(first) == "Noisy(2, 8)"
    assert repr(Noisy(2, 8, noise=0.5)) == "Noisy(2, 8, noise=0.5)"


def test_it_learns_and_rests_in_use():
    made = network()
    history = train(made, 200)
    assert history.accuracy[-1] > 0.8
    np.testing.assert_array_equal(made(X), made(X))
    assert not np.array_equal(made.forward(X), made.forward(X))


def test_it_is_saved_and_loaded_with_its_class(tmp_path):
    made = network()
    train(made, 3)
    nn.save(made, tmp_path / "n")
    again = nn.load(tmp_path / "n", parts=[Noisy])
    assert repr(again) == repr(made)
    np.testing.assert_array_equal(again.params, made.params)
    np.testing.assert_array_equal(again(X), made(X))
    np.testing.assert_array_equal(again.forward(X), made.forward(X))
    with pytest.raises(ValueError, match=r"a part 'Noisy'; .*load\(path, parts=\[Nois"):
        nn.load(tmp_path / "n")


@pytest.mark.parametrize("stop", [1, 3])
def test_its_run_goes_on_to_the_last_bit(tmp_path, stop):
    whole = network()
    train(whole, 4)
    checkpoint = [nn.Checkpoint(tmp_path / "run")]
    train(network(), stop, callbacks=checkpoint)
    resumed = network()
    train(resumed, 4, callbacks=checkpoint, resume=tmp_path / "run")
    np.testing.assert_array_equal(resumed.params, whole.params)


def test_random_numbers_of_a_run_come_from_its_seed():
    runs = [network() for _ in range(3)]
    for made, seed in zip(runs, (5, 5, 6), strict=True):
        train(made, 2, seed=seed)
    np.testing.assert_array_equal(runs[0].params, runs[1].params)
    assert not np.array_equal(runs[0].params, runs[2].params)


# What an author may do, and what is done for him -------------------------------------


class Scale(nn.Layer):
    """The smallest layer with a weight."""

    def __init__(self, n):
        self.n = self.n_in = self.n_out = n
        self.add_weight("w", (n,), nn.init.constant(2.0))

    def forward(self, X, training):
        self.X = X
        return X * self.w

    def backward(self, dA):
        self.dw = (dA * self.X).sum(axis=0)
        return dA * self.w


def one(layer, dtype=np.float64):
    return nn.Network(layer, dtype=dtype)


def test_assigning_a_gradient_fills_the_vector():
    made = one(Scale(2))
    layer = made.layers[0]
    layer.dw = [3, 4]
    np.testing.assert_array_equal(made.grads, [3, 4])
    layer.dw += 1
    np.testing.assert_array_equal(made.grads, [4, 5])
    layer.dw = [np.inf, np.nan]  # as while training diverges, which `fit` reports
    assert not np.isfinite(made.grads).any()
    with pytest.raises(ValueError, match=r"dw has shape \(3,\); expected \(2,\)"):
        layer.dw = [1, 2, 3]
    with pytest.raises(TypeError, match="dw has dtype complex128; expected real"):
        layer.dw = [1j, 2]
    dense = nn.mlp([2, 3]).layers[0]
    dense.dW = np.ones((2, 3))
    np.testing.assert_array_equal(dense.dW, 1)


@pytest.mark.parametrize("attribute", ["w", "dw", "rng"])
def test_outside_of_a_network_it_has_nothing(attribute):
    with pytest.raises(AttributeError, match=rf"no {attribute}.*nn\.Network\(layer\)"):
        getattr(Scale(2), attribute)


def test_a_gradient_that_is_left_out_is_zero_and_not_an_old_one():
    class Lazy(Scale):
        def backward(self, dA):
            return dA * self.w

    made = one(Lazy(2))
    made.grads = [5, 6]
    made.forward([[1.0, 1.0]])
    made.backward([[1.0, 1.0]])
    np.testing.assert_array_equal(made.grads, 0)


def test_a_gradient_may_be_added_up():
    class Adding(Scale):
        def backward(self, dA):
            for row, x in zip(dA, self.X, strict=True):
                self.dw += row * x
            return dA * self.w

    made = one(Adding(2))
    made.forward([[1.0, 2.0], [3.0, 4.0]])
    for _ in range(2):
        made.backward([[1.0, 1.0], [1.0, 1.0]])
        np.testing.assert_array_equal(made.grads, [4, 6])


def test_the_input_of_a_layer_cannot_be_changed():
    class Changing(Scale):
        def forward(self, X, training):
            X *= self.w
            return X

    data = np.ones((1, 2))
    for use in (one(Changing(2)), one(Changing(2)).forward):
        with pytest.raises(ValueError, match="read-only"):
            use(data)
    np.testing.assert_array_equal(data, 1)


def test_what_it_gives_back_may_be_the_input_or_of_another_kind():
    class Nothing(nn.Layer):
        def forward(self, X, training):
            return X

        def backward(self, dA):
            return np.broadcast_to(dA[:1], dA.shape).astype(float)

    data = np.ones((2, 2), np.float32)
    made = nn.Network(
        nn.Dense(2, 2, activation=nn.tanh), Nothing(), nn.Dense(2, 1), dtype=np.float32
    )
    made.forward(data)
    made.backward([[1.0], [1.0]])
    assert made.grads.all()

    class Wide(Nothing):
        """Computes in float64, and gives back what cannot be written to."""

        def forward(self, X, training):
            return X * np.ones(2)

        def backward(self, dA):
            return np.broadcast_to(dA[:1], dA.shape)

    wide = nn.Network(nn.Dense(2, 2, activation=nn.tanh), Wide())
    for outputs in (wide(data), wide.forward(data), wide.activations(data)[-1]):
        assert outputs.dtype == np.float32
    wide.backward([[1.0, 1.0], [1.0, 1.0]])
    assert wide.grads.all()
    alone = nn.Network(Nothing())
    for outputs in (alone(data), *alone.activations(data), alone.forward(data)):
        assert not np.shares_memory(outputs, data)
        assert outputs.flags.writeable


@pytest.mark.parametrize(
    ("forward", "message"),
    [
        (lambda self, X, training: X[:, :1], r"shape \(3, 1\).*shape \(3, 2\). Set"),
        (lambda self, X, training: None, "gave None"),
        (lambda self, X, training: X > 0, "dtype bool.*expected floats"),
        (lambda self, X, training: 1j * X, "dtype complex128.*expected floats"),
    ],
)
def test_outputs_that_do_not_fit_are_refused(forward, message):
    layer = type("Mine", (nn.Layer,), {"forward": forward})
    for use in (one(layer()), one(layer()).forward):
        with pytest.raises(ValueError, match=f"forward of .*{message}"):
            use([[1.0, 2.0]] * 3)


def test_a_gradient_of_the_input_that_does_not_fit_is_refused():
    class Short(Scale):
        def backward(self, dA):
            return dA[0]

    made = nn.Network(nn.Dense(2, 2), Short(2))
    made.forward([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"backward of Short\(2\) gave an array of"):
        made.backward([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("__call__", "forward(X, training)"),
        ("_forward", "forward(X, training)"),
        ("_infer", "forward(X, training)"),
        ("_backward", "backward(dA)"),
    ],
)
@pytest.mark.parametrize("base", [nn.Layer, nn.Dense, Scale])
def test_what_a_network_does_not_use_is_refused_by_name(name, instead, base):
    with pytest.raises(TypeError) as caught:
        type("Mine", (base,), {name: lambda self, *arguments: None})
    assert str(caught.value) == f"Mine overrides {name}; override {instead} instead."


@pytest.mark.parametrize(
    "written",
    [
        {"forward": lambda self, X: X},
        {"forward": lambda self, X, rng, training: X},
        {"backward": lambda self, dA, wants_dX: dA},
        {"backward": lambda self: None},
    ],
)
def test_methods_that_take_other_arguments_are_refused(written):
    with pytest.raises(TypeError, match=r"expected forward\(self, X, training\) and"):
        type("Mine", (nn.Layer,), written)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("w", (2,), nn.init.zeros), ValueError, "'w', which the layer has already"),
        (("n", (2,), nn.init.zeros), ValueError, "'n', which the layer has already"),
        (("forward", (2,), nn.init.zeros), ValueError, "forward is something else"),
        (("dw", (2,), nn.init.zeros), ValueError, "dw is something else in Scale"),
        (("a b", (2,), nn.init.zeros), TypeError, "name is 'a b'; expected that of"),
        ((3, (2,), nn.init.zeros), TypeError, "name is 3"),
        (("v", 2, nn.init.zeros), TypeError, "shape is 2; expected a tuple"),
        (("v", (0,), nn.init.zeros), ValueError, "shape is 0; expected at least 1"),
        (("v", (2,), 0.5), TypeError, "initializer is 0.5; expected an initializer"),
        (("v", (2,), nn.init.normal), TypeError, "which makes an initializer"),
    ],
)
@pytest.mark.parametrize("add", ["add_weight", "add_offset"])
def test_arrays_that_cannot_be_added(add, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(Scale(2), add)(*arguments)


def test_an_array_that_comes_too_late():
    layer = Scale(2)
    nn.Network(layer)
    with pytest.raises(ValueError, match=r"v comes too late: .*add it in __init__"):
        layer.add_weight("v", (2,), nn.init.zeros)


def test_a_layer_of_layers():
    class Sum(nn.Layer):
        """Adds what two branches make of the input."""

        def __init__(self, left, right):
            self.left, self.right = left, right
            self.layers = left, right
            self.n_in, self.n_out = left.n_in, left.n_out

        def forward(self, X, training):
            return sum(layer.forward(X, training) for layer in self.layers)

        def backward(self, dA):
            return sum(layer.backward(dA) for layer in self.layers)

    made = nn.Network(
        nn.Dense(2, 4, activation=nn.tanh), Sum(Noisy(4, 3), nn.Dense(4, 3)), seed=3
    )
    assert len(made.parameter_shapes()) == 6
    made = nn.Network(Sum(Noisy(2, 3), nn.Dense(2, 3, nn.gelu)), dtype=np.float64)
    assert nn.check_gradients(made, X, Y, nn.SoftmaxCrossEntropy()) < RIGHT


def test_an_attribute_called_layers_may_be_something_else():
    class Deep(Scale):
        def __init__(self, n, layers):
            super().__init__(n)
            self.layers = layers

    made = one(Deep(2, layers=3))
    assert made.parameter_shapes() == [("layer 0 w", (2,))]
    assert made.copy().layers[0].layers == 3
    np.testing.assert_array_equal(made([[1.0, 2.0]]), [[2, 4]])
    made.layers[0].trainable = False
    assert made._frozen() == [slice(0, 2)]


# Copies ------------------------------------------------------------------------------


class Fixed(nn.Layer):
    """Multiplies by private numbers that are not trained."""

    def __init__(self, n):
        self.n = self.n_in = self.n_out = n
        self._factors = np.arange(1.0, n + 1)
        self._factors.flags.writeable = False
        self.add_offset("b", (n,), nn.init.zeros)

    def forward(self, X, training):
        return X * self._factors + self.b

    def backward(self, dA):
        self.db = dA.sum(axis=0)
        return dA * self._factors


@pytest.mark.parametrize(
    "twin_of",
    [
        lambda network: network.copy(),
        copy.deepcopy,
        lambda network: pickle.loads(pickle.dumps(network)),
    ],
    ids=["copy", "deepcopy", "pickle"],
)
def test_private_arrays_survive(twin_of):
    made = nn.Network(Fixed(2), Scale(2), nn.Dense(2, 3), dtype=np.float64)
    made.forward(X)
    twin = twin_of(made)
    np.testing.assert_array_equal(twin.layers[1].X, made.layers[1].X)
    np.testing.assert_array_equal(twin.forward(X), made.forward(X))
    assert nn.check_gradients(twin, X, Y, nn.SoftmaxCrossEntropy()) < RIGHT
    assert twin.layers[0]._factors is not made.layers[0]._factors


def test_it_can_be_unpickled_where_none_was_made_before(tmp_path):
    # The attributes w and dw belong to the class, which is new in another process.
    source = inspect.getsource(Scale)
    (tmp_path / "own.py").write_text(f"import nnbook as nn\n\n\n{source}")
    write = "import own; n = nn.Network(own.Scale(2)); n.params += 1"
    write += "; print(pickle.dumps(n).hex())"
    read = "n = pickle.loads(bytes.fromhex(sys.argv[1])); n.params += 1"
    read += "; n.layers[0].dw = [7, 8]; print(n([[1, 1]]), n.layers[0].w, n.grads)"

    def run(code, *arguments):
        code = f"import pickle, sys, nnbook as nn; {code}"
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    assert run(read, run(write)) == "[[4. 4.]] [4. 4.] [7. 8.]"


def test_a_copied_layer_belongs_to_no_network():
    made = network()
    first = copy.deepcopy(made.layers[0])
    with pytest.raises(AttributeError, match="no W"):
        _ = first.W
    other = nn.Network(first)
    other.params += 1
    assert not np.array_equal(other.layers[0].W, made.layers[0].W)


# Readable definitions and fast paths -------------------------------------------------


def readable(kind):
    """The same layer without its fast paths."""

    def forward(self, X, training):
        return kind.forward(self, X, training)

    return type(f"Readable{kind.__name__}", (kind,), {"forward": forward})


def test_an_override_takes_the_fast_paths_away():
    kind = readable(nn.Dense)
    for name in ("_forward", "_backward", "_infer"):
        assert getattr(kind, name) is getattr(nn.Layer, name)
        assert getattr(nn.Dense, name) is not getattr(nn.Layer, name)


@given(
    st.sampled_from(list(activations._KNOWN)),
    st.integers(1, 6),
    st.integers(1, 5),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([np.float32, np.float64]),
)
def test_dense_reads_as_it_computes(name, n, n_in, n_out, biased, dtype):
    rng = np.random.default_rng(n)
    data, upstream = rng.normal(size=(n, n_in)), rng.normal(size=(n, n_out))
    options = {} if biased else {"bias": None}
    seen = []
    for kind in (nn.Dense, readable(nn.Dense)):
        layers = (
            nn.Dense(n_in, n_in),
            kind(n_in, n_out, nn.activations.get(name), **options),
        )
        made = nn.Network(*layers, seed=3, dtype=dtype)
        outputs = made.forward(data)
        made.backward(upstream)
        assert outputs.dtype == made(data).dtype == dtype
        seen.append((outputs, made(data), made.grads))
    rounding = 1e-5 if dtype == np.float32 else 1e-12
    for fast, plain in zip(*seen, strict=True):
        np.testing.assert_allclose(fast, plain, rtol=rounding, atol=rounding)


@given(st.floats(0, 0.9), st.sampled_from([np.float32, np.float64]))
def test_dropout_reads_as_it_computes(rate, dtype):
    seen = []
    for kind in (nn.Dropout, readable(nn.Dropout)):
        made = nn.Network(nn.Dense(2, 5), kind(rate), seed=3, dtype=dtype)
        outputs = made.forward(X)
        made.backward(outputs)
        seen.append((outputs, made(X), made.grads))
    for fast, plain in zip(*seen, strict=True):
        np.testing.assert_allclose(fast, plain, rtol=1e-5)


def test_one_overridden_method_of_a_built_in_layer_is_used():
    class Louder(nn.Dense):
        def forward(self, X, training):
            return 2 * super().forward(X, training)

        def backward(self, dA):
            return super().backward(2 * dA)

    class Reversed(nn.Dense):
        def backward(self, dA):
            return -super().backward(dA)

    for f in (nn.tanh, nn.relu, nn.gelu):
        plain = nn.Network(nn.Dense(2, 4, f), nn.Dense(4, 3), dtype=np.float64)
        louder = nn.Network(Louder(2, 4, f), Louder(4, 3), dtype=np.float64)
        assert not np.allclose(plain(X), louder(X))
        # The first samples lie on the kink of ReLU.
        assert nn.check_gradients(louder, X + 0.1, Y, nn.SoftmaxCrossEntropy()) < RIGHT
        turned = nn.Network(nn.Dense(2, 4, f), Reversed(4, 3), dtype=np.float64)
        upstream = plain.forward(X)
        np.testing.assert_array_equal(turned.forward(X), upstream)
        for made in (plain, turned):
            made.backward(upstream)
        np.testing.assert_allclose(turned.layers[0].dW, -plain.layers[0].dW)
        np.testing.assert_allclose(turned.layers[1].dW, plain.layers[1].dW)


@pytest.mark.parametrize("f", [nn.relu, nn.identity, nn.gelu], ids=repr)
@pytest.mark.parametrize("optimizer", [nn.SGD(1e6), nn.SGD(1e38), nn.Adam(1e20)])
def test_divergence_is_told_as_such(f, optimizer):
    # The checks of activations see infinity before the loss does.
    kind = readable(nn.Dense)
    made = nn.Network(kind(2, 8, f), kind(8, 8, f), kind(8, 3))
    before = made.params.copy()
    options = {"loss": nn.MeanSquaredError(), "optimizer": optimizer, "epochs": 20}
    with pytest.raises(nn.DivergedError):
        nn.fit(made, X, np.eye(3)[Y], **options)
    np.testing.assert_array_equal(made.params, before)
    made.params *= 1e30
    with pytest.raises(ValueError, match="the outputs are not finite"):
        made(X + 1)


def test_an_error_of_an_authors_own_is_told_as_it_is():
    class Strict(Scale):
        def forward(self, X, training):
            raise ValueError("no way")

    for use in (one(Strict(2)), one(Strict(2)).forward):
        with pytest.raises(ValueError, match="no way"):
            use([[1.0, 2.0]])


def test_a_layer_may_be_built_on_ones_own():
    class Twice(Scale):
        """Overrides nothing that runs."""

    made = one(Twice(2))
    np.testing.assert_array_equal(made([[1.0, 2.0]]), [[2, 4]])
