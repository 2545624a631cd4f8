import json
import math
import re
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nnbook as nn

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "torch_values.json").read_text()
)

# Both sides compute in float64, each by its own formula: a few roundings apart.
SAME = 1e-9
# Centred differences of a loss near 1 are good to about 1e-10.
DIFFERENCES = 1e-8
# float32 has 24 bits; a few operations lose one or two of them.
SINGLE = 1e-5

CLASSES = [nn.SoftmaxCrossEntropy(), nn.SoftmaxCrossEntropy(label_smoothing=0.1)]
ELEMENTWISE = [
    nn.BinaryCrossEntropy(),
    nn.MeanSquaredError(),
    nn.MeanAbsoluteError(),
    nn.Huber(),
    nn.Huber(delta=0.3),
]
ALL = [*CLASSES, nn.CrossEntropy(), *ELEMENTWISE]
every_loss = pytest.mark.parametrize("loss", ALL, ids=repr)


def test_every_loss_is_in_the_table():
    public = set(nn.losses.__all__) - {"Loss"}
    assert {type(loss).__name__ for loss in ALL} == public, (
        "ALL differs from nn.losses; give each loss an example, and a formula in "
        "TEXTBOOK."
    )


def make_batch(loss, n=6, k=3, seed=0, dtype=np.float64):
    """Predictions and targets that fit the loss, away from its kinks."""
    rng = np.random.default_rng(seed)
    P = rng.normal(size=(n, k))
    if isinstance(loss, nn.CrossEntropy):
        P = nn.softmax(P)
    if loss in ELEMENTWISE:
        Y = rng.uniform(size=(n, k))
        P += np.where(np.abs(P - Y) < 1e-3, 0.01, 0)
        return P.astype(dtype), Y.astype(dtype)
    return P.astype(dtype), rng.integers(0, k, n)


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        (nn.BinaryCrossEntropy(), "bce_with_logits_y0.0"),
        (nn.BinaryCrossEntropy(), "bce_with_logits_y0.3"),
        (nn.BinaryCrossEntropy(), "bce_with_logits_y1.0"),
        (nn.MeanSquaredError(), "squared_error_no_half"),
        (nn.MeanAbsoluteError(), "absolute_error"),
        (nn.Huber(), "huber_delta1"),
    ],
)
def test_elements_of_pytorch(loss, name):
    expected = REFERENCE["losses_elementwise"][name]
    at = np.array(expected.get("logit", expected.get("prediction")))
    targets = np.full_like(at, expected["target"])
    each = [loss([p], [y]) for p, y in zip(at, targets, strict=True)]
    np.testing.assert_allclose(each, expected["value"], rtol=SAME, atol=1e-15)
    assert loss(at, targets) == pytest.approx(np.mean(expected["value"]), rel=SAME)
    np.testing.assert_allclose(
        loss.gradient(at, targets),
        np.array(expected["derivative"]) / len(at),
        rtol=SAME,
        atol=1e-17,
    )


@pytest.mark.parametrize(
    ("loss", "value", "gradient"),
    [
        (nn.SoftmaxCrossEntropy(), "cross_entropy_mean", "grad_of_mean"),
        (
            nn.SoftmaxCrossEntropy(label_smoothing=0.1),
            "label_smoothing_0.1_mean",
            "grad_of_mean_label_smoothing_0.1",
        ),
    ],
)
def test_cross_entropy_of_pytorch(loss, value, gradient):
    expected = REFERENCE["softmax"]
    z, y = expected["logits"], expected["targets"]
    assert loss(z, y) == pytest.approx(expected[value], rel=SAME)
    np.testing.assert_allclose(
        loss.gradient(z, y), expected[gradient], rtol=SAME, atol=1e-15
    )


def test_soft_targets_of_pytorch():
    expected = REFERENCE["softmax"]["soft_target"]
    z, y = expected["logits"], expected["target"]
    loss = nn.SoftmaxCrossEntropy()
    assert loss(z, y) == pytest.approx(expected["loss"], rel=SAME)
    np.testing.assert_allclose(loss.gradient(z, y), expected["grad"], rtol=SAME)


def test_by_hand():
    # Shares 1/4 and 3/4: -log(3/4); gradient (p - y) / 1.
    z = [[0.0, math.log(3)]]
    loss = nn.SoftmaxCrossEntropy()
    assert loss(z, [1]) == pytest.approx(math.log(4 / 3), rel=1e-14)
    np.testing.assert_allclose(loss.gradient(z, [1]), [[1 / 4, -1 / 4]], rtol=1e-14)
    # Two samples: the mean, and half the gradient for each.
    both = z + z
    assert loss(both, [1, 0]) == pytest.approx((math.log(4 / 3) + math.log(4)) / 2)
    np.testing.assert_allclose(
        loss.gradient(both, [1, 0]), [[1 / 8, -1 / 8], [-3 / 8, 3 / 8]], rtol=1e-14
    )
    # Smoothing 0.2 over two classes makes the target (0.1, 0.9).
    smooth = nn.SoftmaxCrossEntropy(label_smoothing=0.2)
    expected = 0.1 * math.log(4) + 0.9 * math.log(4 / 3)
    assert smooth(z, [1]) == pytest.approx(expected, rel=1e-14)
    # -log(1/4), slope -1 / (1/4).
    separate = nn.CrossEntropy()
    assert separate([[0.25, 0.75]], [0]) == pytest.approx(math.log(4))
    np.testing.assert_array_equal(separate.gradient([[0.25, 0.75]], [0]), [[-4, 0]])
    # σ(0) = 1/2: log 2, slope (1/2 - 1) / 1.
    assert nn.BinaryCrossEntropy()([0.0], [1]) == pytest.approx(math.log(2))
    np.testing.assert_array_equal(nn.BinaryCrossEntropy().gradient([0.0], [1]), [-0.5])
    # Residuals 1 and -3: (1 + 9) / 2; slopes 2 · 1 / 2 and 2 · (-3) / 2.
    assert nn.MeanSquaredError()([2, 0], [1, 3]) == 5
    np.testing.assert_array_equal(
        nn.MeanSquaredError().gradient([2, 0], [1, 3]), [1, -3]
    )
    # (1 + 3) / 2; slopes ±1 / 2.
    assert nn.MeanAbsoluteError()([2, 0], [1, 3]) == 2
    np.testing.assert_array_equal(
        nn.MeanAbsoluteError().gradient([2, 0], [1, 3]), [0.5, -0.5]
    )
    # δ = 2: ½ · 1² and 2 (3 - ½ · 2) = 4; slopes 1 / 2 and -2 / 2.
    assert nn.Huber(delta=2)([2, 0], [1, 3]) == (0.5 + 4) / 2
    np.testing.assert_array_equal(nn.Huber(delta=2).gradient([2, 0], [1, 3]), [0.5, -1])


