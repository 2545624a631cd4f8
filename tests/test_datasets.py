import gzip
import http.server
import shutil
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from nnbook.datasets import idx, toys

REPOSITORY_MNIST = Path(__file__).parents[1] / "data" / "mnist"
TOYS = [getattr(toys, name) for name in nn.datasets.__all__ if hasattr(toys, name)]


@pytest.mark.parametrize("toy", TOYS)
def test_toys_have_the_promised_form(toy):
    X, y = toy(50, noise=0.1, seed=3)
    k = int(y.max()) + 1
    assert X.dtype == np.float64
    assert y.dtype == np.intp
    assert X.shape == (len(y), 2)
    assert len(set(np.bincount(y, minlength=k))) == 1
    again, _ = toy(50, noise=0.1, seed=3)
    np.testing.assert_array_equal(X, again)
    other, _ = toy(50, noise=0.1, seed=4)
    assert not np.array_equal(X, other)


def test_spiral_is_that_of_the_cs231n_notes():
    X, y = nn.datasets.spiral(n_per_class=5, noise=0.0)
    # Arm 1 runs from angle 4 to angle 8; its middle point has radius 1/2, angle 6.
    np.testing.assert_allclose(X[7], [0.5 * np.sin(6), 0.5 * np.cos(6)], atol=1e-15)
    np.testing.assert_array_equal(y, np.repeat([0, 1, 2], 5))
    noisy, _ = nn.datasets.spiral()
    np.testing.assert_allclose(
        np.hypot(*noisy.T), np.tile(np.linspace(0, 1, 100), 3), atol=1e-14
    )


def test_xor_is_the_truth_table():
    X, y = nn.datasets.xor()
    np.testing.assert_array_equal(y, X[:, 0] != X[:, 1])
    cloud, y = nn.datasets.xor(100, noise=0.1)
    np.testing.assert_array_equal(y, (cloud[:, 0] > 0.5) != (cloud[:, 1] > 0.5))


def test_moons_are_half_circles():
    X, y = nn.datasets.moons(20, noise=0.0)
    np.testing.assert_allclose(np.hypot(*X[y == 0].T), 1.0)
    np.testing.assert_allclose(np.hypot(*(X[y == 1] - [1.0, 0.5]).T), 1.0)


def test_blobs_lie_about_the_unit_circle():
    X, y = nn.datasets.blobs(4000, n_classes=4, noise=0.5)
    centres = np.array([X[y == j].mean(axis=0) for j in range(4)])
    # The mean of 4000 has standard deviation 0.5 / sqrt(4000) = 0.008.
    np.testing.assert_allclose(centres, [[1, 0], [0, 1], [-1, 0], [0, -1]], atol=0.04)
    assert X[y == 0].std(axis=0) == pytest.approx([0.5, 0.5], rel=0.05)


def test_digits_are_those_of_scikit_learn():
    split = nn.datasets.digits()
    assert [a.dtype for a in split] == [np.float32, np.intp] * 2
    assert split.X_train.shape == (1347, 64)
    assert split.X_test.shape == (450, 64)
    X = np.concatenate([split.X_train, split.X_test])
    y = np.concatenate([split.y_train, split.y_test])
    assert X.min() == 0.0
    assert X.max() == 1.0
    source = pytest.importorskip("sklearn.datasets").load_digits()
    order = np.random.default_rng(0).permutation(1797)
    np.testing.assert_array_equal(X * 16, source.data[order])
    np.testing.assert_array_equal(y, source.target[order])


def test_digits_test_part_holds_every_class():
    assert np.bincount(nn.datasets.digits().y_test).min() > 30


def test_epidemic_of_germany():
    weeks, groups, cases = nn.datasets.epidemic()
    assert groups[0] == "all"
    assert len(groups) == 7
    assert cases.shape == (260, 7)
    assert cases.dtype == np.int64
    assert cases.min() == 0
    assert (cases[:, 0] >= cases[:, 1:].sum(axis=1)).all()
    assert weeks[0] == np.datetime64("2020-01-12")
    assert set(np.diff(weeks).astype(int)) == {7}


