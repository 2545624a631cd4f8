"""A short version of experiments/decay_or_batch.py: two ways to the same noise."""

import numpy as np

from experiments import decay_or_batch
from experiments.schedules import subset


def test_a_smaller_rate_and_a_larger_batch_end_alike() -> None:
    X, y, X_test, y_test = subset()
    data = (X[:3000], y[:3000], X_test[:3000], y_test[:3000])
    results = decay_or_batch.measure(data, [4], [0, 1])
    rate, batch = (
        np.mean(results[plan]["accuracy"]) for plan in ["rate / 10", "batch x 10"]
    )
    assert abs(rate - batch) < 1
    assert results["batch x 10"]["updates"][0] < results["rate / 10"]["updates"][0]
