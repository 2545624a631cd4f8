"""A short run of `experiments.signal_by_depth` shows what the chapter says."""

import numpy as np
import pytest

from experiments.signal_by_depth import measure


@pytest.fixture(scope="module")
def starts():
    return measure(64, 30, 128, [0, 1])["starts"]


def test_he_keeps_relu_alive_and_glorot_halves_its_square_per_layer(starts):
    rms = {name: np.array(sizes["rms"]) for name, sizes in starts.items()}
    assert 0.2 < rms["relu, He"][-1] < 5
    ratio = rms["relu, Glorot"] / rms["relu, He"]
    np.testing.assert_allclose(ratio, 2 ** (-np.arange(1, 31) / 2), rtol=2e-3)


def test_too_small_and_too_large_weights_are_geometric(starts):
    assert starts["tanh, deviation 0.01"]["rms"][-1] < 1e-30
    assert starts["linear, deviation 1"]["rms"][-1] > 1e20
    np.testing.assert_allclose(starts["linear, orthogonal"]["rms"], 1, rtol=0.05)


def test_glorot_fades_slowly_behind_tanh_and_five_thirds_does_not(starts):
    glorot = starts["tanh, Glorot"]["rms"]
    assert glorot[-1] < 0.6 * glorot[4]
    gained = starts["tanh, 5/3 Glorot"]["rms"]
    assert abs(gained[-1] / gained[4] - 1) < 0.1


def test_the_sigmoid_keeps_its_size_but_forgets_the_sample(starts):
    sigmoid = starts["sigmoid, Glorot"]
    assert sigmoid["rms"][-1] > 0.4
    assert sigmoid["over_samples"][9] < 1e-4
