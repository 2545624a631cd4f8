"""A short version of experiments/schedules.py: decay pays when the budget is small."""

import numpy as np

from experiments import schedules


def test_one_epoch_ends_better_with_a_linear_decay() -> None:
    X, y, X_test, y_test = schedules.subset()
    data = (X[:3000], y[:3000], X_test[:3000], y_test[:3000])
    names = ["constant 0.1", "linear to 0"]
    results = schedules.measure(data, [1], [0, 1], names)
    constant, linear = (np.mean(results[name]["accuracy"]) for name in names)
    assert linear > constant + 1


def test_every_plan_lasts_for_its_budget() -> None:
    T = schedules.steps(3)
    for name, plan in schedules.SCHEDULES.items():
        rates = [plan(T)(t) for t in range(T)]
        assert 0 <= min(rates) <= max(rates) <= schedules.RATE, name