@every_loss
def test_gradient_is_that_of_centred_differences(loss):
    P, Y = make_batch(loss)
    # Moving one share leaves the sum of the row at 1 ± 6e-6, which is let through.
    numeric = nn.numerical_gradient(lambda P: loss(P, Y), P)
    np.testing.assert_allclose(loss.gradient(P, Y), numeric, atol=DIFFERENCES)


# The textbook's forms, which take complex numbers and need nothing of the library.
def squashed(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def in_rows(y, k=3):
    return np.eye(k)[y]


def bent(r, delta):
    size = np.where(r.real > 0, r, -r)
    return np.where(size.real <= delta, r**2 / 2, delta * (size - delta / 2)).mean()


TEXTBOOK = [
    lambda z, y: -(in_rows(y) * np.log(squashed(z))).sum() / 6,
    lambda z, y: -((0.9 * in_rows(y) + 0.1 / 3) * np.log(squashed(z))).sum() / 6,
    lambda p, y: -(in_rows(y) * np.log(p)).sum() / 6,
    lambda z, y: (np.log(1 + np.exp(z)) - z * y).mean(),
    lambda p, y: ((p - y) ** 2).mean(),
    lambda p, y: np.where((p - y).real > 0, p - y, y - p).mean(),
    lambda p, y: bent(p - y, 1),
    lambda p, y: bent(p - y, 0.3),
]


@pytest.mark.parametrize(("loss", "textbook"), [*zip(ALL, TEXTBOOK, strict=True)])
@pytest.mark.parametrize("seed", range(3))
def test_textbook_form_and_complex_step(loss, textbook, seed):
    P, Y = make_batch(loss, seed=seed)
    assert loss(P, Y) == pytest.approx(textbook(P + 0j, Y).real, rel=1e-13)
    steps = 1e-30j * np.eye(P.size).reshape(P.size, *P.shape)
    slopes = [textbook(P + step, Y).imag / 1e-30 for step in steps]
    gradient = loss.gradient(P, Y).ravel()
    np.testing.assert_allclose(gradient, slopes, rtol=1e-12, atol=1e-15)


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("as_rows", [False, True])
def test_fast_path_equals_the_readable_definition(loss, dtype, as_rows):
    tolerance = SINGLE if dtype == np.float32 else 1e-13
    for n in (6, 1, 300):
        P, Y = make_batch(loss, n=n, seed=n, dtype=dtype)
        if as_rows and loss.classification and Y.ndim == 1:
            Y = nn.softmax(np.random.default_rng(n).normal(size=P.shape))
        P *= 1 if isinstance(loss, nn.CrossEntropy) else 30  # far in the tails, too
        prepared = loss._prepare(Y, *P.shape, P.dtype)
        out = np.empty_like(P)
        value = loss._value_and_gradient(P, prepared, out)
        assert type(value) is float
        assert value == pytest.approx(loss(P, Y), rel=tolerance)
        gradient = loss.gradient(P, Y)
        np.testing.assert_allclose(out, gradient, rtol=tolerance, atol=tolerance / n)


@every_loss
def test_what_was_computed_before_does_not_matter(loss):
    used = eval(repr(loss), {"nn": nn})
    used(*make_batch(loss, seed=1, dtype=np.float32))
    P, Y = make_batch(loss)
    fresh = eval(repr(loss), {"nn": nn})
    assert used(P, Y) == fresh(P, Y)
    np.testing.assert_array_equal(used.gradient(P, Y), fresh.gradient(P, Y))


@every_loss
def test_dtype_is_kept_and_inputs_unchanged(loss):
    P, Y = make_batch(loss)
    before = P.copy(), Y.copy()
    value, gradient = loss(P, Y), loss.gradient(P, Y)
    assert type(value) is float
    assert gradient.dtype == np.float64
    np.testing.assert_array_equal(P, before[0])
    np.testing.assert_array_equal(Y, before[1])
    single = loss.gradient(P.astype(np.float32), Y)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, gradient, rtol=SINGLE, atol=1e-7)
    assert loss(P.astype(np.float32), Y) == pytest.approx(value, rel=SINGLE)


@given(st.sampled_from(ALL), st.integers(1, 5), st.integers(0, 2**32))
def test_a_batch_is_the_mean_of_its_parts(loss, cut, seed):
    P, Y = make_batch(loss, seed=seed)
    shares = cut / 6, 1 - cut / 6
    parts = [(P[:cut], Y[:cut]), (P[cut:], Y[cut:])]
    mean = sum(s * loss(*part) for s, part in zip(shares, parts, strict=True))
    assert loss(P, Y) == pytest.approx(mean, rel=1e-13)
    gradients = [s * loss.gradient(*p) for s, p in zip(shares, parts, strict=True)]
    np.testing.assert_allclose(
        loss.gradient(P, Y), np.concatenate(gradients), rtol=1e-13, atol=1e-17
    )


