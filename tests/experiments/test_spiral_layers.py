"""A short run of `experiments.spiral_layers` shows what the chapter says."""

from experiments.spiral_layers import measure


def test_small_weights_of_the_first_layer_keep_ten_units_stuck():
    runs = measure([0, 2], 2000)["runs"]
    accuracy = {(run["first"], run["second"]): run["accuracy"] for run in runs}
    assert max(accuracy["0.01", "He"]) < 0.8 < min(accuracy["He", "0.01"])
