"""Schedules against PyTorch, their closed forms, and their ends."""

import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "torch_values.json").read_text("utf-8")
)["schedules"]

SAME_AS_PYTORCH = {
    "step_size3_gamma0.5": nn.StepDecay(0.1, factor=0.5, every=3),
    "exponential_gamma0.9": nn.ExponentialDecay(0.1, rate=0.9),
    "linear_to_zero_T12": nn.LinearDecay(0.1, steps=12),
    "polynomial_T12_power2": nn.PolynomialDecay(0.1, steps=12),
    "cosine_T12_min0": nn.CosineDecay(0.1, steps=12),
    "cosine_T12_min0.01": nn.CosineDecay(0.1, steps=12, final=0.01),
    "sgdr_T0_4_mult2": nn.WarmRestarts(0.1, period=4, multiplier=2),
    "inverse_time_k0.5": nn.InverseTimeDecay(0.1, rate=0.5),
    "onecycle_max0.1_total12": nn.OneCycle(0.1, steps=12),
    "noam_d512_warmup4": nn.Noam(d_model=512, warmup=4),
}
LEFT_OUT = {"multistep_[4,8]_gamma0.1"}  # nnbook falls at even distances only

# One schedule of each kind, for what must hold for all of them.
ALL = {
    "Constant": nn.Constant(0.1),
    "StepDecay": nn.StepDecay(0.1, every=5),
    "ExponentialDecay": nn.ExponentialDecay(0.1, 0.5, every=5),
    "InverseTimeDecay": nn.InverseTimeDecay(0.1, 0.1),
    "PolynomialDecay": nn.PolynomialDecay(0.1, 20, final=0.01),
    "LinearDecay": nn.LinearDecay(0.1, 20, final=0.01),
    "CosineDecay": nn.CosineDecay(0.1, 20, final=0.01),
    "WarmRestarts": nn.WarmRestarts(0.1, 5, final=0.01),
    "Warmup": nn.Warmup(0.1, 5),
    "Noam": nn.Noam(64, 5),
    "OneCycle": nn.OneCycle(0.1, 20),
    "ReduceOnPlateau": nn.ReduceOnPlateau(0.1),
    "OpenNMTDecay": nn.OpenNMTDecay(0.1),
}


def rates(schedule, n):
    return [schedule(t) for t in range(n)]


def test_every_reference_is_used():
    known = {*SAME_AS_PYTORCH, *LEFT_OUT, "note", "plateau_factor0.5_patience2"}
    assert known == set(REFERENCE)


@pytest.mark.parametrize("name", SAME_AS_PYTORCH)
def test_rates_are_those_of_pytorch(name):
    np.testing.assert_allclose(
        rates(SAME_AS_PYTORCH[name], 12), REFERENCE[name], rtol=1e-9, atol=1e-15
    )


def test_every_schedule_is_in_the_table():
    public = set(nn.schedules.__all__) - {"Schedule"}
    assert public == set(ALL), (
        f"ALL differs from nn.schedules in {public ^ set(ALL)}; give each schedule an "
        f"example."
    )
    assert all(type(schedule).__name__ == name for name, schedule in ALL.items())


@pytest.mark.parametrize("name", ALL)
def test_rates_are_floats_and_never_negative(name):
    for t in (0, 1, 4, 5, 19, 20, 21, 1000, 10**7):
        rate = ALL[name](np.int64(t))
        assert type(rate) is float
        assert 0 <= rate <= 0.1
        assert math.isfinite(rate)


@pytest.mark.parametrize("name", ALL)
def test_repr_makes_the_same_schedule_again(name):
    again = eval(repr(ALL[name]), {"nn": nn})
    assert repr(again) == repr(ALL[name])
    assert rates(again, 30) == rates(ALL[name], 30)


@pytest.mark.parametrize("name", ALL)
def test_pickle_keeps_a_schedule(name):
    assert rates(pickle.loads(pickle.dumps(ALL[name])), 30) == rates(ALL[name], 30)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("step", [-1, 0.5, True, "1", None])
