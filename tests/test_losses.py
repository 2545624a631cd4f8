import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_cross_entropy_by_complex_step():
    P, Y = make_batch(nn.SoftmaxCrossEntropy())
    rows = np.arange(len(P))

    def textbook(z):
        e = np.exp(z)
        return -np.log((e / e.sum(axis=1, keepdims=True))[rows, Y]).mean()

    steps = 1e-30j * np.eye(P.size).reshape(P.size, *P.shape)
    slopes = [textbook(P + step).imag / 1e-30 for step in steps]
    np.testing.assert_allclose(
        nn.SoftmaxCrossEntropy().gradient(P, Y).ravel(), slopes, rtol=1e-13
    )


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_private_path_equals_call_and_gradient(loss, dtype):
    for n in (6, 2, 6):  # buffers of other batch sizes must not matter
        P, Y = make_batch(loss, n=n, seed=n, dtype=dtype)
        prepared = loss._prepare(Y, *P.shape, P.dtype)
        out = np.empty_like(P)
        assert loss._value_and_gradient(P, prepared, out) == loss(P, Y)
        np.testing.assert_array_equal(out, loss.gradient(P, Y))


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
        (lambda: CE([1.0, 2.0], [0]), ValueError, "expected 2 dimensions"),
        (lambda: CE([[1.0, 2.0]], [[0]]), ValueError, "targets.ravel"),
        (lambda: CE([[1.0, 2.0]], [0, 1]), ValueError, r"labels of shape \(1,\)"),
        (lambda: CE([[1.0, 2.0]], [0.0]), TypeError, "whole numbers"),
        (lambda: CE([[1.0, 2.0]], [2]), ValueError, "the label 2; expected .* 0 to 1"),
        (lambda: CE([[1.0, 2.0]], [-1]), ValueError, "the label -1"),
        (lambda: CE([[1.0, 2.0]], [[0.5, 0.4]]), ValueError, "distributions"),
        (lambda: CE([[1.0, 2.0]], [[1.5, -0.5]]), ValueError, "distributions"),
        (lambda: CE([[1.0, 2.0]], [[1], [1, 2]]), ValueError, "different lengths"),
        (lambda: CE([[1.0, np.nan]], [0]), ValueError, "predictions holds nan"),
        (lambda: nn.CrossEntropy()([[0.7, 0.7]], [0]), ValueError, "shares"),
        (lambda: nn.CrossEntropy()([[1.5, -0.5]], [0]), ValueError, "shares"),
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


def test_base_class_asks_for_the_loss():
    with pytest.raises(NotImplementedError):
        nn.Loss()([1.0], [1.0])


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
    if not smoothing:
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


def test_samples_answered_right_are_counted():
    Z = np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0]])
    for loss in (nn.SoftmaxCrossEntropy(), nn.MeanSquaredError()):
        assert loss._count_right(Z, np.array([0, 0, 0])) == 2
        assert loss._count_right(Z, np.array([[0.3, 0.7], [0.1, 0.9], [0, 1]])) == 1


def test_yes_begins_above_one_half():
    # A score of 0 is a share of ½: neither counts as yes.
    loss = nn.BinaryCrossEntropy()
    right = [((0.0, 0.5), 1), ((0.0, 1.0), 0), ((1e-9, 0.6), 1), ((1e-9, 0.5), 0)]
    for (score, share), count in right:
        assert loss._count_right(np.array([[score]]), np.array([[share]])) == count
    # Of several answers a sample each counts for its share.
    assert loss._count_right(np.array([[1.0, -1.0]]), np.array([[1.0, 1.0]])) == 0.5
