"""A short run of `experiments.normalised_training` shows what the chapter says."""

from experiments.normalised_training import KINDS, accuracies


def test_batch_norm_trains_at_a_rate_that_ends_the_plain_network():
    right = {
        kind: accuracies(KINDS[kind], 0.5, 64, seed=0, epochs=3)[1]
        for kind in ("plain", "batch norm")
    }
    assert right["plain"] < 0.3
    assert right["batch norm"] > 0.8


def test_batches_of_two_hurt_batch_norm_alone():
    right = {
        kind: accuracies(KINDS[kind], 0.003, 2, seed=0, epochs=1)[1]
        for kind in ("batch norm", "layer norm")
    }
    assert right["batch norm"] < 0.5
    assert right["layer norm"] > 0.8
