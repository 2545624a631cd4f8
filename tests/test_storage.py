"""Saved networks: round trips, atomic writing, and files that are something else."""

import inspect
import json
import os
import stat
import struct
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

import nnbook as nn
from nnbook import _files, _parts, activations

X = np.random.default_rng(0).normal(size=(9, 4))
REFERENCE = Path(__file__).parent / "reference"

NETWORKS = {
    "dense": lambda dtype: nn.mlp([4, 3, 2], seed=1, dtype=dtype),
    "no bias": lambda dtype: nn.Network(nn.Dense(4, 2, bias=None), dtype=dtype),
    "started": lambda dtype: nn.Network(
        nn.Dense(4, 2, weights=nn.init.orthogonal, bias=nn.init.constant(0.5)),
        dtype=dtype,
    ),
    "dropout": lambda dtype: nn.Network(
        nn.Dropout(0.25), nn.Dense(4, 2), nn.Dropout(0.0), dtype=dtype
    ),
    "layer norm": lambda dtype: nn.Network(
        nn.LayerNorm(4, epsilon=1e-3), nn.Dense(4, 2), dtype=dtype
    ),
    "batch norm": lambda dtype: nn.Network(
        nn.Dense(4, 3),
        nn.BatchNorm(3, epsilon=0.01, momentum=0.25),
        nn.Dense(3, 2),
        dtype=dtype,
    ),
    "residual": lambda dtype: nn.Network(
        nn.Residual(
            nn.Dense(4, 6, activation=nn.gelu),
            nn.Residual(nn.BatchNorm(6), nn.Dropout(0.5)),
            nn.Dense(6, 4, bias=None),
        ),
        nn.Dense(4, 2),
        dtype=dtype,
    ),
    "rescale": lambda dtype: nn.Network(
        nn.Rescale(0.5, offset=-1), nn.Dense(4, 2), dtype=dtype
    ),
    "no parameters": lambda dtype: nn.Network(nn.Dropout(0.5), dtype=dtype),
}
NETWORKS |= {
    f.name: lambda dtype, f=f: nn.Network(nn.Dense(4, 3, activation=f), dtype=dtype)
    for f in activations._KNOWN.values()
}


# Round trips -------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NETWORKS)
def test_round_trip_to_the_last_bit(tmp_path, name, dtype):
    network = NETWORKS[name](dtype)
    network.forward(X)  # moves running statistics
    path = tmp_path / "network.safetensors"
    nn.save(network, path)
    again = nn.load(path)
    assert repr(again) == repr(network)
    assert again.dtype == network.dtype == dtype
    np.testing.assert_array_equal(again.params, network.params)
    np.testing.assert_array_equal(again.statistics(), network.statistics())
    np.testing.assert_array_equal(again(X), network(X))
    for layer, before in zip(again._leaves, network._leaves, strict=True):
        assert repr(_parts.options(layer)) == repr(_parts.options(before))
    again.params[:] = 0  # its layers are views of this vector
    assert name in ("dropout", "no parameters") or not np.array_equal(
        again(X), network(X)
    )


SMALL = [
    lambda: nn.Dense(4, 4, activation=nn.silu),
    lambda: nn.Dense(4, 4, bias=None),
    lambda: nn.Dropout(0.25),
    lambda: nn.LayerNorm(4, epsilon=0.01),
    lambda: nn.BatchNorm(4, momentum=0.5),
    lambda: nn.Rescale(0.5, offset=1.0),
]


@st.composite
def chains(draw, depth=2):
    """Some layers of width 4, residual ones among them, each frozen or not."""
    layers = [make() for make in draw(st.lists(st.sampled_from(SMALL), max_size=3))]
    if depth:
        layers += [nn.Residual(nn.Dense(4, 4), *draw(chains(depth - 1)))]
    for layer in layers:
        layer.trainable = draw(st.booleans())
    return draw(st.permutations(layers))