def test_bad_step(name, step):
    with pytest.raises((TypeError, ValueError), match=r"step is .*expected"):
        ALL[name](step)


# Closed forms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "formula"),
    [
        (nn.Constant(0.3), lambda t: 0.3),
        (nn.StepDecay(0.3, 0.1, every=4), lambda t: 0.3 * 0.1 ** math.floor(t / 4)),
        (nn.ExponentialDecay(0.3, 0.1, every=4), lambda t: 0.3 * 0.1 ** (t / 4)),
        (nn.InverseTimeDecay(0.3, 2.0), lambda t: 0.3 / (1 + 2 * t)),
        (
            nn.PolynomialDecay(0.3, 9, final=0.1, power=3),
            lambda t: 0.1 + 0.2 * (1 - t / 9) ** 3,
        ),
        (nn.LinearDecay(0.3, 9, final=0.1), lambda t: 0.3 - 0.2 * t / 9),
        (
            nn.CosineDecay(0.3, 9, final=0.1),
            lambda t: 0.2 + 0.1 * math.cos(math.pi * t / 9),
        ),
        (
            nn.WarmRestarts(0.3, 5, final=0.1),
            lambda t: 0.2 + 0.1 * math.cos(math.pi * (t % 5) / 5),
        ),
        (
            nn.Noam(100, 5),
            lambda t: 0.1 * min((t + 1) ** -0.5, (t + 1) * 5**-1.5),
        ),
    ],
)
def test_closed_form(schedule, formula):
    np.testing.assert_allclose(
        rates(schedule, 10), [formula(t) for t in range(10)], rtol=1e-12
    )


@pytest.mark.parametrize(
    ("schedule", "last"),
    [
        (nn.PolynomialDecay(0.3, 9, final=0.1), 0.1),
        (nn.LinearDecay(0.3, 9), 0.0),
        (nn.LinearDecay(0.1, 9, final=0.3), 0.3),
        (nn.CosineDecay(0.3, 9, final=0.1), 0.1),
    ],
)
def test_the_end_is_reached_and_kept(schedule, last):
    assert schedule(8) != last
    for t in (9, 10, 1000, 10**9):
        assert schedule(t) == pytest.approx(last, abs=1e-15)


def test_decay_underflows_to_zero_and_does_not_fail():
    assert nn.StepDecay(0.1, every=1)(10**9) == 0
    assert nn.ExponentialDecay(0.1, 0.5)(10**9) == 0


def test_warm_restarts_start_again_after_4_12_and_28_steps():
    schedule = nn.WarmRestarts(0.1, period=4, multiplier=2)
    restarts = [t for t in range(1, 40) if schedule(t) > schedule(t - 1)]
    assert restarts == [4, 12, 28]
    assert all(schedule(t) == 0.1 for t in (0, *restarts))
    equal = nn.WarmRestarts(0.1, period=3, final=0.02)
    assert rates(equal, 3) == rates(equal, 9)[6:]
    assert equal(2) > 0.02


def test_noam_has_its_peak_at_the_end_of_the_rise():
    schedule = nn.Noam(d_model=512, warmup=4000)
    assert schedule(3999) == pytest.approx(6.99e-4, rel=1e-3)
    assert schedule(3998) < schedule(3999) > schedule(4000)
    assert schedule(0) == pytest.approx(6.99e-4 / 4000, rel=1e-3)


def test_one_cycle_rises_then_falls():
    schedule = nn.OneCycle(1.0, steps=10, rise=0.4, start_divisor=4, final_divisor=100)
    values = rates(schedule, 12)
    assert values[0] == pytest.approx(0.25)
    assert values[3] == pytest.approx(1.0)  # step 0.4 · 10 - 1
    assert values[9] == pytest.approx(0.25 / 100)
    assert values[10] == values[11] == values[9]
    assert values[:4] == sorted(values[:4])
    assert values[3:10] == sorted(values[3:10], reverse=True)
    # (start + maximum) / 2 in the middle of the rise, at step 1.5
    assert (values[1] + values[2]) / 2 == pytest.approx(0.625)


