"""The samples of the forecasts are cut right, and the network wins where it can."""

import numpy as np

from experiments.epidemic_forecasts import baselines, interval, samples
from experiments.simulated_epidemics import measure


def test_samples_hold_the_growths_up_to_now_and_the_growth_to_come():
    logs = np.arange(8.0)[:, None] ** 2 + np.array([0.0, 100.0])
    s = samples(logs, 2)
    # Series after series within a week; the first sample knows weeks 0 to 4.
    assert s.X[0].tolist() == [1, 3, 5, 7]
    assert s.levels[1].tolist() == [101, 104, 109, 116]
    assert s.y[0] == 6**2 - 4**2
    assert (s.now[0], s.target[0]) == (4, 6)
    assert (s.now[-1], s.target[-1]) == (5, 7)
    assert len(s.y) == 4


def test_growth_that_halves_is_found_by_one_number():
    X = np.random.default_rng(0).normal(size=(50, 4))
    said = baselines(X, X[:, 3] / 2, X, 1)
    assert np.allclose(said["one number"], X[:, 3] / 2)
    assert np.allclose(said["ridge"], X[:, 3] / 2, atol=1e-2)
    assert (said["last growth"] == X[:, 3]).all()


def test_interval_of_equal_errors_is_zero_and_of_larger_ones_above():
    rng = np.random.default_rng(0)
    error, week = rng.normal(size=300), np.repeat(np.arange(50), 6)
    assert interval(error, error, week) == [0, 0]
    low, high = interval(2 * error, error, week)
    assert 0 < low < np.abs(error).mean() < high


def test_network_forecasts_simulated_epidemics_best_if_it_knows_their_kind():
    errors = measure(10, [0], 800, 1e-5)["errors"]
    for case in ("same kind", "faster, learned"):
        assert min(errors[case], key=lambda name: errors[case][name][0]) == "network"
    assert errors["faster, learned"]["network"] < errors["faster"]["network"]