@given(chains(), st.sampled_from([np.float32, np.float64]), st.integers(0, 9))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_network_comes_back(tmp_path, layers, dtype, seed):
    network = nn.Network(*layers, seed=seed, dtype=dtype)
    network.forward(X)
    nn.save(network, tmp_path / "n")
    again = nn.load(tmp_path / "n")
    assert repr(again) == repr(network)
    assert again._frozen() == network._frozen()
    for use in (nn.Network.__call__, nn.Network.forward):
        np.testing.assert_array_equal(use(again, X), use(network, X))
    np.testing.assert_array_equal(again.statistics(), network.statistics())


def test_every_layer_is_saved_in_some_test():
    kinds = {
        type(leaf).__name__
        for make in NETWORKS.values()
        for leaf in make(np.float32)._leaves
    }
    public = set(nn.layers.__all__) - {"Layer", "Residual"}
    assert kinds == public, (
        f"NETWORKS differs from nn.layers in {kinds ^ public}; give each layer a "
        f"network that has it, with arguments other than its defaults."
    )


def test_special_numbers_survive(tmp_path):
    network = nn.mlp([2, 2], dtype=np.float64)
    network.params[:] = [-0.0, 5e-324, 1.7e308, 1 / 3, -1e-200, 0.1]
    nn.save(network, tmp_path / "n")
    assert nn.load(tmp_path / "n").params.tobytes() == network.params.tobytes()


def test_a_copy_can_be_saved(tmp_path):
    network = nn.mlp([2, 3, 2])
    nn.save(network.copy(), tmp_path / "n")
    again = nn.load(tmp_path / "n")
    assert repr(again) == repr(network)
    np.testing.assert_array_equal(again.params, network.params)


def test_path_may_be_text_or_path_and_is_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nn.save(nn.mlp([2, 2], seed=0), "n.safetensors")
    nn.save(nn.mlp([2, 2], seed=1), tmp_path / "n.safetensors")
    np.testing.assert_array_equal(
        nn.load("n.safetensors").params, nn.mlp([2, 2], seed=1).params
    )
    assert os.listdir(tmp_path) == ["n.safetensors"]


def test_the_history_is_kept_where_it_is_given(tmp_path):
    network = nn.mlp([4, 3], seed=0)
    history = nn.fit(
        network,
        X,
        np.arange(9) % 3,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.SGD(0.1),
        epochs=2,
        callbacks=[nn.Checkpoint(tmp_path / "run")],
    )
    nn.save(network, tmp_path / "n", history)
    for name in ("n", "run"):
        assert nn.load_history(tmp_path / name).to_dict() == history.to_dict()
        np.testing.assert_array_equal(nn.load(tmp_path / name).params, network.params)
    nn.save(network, tmp_path / "bare")
    with pytest.raises(ValueError, match=r"bare holds no history; .*Give nn\.save"):
        nn.load_history(tmp_path / "bare")
    with pytest.raises(ValueError, match="a network but no run"):
        nn.fit(
            network,
            X,
            np.arange(9) % 3,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.SGD(0.1),
            epochs=3,
            resume=tmp_path / "n",
        )


def test_a_link_stays_a_link(tmp_path):
    first, second = nn.mlp([2, 3], seed=0), nn.mlp([2, 3], seed=1)
    nn.save(first, tmp_path / "n")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "n")
    nn.save(second, link)
    assert link.is_symlink()
    np.testing.assert_array_equal(nn.load(tmp_path / "n").params, second.params)


def test_names_as_long_as_the_system_allows(tmp_path):
    path = tmp_path / ("n" * 255)
    nn.save(nn.mlp([2, 3], seed=0), path)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_other_programs_can_read_the_arrays(tmp_path):
    network = nn.mlp([2, 3, 2])
    nn.save(network, tmp_path / "n.safetensors")
    arrays = load_file(tmp_path / "n.safetensors")
    np.testing.assert_array_equal(arrays["params"], network.params)


@pytest.mark.skipif(os.name != "posix", reason="pipes are those of POSIX")
def test_a_pipe_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "n")
    with pytest.raises(ValueError, match="is a device or a pipe"):
        nn.save(nn.mlp([2, 2]), tmp_path / "n")
    assert stat.S_ISFIFO((tmp_path / "n").stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_the_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "usual").touch()
    nn.save(nn.mlp([2, 2]), tmp_path / "n")
    assert stat.S_IMODE((tmp_path / "n").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "usual").stat().st_mode
    )
    (tmp_path / "n").chmod(0o640)
    nn.save(nn.mlp([2, 2]), tmp_path / "n")
    assert stat.S_IMODE((tmp_path / "n").stat().st_mode) == 0o640


