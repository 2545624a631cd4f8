import numpy as np
import pytest

import nnbook as nn
from experiments.optimizers_race import SURFACES, arrival, race, walk

RATES = [0.01, 0.1, 1.0, 10.0]


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_gradients(surface):
    point = np.array([0.7, -0.3])
    truth = nn.numerical_gradient(lambda p: surface.value(*p), point)
    assert np.array(surface.gradient(*point)) == pytest.approx(truth, rel=1e-8)


def test_minima():
    assert SURFACES["Beale"].value(3.0, 0.5) == 0
    assert SURFACES["saddle"].value(0.0, 1.0) == SURFACES["saddle"].lowest


def test_arrival_needs_three_hundred_steps_in_a_row():
    heights = np.ones(1000)
    heights[100:390] = heights[500:820] = 0
    assert arrival(heights, 0.5) == 500
    assert arrival(np.ones(1000), 0.5) is None
    assert arrival(np.zeros(1000), 0.5) == 0


def test_a_turn_changes_adagrad_and_not_momentum():
    methods = ["Momentum", "AdaGrad"]
    result = race(SURFACES["ravine"], [0.0, 30.0], RATES, 900, methods=methods)
    straight, turned = result["Momentum"]["steps"]
    assert straight == turned
    straight, turned = result["AdaGrad"]["steps"]
    assert straight < 10
    assert turned > 100


@pytest.mark.parametrize(("rho", "steps"), [(0.9, None), (0.999, 330)])
def test_with_a_longer_memory_rmsprop_arrives(rho, steps):
    surface, memory = SURFACES["ravine"], {"rho": rho}
    run = race(surface, [30.0], [0.05623], 900, methods=["RMSProp"], memory=memory)
    assert run["RMSProp"]["steps"] == [steps]


def test_a_walk_that_diverges_is_far_away():
    way = walk("SGD", 1.0, SURFACES["ravine"], [0.0], 50)
    assert way.shape == (51, 1, 2)
    assert np.abs(way[-1]).max() >= 1e4


def test_the_record_says_what_the_page_says():
    data = nn.recorded("optimizers_race").data
    ravine = data["surfaces"]["ravine"]
    for name in ["SGD", "Momentum", "Nesterov"]:
        for surface in data["surfaces"].values():
            assert len(set(surface[name]["steps"])) == 1
    assert ravine["AdaGrad"]["steps"][0] == ravine["AdaGrad"]["steps"][-1] < 10
    assert max(ravine["AdaGrad"]["steps"]) > 400


def test_a_turn_sends_rmsprop_into_beales_other_valley():
    surface = SURFACES["Beale"]
    (x, y), (right_x, right_y) = walk("RMSProp", 0.01, surface, [20.0, 0.0], 2000)[-1]
    assert x < -2
    assert 1 < y < 1.5
    assert surface.value(x, y) > 0.45
    assert (right_x, right_y) == pytest.approx((3, 0.5), abs=0.1)
