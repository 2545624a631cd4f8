"""Each optimizer against PyTorch, against sums by hand, and against its symmetries."""

import copy
import inspect
import json
import math
import pickle
import weakref
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "torch_values.json").read_text("utf-8")
)
SETTINGS = REFERENCE["optimizers"]
PROBLEMS = REFERENCE["meta"]["problems"]

# A maker of each optimizer, with a rate at which all of them move.
MAKERS = {
    "SGD": lambda: nn.SGD(0.1),
    "Momentum": lambda: nn.Momentum(0.1),
    "Nesterov": lambda: nn.Nesterov(0.1),
    "AdaGrad": lambda: nn.AdaGrad(0.1),
    "RMSProp": lambda: nn.RMSProp(0.1),
    "AdaDelta": lambda: nn.AdaDelta(rho=0.9),
    "Adam": lambda: nn.Adam(0.1),
    "AdaMax": lambda: nn.AdaMax(0.1),
    "Nadam": lambda: nn.Nadam(0.1),
    "AMSGrad": lambda: nn.AMSGrad(0.1, beta2=0.9),
    "AdamW": lambda: nn.AdamW(0.1, weight_decay=0.1),
}


def gradient(problem, x, t):
    if problem == "scripted":
        return np.array(PROBLEMS["scripted"]["grads"][t])
    return np.array([x[0] - x[1], 25 * x[1] - x[0]])


def walk(optimizer, problem="quad", steps=5, change=lambda x, g: g):
    """The places that an optimizer visits; `change` alters the gradient."""
    x = np.array(PROBLEMS[problem]["x0"], dtype=float)
    places = [x.copy()]
    for t in range(steps):
        optimizer.step(x, change(x, gradient(problem, x, t)))
        places.append(x.copy())
    return np.array(places)


def pickled(thing):
    return pickle.loads(pickle.dumps(thing))


# PyTorch's trajectories --------------------------------------------------------------


class WithoutRectification(nn.Schedule):
    """RAdam while it does not divide: the rate that makes Momentum its first moment."""

    def __init__(self, rate, beta):
        self.rate, self.beta = rate, beta

    def __call__(self, t):
        return self.rate * (1 - self.beta) / (1 - self.beta ** (t + 1))


class OnDirections:
    """Momentum of the directions that another optimizer proposes."""

    def __init__(self, inner, outer):
        self.inner, self.outer, self.still = inner, outer, np.zeros(2)

    def step(self, x, g):
        self.still[:] = 0
        self.inner.step(self.still, g)
        self.outer.step(x, -self.still)


def started(optimizer, **state):
    optimizer.load_state_dict({"steps": 0, **state})
    return optimizer


def dampened(problem):
    # v₁ = g₁ and then v ← μ v + (1 - d) g; divided by 1 - d this is Momentum with a
    # start of its own and a rate that is smaller by 1 - d.
    g = gradient(problem, np.array(PROBLEMS[problem]["x0"]), 0)
    return started(nn.Momentum(0.02 * 0.9), v=(g / 0.9 - g) / 0.9)


def l2(strength):
    return lambda x, g: g + strength * x


SAME_AS_PYTORCH = {
    "sgd": lambda p: (nn.SGD(0.03),),
    "sgd_weight_decay": lambda p: (nn.SGD(0.03), l2(0.1)),
    "momentum": lambda p: (nn.Momentum(0.02, momentum=0.9),),
    "momentum_dampened": lambda p: (dampened(p),),
    "nesterov": lambda p: (nn.Nesterov(0.02, momentum=0.9),),
    "adagrad": lambda p: (nn.AdaGrad(0.1),),
    "adagrad_init_acc": lambda p: (
        started(nn.AdaGrad(0.1, epsilon=1e-7), G=np.full(2, 0.1)),
    ),
    "adagrad_lr_decay": lambda p: (nn.AdaGrad(nn.InverseTimeDecay(0.1, rate=0.5)),),
    "adadelta_paper": lambda p: (nn.AdaDelta(),),
    "adadelta_torch_default": lambda p: (nn.AdaDelta(rho=0.9),),
    "rmsprop": lambda p: (nn.RMSProp(0.01, rho=0.99),),
    "rmsprop_rho09": lambda p: (nn.RMSProp(0.001, epsilon=1e-7),),
    "rmsprop_momentum": lambda p: (OnDirections(nn.RMSProp(1.0), nn.Momentum(0.01)),),
    "adam": lambda p: (nn.Adam(0.05),),
    "adam_l2": lambda p: (nn.Adam(0.05), l2(0.1)),
    "amsgrad": lambda p: (nn.AMSGrad(0.05),),
    "amsgrad_beta2_0.9": lambda p: (nn.AMSGrad(0.05, beta2=0.9),),
    "adamax": lambda p: (nn.AdaMax(0.05),),
    "nadam": lambda p: (nn.Nadam(0.05),),
    "adamw": lambda p: (nn.AdamW(0.05, weight_decay=0.1),),
    "radam": lambda p: (nn.Momentum(WithoutRectification(0.05, 0.9)),),
}
LEFT_OUT = {"rmsprop_centered"}  # nnbook has no such option


def test_every_reference_is_used():
    assert set(SAME_AS_PYTORCH) | LEFT_OUT == set(SETTINGS)


@pytest.mark.parametrize("problem", ["quad", "scripted"])
@pytest.mark.parametrize("name", SAME_AS_PYTORCH)
def test_trajectory_is_that_of_pytorch(name, problem):
    optimizer, *change = SAME_AS_PYTORCH[name](problem)
    places = walk(optimizer, problem, 5, *change)
    np.testing.assert_allclose(places, SETTINGS[name][problem], rtol=1e-9, atol=1e-12)