def test_one_cycle_that_only_rises_or_only_falls():
    up = rates(nn.OneCycle(1.0, steps=5, rise=1.0), 7)
    assert up == sorted(up)
    assert up[4:] == [1.0, 1.0, 1.0]
    down = rates(nn.OneCycle(1.0, steps=5, rise=0.0), 7)
    assert down[0] == 1.0
    assert down == sorted(down, reverse=True)


# Warm-up -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_warmup_composes_with_any_other(name):
    inner = ALL[name]
    schedule = nn.Warmup(inner, steps=4)
    np.testing.assert_allclose(
        rates(schedule, 4), [inner(0) * share for share in (0.25, 0.5, 0.75, 1.0)]
    )
    assert [schedule(t) for t in range(4, 30)] == rates(inner, 26)


def test_warmup_of_a_number_and_of_a_warmup():
    assert rates(nn.Warmup(0.4, 2), 4) == [0.2, 0.4, 0.4, 0.4]
    twice = nn.Warmup(nn.Warmup(0.4, 2), 2)
    assert rates(twice, 5) == [0.1, 0.2, 0.2, 0.4, 0.4]


def test_warmup_passes_on_what_the_inner_schedule_wants_to_hear():
    schedule = nn.Warmup(
        nn.OpenNMTDecay(1.0, decay=0.5, start_decay_at=2, minimum=0.4, restart=True),
        steps=4,
    )
    assert not schedule.stop
    schedule.epoch_end(1, 1.0)
    assert (schedule(0), schedule(4), schedule.restart_now) == (0.25, 1.0, False)
    schedule.epoch_end(2, 0.5)
    assert (schedule(0), schedule(4), schedule.restart_now) == (0.125, 0.5, True)
    state = schedule.state_dict()
    schedule.epoch_end(3, 0.2)
    assert schedule.stop
    schedule.load_state_dict(state)
    assert (schedule(4), schedule.stop) == (0.5, False)


# Plateau -----------------------------------------------------------------------------


def follow(schedule, scores):
    """The rate in force in each epoch."""
    found = []
    for epoch, score in enumerate(scores, 1):
        found.append(schedule(0))
        schedule.epoch_end(epoch, score)
    return found


def test_plateau_is_that_of_pytorch():
    reference = REFERENCE["plateau_factor0.5_patience2"]
    schedule = nn.ReduceOnPlateau(0.1, factor=0.5, patience=2)
    found = follow(schedule, reference["metric_after_step"])
    np.testing.assert_allclose(found, reference["lr"], rtol=1e-12)


def test_plateau_cuts_after_more_bad_epochs_than_its_patience():
    for patience in (0, 1, 3):
        schedule = nn.ReduceOnPlateau(1.0, factor=0.1, patience=patience)
        found = follow(schedule, [1.0] * 6)
        assert found.index(0.1) == 1 + patience + 1


def test_plateau_threshold_is_relative():
    small = nn.ReduceOnPlateau(1.0, patience=0, threshold=0.1)
    assert follow(small, [1.0, 0.91, 0.91]) == [1.0, 1.0, 0.1]
    large = nn.ReduceOnPlateau(1.0, patience=0, threshold=0.1)
    assert follow(large, [1.0, 0.89, 0.5]) == [1.0, 1.0, 1.0]
    high = nn.ReduceOnPlateau(1.0, patience=0, threshold=0.1)
    assert follow(high, [10.0, 9.5, 8.0]) == [1.0, 1.0, 0.1]
    # 0.91 was no improvement, so the best still is 1 and 0.89 is one.
    creeping = nn.ReduceOnPlateau(1.0, patience=1, threshold=0.1)
    assert follow(creeping, [1.0, 0.91, 0.89, 0.5, 0.4]) == [1.0] * 5


def test_plateau_of_negative_scores():
    schedule = nn.ReduceOnPlateau(1.0, patience=0, threshold=0.1)
    assert follow(schedule, [-1.0, -1.2, -1.25, -1.2]) == [1.0, 1.0, 1.0, 0.1]