# Parts of a reader's own -------------------------------------------------------------


class Mish(nn.Activation):
    """z tanh(softplus z), with an option."""

    def __init__(self, sharpness=1.0):
        self.sharpness = sharpness

    def value(self, z):
        return z * np.tanh(np.logaddexp(0, self.sharpness * z))

    def derivative(self, z):
        raise NotImplementedError


class Keeping(nn.Layer):
    """Keeps whatever it is given."""

    def __init__(self, option):
        self.option = option

    def forward(self, X, training):
        return X


class Several(nn.Layer):
    """Takes a number, some layers, and a name."""

    def __init__(self, factor, *layers, called="me"):
        self.factor, self.layers, self.called = factor, layers, called

    def forward(self, X, training):
        return self.factor * sum(layer.forward(X, training) for layer in self.layers)


class ScaledError(nn.MeanSquaredError):
    """A loss with an option."""

    def __init__(self, weights):
        self.weights = weights


def test_parts_of_ones_own_come_back_with_their_options(tmp_path):
    network = nn.Network(
        nn.Dense(4, 3, activation=Mish(0.5)),
        Several(2.0, nn.Dense(3, 3), nn.Dropout(0.5), called="it"),
        nn.Residual(nn.Dense(3, 3, Mish())),
        loss=ScaledError(np.array([1.0, 2.0])),
    )
    nn.save(network, tmp_path / "n")
    again = nn.load(tmp_path / "n", parts=[Mish, Several, ScaledError])
    assert repr(again) == repr(network)
    assert again.layers[0].activation.sharpness == 0.5
    assert [type(layer) for layer in again.layers[1].layers] == [nn.Dense, nn.Dropout]
    assert type(again.loss) is ScaledError
    np.testing.assert_array_equal(again.loss.weights, [1, 2])
    np.testing.assert_array_equal(again(X), network(X))
    for parts in ([], [Mish], [Mish, Several], [Several, ScaledError]):
        with pytest.raises(ValueError, match=r"a part '\w+'; known .* nn\.load\(path"):
            nn.load(tmp_path / "n", parts=parts)


@pytest.mark.parametrize(
    "option",
    [
        *(None, True, 3, 0.1, "text", [1, [2.5, "a"]], (1, (2, [3]))),
        *(np.arange(3), np.ones((2, 2), np.float32), np.float32(0.1), np.bool_(True)),
        *(nn.relu, nn.gelu_tanh, nn.identity, Mish(2.0)),
        *(nn.init.zeros, nn.init.orthogonal, nn.init.constant(0.5), nn.init.normal(2)),
        *(nn.init.uniform(0.25), nn.Huber(0.5), nn.Dropout(0.5), [nn.tanh, (nn.elu,)]),
    ],
    ids=lambda option: repr(option).split(" at ")[0],
)
def test_an_option_comes_back_as_it_was(tmp_path, option):
    nn.save(nn.Network(Keeping(option)), tmp_path / "n")
    again = nn.load(tmp_path / "n", parts=[Keeping, Mish]).layers[0].option
    if isinstance(option, np.generic):
        option = option.item()
    assert type(again) is type(option)
    if isinstance(option, np.ndarray):
        np.testing.assert_array_equal(again, option)
        assert again.dtype == option.dtype
    elif inspect.isfunction(option) or isinstance(option, partial):
        values = [f((3, 2), np.random.default_rng(0)) for f in (option, again)]
        np.testing.assert_array_equal(*values)
    else:
        assert repr(again) == repr(option)


@pytest.mark.parametrize(
    ("parts", "error", "message"),
    [
        (Keeping, TypeError, r"parts is <class .*Keeping'>; expected a list"),
        ([3], TypeError, "parts hold 3; expected classes of layers"),
        ([int], TypeError, "parts hold <class 'int'>"),
        ([type("Dense", (nn.Dense,), {})], ValueError, "a class Dense, but there is"),
        ([Mish, type("Mish", (Mish,), {})], ValueError, "a class Mish, but there is"),
    ],
)
def test_parts_that_cannot_be(tmp_path, parts, error, message):
    nn.save(nn.mlp([2, 3]), tmp_path / "n")
    with pytest.raises(error, match=message):
        nn.load(tmp_path / "n", parts=parts)


