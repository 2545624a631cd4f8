"""A short run of `experiments.sparse_features` shows what the chapter says."""

import numpy as np

from experiments.sparse_features import measure


def test_adagrad_learns_rare_features_better_than_descent_and_a_short_memory():
    run = measure(50, 3000, [0, 1, 2], [0.001, 0.01, 0.3, 1.0])["methods"]
    loss = {name: np.mean(method["loss"]) for name, method in run.items()}
    rare = {name: np.mean(method["weight_error"][25:]) for name, method in run.items()}
    assert loss["AdaGrad"] < loss["SGD"] < loss["RMSProp"]
    assert loss["RMSProp, 0.999"] < loss["SGD"]
    assert rare["AdaGrad"] < rare["SGD"]
