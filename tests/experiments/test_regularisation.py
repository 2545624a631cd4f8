"""A short version of experiments/regularisation.py: it pays when labels are wrong."""

from __future__ import annotations

import numpy as np

from experiments import regularisation


def test_a_third_of_the_labels_is_wrong_but_not_of_the_test() -> None:
    clean, wrong = (regularisation.sample(0, share) for share in (0.0, 1 / 3))
    for part, n in (("y", 50), ("y_val", 67)):
        assert (clean[part] != wrong[part]).sum() == n
    np.testing.assert_array_equal(clean["y_test"], wrong["y_test"])
    np.testing.assert_array_equal(clean["X"], wrong["X"])


def test_early_stopping_gains_where_labels_are_wrong() -> None:
    grid = {"none": [0.0], "early stopping": [0.0]}
    result = regularisation.measure(grid, 1 / 3, [0, 1], 150)
    none, early = (np.mean(result[method]["chosen_test"]) for method in grid)
    assert early > none + 5
    assert max(result["early stopping"]["epochs"]) < 100


def test_the_strength_is_the_one_of_the_validation_set() -> None:
    result = regularisation.measure({"dropout": [0.0, 0.999]}, 0.0, [0], 60)
    assert result["dropout"]["chosen"] == 0.0


def test_more_digits_are_trained_on() -> None:
    grid = {"none": [0.0], "200 more digits": [0.0]}
    result = regularisation.measure(grid, 0.0, [0, 1], 60)
    none, more = (np.mean(result[method]["chosen_test"]) for method in grid)
    assert more > none + 1