@given(st.sampled_from(ALL), st.permutations(range(6)))
def test_the_order_of_samples_does_not_matter(loss, order):
    P, Y = make_batch(loss)
    assert loss(P[order], Y[order]) == pytest.approx(loss(P, Y), rel=1e-14)
    np.testing.assert_allclose(
        loss.gradient(P[order], Y[order]), loss.gradient(P, Y)[order], rtol=1e-13
    )


@pytest.mark.parametrize("loss", [*CLASSES, nn.CrossEntropy()], ids=repr)
def test_labels_are_distributions(loss):
    P, y = make_batch(loss)
    Y = np.eye(3)[y]
    assert loss(P, Y) == pytest.approx(loss(P, y), rel=1e-14)
    np.testing.assert_allclose(loss.gradient(P, Y), loss.gradient(P, y), atol=1e-16)
    for dtype in (np.uint8, np.int16):
        assert loss(P, y.astype(dtype)) == loss(P, y)


def test_joint_and_separate_route_agree():
    Z, y = make_batch(nn.SoftmaxCrossEntropy())
    joint, separate = nn.SoftmaxCrossEntropy(), nn.CrossEntropy()
    p = nn.softmax(Z)
    assert separate(p, y) == pytest.approx(joint(Z, y), rel=1e-14)
    through = nn.softmax_backward(p, separate.gradient(p, y))
    np.testing.assert_allclose(joint.gradient(Z, y), through, atol=1e-15)


def test_separate_route_is_flat_below_epsilon():
    loss = nn.CrossEntropy(epsilon=1e-3)
    P = [[1e-300, 1.0]]
    assert loss(P, [0]) == pytest.approx(-math.log(1e-3))
    np.testing.assert_array_equal(loss.gradient(P, [0]), 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "loss", [loss for loss in ALL if not isinstance(loss, nn.CrossEntropy)], ids=repr
)
def test_huge_and_tiny_predictions(loss, dtype):
    # Warnings are errors in all tests.
    P = np.array([[1e4, -1e4], [-1e4, 1e4], [1e-30, 0]], dtype)
    Y = np.eye(2)[[1, 1, 0]] if loss in ELEMENTWISE else [1, 1, 0]
    assert 0 < loss(P, Y) < math.inf
    assert np.isfinite(loss.gradient(P, Y)).all()


def test_hopeless_sample_costs_the_distance_of_the_scores():
    assert nn.SoftmaxCrossEntropy()([[1e4, -1e4]], [1]) == 2e4
    np.testing.assert_array_equal(
        nn.SoftmaxCrossEntropy().gradient([[1e4, -1e4]], [1]), [[1, -1]]
    )


@pytest.mark.parametrize("loss", CLASSES, ids=repr)
def test_one_class_costs_nothing(loss):
    assert loss([[3.0], [-1.0]], [0, 0]) == 0
    np.testing.assert_array_equal(loss.gradient([[3.0], [-1.0]], [0, 0]), 0)
    assert nn.CrossEntropy()([[1.0], [1.0]], [0, 0]) == 0


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_columns_and_vectors_are_the_same(loss):
    p, y = np.array([0.2, -1.0, 3.0]), np.array([0.0, 1.0, 1.0])
    value, gradient = loss(p, y), loss.gradient(p, y)
    for P, Y in ((p[:, None], y), (p[:, None], y[:, None]), (p, y[:, None])):
        assert loss(P, Y) == value
        np.testing.assert_array_equal(loss.gradient(P, Y), gradient.reshape(P.shape))


def test_slope_zero_where_prediction_and_target_agree():
    for loss in (nn.MeanSquaredError(), nn.MeanAbsoluteError(), nn.Huber()):
        assert loss([1.0], [1.0]) == 0
        np.testing.assert_array_equal(loss.gradient([1.0], [1.0]), 0)


@pytest.mark.parametrize("r", [-1.5, 1.5])
def test_huber_is_smooth_where_its_parts_meet(r):
    loss = nn.Huber(delta=1.5)
    below, above = np.nextafter(r, 0), np.nextafter(r, 2 * r)
    assert loss([below], [0]) == pytest.approx(loss([above], [0]), rel=1e-14)
    np.testing.assert_allclose(loss.gradient([below], [0]), loss.gradient([above], [0]))


@every_loss
def test_repr_makes_the_loss_again(loss):
    twin = eval(repr(loss), {"nn": nn})
    P, Y = make_batch(loss)
    assert twin(P, Y) == loss(P, Y)


def test_fit_refuses_scores_where_shares_are_wanted():
    network = nn.mlp([2, 3])
    with pytest.raises(ValueError, match="scores to nn"):
        nn.fit(
            network,
            [[1.0, 2.0]],
            [0],
            loss=nn.CrossEntropy(),
            optimizer=nn.SGD(0.1),
            epochs=1,
        )