def test_defaults_are_those_of_the_papers():
    def defaults(kind):
        parameters = inspect.signature(kind).parameters.values()
        return {
            p.name: p.default for p in parameters if p.default is not inspect._empty
        }

    assert defaults(nn.SGD) == {}
    assert defaults(nn.Momentum) == defaults(nn.Nesterov) == {"momentum": 0.9}
    assert defaults(nn.AdaGrad) == {"epsilon": 1e-10}
    assert defaults(nn.RMSProp) == {"rho": 0.9, "epsilon": 1e-8}
    assert defaults(nn.AdaDelta) == {
        "learning_rate": 1.0,
        "rho": 0.95,
        "epsilon": 1e-6,
    }
    adam = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    assert defaults(nn.Adam) == defaults(nn.AMSGrad) == adam
    assert defaults(nn.AdaMax) == defaults(nn.Nadam) == {**adam, "learning_rate": 2e-3}
    assert defaults(nn.AdamW) == {**adam, "weight_decay": 0.01}


# By hand -----------------------------------------------------------------------------
# One parameter that starts at 1; its gradients are 2, -1 and 3. The comments hold the
# sums: the state after each step, and what is taken off θ.

BY_HAND = {
    # η g: 0.2, -0.1, 0.3
    "sgd": (nn.SGD(0.1), [0.8, 0.9, 0.6]),
    # v: 2; 0.5·2 - 1 = 0; 0.5·0 + 3 = 3. η v: 0.2, 0, 0.3
    "momentum": (nn.Momentum(0.1, momentum=0.5), [0.8, 0.8, 0.5]),
    # v as above. g + μ v: 2 + 1 = 3; -1 + 0 = -1; 3 + 1.5 = 4.5
    "nesterov": (nn.Nesterov(0.1, momentum=0.5), [0.7, 0.8, 0.35]),
    # G: 4; 5; 14. η g / √G: 0.1; -0.1/√5 = -0.0447214; 0.3/√14 = 0.0801784
    "adagrad": (nn.AdaGrad(0.1, epsilon=1e-15), [0.9, 0.9447214, 0.8645430]),
    # v: 0.5·4 = 2; 1 + 0.5 = 1.5; 0.75 + 4.5 = 5.25.
    # η g / √v: 0.2/1.4142136 = 0.1414214; -0.1/1.2247449 = -0.0816497;
    # 0.3/2.2912878 = 0.1309307
    "rmsprop": (
        nn.RMSProp(0.1, rho=0.5, epsilon=1e-15),
        [0.8585786, 0.9402283, 0.8092976],
    ),
    # ρ = 0.5, ε = 1.
    # E_g = 2, E_Δ = 0: Δ = 2·√(1/3) = 1.1547005; E_Δ = 0.5·4/3 = 0.6666667
    # E_g = 1.5: Δ = -√(1.6666667/2.5) = -0.8164966; E_Δ = 1/3 + 1/3 = 0.6666667
    # E_g = 5.25: Δ = 3·√(1.6666667/6.25) = 1.5491933
    "adadelta": (
        nn.AdaDelta(rho=0.5, epsilon=1.0),
        [-0.1547005, 0.6617961, -0.8873972],
    ),
    # β1 = β2 = 0.5.
    # m: 1; 0.5 - 0.5 = 0; 1.5. corrected by 1/2, 3/4, 7/8: 2; 0; 1.7142857
    # v: 2; 1.5; 5.25. corrected: 4; 2; 6. η m/√v: 0.1; 0; 0.0699854
    "adam": (
        nn.Adam(0.1, beta1=0.5, beta2=0.5, epsilon=1e-15),
        [0.9, 0.9, 0.8300146],
    ),
    # w: max(0, 2) = 2; max(1, 1) = 1; max(0.5, 3) = 3. m corrected as for Adam.
    # η m/w: 0.1; 0; 0.1714286/3 = 0.0571429
    "adamax": (
        nn.AdaMax(0.1, beta1=0.5, beta2=0.5, epsilon=1e-15),
        [0.9, 0.9, 0.8428571],
    ),
    # v̄: 2; max(2, 1.5) = 2; 5.25. corrected by 1/2, 3/4, 7/8: 4; 2.6666667; 6
    "amsgrad": (
        nn.AMSGrad(0.1, beta1=0.5, beta2=0.5, epsilon=1e-15),
        [0.9, 0.9, 0.8300146],
    ),
    # θ shrinks by 1 - 0.1·0.5 = 0.95 before each step of Adam:
    # 0.95 - 0.1 = 0.85; 0.8075 - 0; 0.767125 - 0.0699854
    "adamw": (
        nn.AdamW(0.1, beta1=0.5, beta2=0.5, epsilon=1e-15, weight_decay=0.5),
        [0.85, 0.8075, 0.6971396],
    ),
    # μ_t = 0.5 (1 - 0.5·0.96^(0.004 t)): 0.2500408, 0.2500816, 0.2501225, 0.2501633;
    # products: 0.2500408; 0.0625306; 0.0156403; 0.0039126.
    # t = 1: g-part 0.7499592·2/0.7499592 = 2; m-part 0.2500816·1/0.9374694 = 0.2667624;
    #        over √4: 1.1333812
    # t = 2: -0.7499184/0.9374694 + 0 = -0.7999391; over √2: -0.5656424
    # t = 3: 0.7498775·3/0.9843597 + 0.2501633·1.5/0.9960874 = 2.6620934;
    #        over √6: 1.0867951
    "nadam": (
        nn.Nadam(0.1, beta1=0.5, beta2=0.5, epsilon=1e-15),
        [0.8866619, 0.9432261, 0.8345466],
    ),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_first_three_updates_by_hand(name):
    optimizer, expected = BY_HAND[name]
    theta = np.array([1.0])
    for g, value in zip([2.0, -1.0, 3.0], expected, strict=True):
        optimizer.step(theta, np.array([g]))
        np.testing.assert_allclose(theta, [value], atol=2e-7)


def test_what_adadelta_remembers_is_its_step_without_the_rate():
    # The same E_Δ as above, so that all steps are half as long.
    theta, optimizer = np.ones(1), nn.AdaDelta(0.5, rho=0.5, epsilon=1.0)
    for g, value in zip([2, -1, 3], [0.4226497, 0.8308981, 0.0563014], strict=True):
        optimizer.step(theta, np.array([float(g)]))
        np.testing.assert_allclose(theta, [value], atol=2e-7)


def test_every_optimizer_is_calculated_by_hand():
    public = set(nn.optimizers.__all__) - {"Optimizer"}
    kinds = {type(optimizer).__name__ for optimizer, _ in BY_HAND.values()}
    assert kinds == public, (
        f"BY_HAND differs from nn.optimizers in {kinds ^ public}; give each optimizer "
        f"its first three values of θ, with the sums in a comment."
    )
    kinds = {type(make()).__name__ for make in MAKERS.values()}
    assert kinds == public, (
        f"MAKERS differs from nn.optimizers in {kinds ^ public}; give each a maker."
    )


def test_epsilon_of_adamax_is_a_size_that_fades_like_others():
    # w: max(0, 1 + 1) = 2; max(0.5 · 2, 0 + 1) = 1; m corrected: 1; 0.25 / 0.75
    optimizer, theta = nn.AdaMax(0.1, beta1=0.5, beta2=0.5, epsilon=1.0), np.zeros(1)
    for g, expected in ((1.0, -0.05), (0.0, -0.05 - 0.1 / 3)):
        optimizer.step(theta, np.array([g]))
        np.testing.assert_allclose(theta, [expected], rtol=1e-12)


# Symmetries --------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-3, 10.0, 1e4])
@pytest.mark.parametrize("name", ["AdaGrad", "RMSProp", "Adam", "AdaMax", "Nadam"])
def test_scaling_the_loss_changes_nothing(name, scale):
    optimizer, scaled = (getattr(nn, name)(0.1, epsilon=1e-15) for _ in range(2))
    np.testing.assert_allclose(
        walk(optimizer), walk(scaled, change=lambda x, g: scale * g), rtol=1e-9
    )


@pytest.mark.parametrize("name", ["SGD", "Momentum", "Nesterov"])
def test_scaling_the_loss_scales_the_rate(name):
    make = getattr(nn, name)
    scaled = walk(make(0.001), change=lambda x, g: 10 * g)
    np.testing.assert_allclose(walk(make(0.01)), scaled, rtol=1e-12)
    assert abs(walk(make(0.001)) - scaled).max() > 0.01


@pytest.mark.parametrize("name", MAKERS)
def test_rotating_the_parameters(name):
    # Only methods that treat all parameters alike take the same way when it is turned.
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    straight, turned = MAKERS[name](), MAKERS[name]()
    x, y = np.array([2.0, 1.0]), turn @ np.array([2.0, 1.0])
    for _ in range(5):
        straight.step(x, x * [1.0, 9.0])
        turned.step(y, turn @ ((turn.T @ y) * [1.0, 9.0]))
    same = np.allclose(turn @ x, y, rtol=1e-10)
    assert same == (name in ("SGD", "Momentum", "Nesterov"))


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
@pytest.mark.parametrize("name", ["Adam", "AMSGrad"])
def test_first_step_has_the_length_of_the_rate(name, size):
    theta = np.zeros(2)
    getattr(nn, name)(0.1).step(theta, size * np.array([1.0, -3.0]))
    np.testing.assert_allclose(theta, [-0.1, 0.1], rtol=1e-3)


@pytest.mark.parametrize("size", [0.1, 1.0, 1e4])
def test_first_step_of_adadelta_is_set_by_epsilon(size):
    theta = np.zeros(1)
    nn.AdaDelta().step(theta, np.array([size]))
    expected = math.sqrt(1e-6 / 0.05)
    assert -theta[0] == pytest.approx(expected, rel=2e-3)


def test_adagrad_slows_down_and_rmsprop_forgets():
    grad, rms = nn.AdaGrad(0.1), nn.RMSProp(0.1)
    steps = {}
    for optimizer in (grad, rms):
        theta = np.zeros(1)
        optimizer.step(theta, np.array([100.0]))  # one outlier, then all equal 1
        for _ in range(100):
            before = theta.copy()
            optimizer.step(theta, np.ones(1))
        steps[optimizer] = (before - theta)[0]
    assert steps[grad] == pytest.approx(0.1 / math.sqrt(1e4 + 100), rel=1e-6)
    assert steps[rms] == pytest.approx(0.0987, rel=1e-2)


def test_amsgrad_finds_the_minimum_that_adam_misses():
    # The example of Reddi, Kale and Kumar (2018) with C = 4: the mean slope is
    # positive, so the best place in [-1, 1] is -1.
    ends = {}
    for kind in (nn.Adam, nn.AMSGrad):
        rate = WithRoot()
        optimizer = kind(rate, beta1=0.0, beta2=1 / 17)
        theta = np.zeros(1)
        for t in range(3000):
            optimizer.step(theta, np.array([4.0 if t % 3 == 0 else -1.0]))
            np.clip(theta, -1, 1, out=theta)
        ends[kind] = theta[0]
    assert ends[nn.Adam] > 0.9
    assert ends[nn.AMSGrad] < -0.9


class WithRoot(nn.Schedule):
    def __call__(self, t):
        return 0.5 / math.sqrt(t + 1)


# Arrays ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MAKERS)
def test_dtype_is_kept_and_the_step_is_in_place(name, dtype):
    optimizer = MAKERS[name]()
    theta = np.array([1.0, -2.0], dtype)
    g = np.array([0.5, 1.5], dtype)
    place, copy = theta.__array_interface__["data"], g.copy()
    for _ in range(3):
        assert optimizer.step(theta, g) is None
    assert theta.__array_interface__["data"] == place
    assert theta.dtype == dtype
    np.testing.assert_array_equal(g, copy)
    for value in optimizer.state_dict().values():
        assert not isinstance(value, np.ndarray) or value.dtype == dtype


@pytest.mark.parametrize("name", MAKERS)
def test_float32_and_float64_agree(name):
    wide, narrow = MAKERS[name](), MAKERS[name]()
    theta, theta32 = np.array([1.0, -2.0]), np.array([1.0, -2.0], np.float32)
    for t in range(20):
        g = np.array([math.sin(t), 1 + math.cos(t)])
        wide.step(theta, g)
        narrow.step(theta32, g.astype(np.float32))
    np.testing.assert_allclose(theta32, theta, rtol=1e-4)


@pytest.mark.parametrize("name", MAKERS)
def test_any_shape_and_any_stride(name):
    flat, shaped, strided = (MAKERS[name]() for _ in range(3))
    start = np.linspace(-1, 1, 6)
    theta, matrix = start.copy(), start.copy().reshape(2, 3)
    column = np.zeros((6, 2))
    column[:, 0] = start
    for t in range(3):
        g = np.cos(start + t)
        flat.step(theta, g)
        shaped.step(matrix, g.reshape(2, 3))
        strided.step(column[:, 0], g)
    np.testing.assert_array_equal(matrix.ravel(), theta)
    np.testing.assert_allclose(column[:, 0], theta, rtol=1e-14)
    np.testing.assert_array_equal(column[:, 1], 0)


@pytest.mark.parametrize("name", MAKERS)
def test_zero_gradients_and_no_parameters(name):
    optimizer = MAKERS[name]()
    theta = np.zeros(3)
    for _ in range(3):
        optimizer.step(theta, np.zeros(3))
    np.testing.assert_array_equal(theta, 0)
    empty = np.zeros(0, np.float32)
    MAKERS[name]().step(empty, empty.copy())


@pytest.mark.parametrize("name", MAKERS)
def test_large_gradients_of_float32_give_no_warning_and_no_nan(name):
    # Their squares overflow; the step is finite, or the method says so by infinity.
    theta = np.zeros(2, np.float32)
    with np.errstate(over="ignore"):
        MAKERS[name]().step(theta, np.array([1e18, -1e-3], np.float32))
    assert np.isfinite(theta).all()


def test_a_gradient_whose_squares_overflow_is_finite_all_the_same():
    theta = np.zeros(2, np.float32)
    nn.SGD(1e-30).step(theta, np.array([1e30, -2e30], np.float32))
    np.testing.assert_allclose(theta, [-1, 2], rtol=1e-6)


# State -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "vectors"),
    [
        ("SGD", 0),
        ("Momentum", 1),
        ("Nesterov", 1),
        ("AdaGrad", 1),
        ("RMSProp", 1),
        ("AdaDelta", 2),
        ("Adam", 2),
        ("AdaMax", 2),
        ("Nadam", 2),
        ("AdamW", 2),
        ("AMSGrad", 3),
    ],
)
def test_memory(name, vectors):
    optimizer = MAKERS[name]()
    optimizer.step(np.ones(4), np.ones(4))
    arrays = [v for v in optimizer.state_dict().values() if isinstance(v, np.ndarray)]
    assert len(arrays) == vectors
    assert all(array.shape == (4,) for array in arrays)


