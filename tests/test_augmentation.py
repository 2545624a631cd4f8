import numpy as np
import pytest

import nnbook as nn
from nnbook.augmentation import bilinear

STILL = {"shift": 0, "rotation": 0, "scale": 0, "shear": 0, "elastic": 0}
X = np.random.default_rng(0).random((130, 64))


def moved(down, right, side=8):
    """The places of a plain shift."""
    y, x = np.mgrid[:side, :side].astype(float)
    return y + down, x + right


def test_a_map_that_moves_nothing_changes_nothing():
    warp = nn.RandomWarp(**STILL)
    np.testing.assert_array_equal(warp(X, np.random.default_rng(0)), X)


def test_whole_pixels_are_a_shift_without_ink_from_outside():
    images = (X @ bilinear(*moved(1, -2))).reshape(-1, 8, 8)
    old = X.reshape(-1, 8, 8)
    np.testing.assert_allclose(images[:, :-1, 2:], old[:, 1:, :-2], rtol=1e-15)
    assert not images[:, -1].any()
    assert not images[:, :, :2].any()


def test_between_pixels_a_plane_stays_a_plane():
    y, x = np.mgrid[:8, :8].astype(float)
    plane = (3 * y - 2 * x + 1).ravel()
    new = (plane @ bilinear(*moved(0.25, 0.5))).reshape(8, 8)
    expected = 3 * (y + 0.25) - 2 * (x + 0.5) + 1
    np.testing.assert_allclose(new[:-1, :-1], expected[:-1, :-1], rtol=1e-13)


def test_each_option_stays_in_its_bounds():
    y, x = np.mgrid[:28, :28] - 13.5
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows, columns = nn.RandomWarp(**{**STILL, "shift": 2}).places(28, rng)
        for places, old in ((rows, y), (columns, x)):
            shift = places - 13.5 - old
            assert np.ptp(shift) < 1e-12
            assert abs(shift[0, 0]) <= 2
        turned = nn.RandomWarp(**{**STILL, "rotation": 0.2}).places(28, rng)
        rows, columns = turned[0] - 13.5, turned[1] - 13.5
        np.testing.assert_allclose(rows**2 + columns**2, y**2 + x**2)
        assert np.abs(rows * x - columns * y).max() <= np.sin(0.2) * (13.5**2 * 2)
        rows, _ = nn.RandomWarp(**{**STILL, "scale": 0.1}).places(28, rng)
        factor = (rows - 13.5) / y
        assert np.ptp(factor) < 1e-12
        assert 0.9 <= factor[0, 0] <= 1.1
        rows, columns = nn.RandomWarp(**{**STILL, "shear": 0.3}).places(28, rng)
        np.testing.assert_allclose(rows - 13.5, y)
        slant = (columns - 13.5 - x) / y
        assert np.ptp(slant) < 1e-12
        assert abs(slant[0, 0]) <= 0.3


def test_elastic_displacement_has_its_size_and_is_smooth():
    warp = nn.RandomWarp(**{**STILL, "elastic": 0.8})
    rng = np.random.default_rng(0)
    y = np.mgrid[:28, :28][0]
    bends = np.array([warp.places(28, rng)[0] - y for _ in range(400)])
    # 400 draws, so that the spread is known to about 4 percent.
    np.testing.assert_allclose(bends.std(axis=0), 0.8, rtol=0.15)
    assert abs(bends.std() - 0.8) < 0.02
    neighbours = np.diff(bends, axis=1).std()
    assert 0.05 < neighbours < 0.15  # 0.8 / (5 √2) = 0.113 by the Gaussian's width


def test_each_group_has_a_map_of_its_own():
    same = np.tile(X[0], (5, 1))
    changed = nn.RandomWarp(group=2, blur=2)(same, np.random.default_rng(0))
    np.testing.assert_array_equal(changed[0], changed[1])
    np.testing.assert_array_equal(changed[2], changed[3])
    assert not np.allclose(changed[0], changed[2])
    assert not np.allclose(changed[2], changed[4])


def test_dtype_is_kept_and_the_batch_is_not_touched():
    batch = X.astype(np.float32)
    before = batch.copy()
    assert nn.RandomWarp()(batch, np.random.default_rng(0)).dtype == np.float32
    np.testing.assert_array_equal(batch, before)


def test_fit_trains_on_warped_images():
    data = nn.datasets.digits()
    warp = nn.RandomWarp(shift=1, elastic=0.3, blur=2)
    plain, warped = (nn.mlp([64, 32, 10], seed=0) for _ in range(2))
    for network, augment in ((plain, None), (warped, warp)):
        nn.fit(
            network,
            data.X_train,
            data.y_train,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.Adam(0.005),
            epochs=30,
            augment=augment,
        )
    right = data.X_test.reshape(-1, 8, 8)
    moved_right = np.roll(right, 1, axis=2)
    moved_right[:, :, 0] = 0
    scores = [
        nn.accuracy(n.predict(moved_right.reshape(-1, 64)), data.y_test)
        for n in (plain, warped)
    ]
    assert scores[1] > scores[0] + 0.1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *((name, -0.1) for name in [*STILL, "blur"]),
        *(("scale", 1), ("blur", 0), ("group", 0)),
    ],
)
def test_options_out_of_range_are_refused_by_name(option, value):
    with pytest.raises(ValueError, match=f"{option} is {value}"):
        nn.RandomWarp(**{option: value})


def test_rows_that_are_no_squares_are_refused():
    with pytest.raises(ValueError, match=r"rows of 63 pixels.*square"):
        nn.RandomWarp()(X[:, :63], np.random.default_rng(0))


def test_repr_makes_it_again():
    assert repr(nn.RandomWarp()) == "nn.RandomWarp()"
    assert repr(nn.RandomWarp(shift=2)) == "nn.RandomWarp(shift=2.0)"