CE, MSE = nn.SoftmaxCrossEntropy(), nn.MeanSquaredError()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: CE(np.zeros((0, 3)), []), ValueError, "at least one sample"),
        (lambda: CE(np.zeros((3, 0)), [0] * 3), ValueError, "at least one sample"),
        (lambda: MSE([], []), ValueError, "at least one sample"),
        (lambda: MSE(1.0, 1.0), ValueError, r"shape \(\)"),
        (lambda: MSE(np.zeros((2, 2, 2)), np.zeros((2, 2, 2))), ValueError, "n, k"),
        (lambda: MSE([[1.0, 2.0]], [1.0]), ValueError, r"expected \(1, 2\)"),
        (
            lambda: CE([1.0, 2.0], [0]),
            ValueError,
            r"expected \(n, k\), .* np\.atleast_2d\(predictions\)",
        ),
        (lambda: CE([[1.0, 2.0]], [[0]]), ValueError, r"np\.ravel\(targets\)"),
        (lambda: CE([[1.0, 2.0]], [0, 1]), ValueError, r"labels of shape \(1,\)"),
        (lambda: CE([[1.0, 2.0]], [0.0]), TypeError, "whole numbers"),
        (lambda: CE([[1.0, 2.0]], [2]), ValueError, "the label 2; expected .* 0 to 1"),
        (lambda: CE([[1.0, 2.0]], [-1]), ValueError, "the label -1"),
        (lambda: CE([[1.0, 2.0]], [[0.5, 0.4]]), ValueError, "distributions"),
        (lambda: CE([[1.0, 2.0]], [[1.5, -0.5]]), ValueError, "distributions"),
        (lambda: CE([[1.0, 2.0]], [[1], [1, 2]]), ValueError, "different lengths"),
        (lambda: CE([[1.0, np.nan]], [0]), ValueError, "predictions holds nan"),
        (lambda: nn.CrossEntropy()([[0.7, 0.7]], [0]), ValueError, "probabilities"),
        (lambda: nn.CrossEntropy()([[1.5, -0.5]], [0]), ValueError, "probabilities"),
        (lambda: nn.BinaryCrossEntropy()([0.0], [2]), ValueError, "targets hold 2"),
        (lambda: nn.BinaryCrossEntropy()([0.0], [-1]), ValueError, "targets hold -1"),
        (lambda: nn.SoftmaxCrossEntropy(1.0), ValueError, "label_smoothing is 1.0"),
        (lambda: nn.CrossEntropy(0), ValueError, "epsilon is 0"),
        (lambda: nn.Huber(0), ValueError, "delta is 0"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_one_loss_in_several_threads():
    loss = nn.SoftmaxCrossEntropy()
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4, 500, 100))
    labels = rng.integers(0, 100, size=(4, 500))
    alone = [loss(*pair) for pair in zip(scores, labels, strict=True)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(50):
            assert list(pool.map(loss, scores, labels)) == alone


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("as_rows", [False, True])
def test_softmax_cross_entropy_of_the_largest_scores(dtype, smoothing, as_rows):
    largest = np.finfo(dtype).max
    scores = np.array([[largest, -largest], [0.0, 0.0]], dtype)
    targets = np.array([0, 1])
    loss = nn.SoftmaxCrossEntropy(smoothing)
    slopes = loss.gradient(scores, np.eye(2)[targets] if as_rows else targets)
    expected = np.array([[1 - (1 - smoothing / 2), -smoothing / 2], [0, 0]])
    expected[1] = 0.5 - np.array([smoothing / 2, 1 - smoothing / 2])
    np.testing.assert_allclose(slopes, expected / 2, rtol=1e-5, atol=1e-7)
    prepared = loss._prepare(np.eye(2)[targets] if as_rows else targets, 2, 2, dtype)
    out = np.empty_like(scores)
    with np.errstate(over="ignore"):
        value = loss._value_and_gradient(scores, prepared, out)
    np.testing.assert_allclose(out, slopes, rtol=1e-5, atol=1e-7)
    if not smoothing:
        assert value == pytest.approx(np.log(2) / 2)
        value = loss(scores, np.eye(2)[targets] if as_rows else targets)
        assert value == pytest.approx(np.log(2) / 2)


@pytest.mark.parametrize(
    "loss", [nn.MeanSquaredError(), nn.MeanAbsoluteError(), nn.Huber()], ids=repr
)
def test_a_loss_too_large_for_its_dtype_is_refused(loss):
    with pytest.raises(ValueError, match="the loss is inf: predictions or targets"):
        loss([1.7e308], [-1.7e308])


def test_a_gradient_too_large_for_its_dtype_is_refused():
    with pytest.raises(ValueError, match="the gradient is not finite: predictions or"):
        nn.MeanSquaredError().gradient([1.7e308], [-1.7e308])


# Mutations ---------------------------------------------------------------------------


def test_a_share_of_epsilon_itself_is_not_yet_flat():
    loss, P = nn.CrossEntropy(epsilon=0.25), [[0.25, 0.75]]
    np.testing.assert_array_equal(loss.gradient(P, [0]), [[-4, 0]])
    below = [[np.nextafter(0.25, 0), 0.75]]
    np.testing.assert_array_equal(loss.gradient(below, [0]), [[0, 0]])


@pytest.mark.parametrize("sign", [-1, 1])
def test_shares_may_miss_1_by_a_thousandth(sign):
    loss = nn.CrossEntropy()
    assert loss([[0.5, 0.5 + sign * 0.9e-3]], [0]) == pytest.approx(math.log(2))
    with pytest.raises(ValueError, match="probabilities that add up to 1"):
        loss([[0.5, 0.5 + sign * 1.1e-3]], [0])


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("loss", [*CLASSES, nn.CrossEntropy()], ids=repr)
def test_distributions_may_miss_1_by_a_ten_thousandth(loss, sign):
    P = [[0.5, 0.5]]
    value = loss(P, [[0.5, 0.5 + sign * 0.9e-4]])
    assert value == pytest.approx(math.log(2), rel=1e-4)
    with pytest.raises(ValueError, match="do not hold distributions"):
        loss(P, [[0.5, 0.5 + sign * 1.1e-4]])


def test_yes_begins_above_one_half():
    # A score of 0 is a share of ½: neither counts as yes.
    loss = nn.BinaryCrossEntropy()
    right = [((0.0, 0.5), 1), ((0.0, 1.0), 0), ((1e-9, 0.6), 1), ((1e-9, 0.5), 0)]
    for (score, share), count in right:
        assert loss._count_right(np.array([[score]]), np.array([[share]])) == count
    # Of several answers a sample each counts for its share.
    assert loss._count_right(np.array([[1.0, -1.0]]), np.array([[1.0, 1.0]])) == 0.5


def test_samples_answered_right_are_counted():
    Z = np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]])
    for loss in (nn.SoftmaxCrossEntropy(), nn.CrossEntropy()):
        assert loss._count_right(Z, np.array([0, 0, 0])) == 2
        assert loss._count_right(Z, np.array([[0.3, 0.7], [0.1, 0.9], [0, 1]])) == 1