@pytest.mark.parametrize("done", [0, 1, 3])
@pytest.mark.parametrize("rate", ["constant", "schedule"])
@pytest.mark.parametrize("name", MAKERS)
def test_state_goes_on_bit_for_bit(name, rate, done):
    def make():
        optimizer = MAKERS[name]()
        if rate == "schedule":
            optimizer.learning_rate = nn.CosineDecay(0.1, steps=6)
        return optimizer

    whole, first, second = make(), make(), make()
    expected = walk(whole, steps=6)
    x = np.array(PROBLEMS["quad"]["x0"], dtype=float)
    for t in range(done):
        first.step(x, gradient("quad", x, t))
    state = first.state_dict()
    second.step(np.ones(2), np.ones(2))  # must leave no trace
    at = x.copy()
    first.step(x, np.ones(2))  # must not change the state that was taken
    x[:] = at
    second.load_state_dict(state)
    for t in range(done, 6):
        second.step(x, gradient("quad", x, t))
    np.testing.assert_array_equal(x, expected[-1])
    assert second.steps == 6


@pytest.mark.parametrize("name", MAKERS)
def test_reset_forgets_everything(name):
    optimizer = MAKERS[name]()
    expected = walk(MAKERS[name]())
    walk(optimizer)
    optimizer.reset()
    assert optimizer.steps == 0
    np.testing.assert_array_equal(walk(optimizer), expected)
    optimizer.reset()
    optimizer.step(np.ones(7, np.float32), np.ones(7, np.float32))  # another shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("v"), "lacks v"),
        (lambda s: s.pop("steps"), "lacks steps"),
        (lambda s: s.update(v=np.zeros(3)), r"v has shape \(3,\)"),
        (lambda s: s.update(v=np.zeros(2, int)), "v has shape .* int"),
        (lambda s: s.update(m=np.zeros(2, int), v=np.zeros(2, int)), "m has .* int"),
        (lambda s: s.update(m=np.array([np.nan, 0.0])), "m holds NaN or infinity"),
        (lambda s: s.update(steps=-1), "steps is -1"),
    ],
)
def test_bad_state_changes_nothing(change, message):
    optimizer = nn.Adam(0.1)
    walk(optimizer)
    state = optimizer.state_dict()
    bad = dict(state)
    change(bad)
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(bad)
    after = optimizer.state_dict()
    assert all(np.array_equal(after[name], state[name]) for name in state)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (nn.AdaGrad(0.1), "state holds m, v; expected .*AdaGrad"),
        (nn.Momentum(0.1), "state holds m; expected .*Momentum"),
    ],
)
def test_state_of_another_kind_of_optimizer(optimizer, message):
    other = nn.Adam(0.1)
    walk(other)
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(other.state_dict())
    assert optimizer.steps == 0


