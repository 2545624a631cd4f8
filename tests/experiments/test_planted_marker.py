"""A short run of `experiments.planted_marker` shows what the chapter says."""

import numpy as np

from experiments.planted_marker import measure


def test_the_mark_raises_the_internal_score_and_lowers_the_real_one():
    accuracy = measure([0.5, 1.0], [0, 1, 2], 300)["accuracy"]
    mean = {kind: np.mean(rows, axis=1) for kind, rows in accuracy.items()}
    assert mean["same hospitals"][1] > mean["same hospitals"][0] + 0.04
    assert mean["no mark"][1] < mean["no mark"][0] - 0.1
    assert abs(mean["digit erased"][0] - 0.5) < 0.08
    assert mean["digit erased"][1] > 0.65