def test_plateau_cooldown_and_minimum():
    schedule = nn.ReduceOnPlateau(1.0, factor=0.5, patience=0, cooldown=2, minimum=0.3)
    # Cut in epoch 2; epochs 3 and 4 do not count; cut in epoch 5, to the minimum.
    assert follow(schedule, [1.0] * 7) == [1.0, 1.0, 0.5, 0.5, 0.5, 0.3, 0.3]


# OpenNMT -----------------------------------------------------------------------------
# Scores: better, better, worse, better, better. Rates in force in the epochs after.

SCORES = [5.0, 4.0, 4.5, 3.0, 2.0]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # The score fails in epoch 3; from then on every epoch decays.
        ({}, [1, 1, 1, 0.5, 0.25]),
        # The epoch comes first: from epoch 2 on every epoch decays.
        ({"start_decay_at": 2}, [1, 1, 0.5, 0.25, 0.125]),
        ({"start_decay_at": 4}, [1, 1, 1, 0.5, 0.25]),
        # Only the epoch counts.
        ({"strategy": "epoch_only"}, [1, 1, 1, 1, 1]),
        ({"strategy": "epoch_only", "start_decay_at": 4}, [1, 1, 1, 1, 0.5]),
        (
            {"strategy": "epoch_only", "start_decay_at": 1},
            [1, 0.5, 0.25, 0.125, 0.0625],
        ),
        # Only in the epochs whose score fails.
        ({"strategy": "score_only"}, [1, 1, 1, 0.5, 0.5]),
        ({"strategy": "score_only", "start_decay_at": 1}, [1, 1, 1, 0.5, 0.5]),
        # Improvements of 1, -0.5, 1.5, 1: those of at most 1.2 fail.
        (
            {"strategy": "score_only", "start_decay_score_delta": 1.2},
            [1, 1, 0.5, 0.25, 0.25],
        ),
        # To improve by exactly delta is not to improve by more.
        (
            {"strategy": "score_only", "start_decay_score_delta": 1.0},
            [1, 1, 0.5, 0.25, 0.25],
        ),
        ({"start_decay_score_delta": 1.2}, [1, 1, 0.5, 0.25, 0.125]),
    ],
)
def test_opennmt_strategies(options, expected):
    schedule = nn.OpenNMTDecay(1.0, decay=0.5, **options)
    assert follow(schedule, SCORES) == expected


def test_opennmt_compares_with_the_epoch_before_and_not_with_the_best():
    schedule = nn.OpenNMTDecay(1.0, decay=0.5, strategy="score_only")
    assert follow(schedule, [1.0, 3.0, 2.0, 1.5, 9.9]) == [1, 1, 0.5, 0.5, 0.5]


def test_opennmt_defaults_are_those_of_opennmt():
    schedule = nn.OpenNMTDecay()
    assert schedule.initial == 1.0
    assert schedule.decay == 0.7
    assert schedule.start_decay_at == 9
    improving = [1 / epoch for epoch in range(1, 13)]
    found = follow(schedule, improving)
    assert found[:9] == [1.0] * 9
    np.testing.assert_allclose(found[9:], [0.7, 0.49, 0.343])


def test_opennmt_stops_below_the_minimum():
    schedule = nn.OpenNMTDecay(1.0, decay=0.5, start_decay_at=1, minimum=0.25)
    stops = []
    for epoch in range(1, 4):
        schedule.epoch_end(epoch, 1.0)
        stops.append(schedule.stop)
    assert stops == [False, False, True]  # 0.5, then 0.25, then 0.125


