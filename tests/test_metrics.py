import numpy as np
import pytest

import nnbook as nn


def test_accuracy_counts_matches():
    assert nn.accuracy([0, 1, 2, 2], [0, 1, 1, 2]) == 3 / 4
    assert nn.accuracy(np.array([5], np.uint8), np.array([5])) == 1.0
    assert nn.accuracy([True, False], [0, 1]) == 0.0
    assert type(nn.accuracy([0], [0])) is float


def test_confusion_matrix_has_true_rows_and_predicted_columns():
    # One 0 read as 1, one 2 read as 0, the rest right.
    matrix = nn.confusion_matrix(predictions=[0, 1, 1, 0, 2], targets=[0, 0, 1, 2, 2])
    np.testing.assert_array_equal(matrix, [[1, 1, 0], [0, 1, 0], [1, 0, 1]])
    assert matrix.dtype == np.intp


def test_confusion_matrix_knows_classes_that_do_not_occur():
    matrix = nn.confusion_matrix([1], [0], n_classes=4)
    assert matrix.shape == (4, 4)
    assert matrix.sum() == matrix[0, 1] == 1


def test_small_integer_types_do_not_wrap():
    classes = np.arange(200, dtype=np.uint8)
    matrix = nn.confusion_matrix(classes, classes)
    np.testing.assert_array_equal(matrix, np.eye(200))


def test_r2_score_by_hand():
    # Squared errors 0 + 0 + 1; about the mean 2: 1 + 0 + 1.
    assert nn.r2_score([1.0, 2.0, 4.0], [1.0, 2.0, 3.0]) == 1 - 1 / 2
    assert nn.r2_score([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]) == 0.0
    assert nn.r2_score([1, 2, 3], [1, 2, 3]) == 1.0


def test_metrics_agree_with_scikit_learn():
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 7, (2, 500))
    np.testing.assert_array_equal(
        nn.confusion_matrix(a, b), sklearn.confusion_matrix(b, a)
    )
    assert nn.accuracy(a, b) == sklearn.accuracy_score(b, a)
    p, t = rng.normal(size=(2, 50, 3))
    assert nn.r2_score(p, t) == pytest.approx(sklearn.r2_score(t, p), rel=1e-12)
    far = 1e4 + t.astype(np.float32)
    assert nn.r2_score(far, far) == 1.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.accuracy([], []), ValueError, "predictions is empty"),
        (lambda: nn.accuracy([0, 1], [0]), ValueError, "has 2 rows and targets has 1"),
        (lambda: nn.accuracy([0.0, 1.0], [0, 1]), TypeError, r"astype\(int\)"),
        (lambda: nn.accuracy(["a"], ["b"]), TypeError, "expected integer classes"),
        (
            lambda: nn.accuracy([[0], [1]], [0, 1]),
            ValueError,
            r"np\.ravel\(predictions\)",
        ),
        (
            lambda: nn.accuracy(np.eye(2), [0, 1]),
            ValueError,
            r"np\.argmax\(predictions, axis=1\)",
        ),
        (lambda: nn.accuracy([0, 1], [[0], [1, 2]]), ValueError, "different lengths"),
        (lambda: nn.accuracy(3, 3), ValueError, r"shape \(\)"),
        (lambda: nn.accuracy([0, -1], [0, 1]), ValueError, "holds the class -1"),
        (lambda: nn.accuracy(None, [0]), ValueError, "predictions has shape"),
        (lambda: nn.confusion_matrix([0, 3], [0, 1], 3), ValueError, "n_classes=4"),
        (lambda: nn.confusion_matrix([0], [0], 0), ValueError, "at least 1"),
        (lambda: nn.confusion_matrix([0], [0], 2.0), TypeError, "whole number"),
        (lambda: nn.r2_score([1.0], [1.0]), ValueError, "all equal"),
        (lambda: nn.r2_score([1.0, 2.0], [3.0, 3.0]), ValueError, "all equal"),
        (
            lambda: nn.r2_score([[1, 5], [2, 6]], [[1, 5], [2, 5]]),
            ValueError,
            "all equal",
        ),
        (lambda: nn.r2_score([], []), ValueError, "empty"),
        (lambda: nn.r2_score([1.0, np.nan], [1.0, 2.0]), ValueError, "nan at index"),
        (lambda: nn.r2_score([[1.0], [2.0]], [1.0, 2.0]), ValueError, "same shape"),
        (lambda: nn.r2_score(["1"], [1.0]), TypeError, "real numbers"),
        (lambda: nn.r2_score([1j], [1.0]), TypeError, "real numbers"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("size", [1e-200, 1e-5, 1e200])
def test_r2_of_huge_and_tiny_targets(size):
    predictions, targets = np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])
    assert nn.r2_score(size * predictions, size * targets) == pytest.approx(0.5)


