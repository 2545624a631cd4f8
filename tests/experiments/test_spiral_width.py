"""A short run of `experiments.spiral_width` shows what the chapter says."""

import numpy as np

import nnbook as nn
from experiments.spiral_width import folds, measure


def test_units_that_fold_along_the_same_line_count_once():
    layer = nn.Network(nn.Dense(2, 4)).layers[0]
    layer.W[:] = [[1.0, 2.0, 0.0, 0.001], [0.0, 0.01, 1.0, -0.001]]
    layer.b[:] = 0
    assert folds(layer) == 2  # the second is the first, the last too short to count


def test_ten_units_learn_the_spiral_from_he_weights_and_not_from_tiny_ones():
    run = measure([10], [0, 1, 2], [100, 3000])
    accuracy = {start: np.array(a) for start, a in run["accuracy"].items()}
    assert accuracy["He"].shape == (1, 3, 2)
    assert accuracy["He"][..., -1].min() > accuracy["normal(0.01)"][..., -1].max()
    early = {start: np.array(f)[..., 0] for start, f in run["folds"].items()}
    assert early["He"].min() > early["normal(0.01)"].max()
