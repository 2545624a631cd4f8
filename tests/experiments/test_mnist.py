"""Short versions of the measurements behind the chapter on MNIST."""

from __future__ import annotations

import numpy as np
import pytest

import nnbook as nn
from experiments import mnist


@pytest.fixture(scope="module")
def data() -> mnist.Data:
    """Few images, enough to tell the rungs apart."""
    X, y, X_val, y_val, X_test, y_test = mnist.parts()
    return mnist.Data(X[:3000], y[:3000], X_val, y_val, X_test[:1000], y_test[:1000])


def test_what_is_held_out_is_not_trained_on() -> None:
    parts, whole = mnist.parts(), nn.datasets.mnist()
    assert (len(parts.X_train), len(parts.X_val)) == (55_000, 5000)
    np.testing.assert_array_equal(parts.y_val, whole.y_train[-5000:])
    np.testing.assert_array_equal(parts.y_train, whole.y_train[:-5000])


def test_a_shift_moves_ink_to_the_right() -> None:
    image = np.zeros((1, 784))
    image[0, 5 * 28 + 10] = image[0, 5 * 28 + 27] = 1
    moved = mnist.shifted(image, 2)
    assert np.flatnonzero(moved).tolist() == [5 * 28 + 12]


def test_a_hidden_layer_and_warped_images_help(data: mnist.Data) -> None:
    lower, _ = mnist.plain(data, 0, widths=[], rate=0.05)
    upper, seconds = mnist.plain(data, 0, widths=[128], rate=0.1)
    scores = [mnist.percent(n(data.X_test), data.y_test) for n in (lower, upper)]
    assert scores[1] > scores[0] > 80
    assert seconds > 0
    still, _ = mnist.climb(data, 0, epochs=3)
    warped, _ = mnist.climb(data, 0, epochs=3, warp=nn.RandomWarp())
    moved = mnist.shifted(data.X_test, 3)
    assert mnist.percent(warped(moved), data.y_test) > mnist.percent(
        still(moved), data.y_test
    )