def test_state_of_a_schedule_needs_a_schedule():
    listening = nn.SGD(nn.ReduceOnPlateau(0.1))
    with pytest.raises(ValueError, match=r"state holds schedule\..*SGD"):
        nn.SGD(0.1).load_state_dict(listening.state_dict())
    bad = {**listening.state_dict(), "schedule.rate": "x"}
    theta = np.ones(2)
    listening.step(theta, theta)
    with pytest.raises(TypeError, match="rate is 'x'"):
        listening.load_state_dict(bad)
    assert (listening.rate, listening.steps) == (0.1, 1)
    falling = nn.SGD(nn.LinearDecay(0.1, 10))
    with pytest.raises(ValueError, match=r"state holds rate; .* LinearDecay"):
        falling.load_state_dict({"steps": 0, "schedule.rate": 1.0})


def test_a_loaded_state_is_a_copy():
    first, second = nn.Adam(0.1), nn.Adam(0.1)
    walk(first)
    state = first.state_dict()
    second.load_state_dict(state)
    before = second.m.copy()
    state["m"] += 1
    np.testing.assert_array_equal(second.m, before)


@pytest.mark.parametrize(
    "rate",
    [-0.1, np.nan, "x", None, lambda: 0.1, lambda t, u: 0.1, nn.CosineDecay],
    ids=["<0", "nan", "x", "-", "no step", "two steps", "class"],
)
def test_a_rate_is_checked_whenever_it_is_assigned(rate):
    optimizer = nn.SGD(0.1)
    with pytest.raises((TypeError, ValueError), match=r"learning_rate is .*expected"):
        optimizer.learning_rate = rate
    assert optimizer.rate == 0.1