@pytest.mark.parametrize("restart", [False, True])
def test_opennmt_asks_for_a_restart_with_each_decay(restart):
    schedule = nn.OpenNMTDecay(1.0, strategy="score_only", restart=restart)
    asked = []
    for epoch, score in enumerate(SCORES, 1):
        schedule.epoch_end(epoch, score)
        asked.append(schedule.restart_now)
    assert asked == [False, False, restart, False, False]


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.ReduceOnPlateau(1.0, factor=0.5, patience=1, cooldown=1),
        lambda: nn.ReduceOnPlateau(1.0, patience=0, cooldown=2, threshold=0.5),
        lambda: nn.OpenNMTDecay(1.0, decay=0.5),
        lambda: nn.OpenNMTDecay(1.0, decay=0.5, strategy="score_only", restart=True),
        lambda: nn.Warmup(nn.ReduceOnPlateau(1.0, patience=0), 3),
    ],
)
@pytest.mark.parametrize("done", range(8))
def test_state_goes_on(make, done):
    scores = [5, 5, 4, 4, 4, 3, 3, 3]
    first, second = make(), make()
    expected = follow(make(), scores)
    found = follow(first, scores[:done])
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    for epoch, score in enumerate(scores[done:], done + 1):
        found.append(second(0))
        second.epoch_end(epoch, score)
    assert found == expected


def test_state_that_lacks_an_entry():
    with pytest.raises(ValueError, match=r"state lacks _bad; expected .*Plateau"):
        nn.ReduceOnPlateau(0.1).load_state_dict(
            {"rate": 0.1, "_best": None, "_cooling": 0}
        )
    assert ALL["CosineDecay"].state_dict() == {}


@pytest.mark.parametrize("score", [math.nan, math.inf, None, "low"])
@pytest.mark.parametrize("name", ["ReduceOnPlateau", "OpenNMTDecay"])
def test_bad_score(name, score):
    with pytest.raises((TypeError, ValueError), match=r"score is .*(finite|a number)"):
        getattr(nn, name)(0.1).epoch_end(1, score)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.Constant(-0.1), ValueError, "rate is -0.1"),
        (lambda: nn.Constant("0.1"), TypeError, "rate is '0.1'"),
        (lambda: nn.StepDecay(0.1, factor=2, every=1), ValueError, "factor is 2"),
        (lambda: nn.StepDecay(0.1, every=0), ValueError, "every is 0"),
        (lambda: nn.ExponentialDecay(0.1, 0.0), ValueError, "rate is 0.0"),
        (lambda: nn.InverseTimeDecay(0.1, -1), ValueError, "rate is -1"),
        (lambda: nn.PolynomialDecay(0.1, 5, power=0), ValueError, "power is 0"),
        (lambda: nn.LinearDecay(0.1, 0), ValueError, "steps is 0"),
        (lambda: nn.LinearDecay(0.1, 1.5), ValueError, "steps is 1.5; expected a whol"),
        (lambda: nn.LinearDecay(0.1, 1.0), ValueError, "steps is 1.0; expected a whol"),
        (lambda: nn.LinearDecay(0.1, "all"), TypeError, "steps is 'all'"),
        (lambda: nn.OneCycle(0.1, True), TypeError, "steps is True"),
        (lambda: nn.CosineDecay(0.1, -0.5), ValueError, "steps is -0.5"),
        (lambda: nn.Warmup(0.1, None), TypeError, "steps is None"),
        (lambda: nn.Warmup(nn.CosineDecay, 5), TypeError, "schedule is <class"),
        (lambda: nn.Warmup(lambda: 0.1, 5), TypeError, "schedule is <function"),
        (lambda: nn.ReduceOnPlateau(0.1, monitor="f1"), ValueError, "monitor is 'f1'"),
        (lambda: nn.CosineDecay(math.nan, 5), ValueError, "initial is nan"),
        (lambda: nn.CosineDecay(0.1, 5, final=-1), ValueError, "final is -1"),
        (lambda: nn.WarmRestarts(0.1, 0), ValueError, "period is 0"),
        (lambda: nn.WarmRestarts(0.1, 5, 0), ValueError, "multiplier is 0"),
        (lambda: nn.Warmup("fast", 5), TypeError, "schedule is 'fast'"),
        (lambda: nn.Warmup(0.1, 0), ValueError, "steps is 0"),
        (lambda: nn.Noam(0, 5), ValueError, "d_model is 0"),
        (lambda: nn.Noam(512, 0), ValueError, "warmup is 0"),
        (lambda: nn.OneCycle(0.1, 1), ValueError, "steps is 1"),
        (lambda: nn.OneCycle(0.1, 9, rise=1.1), ValueError, "rise is 1.1"),
        (lambda: nn.ReduceOnPlateau(0.1, factor=1.0), ValueError, "factor is 1.0"),
        (lambda: nn.ReduceOnPlateau(0.1, patience=-1), ValueError, "patience is -1"),
        (lambda: nn.ReduceOnPlateau(0.1, minimum=0.2), ValueError, "minimum is 0.2"),
        (lambda: nn.OpenNMTDecay(decay=1.1), ValueError, "decay is 1.1"),
        (lambda: nn.OpenNMTDecay(strategy="x"), ValueError, "one of default, epoch"),
        (lambda: nn.OpenNMTDecay(start_decay_at=0), ValueError, "start_decay_at is 0"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_base_class_has_no_rate_of_its_own():
    with pytest.raises(NotImplementedError):
        nn.Schedule()(0)


@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf])
def test_a_schedule_of_your_own_must_give_a_rate(rate):
    class Own(nn.Schedule):
        def __call__(self, t):
            return np.float32(rate)

    with pytest.raises(ValueError, match=r"^Own\(\) gives .* for step 3; expected"):
        Own()(3)


