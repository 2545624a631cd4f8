import json
import math
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nnbook as nn

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "torch_values.json").read_text()
)["softmax"]

# Both sides compute in float64, each by its own formula: a few roundings apart.
SAME = 1e-9
# Sums over up to 6 classes round a few times.
ROUNDING = 1e-14

scores = hnp.arrays(
    float,
    hnp.array_shapes(min_dims=1, max_dims=3, max_side=6),
    elements=st.floats(-1e4, 1e4),
)
mild_scores = hnp.arrays(
    float, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.floats(-20, 20)
)


def test_values_of_pytorch():
    z = REFERENCE["logits"]
    for f, name in (
        (nn.softmax, "softmax"),
        (nn.log_softmax, "log_softmax"),
        (nn.logsumexp, "logsumexp"),
    ):
        np.testing.assert_allclose(f(z), REFERENCE[name], rtol=SAME, atol=1e-15)
    np.testing.assert_allclose(
        nn.softmax_jacobian(nn.softmax([1.0, 2.0, 3.0])),
        REFERENCE["jacobian_at_[1,2,3]"],
        rtol=SAME,
    )


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1.0, 2.0, 10.0])
def test_temperatures_of_pytorch(temperature):
    expected = REFERENCE["temperature_on_[1,2,3,0.5]"][str(temperature)]
    shares = nn.softmax([1, 2, 3, 0.5], temperature=temperature)
    np.testing.assert_allclose(shares, expected, rtol=SAME)


def test_by_hand():
    # e^0 : e^log 3 = 1 : 3.
    z = [0.0, math.log(3)]
    np.testing.assert_allclose(nn.softmax(z), [1 / 4, 3 / 4], rtol=ROUNDING)
    np.testing.assert_allclose(nn.log_softmax(z), np.log([1 / 4, 3 / 4]))
    # log(1 + 3)
    assert nn.logsumexp(z) == pytest.approx(math.log(4), rel=ROUNDING)
    # Half the temperature squares the odds, 1 : 9; LSE = ½ log(1 + 9).
    np.testing.assert_allclose(nn.softmax(z, temperature=0.5), [1 / 10, 9 / 10])
    assert nn.logsumexp(z, temperature=0.5) == pytest.approx(math.log(10) / 2)
    # 1/4 · 3/4 on the diagonal, minus that beside it.
    np.testing.assert_allclose(
        nn.softmax_jacobian([1 / 4, 3 / 4]), np.array([[3, -3], [-3, 3]]) / 16
    )
    # Σ g p = 8 · 1/4 = 2, so (1/4)(8 - 2) and (3/4)(0 - 2).
    np.testing.assert_array_equal(
        nn.softmax_backward([0.25, 0.75], [8, 0]), [1.5, -1.5]
    )


@given(scores)
def test_shares_add_up_to_one(z):
    p = nn.softmax(z)
    assert p.shape == z.shape
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=ROUNDING)


@given(scores, st.floats(-1e4, 1e4))
def test_a_shift_of_all_scores_changes_no_share(z, shift):
    # The sum z + shift is rounded at 2e4, by 4e-12.
    np.testing.assert_allclose(nn.softmax(z + shift), nn.softmax(z), atol=1e-11)
    np.testing.assert_allclose(
        nn.logsumexp(z + shift), nn.logsumexp(z) + shift, atol=1e-11
    )


@given(scores, st.floats(0.01, 100))
def test_log_sum_exp_lies_above_the_maximum_by_at_most_log_k(z, T):
    lse, top = nn.logsumexp(z, temperature=T), z.max(axis=-1)
    assert (lse >= top).all()
    slack = 1e-15 * (1 + np.abs(top))
    assert (lse <= top + T * math.log(z.shape[-1]) * (1 + ROUNDING) + slack).all()


@given(scores, st.integers(0, 2**32))
def test_a_permutation_of_classes_permutes_the_shares(z, seed):
    order = np.random.default_rng(seed).permutation(z.shape[-1])
    permuted = nn.softmax(z)[..., order]
    np.testing.assert_allclose(
        nn.softmax(z[..., order]), permuted, rtol=ROUNDING, atol=1e-300
    )
    np.testing.assert_allclose(nn.logsumexp(z[..., order]), nn.logsumexp(z))


