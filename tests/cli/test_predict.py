"""`nnbook predict`: photos and drawings become images as MNIST's are."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL")

from PIL import Image, ImageDraw

import nnbook as nn
from nnbook.cli.photo import NoDigitError, as_mnist, read_picture

# Strokes in a square of side 1.
SEVEN = [[(0.3, 0.2), (0.7, 0.2), (0.45, 0.8)]]
FOUR = [[(0.4, 0.2), (0.3, 0.55), (0.7, 0.55)], [(0.6, 0.25), (0.58, 0.85)]]
ONE = [[(0.52, 0.2), (0.48, 0.8)]]


def drawing(strokes, width=20, size=400, ink=20, paper=235, mode="L"):
    picture = Image.new(mode, (size, size), paper)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        pen.line([(size * x, size * y) for x, y in stroke], ink, width, "curve")
    return picture


def photo(digit, rng):
    """An image of MNIST as a camera might see it, dark on paper that is shaded."""
    size = int(rng.integers(60, 300))
    bytes_ = Image.fromarray((255 * digit.reshape(28, 28)).astype(np.uint8))
    strokes = np.asarray(bytes_.resize((size, size), Image.Resampling.BICUBIC)) / 255
    height, width = size + rng.integers(0, 300, 2)
    top, left = (int(rng.integers(0, n - size + 1)) for n in (height, width))
    ink = np.zeros((height, width))
    ink[top : top + size, left : left + size] = strokes
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    down, across = rng.uniform(-0.12, 0.12, 2)
    light = 0.75 + down * y + across * x - rng.uniform(0, 0.15) * (x**2 + y**2)
    seen = light * (1 - ink * rng.uniform(0.6, 0.85)) + rng.normal(0, 0.02, ink.shape)
    return Image.fromarray((255 * seen.clip(0, 1)).astype(np.uint8))


@pytest.fixture(scope="module")
def data():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NNBOOK_DATA_DIR", str(Path(__file__).parents[2] / "data"))
        return nn.datasets.mnist()


@pytest.fixture(scope="module")
def reader(data, tmp_path_factory):
    """The file of a network that reads MNIST."""
    network = nn.mlp([784, 64, 10])
    nn.fit(
        network,
        data.X_train[:20_000],
        data.y_train[:20_000],
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(nn.LinearDecay(3e-3)),
        epochs=3,
        batch_size=64,
    )
    path = tmp_path_factory.mktemp("reader") / "reader.safetensors"
    nn.save(network, path)
    return str(path)


def test_photos_of_mnist_get_the_answers_of_mnist(data, reader, tmp_path):
    network, rng = nn.load(reader), np.random.default_rng(0)
    rows = rng.permutation(10_000)[:80]
    seen = []
    for i in rows:
        photo(data.X_test[i], rng).save(tmp_path / "photo.png")
        seen.append(as_mnist(read_picture(tmp_path / "photo.png")).reshape(-1))
    same = network.predict(seen) == network.predict(data.X_test[rows])
    assert same.mean() >= 0.95


def test_an_image_of_mnist_stays_nearly_as_it_is(data):
    for digit in data.X_test[:20]:
        again = as_mnist(digit.reshape(28, 28).astype(float)).reshape(-1)
        assert np.abs(again - digit).mean() < 0.03


@pytest.mark.parametrize("strokes", [SEVEN, FOUR, ONE], ids=["7", "4", "1"])
@pytest.mark.parametrize("width", [2, 8, 30])
def test_a_drawing_fills_the_box_and_lies_in_the_middle(strokes, width):
    digit = as_mnist(np.asarray(drawing(strokes, width), float) / 255)
    inked = digit > 0.05
    rows, columns = (np.flatnonzero(inked.any(axis)) for axis in (1, 0))
    spans = [np.ptp(rows) + 1, np.ptp(columns) + 1]
    assert max(spans) in (19, 20)
    for axis in (0, 1):
        center = digit.sum(1 - axis) @ np.arange(28) / digit.sum()
        assert 13.4 <= center <= 14.6
    assert digit.max() == 1
    # About as much ink as MNIST's digits have, whatever the pen.
    assert 0.03 < digit.mean() < 0.25


def same_digit(one, other):
    return np.abs(as_mnist(one) - as_mnist(other)).mean() < 0.01


def test_white_on_black_is_read_as_well():
    dark = np.asarray(drawing(FOUR), float) / 255
    assert same_digit(dark, 1 - dark)


def test_specks_and_shadows_are_no_strokes():
    clean = np.asarray(drawing(FOUR), float) / 255
    dirty = clean.copy()
    dirty[10:16, 20:26] = dirty[380:388, 350:355] = 0.1
    y, x = np.mgrid[-1:1:400j, -1:1:400j]
    assert same_digit(clean, dirty)
    assert same_digit(clean, clean * (0.7 + 0.2 * x - 0.1 * y**2))


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "gif", "tif"])
def test_formats(tmp_path, ending):
    drawing(SEVEN).save(tmp_path / f"seven.{ending}")
    image = read_picture(tmp_path / f"seven.{ending}")
    assert same_digit(image, np.asarray(drawing(SEVEN), float) / 255)


@pytest.mark.parametrize("ink", [(0, 0, 0, 255), (255, 255, 255, 255)])
def test_strokes_on_a_transparent_ground(tmp_path, ink):
    clear = (128, 128, 128, 0)
    drawing(SEVEN, ink=ink, paper=clear, mode="RGBA").save(tmp_path / "seven.png")
    image = read_picture(tmp_path / "seven.png")
    assert same_digit(image, np.asarray(drawing(SEVEN), float) / 255)


def test_a_photo_lies_as_the_camera_was_held(tmp_path):
    turned = drawing(SEVEN).transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6  # to be turned back by 90 degrees
    turned.save(tmp_path / "seven.jpg", exif=exif)
    image = read_picture(tmp_path / "seven.jpg")
    assert same_digit(image, np.asarray(drawing(SEVEN), float) / 255)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_an_empty_page_holds_no_digit(level):
    rng = np.random.default_rng(0)
    for noise in (0, 0.02):
        page = level + noise * rng.normal(size=(100, 120))
        with pytest.raises(NoDigitError):
            as_mnist(page.clip(0, 1))


# The command -----------------------------------------------------------------------


def test_bars_in_the_terminal(command, reader):
    drawing(SEVEN).save("seven.png")
    drawing(ONE).save("one.png")
    result = command("predict", reader, "seven.png", "one.png")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == 22
    assert (lines[0], lines[11]) == ("seven.png: 7", "one.png: 1")
    shares = [float(line.split()[1]) for line in lines[1:11]]
    assert np.argmax(shares) == 7
    assert sum(shares) == pytest.approx(100, abs=0.6)
    for line, share in zip(lines[1:11], shares, strict=True):
        assert line.count("█") == pytest.approx(0.3 * share, abs=0.6)


def test_what_the_network_sees_is_shown(command, reader):
    drawing(SEVEN).save("seven.png")
    lines = command("predict", reader, "seven.png", "--show").stdout.splitlines()
    assert len(lines) == 25
    drawn = [line[2:].ljust(28) for line in lines[1:15]]
    halves = [["▀█", "▄█"][row % 2] for row in range(28)]
    seen = [[c in halves[i] for c in drawn[i // 2]] for i in range(28)]
    expected = as_mnist(read_picture(Path("seven.png"))) > 0.4
    np.testing.assert_array_equal(seen, expected)


def test_probabilities_as_json(command, reader):
    drawing(SEVEN).save("seven.png")
    (answer,) = json.loads(command("predict", reader, "seven.png", "--json").stdout)
    assert (answer["file"], answer["digit"]) == ("seven.png", 7)
    image = as_mnist(read_picture(Path("seven.png"))).reshape(1, -1)
    expected = nn.load(reader).predict_proba(image)[0]
    assert answer["probabilities"] == pytest.approx(expected.tolist(), abs=1e-6)


def test_what_is_no_picture_of_a_digit(fails, reader):
    Path("text.png").write_text("no picture")
    Path("empty.png").write_bytes(b"")
    Image.new("L", (50, 50), 255).save("white.png")
    drawing(SEVEN).save("half.png")
    Path("half.png").write_bytes(Path("half.png").read_bytes()[:500])
    for name, message in (
        ("text.png", "text.png is no picture that can be read"),
        ("empty.png", "empty.png is no picture that can be read"),
        ("half.png", "half.png is no picture that can be read"),
        ("white.png", "white.png shows no digit: nothing in it stands out"),
        ("none.png", "there is no file none.png"),
        (".", "there is no file ."),
    ):
        assert message in fails("predict", reader, name)


def test_what_is_no_network_for_digits(fails, reader):
    drawing(SEVEN).save("seven.png")
    nn.save(nn.mlp([64, 10]), "small.safetensors")
    message = fails("predict", "small.safetensors", "seven.png")
    assert "takes 64 numbers and gives 10; expected a network that reads" in message
    assert "no file none.net" in fails("predict", "none.net", "seven.png")
    message = fails("predict", "seven.png", "seven.png")
    assert "seven.png is not a whole safetensors file" in message
    assert "Missing argument 'IMAGE...'" in fails("predict", reader, code=2)
