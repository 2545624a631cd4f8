import pytest

import nnbook as nn
from experiments.optimizers_mnist import METHODS, error, measure


@pytest.fixture(scope="module")
def digits():
    return nn.datasets.digits()


def test_a_tenfold_rate_ruins_sgd_and_not_adam(digits):
    good = {"SGD": 1.0, "Adam": 0.01}
    wrong = {
        name: error(name, 10 * rate, "constant", digits, 0, 12)
        for name, rate in good.items()
    }
    assert wrong["SGD"] > 0.5
    assert wrong["Adam"] < 0.5


def test_tuned_alike_momentum_and_adam_are_close(digits):
    momentum = error("Momentum", 0.1, "linear", digits, 0, 12)
    adam = error("Adam", 0.01, "linear", digits, 0, 12)
    assert max(momentum, adam) < 0.1
    assert abs(momentum - adam) < 0.03


def test_the_best_rate_on_held_out_images_is_used(digits):
    data = measure(digits, [0.0001, 0.01], seeds=[0], epochs=2, held_out=300)
    assert set(data["linear"]) == set(METHODS)
    assert data["linear"]["Adam"]["rate"] == 0.01
    assert len(data["constant"]["Adam"]["validation"]) == 2


@pytest.mark.parametrize("schedule", ["constant", "linear"])
def test_what_the_page_says_of_the_record(schedule):
    record = nn.recorded("optimizers_mnist").data
    runs = record[schedule]
    assert set(runs) == set(METHODS)
    for run in runs.values():
        rate = record["grid"].index(run["rate"])
        # The best rate is not the end of the grid.
        assert 0 < rate < len(record["grid"]) - 1
        assert len(run["test"]) >= 3