# What outputs mean -------------------------------------------------------------------


def test_classes_are_the_largest_outputs():
    Z = np.array([[0.0, 3.0, 1.0], [2.0, 0.0, 1.0]], np.float32)
    joint, separate = nn.SoftmaxCrossEntropy(), nn.CrossEntropy()
    np.testing.assert_array_equal(joint.predict(Z), [1, 0])
    assert joint.predict(Z.tolist()).dtype == np.intp
    p = joint.predict_proba(Z)
    np.testing.assert_array_equal(p, nn.softmax(Z))
    assert p.dtype == np.float32
    np.testing.assert_array_equal(separate.predict(p), [1, 0])
    np.testing.assert_array_equal(separate.predict_proba(p), p)
    for ask in (separate.predict, separate.predict_proba):
        with pytest.raises(ValueError, match=r"scores to nn\.SoftmaxCrossEntropy"):
            ask(Z)
    for ask in (joint.predict, joint.predict_proba):
        with pytest.raises(ValueError, match=r"outputs have shape \(3,\); expected"):
            ask(Z[0])
        assert ask(np.atleast_2d(Z[0])).shape[0] == 1
        with pytest.raises(ValueError, match="outputs holds nan"):
            ask([[np.nan, 1.0]])


def test_yes_or_no():
    loss, z = nn.BinaryCrossEntropy(), np.array([-1.0, 0.0, 1e-9, 800.0])
    for one in (z, z[:, None]):
        np.testing.assert_array_equal(loss.predict(one), [0, 0, 1, 1])
        p = loss.predict_proba(one)
        np.testing.assert_allclose(p[:, 1], nn.sigmoid(z))
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-15)
        assert p.shape == (4, 2)
    several = z.reshape(2, 2)
    np.testing.assert_array_equal(loss.predict(several), [[0, 0], [1, 1]])
    assert loss.predict(several).dtype == np.intp
    np.testing.assert_array_equal(loss.predict_proba(several), nn.sigmoid(several))


@pytest.mark.parametrize("loss", ELEMENTWISE[1:], ids=repr)
def test_values(loss):
    P = np.array([[1.5], [-2.0]])
    for one in (P, P[:, 0]):
        np.testing.assert_array_equal(loss.predict(one), [1.5, -2])
    np.testing.assert_array_equal(loss.predict(P.T), P.T)
    loss.predict(P)[0] = 5  # no view
    assert P[0] == 1.5
    with pytest.raises(ValueError, match=r"Use predict .*") as caught:
        loss.predict_proba(P)
    assert str(caught.value).startswith(f"{loss!r} gives no probabilities")


SCORES = hnp.arrays(
    float,
    st.tuples(st.integers(1, 5), st.integers(1, 4)),
    elements=st.integers(-40, 40).map(lambda x: x / 2),
)


@given(SCORES, st.integers(-100, 100))
def test_the_answer_is_the_most_probable_class_wherever_the_scores_lie(Z, shift):
    loss = nn.SoftmaxCrossEntropy()
    p, answers = loss.predict_proba(Z), loss.predict(Z)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_array_equal(p[np.arange(len(Z)), answers], p.max(axis=1))
    np.testing.assert_array_equal(loss.predict(Z + shift), answers)
    assert loss._count_right(Z, answers) == len(Z)
    # Whoever answers right costs no more than whoever guesses.
    assert loss(Z, answers) <= math.log(Z.shape[1]) + 1e-12


@given(SCORES)
def test_yes_is_what_is_more_probable_than_not(Z):
    loss = nn.BinaryCrossEntropy()
    yes, answers = loss.predict_proba(Z), loss.predict(Z)
    if Z.shape[1] == 1:
        np.testing.assert_allclose(yes.sum(axis=1), 1, rtol=1e-14)
        yes = yes[:, 1]
    assert yes.shape == answers.shape
    np.testing.assert_array_equal(answers, yes > 0.5)
    rows = answers.reshape(Z.shape).astype(float)
    assert loss._count_right(Z, rows) == len(Z)
    assert loss._count_right(Z, 1 - rows) == 0


def test_which_losses_squash_the_outputs():
    on_scores = [type(loss).__name__ for loss in ALL if loss.on_scores]
    assert set(on_scores) == {"SoftmaxCrossEntropy", "BinaryCrossEntropy"}


# Losses of a reader ------------------------------------------------------------------


class LogCosh(nn.Loss):
    def value(self, predictions, targets):
        return np.mean(np.log(np.cosh(predictions - targets)))

    def gradient(self, predictions, targets):
        return np.tanh(predictions - targets) / predictions.size


class Hinge(nn.Loss):
    """The largest margin by which another class comes near (Crammer and Singer)."""

    classification = True

    def __init__(self, margin=1.0):
        self.margin = margin

    def value(self, predictions, targets):
        rows = np.arange(len(targets))
        gap = self.margin + predictions - predictions[rows, targets][:, None]
        gap[rows, targets] = 0
        return gap.max(axis=1).mean()

    def gradient(self, predictions, targets):
        rows, slopes = np.arange(len(targets)), np.zeros(predictions.shape)
        gap = self.margin + predictions - predictions[rows, targets][:, None]
        gap[rows, targets] = 0
        slopes[rows, gap.argmax(axis=1)] += 1
        slopes[rows, targets] -= 1
        return slopes / len(targets)


