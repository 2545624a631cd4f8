"""A short version of experiments/schedules.py: decay pays when the budget is small."""

import numpy as np
import pytest

from experiments import schedules


def test_one_epoch_ends_better_with_a_linear_decay() -> None:
    X, y, X_test, y_test = schedules.subset()
    data = (X[:3000], y[:3000], X_test[:3000], y_test[:3000])
    tried = {"constant": [0.1], "linear to 0": [0.1]}
    results = schedules.measure(data, tried, [1], [0, 1])
    constant, linear = (np.mean(results[name]["0.1"]["accuracy"]) for name in tried)
    assert linear > constant + 1


@pytest.mark.parametrize("name", schedules.SCHEDULES)
def test_every_plan_lasts_for_its_budget(name: str) -> None:
    T = schedules.steps(3)
    plan = schedules.SCHEDULES[name](0.2, T)
    rates = [plan(t) for t in range(T)]
    assert 0 <= min(rates) <= max(rates) == pytest.approx(0.2, rel=1e-3)


def test_a_cooldown_takes_the_last_fifth_of_the_budget() -> None:
    for name in ["constant, then cooldown", "warm-up, constant, cooldown"]:
        plan = schedules.SCHEDULES[name](1.0, 1000)
        assert [plan(t) for t in (500, 800)] == pytest.approx([1, 1]), name
        assert [plan(t) for t in (900, 999)] == pytest.approx([0.5, 0.005]), name


def test_a_run_that_diverges_has_no_loss() -> None:
    X, y, X_test, y_test = schedules.subset()
    data = (1e6 * X[:320], y[:320], X_test[:100], y_test[:100])
    results = schedules.measure(data, {"constant": [1e30]}, [1], [0])
    assert results["constant"]["1e+30"]["loss"] == [[None]]