def test_an_epsilon_that_the_dtype_rounds_to_zero():
    optimizer, theta = nn.Adam(0.1, epsilon=1e-50), np.ones(2, np.float32)
    with pytest.raises(ValueError, match="epsilon is 1e-50, which rounds to 0"):
        optimizer.step(theta, np.array([0, 1], np.float32))
    np.testing.assert_array_equal(theta, 1)
    optimizer.step(np.ones(2), np.array([0.0, 1.0]))


def test_state_of_a_number_that_is_missing():
    with pytest.raises(ValueError, match=r"lacks mu_product.*Nadam"):
        nn.Nadam().load_state_dict({"steps": 0})


@pytest.mark.parametrize("name", MAKERS)
def test_repr_makes_the_same_optimizer_again(name):
    optimizer = MAKERS[name]()
    walk(optimizer)
    again = eval(repr(optimizer), {"nn": nn})
    assert repr(again) == repr(optimizer)
    assert type(again) is type(optimizer)
    scheduled = type(optimizer)(nn.Warmup(nn.CosineDecay(0.1, steps=9), steps=2))
    assert repr(eval(repr(scheduled), {"nn": nn})) == repr(scheduled)


# Weight decay ------------------------------------------------------------------------


def test_adamw_decays_weights_and_no_biases():
    theta = np.ones(4)
    nn.AdamW(0.5, weight_decay=0.2).step(theta, np.zeros(4), n_weights=3)
    np.testing.assert_allclose(theta, [0.9, 0.9, 0.9, 1.0])
    nn.AdamW(0.5, weight_decay=0.2).step(theta, np.zeros(4), n_weights=0)
    np.testing.assert_allclose(theta, [0.9, 0.9, 0.9, 1.0])


def test_adamw_decays_everything_of_a_bare_array():
    for theta in (np.ones(4), np.ones((2, 2)), np.ones((2, 4))[:, ::2]):
        nn.AdamW(0.5, weight_decay=0.2).step(theta, np.zeros(theta.shape))
        np.testing.assert_allclose(theta, 0.9)


@pytest.mark.parametrize("how", ["AdamW", "L2", "L1"])
def test_decay_leaves_biases_gains_and_offsets_of_a_network_alone(how):
    def biases_and_weights(decay):
        network = nn.Network(
            nn.Dense(2, 4, activation=nn.tanh),
            nn.LayerNorm(4),
            nn.Dense(4, 2, bias=nn.init.constant(0.5)),
            dtype=np.float64,
        )
        optimizer, regularizer = nn.Adam(0.1), None
        if how == "AdamW":
            optimizer = nn.AdamW(0.1, weight_decay=0.5 if decay else 0.0)
        elif decay:
            regularizer = getattr(nn, how)(0.5)
        X, y = nn.datasets.blobs(n_per_class=5, n_classes=2)
        nn.fit(
            network,
            X,
            y,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=optimizer,
            regularizer=regularizer,
            epochs=1,
            batch_size=None,
        )
        n = network.n_weights
        assert n == 16
        return network.params[n:], network.params[:n]

    (biases, weights), (same, shrunk) = (biases_and_weights(d) for d in (False, True))
    np.testing.assert_array_equal(same, biases)
    assert abs(shrunk - weights).max() > 1e-3


def test_l2_in_the_gradient_is_weight_decay_for_sgd_and_not_for_adam():
    # Pure noise, small in the first row and large in the second: what moves the mean
    # of a row is the penalty alone.
    rng = np.random.default_rng(0)

    def means(optimizer, penalty=0.0):
        theta = np.ones((2, 800))
        for _ in range(3000):
            noise = rng.normal(size=theta.shape) * [[0.01], [1.0]]
            optimizer.step(theta, noise + penalty * theta)
        return theta.mean(axis=1)

    shrunk = (1 - 0.01 * 0.1) ** 3000  # 0.0497
    sgd = means(nn.SGD(0.01), penalty=0.1)
    adamw = means(nn.AdamW(0.01, weight_decay=0.1))
    adam = means(nn.Adam(0.01), penalty=0.1)
    np.testing.assert_allclose(sgd, shrunk, atol=0.03)
    np.testing.assert_allclose(adamw, shrunk, atol=0.03)
    # The penalty is divided by the size of the gradients.
    assert adam[0] < 0.005 < 0.02 < adam[1]


