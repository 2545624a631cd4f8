"""A drawn digit, as two networks of the book read it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from bookkit import browser, pad
from bookkit.pages import ROOT

PAGE = (ROOT / "docs" / "draw.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def digits() -> nn.datasets.base.Split:
    return nn.datasets.mnist()


@pytest.fixture(autouse=True)
def _networks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: nn.datasets.base.Split
) -> None:
    (tmp_path / "networks").mkdir()
    for name, (page, made) in browser.NETWORKS.items():
        kept = browser.train(page, made)
        shutil.copy(kept, tmp_path / "networks" / f"{name}.safetensors")
    monkeypatch.setenv("NNBOOK_DATA_DIR", str(tmp_path))
    pad._network.cache_clear()


def _read(images: np.ndarray, shift: int = 0) -> dict[str, list[int]]:
    readings = [pad.read(image.tolist(), True, shift) for image in images]
    return {name: [r[name]["answer"] for r in readings] for name in pad.SIZES}


def test_they_read_as_well_as_the_page_says(digits: nn.datasets.base.Split) -> None:
    X, y = digits.X_test[:1000], digits.y_test[:1000]
    right = {name: nn.accuracy(a, y) for name, a in _read(X).items()}
    said, other = re.findall(r"\breads (\d+) %", PAGE)
    assert 100 * right["mnist"] == pytest.approx(int(said), abs=1)
    assert 100 * right["handwriting"] == pytest.approx(int(other), abs=2)


def test_a_shift_makes_another_image_of_it(digits: nn.datasets.base.Split) -> None:
    X, y = digits.X_test[:200], digits.y_test[:200]
    assert nn.accuracy(_read(X, -1)["mnist"], y) < 0.7


def test_size_and_place_of_a_drawing_do_not_matter(
    digits: nn.datasets.base.Split,
) -> None:
    image = digits.X_test[0].reshape(28, 28)
    large = np.zeros((112, 112))
    large[40:96, 5:61] = np.kron(image, np.ones((2, 2)))
    for name in pad.SIZES:
        here, there = pad.prepare(image, name), pad.prepare(large, name)
        np.testing.assert_allclose(there, here, atol=0.35)
        assert abs(there - here).mean() < 0.02


def test_mnists_own_digits_stay_where_they_are(
    digits: nn.datasets.base.Split,
) -> None:
    images = digits.X_test[:50].reshape(-1, 28, 28)
    off = [abs(pad.prepare(image, "mnist") - image).mean() for image in images]
    assert np.mean(off) < 0.001


def test_a_reading_holds_what_each_layer_answers(
    digits: nn.datasets.base.Split,
) -> None:
    image = digits.X_test[3]
    reading = pad.read(image.tolist(), False, 0)["mnist"]
    network = pad._network("mnist")
    hidden, scores = network.activations([image])
    shown = np.frombuffer(reading["hidden"], np.uint8)
    np.testing.assert_allclose(shown / 255 * hidden.max(), hidden[0], atol=0.05)
    assert reading["silent"] == (hidden == 0).sum()
    np.testing.assert_allclose(reading["probabilities"], nn.softmax(scores)[0])
    assert reading["answer"] == scores.argmax()
    np.testing.assert_array_equal(
        np.frombuffer(reading["image"], np.uint8), np.round(255 * image)
    )


def test_an_empty_pad_is_not_read() -> None:
    assert pad.read([0.0] * 784, True, 0) == {}


def test_a_dot_and_a_line_are_read_and_moved_out(
    digits: nn.datasets.base.Split,
) -> None:
    dot, line = np.zeros((56, 56)), np.zeros((56, 56))
    dot[3, 50] = 1
    line[10, :] = 1
    for drawn in (dot, line):
        for centred in (True, False):
            reading = pad.read(drawn.ravel().tolist(), centred, 0)
            assert sum(reading["mnist"]["probabilities"]) == pytest.approx(1)
    out = pad.read(dot.ravel().tolist(), True, 40)
    assert max(out["mnist"]["image"]) == 0