def test_epidemic_of_countries_keeps_the_two_negative_weeks():
    weeks, groups, cases = nn.datasets.epidemic("countries")
    assert cases.shape == (115, 8)
    negative = {(str(weeks[i]), groups[j]) for i, j in np.argwhere(cases < 0)}
    assert negative == {("2021-03-07", "spain"), ("2021-05-23", "france")}


# Split -----------------------------------------------------------------------------


def test_split_gives_every_sample_to_one_part_with_its_own_target():
    X = np.arange(30, dtype=np.uint8).reshape(10, 3)
    y = np.arange(10, dtype=np.int32)
    split = nn.split(X, y, test=0.3, seed=4)
    assert type(split) is nn.datasets.Split
    assert [len(part) for part in split] == [7, 7, 3, 3]
    assert [part.dtype for part in split] == [np.uint8, np.int32] * 2
    for rows, targets in (split[:2], split[2:]):
        np.testing.assert_array_equal(rows, X[targets])
    both = np.concatenate([split.y_train, split.y_test])
    np.testing.assert_array_equal(np.sort(both), y)
    assert both.tolist() != y.tolist()
    split.X_train[:] = 0  # copies
    assert X[-1, -1] == 29


def test_split_is_the_same_for_the_same_seed():
    X, y = nn.datasets.moons()
    first, again, other = (nn.split(X, y, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.X_test, again.X_test)
    assert not np.array_equal(first.X_test, other.X_test)


@pytest.mark.parametrize("toy", TOYS)
def test_split_of_a_sorted_set_has_every_class_in_both_parts(toy):
    X, y = toy(50)
    last_fifth = y[-len(y) // 5 :]
    split = nn.split(X, y)
    assert len(split.y_test) == len(last_fifth)
    assert set(last_fifth) < set(y) == set(split.y_test) == set(split.y_train)


def test_split_takes_what_has_rows(tmp_path):
    np.save(tmp_path / "X.npy", np.arange(20.0).reshape(10, 2))
    X = np.load(tmp_path / "X.npy", mmap_mode="r")
    names = ["ape", "bee", "cat", "dog", "eel", "fly", "gnu", "hen", "ibis", "jay"]
    split = nn.split(X, names)
    assert type(split.X_train) is np.ndarray
    assert split.X_train.flags.writeable
    for row, name in zip(split.X_train, split.y_train, strict=True):
        assert row[0] == 2 * names.index(name)
    several = nn.split(X, np.ones((10, 3)))
    assert several.y_test.shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.split([1, 2], [1, 2, 3]), ValueError, "X has 2 rows and y has 3"),
        (lambda: nn.split([], []), ValueError, "X is empty"),
        (lambda: nn.split(3, [1]), TypeError, "X is 3; expected an array with a row"),
        (lambda: nn.split([1], None), TypeError, "y is None"),
        (lambda: nn.split([1], [1]), ValueError, "1 to train on and 0 to test with"),
        (lambda: nn.split([1, 2], [1, 2], test=0.9), ValueError, "0 to train on"),
        (lambda: nn.split([1, 2], [1, 2], test=0), ValueError, "test is 0.*above 0"),
        (lambda: nn.split([1, 2], [1, 2], test=1), ValueError, "test is 1.*below 1"),
        (lambda: nn.split([1, 2], [1, 2], test="a"), TypeError, "test is 'a'"),
        (lambda: nn.split([1, 2], [1, 2], seed=-1), ValueError, "seed is -1"),
        (lambda: nn.split([1, 2], [1, 2], seed=None), TypeError, "seed is None"),
    ],
)
def test_split_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call()


# MNIST -----------------------------------------------------------------------------


def test_mnist_from_a_folder(monkeypatch):
    monkeypatch.setenv("NNBOOK_DATA_DIR", str(REPOSITORY_MNIST))
    X_train, y_train, X_test, y_test = nn.datasets.mnist()
    assert X_train.shape == (60000, 784)
    assert X_test.shape == (10000, 784)
    assert X_train.dtype == np.float32
    assert y_train.dtype == np.intp
    assert X_train.min() == 0.0
    assert X_train.max() == 1.0
    # The published mean and standard deviation of the training images.
    assert X_train.mean(dtype=np.float64) == pytest.approx(0.1307, abs=5e-5)
    assert X_train.std(dtype=np.float64) == pytest.approx(0.3081, abs=5e-5)
    np.testing.assert_array_equal(y_train[:5], [5, 0, 4, 1, 9])
    np.testing.assert_array_equal(y_test[:5], [7, 2, 1, 0, 4])


