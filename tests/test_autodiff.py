"""Gradients that the graph hands back are those of differences and of the layers."""

import re

import numpy as np
import pytest

import nnbook as nn
from bookkit.listings import listing
from bookkit.pages import ROOT
from nnbook.autodiff import Tensor

A = np.random.default_rng(0).uniform(0.5, 2, (3, 4))
B = np.random.default_rng(1).uniform(0.5, 2, (3, 4))


def gradient(f, *values):
    """By the graph, of the sum of what f returns."""
    tensors = [Tensor(value) for value in values]
    f(*tensors).backward()
    return [tensor.grad for tensor in tensors]


def differences(f, *values):
    def at(i):
        def g(value):
            given = [*values[:i], value, *values[i + 1 :]]
            return f(*map(Tensor, given)).data.sum()

        return nn.numerical_gradient(g, values[i])

    return [at(i) for i in range(len(values))]


FUNCTIONS = {
    "sum of two": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
    "matrix product": lambda a, b: a.exp() @ (A.T @ b),
    "negative": lambda a, b: -a * b,
    "exp": lambda a, b: (a * b).exp(),
    "log": lambda a, b: (a * b).log(),
    "tanh": lambda a, b: (a - b).tanh(),
    "relu": lambda a, b: (a - b).relu() * b,
    "sum of all": lambda a, b: a.sum() * b,
    "sum over rows": lambda a, b: a.sum(axis=0) * b,
    "mean": lambda a, b: a.mean() * b + b.mean(axis=1) * a,
    "max": lambda a, b: a.max() * b + b.max(axis=1) * a,
    "slice": lambda a, b: a[1:] * b[:2],
    "entries, one of them twice": lambda a, b: a[[0, 0, 2], [1, 1, 3]] * b[0, 0],
    "number on the left": lambda a, b: 2 * a + 1 / b + (1 - a) * 3.0,
    "array on the left": lambda a, b: A + a * (A - b) / (A / a) + (A.T @ b).sum(),
    "row and column": lambda a, b: a[0] * b[:, :1] + a[:1] / b,
    "used twice": lambda a, b: (a * a + a) * (a + b) * a,
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_gradient_is_the_difference(f):
    pairs = zip(gradient(f, A, B), differences(f, A, B), strict=True)
    for found, measured in pairs:
        np.testing.assert_allclose(found, measured, rtol=1e-7, atol=1e-8)


def test_gradient_of_a_vector_times_a_scalar_has_the_shapes_of_both():
    w, x = Tensor(3.0), Tensor([1.0, 2.0])
    (w * x).sum().backward()
    assert w.grad.shape == ()
    assert w.grad == 3
    assert x.grad.tolist() == [3, 3]


def test_equal_maxima_share():
    a = Tensor([1.0, 5.0, 5.0])
    a.max().backward()
    assert a.grad.tolist() == [0, 0.5, 0.5]


def test_a_second_walk_starts_at_zero():
    w = Tensor(3.0)
    loss = w * w
    loss.backward()
    loss.backward()
    assert w.grad == 6


def test_a_long_chain_needs_no_deep_recursion():
    w = Tensor(1.0)
    y = w
    for _ in range(5000):
        y = y + w
    y.backward()
    assert w.grad == 5001


def test_gradients_are_those_of_the_layers():
    X, labels = nn.datasets.digits()[:2]
    X, labels = X[:50].astype(float), labels[:50]
    network = nn.mlp([64, 32, 10], activation=nn.relu, dtype=np.float64)
    loss = nn.SoftmaxCrossEntropy()
    network.backward(loss.gradient(network.forward(X), labels))
    first, second = network.layers
    W1, b1, W2, b2 = map(Tensor, (first.W, first.b, second.W, second.b))
    Z = (X @ W1 + b1).relu() @ W2 + b2
    top = Z.max(axis=1)
    log_sum = (Z - top).exp().sum(axis=1).log() + top
    (log_sum.mean() - Z[np.arange(50), labels].mean()).backward()
    for tensor, known in [
        *((W1, first.dW), (b1, first.db)),
        *((W2, second.dW), (b2, second.db)),
    ]:
        np.testing.assert_allclose(tensor.grad, known, rtol=0, atol=1e-12)


def test_the_engine_has_as_many_lines_as_its_chapter_says():
    names = ["Tensor", "_tensor", "_newest_first", "_unbroadcast"]
    code = "\n".join(listing(f"nnbook.autodiff.{name}")[1] for name in names)
    lines = sum(1 for line in code.splitlines() if line.strip())
    assert lines <= 90
    page = (ROOT / "docs/practice/frameworks.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(\d+) lines", page)) == {str(lines)}


def test_its_chapter_lists_all_of_the_engine():
    page = (ROOT / "docs/practice/frameworks.md").read_text(encoding="utf-8")
    listed = " ".join(re.findall("<!-- source: (.*) -->", page)).split()
    parts = [
        *(f"Tensor.{name}" for name, f in vars(Tensor).items() if callable(f)),
        *("_tensor", "_newest_first", "_unbroadcast"),
    ]
    named_twice = {"Tensor.__radd__", "Tensor.__rmul__"}
    expected = {f"nnbook.autodiff.{part}" for part in {*parts} - named_twice}
    assert {name for name in listed if name.startswith("nnbook")} == expected
