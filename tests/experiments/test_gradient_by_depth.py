"""A short run of `experiments.gradient_by_depth` shows what the chapter says."""

import numpy as np
import pytest

import nnbook as nn
from experiments.gradient_by_depth import BLOCKS, Bend, factor, measure


@pytest.fixture(scope="module")
def factors():
    norms = measure(64, [12], 128, [0, 1])["norms"]
    return {name: (factor(by["12"]), by["12"]) for name, by in norms.items()}


def test_the_sigmoid_loses_about_a_factor_of_four_per_layer(factors):
    assert 0.15 < factors["sigmoid, Glorot"][0] < 0.26


def test_a_faded_signal_makes_all_layers_equally_small(factors):
    ratio, norms = factors["tanh, deviation 0.01"]
    assert abs(ratio - 1) < 0.05
    assert max(norms) < 1e-9


def test_saturated_units_can_explode(factors):
    assert factors["tanh, deviation 1"][0] > 1.5


def test_batch_norm_with_relu_grows_whatever_the_weights(factors):
    assert 1.15 < factors["relu, batch norm"][0] < 1.25
    assert 1.15 < factors["relu, deviation 0.01, batch norm"][0] < 1.25


def test_residuals_cure_the_sigmoid_and_the_place_of_the_norm_matters(factors):
    assert factors["sigmoid, residual"][1][0] > 0.05
    assert factors["sigmoid, layer norm"][0] < 0.5
    assert factors["sigmoid, layer norm behind"][0] > 0.9


@pytest.mark.parametrize("name", BLOCKS)
def test_the_gradients_of_all_blocks_are_right(name):
    layers = [layer for _ in range(2) for layer in BLOCKS[name](5)]
    network = nn.Network(*layers, nn.Dense(5, 3), dtype=np.float64)
    rng = np.random.default_rng(0)
    network.params += 0.1 * rng.normal(size=network.params.size)  # off the kinks
    X, labels = rng.normal(size=(7, 5)), rng.integers(0, 3, 7)
    loss = nn.SoftmaxCrossEntropy()
    assert float(nn.check_gradients(network, X, labels, loss)) < 1e-5


def test_a_bend_is_the_same_in_training_and_in_use():
    network = nn.Network(nn.Dense(3, 4), Bend(nn.tanh), nn.Dense(4, 2))
    X = np.random.default_rng(0).normal(size=(6, 3))
    np.testing.assert_allclose(network(X), network.forward(X), rtol=1e-6)
