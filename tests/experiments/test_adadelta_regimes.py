"""A short run of `experiments.adadelta_regimes` shows what the chapter says."""

import numpy as np
import pytest

import nnbook as nn
from experiments.adadelta_regimes import measure


@pytest.fixture(scope="module")
def run():
    return measure(
        nn.datasets.digits(),
        hidden=[20],
        epochs=10,
        seeds=[0],
        epsilons=[1e-2, 1e-10],
        scales=[0.1, 1.0],
        watch=[100],
        warmup=10,
    )


def test_a_large_epsilon_makes_gradient_descent_with_rate_one(run):
    [[[large]], [[small]]] = run["steps"]
    assert large["ratio"] == pytest.approx(1, abs=0.05)
    assert large["cosine"] > 0.99
    assert small["ratio"] < 0.05
    assert small["cosine"] < 0.95


def test_a_multiple_of_the_loss_is_divided_away_by_a_small_epsilon_only(run):
    large, small = (np.ravel(errors) for errors in run["errors"])
    assert small[0] == pytest.approx(small[1], abs=0.01)
    assert abs(large[0] - large[1]) > 0.01