def test_a_schedule_of_your_own_gives_floats():
    class Own(nn.Schedule):
        def __call__(self, t):
            return np.float32(t)

    assert type(Own()(1)) is float


@pytest.mark.parametrize(
    "schedule",
    [
        nn.ReduceOnPlateau(0.1, patience=0),
        nn.OpenNMTDecay(0.1, minimum=0.05, start_decay_at=1),
        nn.Warmup(nn.ReduceOnPlateau(0.1, patience=0), steps=1),
    ],
    ids=repr,
)
def test_a_new_optimizer_starts_its_schedule_anew(schedule):
    fresh = schedule.state_dict()
    for epoch in range(1, 5):
        schedule.epoch_end(epoch, score=1.0)
    assert schedule.state_dict() != fresh
    optimizer = nn.SGD(schedule)
    assert schedule.state_dict() == fresh
    assert optimizer.rate == 0.1


# One of your own ---------------------------------------------------------------------


class Sawtooth(nn.Schedule):
    def __init__(self, top, every):
        self.top, self.every = top, every

    def __call__(self, step):
        return self.top * (1 - step % self.every / self.every)


class Halving(nn.Schedule):
    """Half the rate whenever the accuracy falls."""

    state, monitor = ("rate", "last"), "accuracy"

    def __init__(self, initial):
        self.initial = initial
        self.reset()

    def reset(self):
        self.rate, self.last = self.initial, 0.0

    def __call__(self, step):
        return self.rate

    def epoch_end(self, epoch, score):
        self.rate, self.last = self.rate / (1 + (score < self.last)), score


def fit(schedule, epochs=4, **options):
    X, y = nn.datasets.blobs()
    network = nn.mlp([2, 8, 3])
    options = {"loss": nn.SoftmaxCrossEntropy(), "epochs": epochs, **options}
    return nn.fit(network, X, y, optimizer=nn.Adam(schedule), **options)


def test_one_of_your_own_trains():
    schedule = Sawtooth(0.1, every=2)
    assert rates(schedule, 4) == [0.1, 0.05, 0.1, 0.05]
    assert schedule(np.int64(1)) == 0.05
    assert repr(schedule) == "Sawtooth(0.1, 2)"
    for step in (-1, 0.5):
        with pytest.raises((TypeError, ValueError), match=f"step is {step}"):
            schedule(step)
    history = fit(Sawtooth(0.05, every=4), epochs=8)
    assert history.loss[-1] < history.loss[0] / 3


@pytest.mark.parametrize(
    "make", [lambda: Sawtooth(0.05, 7), lambda: Halving(0.05), lambda: Whole(0.05)]
)
def test_one_of_your_own_is_resumed_to_the_last_bit(tmp_path, make):
    options = {"callbacks": [nn.Checkpoint(tmp_path / "run.safetensors", every=2)]}
    whole = fit(make(), **options, epochs=3)  # saved after two of them
    again = fit(make(), **options, epochs=3, resume=tmp_path / "run.safetensors")
    assert again.loss == whole.loss
    assert again.learning_rate == whole.learning_rate


