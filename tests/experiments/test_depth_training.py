"""A short run of `experiments.depth_training` shows what the chapter says."""

from experiments.depth_training import best, measure_longer


def test_ten_sigmoid_layers_learn_only_with_a_way_around_them():
    plain = best("sigmoid, Glorot", 10, [0.1], [0], 12)
    residual = best("sigmoid, residual", 10, [0.1], [0], 12)
    assert plain["accuracy"][0] < 0.3
    assert residual["accuracy"][0] > 0.85


def test_ten_relu_layers_learn_with_he():
    assert best("relu, He", 10, [0.03], [0], 12)["accuracy"][0] > 0.85


def test_five_sigmoid_layers_are_slow_and_not_stuck():
    right = measure_longer([30, 300], [0])
    assert right["30"][0] < 0.3
    assert right["300"][0] > 0.85
