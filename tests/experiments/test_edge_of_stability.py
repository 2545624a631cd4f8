"""A short run of `experiments.edge_of_stability` shows what the chapter says."""

import numpy as np
import pytest

import nnbook as nn
from experiments.edge_of_stability import curvature, runs


def test_curvature_is_the_largest_eigenvalue():
    """Of a linear layer, whose second derivatives are known."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(30, 4)), rng.normal(size=(30, 1))
    network = nn.Network(nn.Dense(4, 1), dtype=np.float64)
    before = network.params.copy()
    ones = np.column_stack([X, np.ones(30)])
    largest = np.linalg.eigvalsh(2 * ones.T @ ones / 30).max()
    found = curvature(network, X, Y, rng.normal(size=5), rounds=200)
    assert found == pytest.approx(largest, rel=1e-6)
    assert np.array_equal(network.params, before)


def test_the_curvature_hovers_at_two_over_the_rate():
    [run] = runs([0.4], steps=1500, every=50, seeds=[0])
    [curvatures], [losses] = run["curvature"], run["loss"]
    assert np.mean(curvatures[-10:]) == pytest.approx(2 / 0.4, rel=0.1)
    assert losses[-1] < losses[0] / 5
    assert max(np.diff(losses)) > 0