def test_nothing_is_imported_by_a_name_in_a_file(saved):
    def change(tensors, notes):
        notes["network"]["layers"][0]["kind"] = "os.system"
        notes["network"]["layers"][0]["options"] = {"command": "echo"}

    rewrite(saved, change)
    with pytest.raises(ValueError, match=r"a part 'os\.system'; known are"):
        nn.load(saved)


# What is kept besides ----------------------------------------------------------------


@pytest.mark.parametrize(
    "loss",
    [
        None,
        nn.SoftmaxCrossEntropy(label_smoothing=0.25),
        nn.BinaryCrossEntropy(),
        nn.CrossEntropy(epsilon=1e-5),
        nn.Huber(delta=2.0),
    ],
    ids=repr,
)
def test_the_loss_is_kept(tmp_path, loss):
    nn.save(nn.Network(nn.Dense(4, 2), loss=loss), tmp_path / "n")
    assert repr(nn.load(tmp_path / "n").loss) == repr(loss)


def test_fit_gives_the_loss_and_a_checkpoint_keeps_it(tmp_path):
    network, loss = nn.mlp([4, 3]), nn.SoftmaxCrossEntropy(label_smoothing=0.25)
    options = {"optimizer": nn.SGD(0.1), "epochs": 1}
    callbacks = [nn.Checkpoint(tmp_path / "run")]
    nn.fit(network, X, np.arange(9) % 3, loss=loss, callbacks=callbacks, **options)
    assert network.loss is loss
    assert repr(nn.load(tmp_path / "run").loss) == repr(loss)


def test_masks_go_on_where_they_were(tmp_path):
    network = nn.Network(nn.Dropout(0.5), nn.Dense(4, 2), seed=5)
    network.forward(X)
    nn.save(network, tmp_path / "n")
    again = nn.load(tmp_path / "n")
    for _ in range(3):
        np.testing.assert_array_equal(again.forward(X), network.forward(X))


def test_what_is_frozen_stays_so(tmp_path):
    network = NETWORKS["residual"](np.float32)
    network.layers[0].layers[0].trainable = False
    nn.save(network, tmp_path / "n")
    again = nn.load(tmp_path / "n")
    assert [leaf.trainable for leaf in again._leaves] == [
        leaf.trainable for leaf in network._leaves
    ]
    assert again._frozen() == network._frozen() != []


# Files of earlier releases -----------------------------------------------------------


@pytest.mark.parametrize("name", ["network", "run"])
def test_a_network_of_an_earlier_release_loads(name):
    path = REFERENCE / f"{name}_of_version_1.safetensors"
    network = nn.load(path)
    assert repr(network) == (
        "nn.Network(nn.Dense(2, 6, activation=nn.tanh), "
        "nn.BatchNorm(6, momentum=0.25), nn.Dropout(0.25), "
        "nn.Residual(nn.LayerNorm(6, epsilon=0.001), "
        "nn.Dense(6, 6, activation=nn.gelu, bias=None)), nn.Dense(6, 3))"
    )
    # What it answered then.
    np.testing.assert_allclose(
        network([[0.5, -1.0]]), [[2.0194559, 0.0576769, -2.0779264]], rtol=1e-5
    )
    assert len(nn.load_history(path)) == 2


def test_a_run_of_an_earlier_release_does_not_go_on(tmp_path):
    X, y = nn.datasets.spiral(n_per_class=9)
    path = REFERENCE / "run_of_version_1.safetensors"
    network = nn.load(path)
    before = network.params.copy()
    options = {"loss": nn.SoftmaxCrossEntropy(), "batch_size": 8, "epochs": 3}
    options |= {"callbacks": [nn.Checkpoint(tmp_path / "run")]}
    with pytest.raises(ValueError, match=r"another release .*Take its network with"):
        nn.fit(network, X, y, optimizer=nn.Adam(0.01), resume=path, **options)
    np.testing.assert_array_equal(network.params, before)
    # The advice.
    assert len(nn.fit(nn.load(path), X, y, optimizer=nn.Adam(0.01), **options)) == 3