def test_r2_of_what_it_cannot_compute():
    with pytest.raises(ValueError, match="at least one column"):
        nn.r2_score(np.empty((3, 0)), np.empty((3, 0)))
    with pytest.raises(ValueError, match="too large"):
        nn.r2_score([1e200, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="too large"):
        nn.r2_score([1.0, 2.0], [1.7e308, 1.6e308])


class Column(list):
    """A column of a table, which is no array."""


NETWORK = nn.Network(nn.Dense(2, 3), loss=nn.SoftmaxCrossEntropy())
X = np.random.default_rng(0).normal(size=(4, 2))
SCORES, VALUES = NETWORK(X), np.array([[0.1], [1.2], [2.9], [2.2]])
TEXTS = ["cat", "dog", "ant", "dog"]


@pytest.mark.parametrize("metric", [nn.accuracy, nn.confusion_matrix])
@pytest.mark.parametrize(
    ("predictions", "targets", "advice"),
    [
        (SCORES, [0, 1, 2, 2], "network.predict(X)"),
        (SCORES, [0, 1, 2, 2], "np.argmax(predictions, axis=1)"),
        (SCORES.tolist(), [0, 1, 2, 2], "np.argmax(predictions, axis=1)"),
        (VALUES, [0, 1, 3, 2], "nn.r2_score(predictions, targets)"),
        (VALUES[:, 0], [0, 1, 3, 2], "nn.r2_score(predictions, targets)"),
        ([0, 1, 3, 2], VALUES[:, 0].tolist(), "nn.r2_score(predictions, targets)"),
        ([0.1, 0.9, 0.6], [0, 1, 0], "np.asarray(predictions) > 0.5"),
        ([[0], [1], [3], [2]], [0, 1, 3, 2], "np.ravel(predictions)"),
        ([0, 1, 3, 2], Column([[0], [1], [3], [2]]), "np.ravel(targets)"),
        ([0.0, 1.0], [0, 1], "np.asarray(predictions).astype(int)"),
        ([0, 1], Column([0.0, 1.0]), "np.asarray(targets).astype(int)"),
        ([[0, 1], [1, 0]], [1, 0], "np.argmax(predictions, axis=1)"),
        ([[0, 1], [1, 1]], [[1, 1], [1, 1]], "np.ravel(predictions)"),
    ],
)
def test_advice_works_when_followed(metric, predictions, targets, advice):
    for _ in range(3):
        try:
            result = metric(predictions, targets)
            break
        except (TypeError, ValueError) as error:
            message = str(error)
        for name in ("predictions", "targets"):  # the first step names one of them
            given = {"predictions": predictions, "targets": targets}
            step = advice.replace("predictions", name)
            if message.startswith(name) and step in message and "r2" not in advice:
                changed = eval(step, {"np": np, "network": NETWORK, "X": X, **given})
                predictions = changed if name == "predictions" else predictions
                targets = changed if name == "targets" else targets
                break
        else:
            assert advice in message
            result = nn.r2_score(np.ravel(predictions), np.ravel(targets))
            break
    assert np.isfinite(result).all()


@pytest.mark.parametrize("kind", [list, np.array, Column])
@pytest.mark.parametrize(
    "classes", [["cat", "dog", "ant"], [-5, -1, -9], [2**63, 2**63 + 2, 2**63 + 4]]
)
def test_classes_are_numbered_together(kind, classes):
    # The third alone is met only in the targets: numbered apart, 0 is another class.
    a, b, c = classes
    predictions, targets = kind([a, b, a, b]), kind([a, b, c, c])
    with pytest.raises((TypeError, ValueError), match="Number both at once") as caught:
        nn.accuracy(predictions, targets)
    code = str(caught.value).partition("at once: ")[2].rstrip(".")
    names = {"np": np, "predictions": predictions, "targets": targets}
    exec(code, names)
    assert nn.accuracy(names["predictions"], names["targets"]) == 0.5
