"""A short run of `experiments.spiral_layers` shows what the chapter says."""

from experiments.spiral_layers import by_rate, measure


def test_small_weights_of_the_first_layer_keep_ten_units_stuck():
    runs = measure([0, 2], 2000)["runs"]
    accuracy = {(run["first"], run["second"]): run["accuracy"] for run in runs}
    assert max(accuracy["0.01", "He"]) < 0.8 < min(accuracy["He", "0.01"])


def test_twice_the_rate_frees_ten_units_that_start_from_small_weights():
    runs = by_rate([0, 2], 3000, [1.0, 2.0])
    small = {run["rate"]: run["accuracy"] for run in runs if run["start"] == "0.01"}
    assert max(small[1.0]) < 0.8 < min(small[2.0])