# Atomic writing ----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["open", "fsync", "replace"])
def test_an_error_while_writing_leaves_the_old_file(tmp_path, monkeypatch, where):
    path = tmp_path / "n"
    nn.save(nn.mlp([2, 2], seed=0), path)
    old = path.read_bytes()

    def fail(*args, **kwargs):
        raise OSError("no space left on device")

    if where == "open":
        monkeypatch.setattr("builtins.open", fail)
    else:
        monkeypatch.setattr(_files.os, where, fail)
    with pytest.raises(OSError, match="no space left"):
        nn.save(nn.mlp([2, 2], seed=1), path)
    monkeypatch.undo()
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["n"]


def test_it_is_written_beside_synchronised_and_then_renamed(tmp_path, monkeypatch):
    calls = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(
        _files.os, "fsync", lambda handle: calls.append("fsync") or fsync(handle)
    )

    def watched(source, target):
        calls.append("replace")
        assert source.parent == target.parent == tmp_path
        assert not target.exists()
        replace(source, target)

    monkeypatch.setattr(_files.os, "replace", watched)
    nn.save(nn.mlp([2, 2]), tmp_path / "n")
    assert calls == ["fsync", "replace"]


# Files that are not what they seem ---------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "network.safetensors"
    network = nn.Network(nn.Dense(2, 3, activation=nn.tanh), nn.BatchNorm(3))
    nn.save(network, path)
    return path


def refused(path, message):
    with pytest.raises(ValueError, match=message) as caught:
        nn.load(path)
    assert str(path) in str(caught.value)
    assert any(
        advice in str(caught.value)
        for advice in ("backup", "Save it again", "expected a file of nn.save")
    )


def rewrite(path, change=lambda tensors, notes: None, metadata=None):
    """Change a file and give it a checksum that fits again."""
    tensors = load_file(path)
    size = struct.unpack("<Q", path.read_bytes()[:8])[0]
    header = json.loads(path.read_bytes()[8 : 8 + size])["__metadata__"]
    notes = json.loads(header["notes"])
    replaced = change(tensors, notes)
    text = json.dumps(notes) if replaced is None else replaced
    header |= {"notes": text, "checksum": _files.checksum(tensors, text)}
    save_file(tensors, path, header | (metadata or {}))


def test_rewriting_alone_does_no_harm(saved):
    rewrite(saved)
    assert nn.load(saved).params.size == 15


def test_every_truncation_is_refused(saved):
    content = saved.read_bytes()
    for length in [*range(0, len(content), 7), len(content) - 1]:
        saved.write_bytes(content[:length])
        refused(saved, "damaged")
    saved.write_bytes(content + b"\0")
    refused(saved, "damaged")


def test_every_changed_byte_is_refused(saved):
    # Somewhere in each stretch of the file, one bit is flipped.
    content = bytearray(saved.read_bytes())
    rng = np.random.default_rng(0)
    for at in [*range(0, len(content), 5), *range(len(content) - 60, len(content))]:
        bit = 1 << int(rng.integers(8))
        content[at] ^= bit
        saved.write_bytes(content)
        refused(saved, "damaged|version")
        content[at] ^= bit
    saved.write_bytes(content)
    nn.load(saved)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"not a network at all, but a text that is long enough to look like one",
        b"\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00cos\nsystem\n",  # a pickle
        b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False}",
        b"PK\x03\x04" + b"\0" * 60,
        b"\xff" * 8 + b"{}",  # a header of 2⁶⁴ bytes
        struct.pack("<Q", 10**12) + b"{}",
    ],
)
def test_foreign_files_are_refused(tmp_path, content):
    path = tmp_path / "foreign"
    path.write_bytes(content)
    refused(path, "not a whole safetensors file")


@pytest.mark.parametrize("shape", [[2**40], [2**62, 2], [-1], [15, 2**61]])
def test_sizes_in_the_file_are_not_trusted(saved, shape):
    content = saved.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    header["params"]["shape"] = shape
    text = json.dumps(header).encode()
    saved.write_bytes(struct.pack("<Q", len(text)) + text + content[8 + size :])
    refused(saved, "damaged")