def train(network, X, y, loss, epochs=60):
    return nn.fit(network, X, y, loss=loss, optimizer=nn.Adam(0.01), epochs=epochs)


def test_an_own_loss_of_values():
    loss, (P, Y) = LogCosh(), make_batch(LogCosh(), k=2)
    assert repr(loss) == "LogCosh()"
    P, Y = P, np.random.default_rng(1).normal(size=P.shape)
    steps = 1e-30j * np.eye(P.size).reshape(P.size, *P.shape)
    slopes = [np.mean(np.log(np.cosh(P + e - Y))).imag / 1e-30 for e in steps]
    np.testing.assert_allclose(loss.gradient(P, Y).ravel(), slopes, rtol=1e-12)
    assert loss.gradient(P.astype(np.float32), Y).dtype == np.float32
    assert loss(P, Y) == loss.value(P, Y) > 0
    np.testing.assert_array_equal(loss.predict(P[:, :1]), P[:, 0])
    network = nn.mlp([2, 4, 2], nn.tanh, dtype=np.float64)
    assert nn.check_gradients(network, P, Y, loss) < 1e-7
    history = train(network, P, Y, loss)
    assert history.loss[-1] < 0.5 * history.loss[0]
    assert not history.accuracy


def test_an_own_loss_of_classes():
    X, y = nn.datasets.blobs(seed=0)
    network, loss = nn.mlp([2, 8, 3], nn.tanh, dtype=np.float64), Hinge()
    assert nn.check_gradients(network, X[::50], y[::50], loss) < 1e-7
    history = train(network, X, y, loss)
    assert history.accuracy[-1] > 0.9
    right = (loss.predict(network(X)) == y).mean()
    assert loss._count_right(network(X), y) == right * len(y)
    with pytest.raises(ValueError, match=r"Hinge\(\) gives no probabilities"):
        loss.predict_proba(network(X))
    assert loss.gradient(network(X).astype(np.float32), y).dtype == np.float32
    assert repr(Hinge(margin=2.0)) == "Hinge(margin=2.0)"
    # As those of the library do, it takes labels alone where it is given labels.
    with pytest.raises(ValueError, match="the label 3; expected labels from 0 to 2"):
        loss([[1.0, 2.0, 3.0]], [3])


def test_what_is_overridden_is_used_in_place_of_the_fast_path():
    class Doubled(nn.SoftmaxCrossEntropy):
        def gradient(self, predictions, targets):
            return 2 * super().gradient(predictions, targets)

    class Named(Doubled):
        def predict(self, outputs):
            return outputs.argmin(axis=1)

    (P, y), plain = make_batch(CLASSES[0]), nn.SoftmaxCrossEntropy(0.1)
    out = np.empty_like(P)
    for loss in (Doubled(0.1), Named(0.1)):
        value = loss._value_and_gradient(P, loss._prepare(y, 6, 3, P.dtype), out)
        assert value == loss(P, y) == plain(P, y)
        np.testing.assert_array_equal(out, 2 * plain.gradient(P, y))
    worst = P.argmin(axis=1)
    assert Named()._count_right(P, worst) == 6 > plain._count_right(P, worst)


def test_reading_the_outputs_oneself_decides_what_counts_as_right():
    class Cautious(nn.BinaryCrossEntropy):
        def predict(self, outputs):
            return (outputs[:, 0] > 2).astype(int)

    Z, Y = np.array([[1.0], [3.0], [1.5]]), np.array([[1.0], [1.0], [1.0]])
    np.testing.assert_array_equal(Cautious().predict(Z), [0, 1, 0])
    assert Cautious()._count_right(Z, Y) == 1
    assert nn.BinaryCrossEntropy()._count_right(Z, Y) == 3


@pytest.mark.parametrize("base", [nn.SoftmaxCrossEntropy, nn.BinaryCrossEntropy])
def test_answers_of_another_shape_are_not_counted(base):
    class Mine(base):
        def predict(self, outputs):
            return outputs[:, :1] > 0

    Z = np.ones((3, 1))
    Y = Mine()._prepare(np.zeros(3, int), 3, 1, float)
    with pytest.raises(ValueError, match=r"predict of Mine\(\) gives .* shape \(3,\)"):
        Mine()._count_right(Z, Y)


def test_other_names_are_refused():
    both = r"value\(predictions, targets\) and gradient\(predictions, targets\) instead"
    for base in (nn.Loss, nn.MeanSquaredError):
        for old, new in (("__call__", "value"), ("_value_and_gradient", both)):
            message = f"Mine overrides {old}; override {new}"
            with pytest.raises(TypeError, match=message):
                type("Mine", (base,), {old: lambda self, P, Y: 0.0})


def test_a_fast_path_beside_the_readable_definition_is_used():
    class Fast(LogCosh):
        def value(self, predictions, targets):
            return super().value(predictions, targets)

        def _value_and_gradient(self, P, Y, out):
            return 7.0

    class Named(Fast):
        pass

    assert Named()._value_and_gradient(np.ones((1, 1)), np.ones((1, 1)), None) == 7


@pytest.mark.parametrize("missing", ["value", "gradient"])
def test_what_is_missing_is_asked_for(missing):
    written = {"value", "gradient"} - {missing}
    mine = type("Mine", (nn.Loss,), dict.fromkeys(written, lambda self, P, Y: 0 * P))()
    message = rf"Mine lacks {missing}\(predictions, targets\)"
    with pytest.raises(NotImplementedError, match=message):
        getattr(mine, missing)([1.0], [1.0])


