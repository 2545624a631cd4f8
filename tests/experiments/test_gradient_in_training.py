"""A short run of `experiments.gradient_in_training` shows what the chapter says."""

from experiments.gradient_in_training import follow


def test_adam_brings_back_what_momentum_leaves_behind():
    first_to_last = {}
    for name in ("sigmoid, momentum", "sigmoid, Adam"):
        seen, _ = follow(name, seed=0, epochs=8)
        assert len(seen) == 9
        assert seen[0][0] / seen[0][-1] < 0.02
        first_to_last[name] = seen[-1][0] / seen[-1][-1]
    assert first_to_last["sigmoid, momentum"] < 0.1
    assert first_to_last["sigmoid, Adam"] > 0.3
