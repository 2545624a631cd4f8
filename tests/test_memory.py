"""Memory: where arrays begin, what copies take along, and what can be written to."""

from __future__ import annotations

import pickle

import joblib
import numpy as np
import pytest

import nnbook as nn
from nnbook._memory import aligned
from nnbook._types import Array


def _offset(array: Array) -> int:
    return int(array.__array_interface__["data"][0]) % 64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5), (1001,)])
def test_aligned_arrays_are_writeable_zeros(
    shape: tuple[int, ...], dtype: type
) -> None:
    arrays = [aligned(shape, dtype) for _ in range(20)]
    for i, array in enumerate(arrays):
        assert _offset(array) == 0
        assert (array.shape, array.dtype) == (shape, dtype)
        assert array.flags.c_contiguous
        assert not array.any()
        array[...] = i
    assert all((array == i).all() for i, array in enumerate(arrays))


def test_aligned_arrays_may_be_empty() -> None:
    assert aligned((0, 3), np.float32).shape == (0, 3)
    assert nn.Network(nn.Dropout(0.5)).params.shape == (0,)


@pytest.mark.parametrize("method", [nn.SGD, nn.Momentum, nn.Adam, nn.AdaDelta])
def test_training_works_in_aligned_arrays(method: type[nn.Optimizer]) -> None:
    # Several widths, since one in four arrays of NumPy would be aligned by chance.
    for width in (3, 4, 5, 6, 7, 8, 33, 65):
        network, optimizer = nn.mlp([2, width, 3]), method(0.1)
        optimizer.step(network.params, network.grads)
        again = method(0.1)
        again.load_state_dict(optimizer.state_dict())
        vectors = [network.params, network.grads]
        for one in (optimizer, again):
            vectors += [v for v in vars(one).values() if isinstance(v, np.ndarray)]
        assert [_offset(v) for v in vectors] == [0] * len(vectors)
        for twin in (network.copy(), pickle.loads(pickle.dumps(network))):
            assert (_offset(twin.params), _offset(twin.grads)) == (0, 0)


# Copies and pickles ------------------------------------------------------------------


def _network(dtype: type = np.float32) -> nn.Network:
    return nn.Network(
        nn.Dense(600, 500, activation=nn.gelu),
        nn.BatchNorm(500),
        nn.Residual(nn.Dense(500, 20), nn.Dropout(0.5), nn.Dense(20, 500)),
        nn.Dense(500, 3),
        dtype=dtype,
    )


def test_a_pickle_is_as_large_as_its_parameters() -> None:
    network = _network()
    size = network.params.nbytes + network.statistics().nbytes
    X = np.random.default_rng(0).normal(size=(500, 600))
    network.backward(np.ones_like(network.forward(X)))
    assert len(pickle.dumps(network)) < size + 10_000


def test_what_fit_needs_for_its_passes_is_given_back() -> None:
    network = _network()
    X = np.random.default_rng(0).normal(size=(400, 600)).astype(np.float32)
    y = np.arange(400) % 3
    options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.01)}
    nn.fit(network, X, y, epochs=1, batch_size=None, **options)
    parts = [part for layer in network.layers for part in layer._walk()]
    for part in parts:
        kept = [v for v in vars(part).values() if isinstance(v, np.ndarray)]
        assert all(v.ndim == 1 for v in kept)  # running statistics at most
        assert not part._buffers
    with pytest.raises(ValueError, match="call forward first"):
        network.backward(np.zeros((400, 3)))
    network.backward(np.zeros_like(network.forward(X)))


def _train(network: nn.Network, optimizer: nn.Optimizer) -> tuple[Array, Array]:
    X = np.random.default_rng(0).normal(size=(20, 600)).astype(np.float32)
    y = np.arange(20) % 3
    nn.fit(
        network,
        X,
        y,
        epochs=2,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=optimizer,
        callbacks=[nn.EarlyStopping(monitor="loss")],
    )
    return network.params, network.statistics()


def test_what_other_processes_map_read_only_trains() -> None:
    # joblib hands arrays above 1 MB over as maps that must not be written to.
    assert _network().params.nbytes > 2**20
    expected = _train(_network(), nn.Adam())
    made = joblib.Parallel(n_jobs=2, max_nbytes="1M")(
        joblib.delayed(_train)(network, nn.Adam()) for network in [_network()] * 2
    )
    for params, statistics in made:
        np.testing.assert_array_equal(params, expected[0])
        np.testing.assert_array_equal(statistics, expected[1])


def _read_only(value: object) -> object:
    """What it is pickled to, read from memory that must not be written to."""
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(data, buffers=[bytes(buffer) for buffer in buffers])


def test_whatever_is_unpickled_from_read_only_memory_trains() -> None:
    network, optimizer = _network(), nn.Adam()
    _train(network, optimizer)
    again = _read_only((network, optimizer))
    assert isinstance(again, tuple)
    for array in (again[0].params, again[0].layers[1].running_mean):
        assert array.flags.writeable
    expected = _train(network, optimizer)
    for mine, theirs in zip(_train(*again), expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_layer_of_ones_own_is_writeable_again() -> None:
    network = nn.Network(_Counting(3))
    again = _read_only(network)
    assert isinstance(again, nn.Network)
    again.forward(np.ones((2, 3)))
    np.testing.assert_array_equal(again.layers[0].seen, 2 * np.ones(3))


class _Counting(nn.Layer):
    """Counts in an array of its own."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.seen = np.zeros(n)

    def forward(self, X: Array, training: bool) -> Array:
        if training:
            self.seen += len(X)
        return X