@pytest.mark.parametrize("result", [np.ones(2), [1.0], 1j, "a", None])
def test_an_own_loss_is_one_number(result):
    gradient = LogCosh.gradient.__wrapped__
    named = {"value": lambda self, P, Y: result, "gradient": gradient}
    mine, P = type("Mine", (nn.Loss,), named)(), np.ones((2, 1))
    message = r"value of Mine\(\) gives .*; expected one number .*, such as the mean"
    with pytest.raises(ValueError, match=message):
        mine(P, P)
    with pytest.raises(ValueError, match=message):
        mine._value_and_gradient(P, P, np.empty_like(P))


@pytest.mark.parametrize("result", [1.0, np.ones(2), np.ones((2, 1)) * 1j, None])
def test_an_own_gradient_has_the_shape_of_the_predictions(result):
    value = LogCosh.value.__wrapped__
    named = {"value": value, "gradient": lambda self, P, Y: result}
    mine, P = type("Mine", (nn.Loss,), named)(), np.ones((2, 1))
    message = r"gradient of Mine\(\) gives .*; expected .* of predictions, \(2, 1\)"
    with pytest.raises(ValueError, match=message):
        mine.gradient(P, P)
    with pytest.raises(ValueError, match=message):
        mine._value_and_gradient(P, P, np.empty_like(P))


def test_an_own_loss_changes_nothing_of_its_caller():
    class Careless(LogCosh):
        def gradient(self, predictions, targets):
            predictions -= targets
            return predictions

    P = np.ones((2, 1))
    for call in (
        lambda: Careless().gradient(P, P),
        lambda: Careless()._value_and_gradient(P, P, np.empty_like(P)),
    ):
        with pytest.raises(ValueError, match="read-only"):
            call()
    np.testing.assert_array_equal(P, 1)


def test_an_own_loss_that_uses_checked_functions_sees_no_infinity():
    class Joint(nn.SoftmaxCrossEntropy):
        def value(self, predictions, targets):
            return super().value(predictions, targets)

    network = nn.mlp([2, 8, 3], dtype=np.float32)
    X, y = nn.datasets.blobs(seed=0)
    with pytest.raises(nn.DivergedError, match="the loss became nan"):
        nn.fit(network, X, y, loss=Joint(), optimizer=nn.SGD(1e36), epochs=3)


# Labels ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64])
@pytest.mark.parametrize("loss", [*CLASSES, nn.CrossEntropy(), Hinge()], ids=repr)
def test_labels_become_indices(loss, dtype):
    labels = np.array([2, 0, 1], dtype)
    prepared = loss._prepare(labels, 3, 3, np.float32)
    assert prepared.dtype == np.intp
    assert not np.shares_memory(prepared, labels)
    np.testing.assert_array_equal(prepared, labels)


@pytest.mark.parametrize("loss", [*CLASSES, nn.CrossEntropy(0.1)], ids=repr)
def test_memory_grows_with_samples_times_classes(loss):
    n, k = 5, 20_000  # a matrix k × k would take 3.2 GB
    P, labels = np.full((n, k), 1 / k), np.arange(n)
    out = np.empty_like(P)
    tracemalloc.start()
    prepared = loss._prepare(labels, n, k, P.dtype)
    assert tracemalloc.get_traced_memory()[1] < 100_000  # labels stay labels
    loss(P, labels)
    loss.gradient(P, labels)
    loss._value_and_gradient(P, prepared, out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * P.nbytes


class Column:
    """A column of a table, which is no array."""

    def __init__(self, entries, dtype=object):
        self.entries = np.array(entries, dtype)

    def __array__(self, dtype=None, copy=None):
        return self.entries if dtype is None else self.entries.astype(dtype)


P2, P3 = np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 0.5]]), np.eye(3)
ADVICE = [
    (CLASSES[0], P3, [[0], [1], [2]]),
    (CLASSES[0], P3, np.array([[0], [1], [2]])),
    (CLASSES[0], P3, Column([[0], [1], [2]])),
    (CLASSES[0], P3, [0.0, 1.0, 2.0]),
    (CLASSES[0], P3, np.array([0.0, 1.0, 2.0])),
    (CLASSES[0], P3, Column([0.0, 1.0, 2.0], float)),
    (CLASSES[0], P3, Column([0, 1, 2])),
    (CLASSES[0], P3, ["cat", "dog", "cow"]),
    (CLASSES[0], P3, np.array(["cat", "dog", "cow"])),
    (CLASSES[0], P3, Column(["cat", "dog", "cow"])),
    (CLASSES[0], P3, Column([1, "dog", "cow"])),
    (CLASSES[0], P2, [True, False, True]),
    (CLASSES[0], P3, [1, 2, 3]),
    (CLASSES[0], P2, [-1, 1, 1]),
    (CLASSES[0], P3, [10, 20, 30]),
    (CLASSES[0], P3, [[1, 1, 2], [1, 0, 0], [3, 0, 0]]),
    (CLASSES[0], P3, [[1, 1, 0], [1, 0, 0], [0, 0, 0]]),
    (CLASSES[0], P3, [[1.5, -0.5, 0], [1, 0, 0], [1, 0, 0]]),
    (CLASSES[0], P2[:, :1], [0, 1, 1]),
    (CLASSES[0], P2[:, :1], [[0], [1], [1]]),
    (CLASSES[0], P3, [0.5, 1.0, 2.0]),
    (nn.CrossEntropy(), P3, ["cat", "dog", "cow"]),
    (nn.CrossEntropy(), P3, [[0], [1], [2]]),
    (nn.BinaryCrossEntropy(), P2[:, 0], [-1, 1, 1]),
    (nn.BinaryCrossEntropy(), P2[:, 0], ["no", "yes", "no"]),
    (nn.BinaryCrossEntropy(), P2, [0, 1, 1]),
    (nn.MeanSquaredError(), P3, [0, 1, 2]),
    (nn.MeanSquaredError(), P3, Column([0, 1, 2], int)),
    (nn.MeanSquaredError(), P2[:, 0], ["1", "2.5", "3"]),
    (nn.MeanSquaredError(), P2[:, 0], Column([1, 2.5, 3])),
    (nn.MeanSquaredError(), P2[:, 0], Column(["1", "2.5", "3"])),
]


