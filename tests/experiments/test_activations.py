"""Short versions of the measurements behind the chapters on activations."""

from __future__ import annotations

import numpy as np
import pytest

import nnbook as nn
from experiments import (
    activations_mnist,
    dead_units,
    deep_sigmoid,
    relu_or_tanh,
    sigmoid_as_tanh,
)


@pytest.fixture(scope="module")
def split() -> nn.datasets.Split:
    """Few images, enough to tell a sigmoid from the rest."""
    return activations_mnist.data(2000, 2000)


def test_images_are_standardised(split: nn.datasets.Split) -> None:
    assert abs(split.X_train.mean()) < 1e-4
    assert abs(split.X_train.std() - 1) < 1e-4
    assert not np.array_equal(
        split.X_train, activations_mnist.data(2000, 10, 54321).X_train
    )


def test_sigmoid_lags_behind_relu(split: nn.datasets.Split) -> None:
    table = activations_mnist.measure([nn.relu, nn.sigmoid], 1e-3, [0, 1], split, 3)
    relu, sigmoid = (np.array(table["accuracy"][f]) for f in ("relu", "sigmoid"))
    assert (relu > sigmoid + 0.005).all()
    loss = table["train_loss"]
    assert max(loss["relu"]) < min(loss["sigmoid"])


def test_a_seed_makes_a_pair(split: nn.datasets.Split) -> None:
    first = activations_mnist.run(nn.relu, 1e-3, 3, split, 1)
    assert first == activations_mnist.run(nn.relu, 1e-3, 3, split, 1)
    assert first != activations_mnist.run(nn.relu, 1e-3, 4, split, 1)


def test_sigmoid_network_that_computes_the_same() -> None:
    network = nn.mlp([6, 5, 4, 3], activation=nn.tanh, seed=1, dtype=np.float64)
    network.params += 0.1  # biases that are not 0
    twin = sigmoid_as_tanh.as_sigmoid(network, np.float64)
    X = np.random.default_rng(0).normal(size=(20, 6))
    np.testing.assert_allclose(twin(X), network(X), rtol=0, atol=1e-13)


def test_units_die_where_training_diverges() -> None:
    calm, wild = dead_units.by_rate(nn.relu, [0.1, 2.0], [0, 1], 8)
    assert max(calm["dead_after"]) < 0.05
    assert calm["accuracy"] > 0.9
    assert max(wild["dead_after"]) > 0.3
    assert wild["accuracy"] < 0.5


def test_leaky_relu_does_not_rescue_a_wild_rate() -> None:
    (wild,) = dead_units.by_rate(nn.leaky_relu, [2.0], [0, 1], 5)
    assert wild["accuracy"] < 0.5


def test_positive_bias_changes_little() -> None:
    zero, positive = dead_units.by_bias([0.0, 0.1], [0, 1], 0.1, 5, dead_units.data())
    assert abs(zero["accuracy"] - positive["accuracy"]) < 0.03


def test_narrow_deep_networks_are_born_dead() -> None:
    assert dead_units.born_dead(2, 20, 40) > 0.8
    assert dead_units.born_dead(16, 20, 40) == 0


def test_twenty_layers_of_sigmoids_learn_around_0_with_larger_weights() -> None:
    half = deep_sigmoid.SigmoidMinusHalf()
    assert deep_sigmoid.accuracy(nn.sigmoid, 1, 0, 3) < 0.2
    assert deep_sigmoid.accuracy(half, 4, 0, 3) > 0.6


def test_gain_scales_the_weights_between_hidden_layers_alone() -> None:
    usual, larger = (deep_sigmoid.network(nn.tanh, gain, 0) for gain in (1, 3))
    ratios = [
        (b.W / a.W).mean() for a, b in zip(usual.layers, larger.layers, strict=True)
    ]
    np.testing.assert_allclose(ratios, [1] + [3] * 19 + [1], rtol=1e-5)


def test_relu_needs_fewer_epochs_than_the_sigmoid(split: nn.datasets.Split) -> None:
    options = {"target": 0.3, "limit": 12}
    relu = relu_or_tanh.epochs_needed(nn.relu, 0.1, 0, split, **options)
    sigmoid = relu_or_tanh.epochs_needed(nn.sigmoid, 0.1, 0, split, **options)
    assert relu is not None
    assert relu < options["limit"], "it stops where the target is reached"
    assert sigmoid is None or relu < sigmoid
    assert relu_or_tanh.epochs_needed(nn.relu, 1e-4, 0, split, **options) is None


def test_a_network_that_diverges_never_gets_there(split: nn.datasets.Split) -> None:
    needed = relu_or_tanh.epochs_needed(nn.relu, 1e6, 0, split, target=0.3, limit=2)
    assert needed is None