# Learning rate -----------------------------------------------------------------------


def test_schedule_is_asked_for_each_step():
    optimizer = nn.SGD(nn.StepDecay(1.0, factor=0.5, every=2))
    theta, rates = np.zeros(1), []
    for _ in range(5):
        rates.append(optimizer.rate)
        optimizer.step(theta, np.ones(1))
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25]
    assert theta[0] == -sum(rates)


def test_rate_of_zero_changes_nothing():
    for name in MAKERS:
        optimizer = MAKERS[name]()
        optimizer.learning_rate = 0.0
        np.testing.assert_array_equal(walk(optimizer)[-1], PROBLEMS["quad"]["x0"])


def test_base_class_has_no_method_of_its_own():
    with pytest.raises(NotImplementedError):
        nn.Optimizer(0.1).step(np.ones(1), np.ones(1))


# Each row: what to change in a good call of `step`, and what the message names.
BAD_STEPS = [
    ({"params": [1.0]}, TypeError, r"params is \[1.0\]; expected an array"),
    ({"params": np.ones(2, np.int64)}, TypeError, "params .* int64; expected"),
    ({"params": np.ones(2, np.float16)}, TypeError, "params .* float16; expected"),
    ({"grads": [1.0]}, TypeError, r"grads is \[1.0\]"),
    ({"grads": np.ones(3)}, ValueError, r"grads have shape \(3,\)"),
    ({"grads": np.ones(2, np.float32)}, ValueError, "dtype float32; expected"),
    ({"grads": np.array([np.nan, 1])}, ValueError, "grads hold NaN or infinity"),
    ({"grads": np.array([1, -np.inf])}, ValueError, "grads hold NaN or infinity"),
    ({"n_weights": -1}, ValueError, "n_weights is -1"),
    ({"n_weights": 0.5}, TypeError, "n_weights is 0.5"),
    ({"n_weights": 3}, ValueError, "n_weights is 3; expected at most 2"),
]


@pytest.mark.parametrize(("change", "error", "message"), BAD_STEPS)
def test_a_bad_step_changes_nothing(change, error, message):
    optimizer = nn.AdamW(0.1)
    theta = np.ones(2)
    optimizer.step(theta, np.ones(2))
    before, state = theta.copy(), optimizer.state_dict()
    with pytest.raises(error, match=message):
        optimizer.step(**{"params": theta, "grads": np.ones(2), **change})
    np.testing.assert_array_equal(theta, before)
    after = optimizer.state_dict()
    assert all(np.array_equal(after[name], state[name]) for name in state)


def test_other_parameters_need_a_new_optimizer():
    optimizer = nn.Momentum(0.1)
    optimizer.step(np.ones(2), np.ones(2))
    for other in (np.ones(3), np.ones(2, np.float32)):
        with pytest.raises(ValueError, match=r"began with \(2,\).*reset"):
            optimizer.step(other, other.copy())


def test_read_only_parameters():
    theta = np.ones(2)
    theta.flags.writeable = False
    with pytest.raises(ValueError, match="params are read-only; give a copy"):
        (optimizer := nn.Momentum(0.1)).step(theta, np.ones(2))
    assert optimizer.steps == 0


def test_arrays_of_the_last_step_are_checked_again_where_they_can_have_changed():
    optimizer, theta, g = nn.AdamW(0.5, weight_decay=0.2), np.ones(4), np.zeros(4)
    optimizer.step(theta, g, 3)
    for n_weights in (-1, 5, 0.5):
        with pytest.raises((TypeError, ValueError), match=f"n_weights is {n_weights}"):
            optimizer.step(theta, g, n_weights)
    g[0] = np.nan
    with pytest.raises(ValueError, match="grads hold NaN"):
        optimizer.step(theta, g, 3)
    g[0] = 0
    theta.flags.writeable = False
    with pytest.raises(ValueError, match="params are read-only"):
        optimizer.step(theta, g, 3)
    assert optimizer.steps == 1
    theta.flags.writeable = True
    optimizer.step(theta, g, 2)
    np.testing.assert_allclose(theta, [0.81, 0.81, 0.9, 1.0])
    optimizer.reset()
    optimizer.step(theta, g, 2)
    np.testing.assert_allclose(theta, [0.729, 0.729, 0.9, 1.0])


def test_n_weights_needs_a_vector():
    with pytest.raises(ValueError, match=r"params have shape \(2, 2\).*n_weights"):
        nn.AdamW(0.1).step(np.ones((2, 2)), np.ones((2, 2)), n_weights=2)


# One of your own ---------------------------------------------------------------------


class Signs(nn.Optimizer):
    vectors = ("m",)
    numbers = {"largest": 0.0}  # noqa: RUF012
    scratch = ("u",)

    def __init__(self, learning_rate, keep=0.9):
        super().__init__(learning_rate)
        self.keep = keep

    def update(self, theta, g, rate):
        self.largest = max(self.largest, float(abs(g).max()))
        self.m *= self.keep
        self.m += np.multiply(g, (1 - self.keep) / self.largest, out=self.u)
        theta -= np.multiply(np.sign(self.m, out=self.u), rate / self.steps**0.5)


def fit(optimizer, network=None, epochs=4, **options):
    X, y = nn.datasets.blobs()
    network = nn.mlp([2, 8, 3]) if network is None else network
    options = {"loss": nn.SoftmaxCrossEntropy(), "epochs": epochs, **options}
    return network, nn.fit(network, X, y, optimizer=optimizer, **options)


def test_one_of_your_own_trains():
    _, history = fit(Signs(0.02), epochs=10)
    assert history.loss[-1] < history.loss[0] / 3