@pytest.mark.parametrize("value", [(1, 2), [0.5], "low", math.nan])
def test_what_a_file_would_not_give_back_is_not_saved(value):
    schedule = Halving(0.1)
    schedule.last = value
    with pytest.raises((TypeError, ValueError), match=r"last is .*expected a .*number"):
        schedule.state_dict()
    for value in (None, True, np.float32(0.5), 3):
        schedule.last = value
        assert schedule.state_dict() == {"rate": 0.1, "last": value}


def test_what_follows_the_scores_is_saved():
    schedule = Halving(0.1)
    schedule.epoch_end(1, 0.9)
    schedule.epoch_end(2, 0.8)
    other = Halving(0.1)
    other.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    assert (other(0), other.last) == (0.05, 0.8)
    assert repr(other) == "Halving(0.1)"


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"_rate": lambda self, t: 1}, r"overrides _rate; override __call__\(step\)"),
        ({"_state": ("rate",)}, "overrides _state; override state instead"),
        ({"__call__": lambda self: 1}, r".__call__ does not take a step; expected"),
        ({"__call__": lambda self, t, n: 1}, r".__call__ does not take a step; expec"),
    ],
)
@pytest.mark.parametrize("base", [nn.Schedule, nn.CosineDecay])
def test_a_wrong_override_is_refused_by_name(base, attributes, message):
    with pytest.raises(TypeError, match=rf"Wrong ?{message}"):
        type("Wrong", (base,), attributes)


def test_a_schedule_that_calls_the_one_it_extends():
    class Floor(nn.LinearDecay):
        def __call__(self, step):
            return max(super().__call__(step), 0.02)

    assert rates(Floor(0.1, 2), 4) == [0.1, 0.05, 0.02, 0.02]


# The length of a run -----------------------------------------------------------------


class Whole(nn.Schedule):
    steps = None

    def __init__(self, top):
        self.top = top

    def __call__(self, step):
        return self.top * (1 - step / self.length)


OPEN = {
    "Polynomial": lambda steps: nn.PolynomialDecay(0.1, steps),
    "Linear": lambda steps: nn.LinearDecay(0.1, steps),
    "Cosine": lambda steps: nn.CosineDecay(0.1, steps),
    "OneCycle": lambda steps: nn.OneCycle(0.1, steps),
    "Warmup": lambda steps: nn.Warmup(nn.CosineDecay(0.1, steps), 3),
}


@pytest.mark.parametrize("name", OPEN)
def test_steps_that_are_left_open_are_those_of_the_run(name):
    schedule = OPEN[name](None)
    with pytest.raises(
        ValueError, match=r"takes its steps from the run.*begin\(steps\)"
    ):
        schedule(5)
    for n in (20, 33):  # and of the next run
        schedule.begin(n)
        left = n - 3 if name == "Warmup" else n
        assert rates(schedule, 40) == rates(OPEN[name](left), 40)
    assert "33" not in repr(schedule)


@pytest.mark.parametrize("name", OPEN)
def test_a_number_below_one_is_a_share_of_the_run(name):
    schedule = OPEN[name](0.25)
    schedule.begin(43)
    length = round(0.25 * 40) if name == "Warmup" else round(0.25 * 43)
    assert rates(schedule, 40) == rates(OPEN[name](length), 40)


def test_steps_that_are_given_do_not_depend_on_the_run():
    for name, make in OPEN.items():
        schedule = make(10)
        expected = rates(schedule, 40)
        schedule.begin(20)
        assert rates(schedule, 40) == expected
        assert not schedule._follows_run(), name


def test_warmup_rises_in_a_share_of_the_run():
    schedule = nn.Warmup(nn.LinearDecay(0.1), steps=0.15)
    schedule.begin(100)
    expected = nn.Warmup(nn.LinearDecay(0.1, 85), steps=15)
    assert rates(schedule, 120) == rates(expected, 120)
    assert repr(schedule) == "nn.Warmup(nn.LinearDecay(0.1), 0.15)"
    schedule.begin(1)  # the rise takes one step at least, and so does the rest
    assert rates(schedule, 2) == [0.1, 0.1]