@pytest.fixture
def few(monkeypatch):
    """Write files of MNIST with one sample each; all others are refused."""

    def write(folder, name, label):
        content = struct.pack(">4BIII", 0, 0, 8, 3, 1, 28, 28) + bytes(784)
        if "labels" in name:
            content = struct.pack(">4BI", 0, 0, 8, 1, 1) + bytes([label])
        folder.mkdir(parents=True, exist_ok=True)
        zipped = name.endswith(".gz")
        (folder / name).write_bytes(gzip.compress(content) if zipped else content)

    shapes = {name: (sha, (1, *shape[1:])) for name, (sha, shape) in idx.FILES.items()}
    monkeypatch.setattr(idx, "FILES", shapes)
    return write


SUBFOLDERS = ["", "mnist", "MNIST/raw", "raw"]


@pytest.mark.parametrize("subfolder", SUBFOLDERS)
@pytest.mark.parametrize("ending", ["-idx{}-ubyte.gz", "-idx{}-ubyte", ".idx{}-ubyte"])
def test_mnist_as_others_keep_it(monkeypatch, tmp_path, few, subfolder, ending):
    monkeypatch.setenv("NNBOOK_DATA_DIR", str(tmp_path))
    for part, label in (("train", 3), ("t10k", 8)):
        for kind, n in (("images", 3), ("labels", 1)):
            few(tmp_path / subfolder, f"{part}-{kind}{ending.format(n)}", label)
    split = nn.datasets.mnist()
    assert (split.y_train, split.y_test) == ([3], [8])


def test_the_first_data_folder_counts(monkeypatch, tmp_path, few):
    monkeypatch.setenv("NNBOOK_DATA_DIR", str(tmp_path))
    for label, subfolder in reversed(list(enumerate(SUBFOLDERS))):
        for name in idx.FILES:
            few(tmp_path / subfolder, name, label)
        assert nn.datasets.mnist().y_train == [label]


def test_the_home_folder_in_a_path(monkeypatch, tmp_path, few):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("NNBOOK_DATA_DIR", "~/data")
    for name in idx.FILES:
        few(tmp_path / "data", name, 4)
    assert nn.datasets.mnist().y_train == [4]

    write_csv(tmp_path / "train.csv", True, [[7, *ROW]])
    assert nn.datasets.read_kaggle_digits("~/train.csv").y_train == [7]

    network = nn.mlp([2, 2])
    nn.save(network, "~/network.safetensors")
    assert (tmp_path / "network.safetensors").is_file()
    assert (nn.load("~/network.safetensors").params == network.params).all()


def test_a_home_folder_that_nobody_knows():
    with pytest.raises(ValueError, match=r"train_csv is '~nobody-of-that-name/x'.*~"):
        nn.datasets.read_kaggle_digits("~nobody-of-that-name/x")


@pytest.fixture
def mirrors(monkeypatch, tmp_path, few):
    """The mirrors of MNIST, which have only a few samples."""
    pooch = pytest.importorskip("pooch")
    folder = tmp_path / "mirror"
    for name in idx.FILES:
        few(folder, name, 2)
    known = {
        name: (pooch.file_hash(folder / name), shape)
        for name, (_, shape) in idx.FILES.items()
    }
    monkeypatch.setattr(idx, "FILES", known)
    monkeypatch.delenv("NNBOOK_DATA_DIR", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / name)
    calls = []

    class Mirrors:
        down = ()
        damaged = ()

        def __call__(self, url, output_file, pooch):
            calls.append(url)
            if url.startswith(tuple(self.down)):
                raise ConnectionError("no route")
            content = (folder / url.rsplit("/", 1)[1]).read_bytes()
            if url.startswith(tuple(self.damaged)):
                content = content[:-1]
            Path(output_file).write_bytes(content)

    answers = Mirrors()
    answers.calls = calls
    monkeypatch.setattr(pooch, "HTTPDownloader", lambda **options: answers)
    return answers