def follow(advice, targets, predictions):
    """Do what a message says."""
    if loss := re.search(r"use (?:a loss such as )?(nn\.\w+\(\))", advice):
        loss = eval(loss[1])
        k = predictions.shape[1] if predictions.ndim == 2 else 1
        wide = np.shape(targets) == predictions.shape
        return loss(predictions if wide or k == 1 else predictions[:, 0], targets)
    if "Divide each row by its sum" in advice:
        return np.divide(targets, np.sum(targets, axis=1, keepdims=True))
    ends = r"\[1\]|\[targets\]|astype\(int\)|dtype=float\)|ravel\(targets\)| [->] \d"
    code = re.search(rf"np\..*?(?:{ends})", advice)[0]
    return eval(code, {"np": np, "targets": targets})


@pytest.mark.parametrize(("loss", "P", "targets"), ADVICE)
def test_advice_works_when_followed(loss, P, targets):
    for _ in range(3):  # a column of texts is two steps away
        try:
            value = loss(P, targets)
            break
        except (TypeError, ValueError) as error:
            message = str(error)
        targets = follow(message.rpartition("expected ")[2], targets, P)
        if isinstance(targets, float):
            value = targets
            break
    assert math.isfinite(value)
    assert message.startswith("targets ")


@pytest.mark.parametrize("nothing", [None, math.nan])
def test_missing_targets_are_named(nothing):
    with pytest.raises(TypeError, match=f"first: there is {nothing} at index 1"):
        CLASSES[0](P3, Column(["a", nothing, "b"]))
    with pytest.raises(TypeError, match="first: there is nan at index 1"):
        CLASSES[0](P3, [0, math.nan, 2])
    column = Column([1, nothing, 2])
    with pytest.raises(TypeError, match=r"np\.asarray\(targets, dtype=float\)"):
        MSE(P3[:, 0], column)
    with pytest.raises(ValueError, match=r"targets holds nan at index \(1,\)"):
        MSE(P3[:, 0], np.asarray(column, dtype=float))


JUNK = [
    *(None, 3, 3.5, "a", b"a", [], [[]], {}, object(), range(3), [object()] * 3),
    *([None] * 3, ["a", "b", "c"], [b"a", b"b", b"c"], [1, 2], [0, 1, 5], [[["a"]]]),
    *(
        [math.nan, 0, 1],
        [math.inf, 0, 1],
        [1j, 2, 3],
        [[1], [2, 3]],
        np.zeros((3, 3, 3)),
    ),
    np.array([2**63, 0, 1], np.uint64),
    np.array([10**400, 0, 1], object),
    np.array([None, 1, 2.5], object),
    np.array(["2020", "2021", "2022"], "M8[Y]"),
    np.array([1, 2, 3], "m8[s]"),
    np.zeros(3, [("a", int)]),
    np.ma.array([0, 1, 2], mask=[0, 1, 0]),
    np.array([["x", "y", "z"]] * 3),
    np.array([0.5, 1, 2], np.float16),
]


@every_loss
@pytest.mark.parametrize(
    "junk", JUNK, ids=lambda junk: repr(junk).split(" at 0x")[0][:40]
)
def test_junk_is_refused_in_words(loss, junk):
    k = 3 if loss.classification and loss not in ELEMENTWISE else 1
    P = np.full((3, k), 1 / k)
    calls = [lambda: loss(P, junk), lambda: loss(junk, [0, 1, 2])]
    for call in [*calls, lambda: loss.predict(junk)]:
        try:
            result = call()
        except (TypeError, ValueError) as error:
            assert re.search("expected|too large", str(error))  # noqa: PT017
        else:
            assert np.isfinite(result).all()


@pytest.mark.parametrize(
    ("loss", "wide", "targets"),
    [
        (nn.SoftmaxCrossEntropy(), 2, np.full((4, 3), 1 / 3)),
        (nn.SoftmaxCrossEntropy(), 2, [10, 20, 30, 40]),
        (nn.MeanSquaredError(), 2, np.ones((4, 3))),
        (nn.MeanSquaredError(), 2, [0.5, 1.5, 2.5, 3.5]),
        (nn.BinaryCrossEntropy(), 3, [[0, 1]] * 4),
    ],
)
def test_a_layer_as_wide_as_advised_fits(loss, wide, targets):
    X = np.random.default_rng(0).normal(size=(4, 2))
    with pytest.raises(ValueError, match=r"ake the last layer \d wide") as caught:
        train(nn.mlp([2, wide]), X, targets, loss, epochs=1)
    if "Number them" in str(caught.value):
        targets = np.unique(targets, return_inverse=True)[1]
    wide = int(re.search(r"(\d) wide", str(caught.value))[1])
    assert len(train(nn.mlp([2, wide]), X, targets, loss, epochs=1).loss) == 1


@pytest.mark.parametrize("loss", [CE, nn.MeanSquaredError()], ids=repr)
def test_too_few_targets(loss):
    with pytest.raises(ValueError, match=r"Give one (row )?for each sample"):
        loss(P3, [0, 1])
