"""A short run of `experiments.gradient_noise` shows what the chapter says."""

import pytest

import nnbook as nn
from experiments.gradient_noise import noise, train, work, zero_network


@pytest.fixture(scope="module")
def digits():
    return nn.datasets.digits()


def test_four_times_the_samples_halve_the_noise(digits):
    run = noise(zero_network(64), digits.X_train, digits.y_train, [1, 4, 16], 400)
    one, four, sixteen = run["noise"]
    assert one / four == pytest.approx(2, rel=0.2)
    assert four / sixteen == pytest.approx(2, rel=0.2)


def test_training_shrinks_the_gradient_more_than_its_noise(digits):
    X, y = digits.X_train, digits.y_train
    network = zero_network(64)
    start = noise(network, X, y, [16], 200)
    train(network, X, y, 100)
    later = noise(network, X, y, [16], 200)
    assert later["noise"][0] / later["signal"] > 2 * start["noise"][0] / start["signal"]


def test_large_batches_need_fewer_steps_and_more_passes(digits):
    small, large = work(
        digits.X_train,
        digits.y_train,
        [16, 1347],
        [1.0, 3.0],
        target=0.3,
        most=100,
        seeds=[0, 1],
    )
    assert large["steps"] < small["steps"]
    assert large["epochs"] > 3 * small["epochs"]


def test_a_rate_counts_only_if_every_order_arrives(digits):
    [row] = work(
        digits.X_train, digits.y_train, [64], [0.001, 1.0], 0.5, most=5, seeds=[0, 1]
    )
    assert row["rate"] == 1.0
    assert len(row["by_seed"]) == 2


def test_momentum_saves_passes_with_all_samples_in_each_step(digits):
    X, y = digits.X_train, digits.y_train
    [plain] = work(X, y, [1347], [5.0, 10.0], 0.2, 100, [0])
    [momentum] = work(X, y, [1347], [2.0, 5.0], 0.2, 100, [0], nn.Momentum)
    assert momentum["epochs"] < 0.7 * plain["epochs"]