def test_mnist_is_downloaded_once(mirrors):
    first = nn.datasets.mnist()
    assert mirrors.calls == [idx.MIRRORS[0] + name for name in idx.FILES]
    again = nn.datasets.mnist()
    assert len(mirrors.calls) == 4
    assert first.y_test == again.y_test == [2]


def test_the_data_folder_counts_before_the_cache(monkeypatch, tmp_path, few, mirrors):
    monkeypatch.setenv("NNBOOK_DATA_DIR", str(tmp_path))
    for name in idx.FILES:
        few(tmp_path, name, 5)
        few(tmp_path / "nnbook" / "mnist", name, 6)
    assert nn.datasets.mnist().y_train == [5]
    assert not mirrors.calls


@pytest.mark.parametrize("trouble", ["down", "damaged"])
def test_mnist_tries_the_next_mirror(mirrors, trouble):
    setattr(mirrors, trouble, idx.MIRRORS[:1])
    assert nn.datasets.mnist().y_train == [2]
    assert len(mirrors.calls) == 8


def test_mnist_offline_says_what_to_do(mirrors, monkeypatch):
    mirrors.down = idx.MIRRORS
    monkeypatch.setenv("NNBOOK_DATA_DIR", "elsewhere")
    with pytest.raises(ConnectionError, match=r"elsewhere.*not be downloaded.*digits"):
        nn.datasets.mnist()
    assert len(mirrors.calls) == len(idx.MIRRORS)


@pytest.fixture
def server(monkeypatch, tmp_path, few):
    """Two mirrors of MNIST with a few samples, on this machine; what was asked for."""
    pooch = pytest.importorskip("pooch")
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path / "served"))

        def log_message(self, form, *args):
            asked.append(self.path)

    first = tmp_path / "served" / "first"
    for name in idx.FILES:
        few(first, name, 2)
    # Copied, since a compressed file holds the second in which it was made.
    shutil.copytree(first, tmp_path / "served" / "second")
    known = {
        name: (pooch.file_hash(first / name), shape)
        for name, (_, shape) in idx.FILES.items()
    }
    monkeypatch.setattr(idx, "FILES", known)
    monkeypatch.delenv("NNBOOK_DATA_DIR", raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):  # where caches lie
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}"
        monkeypatch.setattr(idx, "MIRRORS", (f"{address}/first/", f"{address}/second/"))
        yield asked
        running.shutdown()


def test_mnist_from_a_server(server, tmp_path, capfd):
    pytest.importorskip("tqdm")
    assert nn.datasets.mnist().y_test == [2]
    assert server == [f"/first/{name}" for name in idx.FILES]
    assert "100%" in capfd.readouterr().err  # the bar of the download
    assert nn.datasets.mnist().y_test == [2]
    assert len(server) == 4  # the second time from the cache
    kept = [path.name for path in (tmp_path / "home").rglob("*.gz")]
    assert sorted(kept) == sorted(idx.FILES)


def test_a_file_with_another_hash_is_taken_from_the_next_mirror(server, tmp_path):
    name = "t10k-labels-idx1-ubyte.gz"
    wrong = tmp_path / "served" / "first" / name
    wrong.write_bytes(wrong.read_bytes() + b"1")
    assert nn.datasets.mnist().y_test == [2]
    assert server[-2:] == [f"/first/{name}", f"/second/{name}"]


def test_a_damaged_file_in_the_cache_is_fetched_again(server, tmp_path):
    nn.datasets.mnist()
    for path in (tmp_path / "home").rglob("*.gz"):
        path.write_bytes(b"damaged")
    assert nn.datasets.mnist().y_test == [2]
    assert len(server) == 8


def test_no_mirror_has_the_right_file(server, tmp_path):
    for path in (tmp_path / "served").rglob("train-images*"):
        path.write_bytes(b"another file")
    with pytest.raises(ConnectionError, match=r"not be downloaded.*ValueError.*Put"):
        nn.datasets.mnist()
    assert not list((tmp_path / "home").rglob("*.gz")), "nothing wrong is kept"