@pytest.mark.parametrize("rate", [0.02, nn.LinearDecay(0.02, 40)], ids=["0.02", "line"])
def test_one_of_your_own_is_resumed_to_the_last_bit(tmp_path, rate):
    path = tmp_path / "run.safetensors"
    whole, _ = fit(Signs(rate))
    fit(Signs(rate), epochs=2, callbacks=[nn.Checkpoint(path)])
    again, _ = fit(Signs(rate), callbacks=[nn.Checkpoint(path)], resume=path)
    np.testing.assert_array_equal(again.params, whole.params)
    with pytest.raises(ValueError, match=r"optimizer Signs\(.*now it is .*keep=0.5"):
        fit(Signs(rate, keep=0.5), callbacks=[nn.Checkpoint(path)], resume=path)


def test_what_one_of_your_own_keeps():
    optimizer, theta = Signs(0.1), np.ones(2)
    assert optimizer.state_dict() == {"steps": 0, "largest": 0.0}
    optimizer.step(theta, np.array([1.0, -4.0]))
    state = optimizer.state_dict()
    np.testing.assert_allclose(state.pop("m"), [0.025, -0.1])
    assert state == {"steps": 1, "largest": 4.0}
    optimizer.reset()
    assert optimizer.state_dict() == {"steps": 0, "largest": 0.0}
    assert repr(Signs(0.1, keep=0.5)) == "Signs(0.1, keep=0.5)"


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        *((name, r"update\(theta, g, rate\)") for name in ("step", "_update")),
        *((name, r"update\(theta, g, rate\)") for name in ("_remember", "_decay")),
        *(("_vectors", "vectors"), ("_numbers", "numbers"), ("_spare", "scratch")),
    ],
)
@pytest.mark.parametrize("base", [nn.Optimizer, nn.Adam])
def test_a_wrong_override_is_refused_by_name(base, name, instead):
    message = f"Wrong overrides {name}; override {instead} instead"
    with pytest.raises(TypeError, match=message):
        type("Wrong", (base,), {name: lambda self, *arguments: None})


@pytest.mark.parametrize(
    ("attributes", "error", "message"),
    [
        ({"update": lambda self, theta, g: 0}, TypeError, "update does not take its"),
        ({"update": lambda self, t, g, r, u: 0}, TypeError, "update does not take its"),
        ({"vectors": "v"}, TypeError, r"vectors is 'v'; expected .*\('v',\)"),
        ({"numbers": ("n",)}, TypeError, r"numbers is \('n',\); expected first values"),
        (
            {"numbers": {"n": None}},
            TypeError,
            r"numbers\['n'\] is None; expected a num",
        ),
        ({"vectors": ("rate",)}, ValueError, "vectors holds 'rate', which is taken"),
        ({"scratch": ("2",)}, ValueError, "scratch holds '2', which is taken or no"),
        ({"vectors": ("v",), "scratch": ("v",)}, ValueError, "scratch holds 'v'"),
    ],
)
def test_what_one_of_your_own_may_not_say(attributes, error, message):
    with pytest.raises(error, match=f"Wrong.{message}"):
        type("Wrong", (nn.Optimizer,), attributes)


def test_one_of_your_own_that_forgets_what_all_need():
    class Bare(nn.Optimizer):
        def __init__(self):
            pass

        def update(self, theta, g, rate):
            theta -= g

    with pytest.raises(AttributeError, match=r"Bare has no learning rate; call super"):
        Bare().step(np.ones(2), np.ones(2))


class Hidden(Signs):
    def __init__(self, lr=0.1):
        super().__init__(lr)


class HiddenLine(nn.Schedule):
    def __init__(self, slope):
        self.m = slope

    def __call__(self, step):
        return self.m * step


@pytest.mark.parametrize("optimizer", [Hidden(), nn.SGD(HiddenLine(0.1))])
def test_options_that_nobody_can_tell_are_refused_before_a_run_is_saved(
    tmp_path, optimizer
):
    path = tmp_path / "run.safetensors"
    with pytest.raises(
        ValueError, match=r"optimizer is .*Hidden.*\(\.\.\.\).*own name"
    ):
        fit(optimizer, callbacks=[nn.Checkpoint(path)])
    assert optimizer.steps == 0
    assert not path.exists()
    fit(optimizer)


def test_an_update_that_is_not_in_place():
    class Wrong(nn.Optimizer):
        def update(self, theta, g, rate):
            return theta - rate * g

    with pytest.raises(
        TypeError, match=r"Wrong.update returned .*in place, as in theta"
    ):
        Wrong(0.1).step(np.ones(2), np.ones(2))


@pytest.mark.parametrize("value", [None, (1, 2), np.ones(2), math.nan])
def test_a_number_that_is_none_is_not_saved(value):
    optimizer = Signs(0.1)
    optimizer.largest = value
    with pytest.raises(
        (TypeError, ValueError), match=r"largest is .*expected a .*numb"
    ):
        optimizer.state_dict()


def test_a_number_that_counts_stays_a_whole_number():
    class Counting(nn.Optimizer):
        numbers = {"seen": 0}  # noqa: RUF012

        def update(self, theta, g, rate):
            self.seen += 1

    first, second = Counting(0.1), Counting(0.1)
    first.step(np.ones(2), np.ones(2))
    second.load_state_dict(first.state_dict())
    assert second.seen == 1
    assert type(second.seen) is int


# One optimizer, several networks -----------------------------------------------------


@pytest.mark.parametrize("name", MAKERS)
def test_another_networks_parameters_are_refused_before_anything_changes(name):
    optimizer = MAKERS[name]()
    first, second = np.ones(3), np.ones(3)
    optimizer.step(first, np.ones(3))
    state = optimizer.state_dict()
    with pytest.raises(
        ValueError, match=r"params are not those .* 1 steps .*reset\(\)"
    ):
        optimizer.step(second, np.ones(3))
    np.testing.assert_array_equal(second, 1)
    after = optimizer.state_dict()
    assert all(np.array_equal(after[key], state[key]) for key in state)
    optimizer.step(first, np.ones(3))
    optimizer.reset()
    optimizer.step(second, np.ones(3))