@given(mild_scores)
def test_a_batch_is_its_rows(z):
    for f in (nn.softmax, nn.log_softmax, nn.logsumexp):
        np.testing.assert_allclose(f(z), [f(row) for row in z], rtol=ROUNDING)
        np.testing.assert_allclose(f(z.T, axis=0).T, f(z), rtol=ROUNDING, atol=1e-15)


@given(mild_scores)
def test_logarithms_of_shares(z):
    np.testing.assert_allclose(np.exp(nn.log_softmax(z)), nn.softmax(z), rtol=1e-13)
    assert (nn.log_softmax(z) <= 0).all()


@given(mild_scores, st.floats(0.5, 5))
def test_temperature_divides_the_scores(z, T):
    np.testing.assert_allclose(
        nn.softmax(z, temperature=T), nn.softmax(z / T), rtol=1e-13
    )
    np.testing.assert_allclose(
        nn.logsumexp(z, temperature=T), T * nn.logsumexp(z / T), atol=1e-13
    )


def test_limits_of_the_temperature():
    z = [1.0, 3.0, 2.0]
    np.testing.assert_array_equal(nn.softmax(z, temperature=1e-300), [0, 1, 0])
    np.testing.assert_allclose(nn.softmax(z, temperature=1e308), 1 / 3)
    assert nn.logsumexp(z, temperature=1e-3) == 3.0


@given(mild_scores)
def test_jacobian_is_symmetric_and_never_curved_downwards(z):
    p = nn.softmax(z)
    J = nn.softmax_jacobian(p)
    assert J.shape == (*z.shape, z.shape[-1])
    np.testing.assert_array_equal(J, np.swapaxes(J, -1, -2))
    np.testing.assert_allclose(J.sum(axis=-1), 0, atol=1e-15)
    eigenvalues = np.linalg.eigvalsh(J)
    assert eigenvalues.min() >= -1e-15
    assert eigenvalues.max() <= 0.5 + 1e-15


@given(mild_scores, st.integers(0, 2**32))
def test_backward_is_the_product_with_the_jacobian(z, seed):
    p = nn.softmax(z)
    g = np.random.default_rng(seed).normal(size=z.shape)
    product = np.einsum("nij,ni->nj", nn.softmax_jacobian(p), g)
    np.testing.assert_allclose(nn.softmax_backward(p, g), product, atol=1e-14)


def naive_softmax(z):
    e = np.exp(z)
    return e / e.sum()


