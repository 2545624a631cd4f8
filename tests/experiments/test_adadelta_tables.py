"""A short run of `experiments.adadelta_tables` shows what the chapter says."""

import numpy as np
import pytest

import nnbook as nn
from experiments.adadelta_tables import measure


@pytest.fixture(scope="module")
def run():
    return measure(
        nn.datasets.digits(),
        hidden=[20],
        epochs=20,
        seeds=[0],
        rates=[0.1, 0.01, 0.001],
        rhos=[0.95],
        epsilons=[1e-4, 1e-6],
    )


def test_adadelta_minds_epsilon_less_than_descent_minds_its_rate(run):
    descent = np.mean(run["by_rate"]["SGD"], axis=1)
    adadelta = np.mean(run["adadelta"], axis=2)
    assert np.ptp(adadelta) < np.ptp(descent) / 3


def test_momentum_at_a_tenth_of_the_rate_is_like_descent(run):
    descent = np.mean(run["by_rate"]["SGD"], axis=1)
    momentum = np.mean(run["by_rate"]["Momentum"], axis=1)
    assert momentum[1:] == pytest.approx(descent[:-1], abs=0.05)


def test_a_rate_of_a_thousandth_keeps_adadelta_from_learning(run):
    assert run["keras"][0] > 0.5