def test_a_safetensors_file_of_another_program_is_refused(tmp_path):
    path = tmp_path / "other.safetensors"
    save_file({"weight": np.zeros(3)}, path)
    refused(path, "no version of nnbook; expected version 1")
    save_file({"weight": np.zeros(3)}, path, {"format": "pt"})
    refused(path, "no version of nnbook")


@pytest.mark.parametrize("version", ["0", "2", "1.0", ""])
def test_another_version_is_refused(saved, version):
    rewrite(saved, metadata={"nnbook": version})
    refused(saved, f"version {version}; expected version 1")


def test_a_missing_or_wrong_checksum_is_refused(saved):
    rewrite(saved, metadata={"checksum": "00000000"})
    refused(saved, "checksum")


def huge(tensors, notes):
    notes["network"]["layers"][0]["options"]["n_out"] = 10**12


def huge_norm(tensors, notes):
    notes["network"]["layers"] = [{"kind": "BatchNorm", "options": {"n": 10**12}}]


def hidden(tensors, notes):
    # 2·10**12 parameters of a norm, and as many fewer of a layer, are 15 in sum.
    notes["network"]["layers"] = [
        {"kind": "BatchNorm", "options": {"n": 10**12}},
        {"kind": "Dense", "options": {"n_in": 14 - 2 * 10**12, "n_out": 1}},
    ]


def negative(tensors, notes):
    options = notes["network"]["layers"][0]["options"]
    options["n_in"], options["n_out"] = -4, -3


def nested(tensors, notes):
    return '{"network": {"layers": ' + "[" * 100_000 + "]" * 100_000 + "}}"


def nested_layers(tensors, notes):
    layer = {"kind": "Dropout", "options": {"rate": 0.5}}
    for _ in range(400):
        layer = {"kind": "Residual", "layers": [layer]}
    notes["network"]["layers"] = [layer]


def option(name, value):
    def change(tensors, notes):
        notes["network"]["layers"][0]["options"][name] = value

    return change


def of_type(dtype):
    def change(tensors, notes):
        tensors["params"] = tensors["params"].astype(dtype)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (huge, "parameters are announced, 15 stored"),
        (huge_norm, "2000000000000 parameters are announced, 15 stored"),
        (hidden, "n_in is -1999999999986; expected at least 1"),
        (negative, "cannot be understood"),
        (nested, "cannot be understood"),
        (nested_layers, "parameters are announced|cannot be understood"),
        (option("activation", "swosh"), "activation is 'swosh'; expected one of"),
        (option("activation", ["relu"]), "activation is"),
        (option("n_in", "2"), "cannot be understood"),
        (option("n_in", 2.5), "cannot be understood"),
        (option("bias", "no"), "announced|bias is 'no'"),
        (option("colour", 1), "TypeError.*colour"),
        (lambda t, n: n["network"].pop("layers"), "KeyError"),
        (lambda t, n: n["network"].update(layers=3), "TypeError"),
        (lambda t, n: n["network"].update(layers=[]), "announced|no layer"),
        (lambda t, n: n["network"].update(dtype="float64"), "dtype announced"),
        (lambda t, n: n["network"].update(dtype="object"), "dtype"),
        (lambda t, n: n.pop("network"), "KeyError: 'network'"),
        (lambda t, n: n.update(network=None), "TypeError"),
        (lambda t, n: "[1, 2]", "cannot be understood"),
        (lambda t, n: "{", "cannot be understood"),
        (lambda t, n: "", "cannot be understood"),
        (lambda t, n: t.pop("params"), "KeyError: 'params'"),
        (lambda t, n: t.pop("statistics"), "KeyError: 'statistics'"),
        (lambda t, n: t.update(params=np.zeros((15, 1), "f4")), "announced"),
        (lambda t, n: t.update(params=np.zeros(14, "f4")), "15 .*announced, 14"),
        (lambda t, n: t.update(params=np.zeros(16, "f4")), "15 .*announced, 16"),
        (lambda t, n: t.update(params=np.full(15, np.nan, "f4")), "not finite"),
        (lambda t, n: t.update(statistics=np.zeros(5)), r"shape \(5,\); expected"),
        (of_type(np.float64), "dtype announced"),
        (of_type(np.int32), "dtype announced"),
    ],
)
def test_changed_files_are_refused(saved, change, message):
    def apply(tensors, notes):
        result = change(tensors, notes)
        return result if isinstance(result, str) else None

    rewrite(saved, apply)
    refused(saved, message)