def test_without_a_network_it_says_what_to_do(server, monkeypatch):
    # Nobody listens there.
    monkeypatch.setattr(idx, "MIRRORS", ("http://127.0.0.1:9/", "http://127.0.0.1:9/"))
    with pytest.raises(ConnectionError, match=r"not be downloaded.*NNBOOK_DATA_DIR"):
        nn.datasets.mnist()


def test_known_hashes_are_those_of_the_repository():
    pooch = pytest.importorskip("pooch")
    for name, (sha256, _) in idx.FILES.items():
        assert pooch.file_hash(REPOSITORY_MNIST / name) == sha256


LABELS = struct.pack(">4BI", 0, 0, 8, 1, 3) + bytes([7, 2, 1])


def test_idx(tmp_path):
    path = tmp_path / "labels.gz"
    for content in (gzip.compress(LABELS), LABELS):
        path.write_bytes(content)
        np.testing.assert_array_equal(idx.read_idx(path, (3,)), [7, 2, 1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with 0x;"),
        (gzip.compress(LABELS)[:-6], "is damaged"),
        (gzip.compress(LABELS)[:-9] + b"\xff" * 9, "is damaged"),
        (
            gzip.compress(b"\0\0\x08\x03" + LABELS[4:]),
            "0x00000803.*expected 0x00000801",
        ),
        (gzip.compress(b"\0\0\x0d\x01" + LABELS[4:]), "0x00000d01"),
        (gzip.compress(LABELS[:6]), "starts with 0x000008010000; expected"),
        (gzip.compress(LABELS[:-1]), "holds 2 bytes of data; expected 3"),
        (gzip.compress(LABELS + b"\0"), "holds 4 bytes of data; expected 3"),
        (gzip.compress(struct.pack(">4BI", 0, 0, 8, 1, 4)), r"shape \(4,\); expected"),
    ],
    ids=str.split("empty cut-off garbled images floats header short long four"),
)
def test_damaged_idx(tmp_path, content, message):
    path = tmp_path / "labels.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        idx.read_idx(path, (3,))


# Kaggle ----------------------------------------------------------------------------


def write_csv(path, labelled, rows, header=None):
    names = ["label"] * labelled + [f"pixel{i}" for i in range(784)]
    lines = [",".join(names if header is None else header)]
    lines += [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_labels_that_are_no_digits(tmp_path):
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 77, 1])))
    with pytest.raises(ValueError, match=r"labels\.gz holds the label 77; expected"):
        idx.read_idx(path, (3,))


def test_kaggle_files_hold_what_mnist_holds(tmp_path):
    images = idx.read_idx(
        REPOSITORY_MNIST / "t10k-images-idx3-ubyte.gz", (10000, 28, 28)
    )
    labels = idx.read_idx(REPOSITORY_MNIST / "t10k-labels-idx1-ubyte.gz", (10000,))
    pixels = images[:50].reshape(50, 784)
    rows = np.column_stack([labels[:50], pixels])
    train = write_csv(tmp_path / "train.csv", True, rows)
    test = write_csv(tmp_path / "test.csv", False, pixels[:7])

    split = nn.datasets.read_kaggle_digits(train, str(test))
    np.testing.assert_array_equal(split.y_train, labels[:50])
    np.testing.assert_array_equal(split.X_train, pixels / np.float32(255))
    np.testing.assert_array_equal(split.X_test, split.X_train[:7])
    assert [a.dtype for a in split] == [np.float32, np.intp] * 2
    assert split.y_test.shape == (0,)
    assert nn.datasets.read_kaggle_digits(train).X_test.shape == (0, 784)