def test_jacobian_by_complex_step_and_centred_differences():
    z = np.array([0.3, -1.2, 2.0, 0.0])
    J = nn.softmax_jacobian(nn.softmax(z))
    columns = [naive_softmax(z + 1e-30j * unit).imag / 1e-30 for unit in np.eye(4)]
    np.testing.assert_allclose(J, np.transpose(columns), rtol=1e-13)
    for i in range(4):
        numeric = nn.numerical_gradient(lambda z, i=i: nn.softmax(z)[i], z)
        np.testing.assert_allclose(J[i], numeric, atol=1e-10)
    numeric = nn.numerical_gradient(nn.logsumexp, z)
    np.testing.assert_allclose(numeric, nn.softmax(z), atol=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_the_input_unchanged(dtype):
    z = np.array([[1.0, -2.0, 0.5]], dtype)
    before = z.copy()
    p = nn.softmax(z, temperature=0.7)
    for result in (
        p,
        nn.log_softmax(z),
        nn.logsumexp(z, temperature=0.7),
        nn.softmax_jacobian(p),
        nn.softmax_backward(p, z),
    ):
        assert result.dtype == dtype
    np.testing.assert_array_equal(z, before)
    assert nn.softmax([1, 2]).dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_any_size(dtype):
    # Warnings are errors in all tests.
    huge = np.finfo(dtype).max
    z = np.array([[1e4, -1e4], [-1e4, -1e4], [huge, -huge], [1e-30, 0]], dtype)
    np.testing.assert_allclose(
        nn.softmax(z), [[1, 0], [0.5, 0.5], [1, 0], [0.5, 0.5]], rtol=1e-6
    )
    np.testing.assert_allclose(
        nn.logsumexp(z), [1e4, math.log(2) - 1e4, huge, math.log(2)], rtol=1e-6
    )
    np.testing.assert_allclose(nn.log_softmax(z[:1]), [[0, -2e4]])


def test_a_class_that_cannot_be():
    z = [[0.0, -np.inf, 0.0]]
    np.testing.assert_array_equal(nn.softmax(z), [[0.5, 0, 0.5]])
    np.testing.assert_array_equal(nn.log_softmax(z)[0, 1], -np.inf)
    np.testing.assert_allclose(nn.logsumexp(z), math.log(2))


def test_one_class_has_it_all():
    np.testing.assert_array_equal(nn.softmax([[3.0], [-3.0]]), 1)
    np.testing.assert_array_equal(nn.log_softmax([3.0]), 0)
    assert nn.logsumexp([3.0]) == 3
    np.testing.assert_array_equal(nn.softmax_jacobian([1.0]), 0)


def test_no_sample_gives_no_result():
    assert nn.softmax(np.zeros((0, 3))).shape == (0, 3)
    assert nn.logsumexp(np.zeros((0, 3))).shape == (0,)
    assert nn.softmax_jacobian(np.zeros((0, 3))).shape == (0, 3, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.softmax([]), ValueError, r"shape \(0,\), empty along axis -1"),
        (lambda: nn.logsumexp(np.zeros((2, 0))), ValueError, "at least one score"),
        (lambda: nn.softmax(1.0), ValueError, "single number"),
        (lambda: nn.softmax([1.0], axis=1), ValueError, "axis is 1"),
        (lambda: nn.softmax([1.0], axis=0.5), TypeError, "axis is 0.5"),
        (lambda: nn.softmax([[1], [1, 2]]), ValueError, "different lengths"),
        (lambda: nn.softmax([np.nan, 1]), ValueError, "z holds nan"),
        (lambda: nn.softmax([np.inf, 1]), ValueError, "z holds inf"),
        (lambda: nn.softmax([-np.inf] * 2), ValueError, "only minus infinity"),
        (lambda: nn.softmax([1.0], temperature=0), ValueError, "temperature is 0"),
        (
            lambda: nn.logsumexp(np.float32([1, 2]), temperature=1e-50),
            ValueError,
            "rounds to 0 or infinity in float32",
        ),
        (lambda: nn.softmax_jacobian([0.5, 0.4]), ValueError, "add up to 1"),
        (lambda: nn.softmax_jacobian([1.5, -0.5]), ValueError, "add up to 1"),
        (lambda: nn.softmax_jacobian(1.0), ValueError, "along the last axis"),
        (lambda: nn.softmax_backward([1.0], [1.0, 2]), ValueError, "shape of p"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_log_softmax_of_the_largest_numbers_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        log_p = nn.log_softmax([1.7e308, -1.7e308])
    assert log_p.tolist() == [0.0, -np.inf]


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("dtype", "miss"), [(np.float32, 1e-4), (np.float64, 1e-6)])
def test_shares_may_miss_1_by_roundings(dtype, miss, sign):
    near, far = (
        np.array([0.5, 0.5 + sign * times * miss], dtype) for times in (0.9, 1.1)
    )
    for call in (nn.softmax_jacobian, lambda p: nn.softmax_backward(p, [1.0, 0.0])):
        assert np.isfinite(call(near)).all()
        with pytest.raises(ValueError, match="probabilities that add up to 1"):
            call(far)
    # So that the probabilities of many classes, rounded one by one, are let through.
    p = nn.softmax(np.random.default_rng(0).normal(size=(3, 5000)).astype(dtype))
    assert np.isfinite(nn.softmax_backward(p, p)).all()