def test_a_network_in_the_memory_of_one_that_is_gone_is_another_one():
    optimizer, memory = nn.Momentum(0.1), bytearray(16)
    alive = np.frombuffer(memory)
    optimizer.step(alive, np.ones(2))
    del alive
    with pytest.raises(ValueError, match=r"params are not those"):
        optimizer.step(np.frombuffer(memory), np.ones(2))


def test_a_view_of_the_same_parameters_is_known():
    optimizer, theta = nn.Momentum(0.1), np.ones((3, 2))
    optimizer.step(theta[1:], np.ones((2, 2)))
    optimizer.step(theta[1:][:], np.ones((2, 2)))
    assert optimizer.steps == 2
    with pytest.raises(ValueError, match=r"params are not those"):
        optimizer.step(theta[:2], np.ones((2, 2)))


def test_parameters_are_held_weakly():
    optimizer, theta = nn.Adam(0.1), np.ones(2)
    alive = weakref.ref(theta)
    optimizer.step(theta, np.ones(2))
    del theta
    assert alive() is None


@pytest.mark.parametrize("gone", ["params", "grads"])
def test_no_array_is_none_that_is_gone(gone):
    optimizer, arrays = nn.Adam(0.1), {"params": np.ones(2), "grads": np.ones(2)}
    optimizer.step(**arrays)
    arrays[gone] = None
    with pytest.raises(TypeError, match=f"{gone} is None; expected an array"):
        optimizer.step(**arrays)


@pytest.mark.parametrize("done", [0, 2])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
@pytest.mark.parametrize("name", MAKERS)
def test_a_copy_serves_a_copy(name, copied, done):
    optimizer, theta = MAKERS[name](), np.array([1.0, -2.0, 3.0])
    gradients = np.random.default_rng(0).normal(size=(4, 3))
    for g in gradients[:done]:
        optimizer.step(theta, g, 2)
    twin, other = copied(optimizer), theta.copy()
    for g in gradients[done:]:
        optimizer.step(theta, g, 2)
    for g in gradients[done:]:
        twin.step(other, g, 2)
    np.testing.assert_array_equal(other, theta)
    assert twin.steps == optimizer.steps


@pytest.mark.parametrize("name", MAKERS)
def test_whatever_unpickles_trains(name):
    # As joblib does: a pickle whose arrays are memory that may only be read.
    optimizer, theta = MAKERS[name](), np.array([1.0, -2.0, 3.0])
    optimizer.step(theta, np.ones(3))
    buffers = []
    data = pickle.dumps(optimizer, protocol=5, buffer_callback=buffers.append)
    twin = pickle.loads(data, buffers=[bytes(buffer) for buffer in buffers])
    other = theta.copy()
    twin.step(other, np.ones(3))
    optimizer.step(theta, np.ones(3))
    np.testing.assert_array_equal(other, theta)


def test_a_pickle_holds_what_is_remembered_and_no_more():
    optimizer, theta = nn.Adam(0.1), np.ones(10_000)
    optimizer.step(theta, np.ones(10_000))
    assert len(pickle.dumps(optimizer)) < 2.1 * theta.nbytes


# What fit asks -----------------------------------------------------------------------


def test_fit_refuses_another_network_before_anything_changes():
    optimizer = nn.Adam(nn.LinearDecay(0.1))
    first, _ = fit(optimizer)
    second = nn.mlp([2, 8, 3], seed=1)
    before, state = second.params.copy(), optimizer.state_dict()
    with pytest.raises(
        ValueError, match=r"params are not those .* 40 steps .*reset\(\)"
    ):
        fit(optimizer, second)
    np.testing.assert_array_equal(second.params, before)
    after = optimizer.state_dict()
    assert all(np.array_equal(after[name], state[name]) for name in state)
    fit(optimizer, first)
    optimizer.reset()
    fit(optimizer, second)


@pytest.mark.parametrize("wrap", [lambda f: f, lambda f: nn.Warmup(f, 3)])
def test_a_run_with_a_function_is_no_run_to_resume(wrap):
    optimizer = nn.SGD(wrap(lambda t: 0.1))
    with pytest.raises(ValueError, match=r"learning_rate is .*lambda.*nn\.Schedule"):
        optimizer._check_resumable()
    nn.SGD(nn.Warmup(nn.CosineDecay(0.1, 5), 3))._check_resumable()


def test_fit_does_not_resume_a_run_with_a_function(tmp_path):
    path = tmp_path / "run.safetensors"
    fit(nn.SGD(lambda t: 0.1), callbacks=[nn.Checkpoint(path)])
    with pytest.raises(ValueError, match=r"a run with a function cannot be resumed"):
        fit(nn.SGD(lambda t: 0.1), callbacks=[nn.Checkpoint(path)], resume=path)


def test_any_function_of_the_step_is_a_rate():
    optimizer = nn.SGD(lambda t: np.float32(1) / (1 + t))
    theta, rates = np.zeros(1), []
    for _ in range(3):
        rates.append(optimizer.rate)
        optimizer.step(theta, np.ones(1))
    assert rates == pytest.approx([1, 1 / 2, 1 / 3])
    assert theta[0] == pytest.approx(-sum(rates))
    assert optimizer.learning_rate(9) == pytest.approx(0.1)
    assert fit(nn.Adam(lambda t: 0.1 / (1 + t)))[1].learning_rate[0] > 0


@pytest.mark.parametrize("wrong", [-1.0, np.nan, None, "fast", 1 + 1j])
def test_a_function_that_gives_no_rate(wrong):
    optimizer, theta = nn.SGD(lambda t: wrong), np.ones(2)
    with pytest.raises(
        (TypeError, ValueError), match=r"lambda.* for step 0; expected a"
    ):
        optimizer.step(theta, np.ones(2))
    assert optimizer.steps == 0