def test_an_unknown_part_lists_the_known(saved):
    def change(tensors, notes):
        notes["network"]["layers"][0]["kind"] = "Conv"

    rewrite(saved, change)
    with pytest.raises(ValueError, match=r"a part 'Conv'; known are .*Dense, Dropout"):
        nn.load(saved)


def test_loading_runs_no_code(saved, monkeypatch):
    import builtins
    import pickle

    def forbidden(*args, **kwargs):
        raise AssertionError("loading ran code of the file")

    for name in ("eval", "exec"):
        monkeypatch.setattr(builtins, name, forbidden)
    monkeypatch.setattr(pickle, "loads", forbidden)
    monkeypatch.setattr(pickle, "load", forbidden)
    nn.load(saved)


def test_there_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*none; nn\.save"):
        nn.load(tmp_path / "none")
    with pytest.raises(ValueError, match="is a folder; expected a file"):
        nn.load(tmp_path)


# Networks that cannot be saved -------------------------------------------------------


class Hiding(nn.Layer):
    """Keeps an option under another name."""

    def __init__(self, rate):
        self.share = rate

    def forward(self, X, training):
        return X


class Taking(nn.Layer):
    """Takes options without names."""

    def __init__(self, **options):
        pass

    def forward(self, X, training):
        return X


def called_like_ours():
    kind = type("Dropout", (Keeping,), {})
    return kind(1)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Hiding(0.5), "Hiding has no attribute rate.*self.rate = rate"),
        (nn.Residual(Hiding(0.5)), "Hiding has no attribute rate"),
        (Taking(a=1), "Taking has no attribute options"),
        (Keeping(print), "Keeping's option is <built-in function print>, which a file"),
        (Keeping({1: 2}), "Keeping's option is {1: 2}, which a file cannot keep"),
        (Keeping([Hiding(0.5)]), "Hiding has no attribute rate"),
        (called_like_ours(), r"Dropout\(1\) bears the name of a part of nnbook"),
    ],
)
def test_only_what_can_be_loaded_is_saved(tmp_path, layer, message):
    with pytest.raises(TypeError, match=message):
        nn.save(nn.Network(layer), tmp_path / "n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_not_saved(tmp_path, bad):
    network = nn.Network(nn.BatchNorm(2))
    network.params[0] = bad
    with pytest.raises(ValueError, match="parameters are not finite"):
        nn.save(network, tmp_path / "n")
    network = nn.Network(nn.BatchNorm(2))
    network.layers[0].running_mean[0] = bad
    with pytest.raises(ValueError, match="statistics are not finite"):
        nn.save(network, tmp_path / "n")


def test_bad_paths(tmp_path):
    network = nn.mlp([2, 2])
    with pytest.raises(ValueError, match=r"the folder .*none does not exist"):
        nn.save(network, tmp_path / "none" / "n")
    with pytest.raises(ValueError, match="is a folder"):
        nn.save(network, tmp_path)
    with pytest.raises(TypeError, match="path is 3; expected the path of a file"):
        nn.save(network, 3)
    with pytest.raises(TypeError, match="path is None"):
        nn.load(None)
    with pytest.raises(TypeError, match="network is 'n'"):
        nn.save("n", tmp_path / "n")


def test_the_checksum_is_the_usual_one(saved):
    # CRC-32 of the notes and of each array: anyone can check it.
    tensors = load_file(saved)
    size = struct.unpack("<Q", saved.read_bytes()[:8])[0]
    header = json.loads(saved.read_bytes()[8 : 8 + size])["__metadata__"]
    value = zlib.crc32(header["notes"].encode())
    for name in ("params", "statistics"):
        array = tensors[name]
        value = zlib.crc32(f"{name}{array.dtype}{array.shape}".encode(), value)
        value = zlib.crc32(array.tobytes(), value)
    assert header["checksum"] == f"{value:08x}"
