"""Arrays that training passes over begin at a line of the processor's cache."""

from __future__ import annotations

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