def test_warmup_of_a_function():
    schedule = nn.Warmup(lambda t: 0.4 / (1 + t), 2)
    assert rates(schedule, 4) == [0.2, 0.4, 0.4, 0.2]
    schedule.begin(9)
    assert not schedule._follows_run()


def test_what_follows_the_run():
    class Told(nn.Schedule):
        def begin(self, steps):
            self.told = steps

        def __call__(self, step):
            return 0.1

    warm = [nn.Warmup(0.1, 0.5), nn.Warmup(nn.CosineDecay(0.1), 5)]
    for schedule in (*(make(None) for make in OPEN.values()), *warm, Whole(1), Told()):
        assert schedule._follows_run(), schedule
    for schedule in ALL.values():
        assert not schedule._follows_run(), schedule


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (nn.LinearDecay(0.1), [0.1, 0.075, 0.05, 0.025]),
        (nn.LinearDecay(0.1, 0.5), [0.1, 0.05, 0, 0]),
        (nn.Warmup(nn.LinearDecay(0.1), 0.5), [0.05, 0.1, 0.1, 0.05]),
        (Whole(0.1), [0.1, 0.075, 0.05, 0.025]),
    ],
    ids=repr,
)
def test_fit_tells_the_length_of_its_run(schedule, expected):
    for _ in range(2):  # and another fit that of its own
        history = fit(schedule, batch_size=None)
        np.testing.assert_allclose(history.learning_rate, expected, atol=1e-15)


def test_a_run_of_another_length_is_not_resumed(tmp_path):
    options = {"callbacks": [nn.Checkpoint(tmp_path / "run.safetensors")]}
    for schedule in (nn.CosineDecay(0.1), Whole(0.1)):
        fit(schedule, **options, epochs=3)
        with pytest.raises(ValueError, match="the number of epochs 3, but now it is 4"):
            fit(schedule, **options, epochs=4, resume=tmp_path / "run.safetensors")


def test_a_length_that_was_not_asked_for():
    with pytest.raises(
        AttributeError, match=r"Sawtooth has no attribute steps.*steps = N"
    ):
        _ = Sawtooth(0.1, 2).length


@pytest.mark.parametrize("steps", [0, -3, 0.0, 2.5, "all"])
def test_a_length_of_your_own_is_checked(steps):
    schedule = Whole(0.1)
    schedule.steps = steps
    with pytest.raises(
        (TypeError, ValueError), match=f"steps is '?{steps}'?; expected"
    ):
        schedule(1)


@pytest.mark.parametrize("steps", [0, -3, 0.5, None, True])
def test_a_run_has_at_least_one_step(steps):
    with pytest.raises((TypeError, ValueError), match=f"steps is {steps}; expected"):
        nn.CosineDecay(0.1).begin(steps)


# A score to follow -------------------------------------------------------------------


def test_plateau_of_an_accuracy_is_cut_when_it_no_longer_rises():
    options = {"factor": 0.5, "patience": 0, "threshold": 0.01}
    scores = [0.5, 0.6, 0.7, 0.706, 0.705, 0.8]
    schedule = nn.ReduceOnPlateau(1.0, **options, monitor="accuracy")
    assert follow(schedule, scores) == [1, 1, 1, 1, 0.5, 0.25]
    assert schedule(0) == 0.25
    mirrored = nn.ReduceOnPlateau(1.0, **options)
    assert follow(mirrored, [-s for s in scores]) == [1, 1, 1, 1, 0.5, 0.25]
    assert repr(schedule).endswith("monitor='accuracy')")


def test_the_score_that_a_schedule_follows():
    for schedule in ALL.values():
        assert schedule.monitor == "loss"
    assert (
        nn.Warmup(nn.ReduceOnPlateau(0.1, monitor="accuracy"), 2).monitor == "accuracy"
    )