ROW = [0] * 784
PIXELS = [f"pixel{i}" for i in range(784)]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", " , "),
        lambda text: "\n".join(
            ",".join(f'"{entry}"' for entry in line.split(","))
            for line in text.splitlines()
        ),
        lambda text: text.replace("label,pixel0", '\ufeff"label", "pixel0"'),
        lambda text: text + "\n\n",
    ],
    ids=str.split("mark windows spaces quotes some-quotes blank-lines"),
)
def test_csv_as_other_programs_write_it(tmp_path, change):
    path = write_csv(tmp_path / "train.csv", True, [[7, 255, *ROW[1:]], [3, *ROW]])
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    split = nn.datasets.read_kaggle_digits(path)
    assert split.y_train.tolist() == [7, 3]
    assert split.X_train[0, 0] == split.X_train.sum() == 1


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        (["label"], [], "column 2 of train_csv is missing; expected 'pixel0'"),
        ([""], [], "column 1 of train_csv is .*; expected 'label', since the file has"),
        (PIXELS, [ROW], "column 1 .* is 'pixel0'; expected 'label'.*right way round"),
        (["", "label", *PIXELS], [], "column 1 .* is ''; expected 'label'.*row num"),
        (["label", *PIXELS[1:]], [], "column 2 .* is 'pixel1'; expected 'pixel0'"),
        (["label", *PIXELS, "x"], [], "column 786 .* is 'x'; expected none"),
        ([f"label;{';'.join(PIXELS)}"], [], "is 'label;pixel0;pixel1;'; expected"),
        (["\0" * 200_000], [], r"column 1 .* is '\\x00"),
        (None, [], "cannot be read: .*no data"),
        (None, [[3, *ROW[:-1]]], "rows of 784 numbers; expected 785"),
        (None, [[3, *ROW], [3, 1]], "cannot be read"),
        (None, [[10, *ROW]], "holds the label 10"),
        (None, [[3, 256, *ROW[1:]]], "cannot be read.*0 to 255"),
        (None, [[3, -1, *ROW[1:]]], "cannot be read"),
        (None, [[3, 0.5, *ROW[1:]]], "cannot be read"),
        (None, [[3, "x", *ROW[1:]]], "cannot be read"),
        (None, [[3, *ROW], ["#3", *ROW]], "cannot be read"),
        (None, [[3, "", *ROW[1:]]], "cannot be read"),
    ],
)
def test_bad_kaggle_file(tmp_path, header, rows, message):
    path = write_csv(tmp_path / "train.csv", True, rows, header)
    with pytest.raises(ValueError, match=message):
        nn.datasets.read_kaggle_digits(path)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda d: d.read_kaggle_digits("none.csv"), FileNotFoundError, "no file"),
        (
            lambda d: d.read_kaggle_digits(3),
            TypeError,
            "train_csv is 3; expected the path of a file",
        ),
        (lambda d: d.spiral(0), ValueError, "n_per_class is 0"),
        (lambda d: d.spiral(10.0), TypeError, "whole number"),
        (lambda d: d.spiral(n_classes=1), ValueError, "n_classes is 1"),
        (lambda d: d.spiral(noise=-0.1), ValueError, "noise is -0.1"),
        (lambda d: d.spiral(noise=np.nan), ValueError, "noise is nan"),
        (lambda d: d.spiral(noise="much"), TypeError, "expected a number"),
        (lambda d: d.spiral(seed=-1), ValueError, "seed is -1"),
        (lambda d: d.spiral(seed=None), TypeError, "whole number"),
        (lambda d: d.xor(0), ValueError, "n_per_corner is 0"),
        (lambda d: d.xor(noise=np.inf), ValueError, "noise is inf"),
        (lambda d: d.moons(True), TypeError, "whole number"),
        (lambda d: d.moons(noise=None), TypeError, "expected a number"),
        (lambda d: d.blobs(n_classes="3"), TypeError, "whole number"),
        (lambda d: d.epidemic("mars"), ValueError, "one of germany, countries"),
        (lambda d: d.epidemic(None), ValueError, "one of germany, countries"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call(nn.datasets)


def test_a_training_file_in_place_of_the_test_file(tmp_path):
    train = write_csv(tmp_path / "train.csv", True, [[7, *ROW]])
    message = "column 1 of test_csv is 'label'; expected 'pixel0'.*right way round"
    with pytest.raises(ValueError, match=message):
        nn.datasets.read_kaggle_digits(train, train)
