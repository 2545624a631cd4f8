"""A short version of experiments/schedules_by_score.py: who falls, and when."""

from experiments import schedules_by_score
from experiments.schedules import subset


def test_the_held_out_images_are_others() -> None:
    X, *_ = subset()
    held_out, _ = schedules_by_score.held_out()
    assert len(held_out) == schedules_by_score.N_HELD_OUT
    assert not {x.tobytes() for x in X} & {x.tobytes() for x in held_out}


def test_schedules_that_follow_the_score_fall_after_enough_epochs() -> None:
    X, y, X_test, y_test = subset()
    data = (X[:300], y[:300], X_test[:300], y_test[:300])
    results = schedules_by_score.measure(data, (X[300:500], y[300:500]), [2, 12], [0])
    for name, row in results.items():
        assert len(row["accuracy"][0]) == 2, name
        rates = row["rate"][0]
        assert rates[0] == 0.1 > rates[-1], name
        assert rates == sorted(rates, reverse=True), name
