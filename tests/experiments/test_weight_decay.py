"""A short version of experiments/weight_decay.py: decay tames wrong labels."""

from __future__ import annotations

import numpy as np

from experiments import weight_decay


def test_decay_beats_none_and_the_validation_images_choose_it() -> None:
    [result] = weight_decay.measure({"AdamW": [0.0, 3.0]}, [0.004], [0, 1], 200)[
        "AdamW"
    ]
    none, some = np.mean(result["test"], axis=1)
    assert some > none + 3
    assert result["chosen"] == 3.0


def test_without_strength_both_methods_are_adam() -> None:
    grid = {"L2 in Adam": [0.0], "AdamW": [0.0]}
    result = weight_decay.measure(grid, [0.001], [0], 30)
    assert np.array_equal(result["L2 in Adam"][0]["test"], result["AdamW"][0]["test"])
