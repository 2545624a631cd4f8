import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnbook as nn

# 60,000 draws: a variance is good to √(2 / 60,000) = 0.6 %; four of them.
SHAPE = (200, 300)
SPREAD = 0.025

WITH_FANS = [
    nn.init.lecun_normal,
    nn.init.glorot_normal,
    nn.init.glorot_uniform,
    nn.init.he_normal,
    nn.init.he_uniform,
    nn.init.orthogonal,
]
RANDOM = [*WITH_FANS, nn.init.normal(0.5), nn.init.uniform(0.5)]


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (nn.init.normal(0.3), 0.3**2),
        (nn.init.uniform(0.3), 0.3**2 / 3),
        (nn.init.lecun_normal, 1 / 200),
        (nn.init.glorot_normal, 2 / 500),
        (nn.init.glorot_uniform, 2 / 500),
        (nn.init.he_normal, 2 / 200),
        (nn.init.he_uniform, 2 / 200),
    ],
)
def test_variance_mean_and_the_direction_of_fan_in(initializer, variance):
    W = initializer(SHAPE, rng())
    assert W.shape == SHAPE
    assert W.var() == pytest.approx(variance, rel=SPREAD)
    assert abs(W.mean()) < 4 * math.sqrt(variance / W.size)


@pytest.mark.parametrize(
    ("initializer", "limit"),
    [
        (nn.init.uniform(0.3), 0.3),
        (nn.init.glorot_uniform, math.sqrt(6 / 500)),
        (nn.init.he_uniform, math.sqrt(6 / 200)),
    ],
)
def test_uniform_ones_reach_their_limit_and_stay_inside(initializer, limit):
    largest = np.abs(initializer(SHAPE, rng())).max()
    assert 0.999 * limit < largest <= limit


@pytest.mark.parametrize("initializer", [nn.init.normal(1), nn.init.he_normal])
def test_normal_ones_have_the_tails_of_a_bell(initializer):
    W = initializer(SHAPE, rng())
    # 31.73 % lie beyond one deviation; 0.19 % is the deviation of such a share.
    assert np.mean(np.abs(W) > W.std()) == pytest.approx(0.3173, abs=0.008)
    assert np.abs(W).max() > 3.5 * W.std()


def test_constants():
    np.testing.assert_array_equal(nn.init.zeros((2, 3), rng()), np.zeros((2, 3)))
    np.testing.assert_array_equal(nn.init.constant(0.5)((3,), rng()), [0.5] * 3)
    assert nn.init.constant(2)((3,), rng()).dtype == np.float64
    generator = rng()
    before = generator.bit_generator.state
    nn.init.zeros((2, 3), generator)
    nn.init.constant(1)((2, 3), generator)
    assert generator.bit_generator.state == before


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32))
def test_orthogonal_rows_or_columns(n_in, n_out, seed):
    W = nn.init.orthogonal((n_in, n_out), rng(seed))
    assert W.shape == (n_in, n_out)
    product = W.T @ W if n_in >= n_out else W @ W.T
    np.testing.assert_allclose(product, np.eye(min(n_in, n_out)), atol=1e-14)


def test_orthogonal_takes_both_signs():
    # QR alone gives 1 every time.
    signs = [float(nn.init.orthogonal((1, 1), rng(seed))[0, 0]) for seed in range(20)]
    assert set(signs) == {-1, 1}
    # Rotations of the plane: each entry has mean 0 and variance ½.
    generator = rng()
    draws = np.array([nn.init.orthogonal((2, 2), generator) for _ in range(2000)])
    np.testing.assert_allclose(draws.mean(axis=0), 0, atol=4 * math.sqrt(0.5 / 2000))
    np.testing.assert_allclose(draws.var(axis=0), 0.5, atol=0.05)


@pytest.mark.parametrize("initializer", RANDOM)
def test_only_the_given_generator_is_used(initializer):
    first = initializer((5, 7), rng(3))
    np.testing.assert_array_equal(initializer((5, 7), rng(3)), first)
    np.testing.assert_array_equal(initializer([5, 7], rng(3)), first)
    assert (initializer((5, 7), rng(4)) != first).any()
    generator = rng(3)
    initializer((5, 7), generator)
    assert (initializer((5, 7), generator) != first).any()


@pytest.mark.parametrize("initializer", WITH_FANS)
def test_a_weight_matrix_has_two_sides(initializer):
    with pytest.raises(ValueError, match=r"shape is \(3,\); expected \(n_in, n_out\)"):
        initializer((3,), rng())


@pytest.mark.parametrize("initializer", RANDOM)
def test_a_seed_is_no_generator(initializer):
    with pytest.raises(TypeError, match=r"rng is 0; .* np\.random\.default_rng"):
        initializer((2, 3), 0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.init.zeros(3, rng()), TypeError, "shape is 3"),
        (lambda: nn.init.zeros("3", rng()), TypeError, "shape is '3'"),
        (lambda: nn.init.zeros((2, 0), rng()), ValueError, "shape is 0"),
        (lambda: nn.init.he_normal((2.0, 1), rng()), TypeError, "shape is 2.0"),
        (lambda: nn.init.normal(-1), ValueError, "std is -1"),
        (lambda: nn.init.uniform(math.nan), ValueError, "limit is nan"),
        (lambda: nn.init.constant("1"), TypeError, "c is '1'"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
