"""What an error advises works when it is followed."""

import re

import numpy as np
import pytest
from scipy import sparse

import nnbook as nn

X = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
IMAGES = np.zeros((4, 2, 3))
ONE = nn.mlp([1, 2])
THREE = nn.mlp([3, 2])


def fit(network, data):
    options = {"loss": nn.SoftmaxCrossEntropy(), "optimizer": nn.SGD(0.1), "epochs": 1}
    return nn.fit(network, data, [0, 1] * 3, **options)


@pytest.mark.parametrize(
    ("wrong", "advice", "right"),
    [
        # One feature as a vector, one sample as a vector, images as they are.
        (
            lambda: ONE(X[:, 0]),
            "np.reshape(X, (-1, 1))",
            lambda: ONE(np.reshape(X[:, 0], (-1, 1))),
        ),
        (
            lambda: ONE([1.0, 2.0]),
            "np.reshape(X, (-1, 1))",
            lambda: ONE(np.reshape([1.0, 2.0], (-1, 1))),
        ),
        (
            lambda: THREE([1.0, 2.0, 3.0]),
            "np.reshape(X, (1, -1))",
            lambda: THREE(np.reshape([1.0, 2.0, 3.0], (1, -1))),
        ),
        (
            lambda: nn.mlp([6, 2])(IMAGES),
            "np.reshape(X, (len(X), -1))",
            lambda: nn.mlp([6, 2])(np.reshape(IMAGES, (len(IMAGES), -1))),
        ),
        (
            lambda: fit(nn.mlp([1, 2]), X[:, 0]),
            "np.reshape(X, (-1, 1))",
            lambda: fit(nn.mlp([1, 2]), np.reshape(X[:, 0], (-1, 1))),
        ),
        # Sparse input.
        (
            lambda: fit(nn.mlp([3, 2]), sparse.csr_matrix(X)),
            "X.toarray()",
            lambda: fit(nn.mlp([3, 2]), sparse.csr_matrix(X).toarray()),
        ),
        (
            lambda: THREE(sparse.csr_matrix(X)),
            "X.toarray()",
            lambda: THREE(sparse.csr_matrix(X).toarray()),
        ),
        (
            lambda: THREE(sparse.coo_array(X)),
            "X.toarray()",
            lambda: THREE(sparse.coo_array(X).toarray()),
        ),
        # Layers.
        (
            lambda: nn.Dense(3, 2, bias=False),
            "bias=None",
            lambda: nn.Dense(3, 2, bias=None),
        ),
        (
            lambda: nn.Dense(3, 2, bias=True),
            "Leave it out",
            lambda: nn.Dense(3, 2),
        ),
        (
            lambda: nn.Dense(3, 2, bias=0.5),
            "nn.init.constant(0.5)",
            lambda: nn.Network(nn.Dense(3, 2, bias=nn.init.constant(0.5))),
        ),
        (
            lambda: nn.Dense(3, 2, weights=0.1),
            "nn.init.he_normal",
            lambda: nn.Network(nn.Dense(3, 2, weights=nn.init.he_normal)),
        ),
        (
            lambda: nn.Dense(3, 2, activation="tanh"),
            "nn.tanh",
            lambda: nn.Dense(3, 2, activation=nn.tanh),
        ),
        (
            lambda: nn.Dense(3, 2, activation=np.tanh),
            "nn.tanh",
            lambda: nn.Dense(3, 2, activation=nn.tanh),
        ),
        # Networks.
        (
            lambda: nn.Network([nn.Dense(3, 2), nn.Dense(2, 1)]),
            "nn.Network(*layers)",
            lambda: nn.Network(*[nn.Dense(3, 2), nn.Dense(2, 1)]),
        ),
        (
            lambda: nn.Network(nn.Dropout),
            "nn.Dropout(...)",
            lambda: nn.Network(nn.Dropout(0.5)),
        ),
        (
            lambda: nn.Network(nn.Dense(3, 2), nn.relu),
            "nn.Dense(2, 3, activation=nn.relu)",
            lambda: nn.Network(nn.Dense(2, 3, activation=nn.relu)),
        ),
        (
            lambda: nn.mlp(2, 8, 1),
            "nn.mlp([2, 8, 1])",
            lambda: nn.mlp([2, 8, 1]),
        ),
        (
            lambda: nn.mlp(2, 8, nn.relu),
            "nn.mlp([2, 8])",
            lambda: nn.mlp([2, 8], nn.relu),
        ),
        (
            lambda: nn.mlp(2),
            "[784, 128, 10]",
            lambda: nn.mlp([784, 128, 10]),
        ),
        (
            lambda: nn.mlp([784, 10], "nonsense"),
            "nn.relu",
            lambda: nn.mlp([784, 10], nn.relu),
        ),
        (
            lambda: nn.mlp([784, 10], "gelu"),
            "nn.gelu",
            lambda: nn.mlp([784, 10], nn.gelu),
        ),
        (
            lambda: nn.mlp([784, 10], nn.activations.ReLU),
            "nn.relu",
            lambda: nn.mlp([784, 10], nn.relu),
        ),
        # Losses.
        (
            lambda: THREE.evaluate(X, [0] * 6),
            "network.loss = nn.SoftmaxCrossEntropy()",
            lambda: nn.Network(nn.Dense(3, 2), loss=nn.SoftmaxCrossEntropy()).evaluate(
                X, [0] * 6
            ),
        ),
        (
            lambda: setattr(THREE, "loss", "mse"),
            "nn.SoftmaxCrossEntropy()",
            lambda: setattr(nn.mlp([3, 2]), "loss", nn.SoftmaxCrossEntropy()),
        ),
    ],
)
def test_advice_works(wrong, advice, right):
    with pytest.raises((TypeError, ValueError), match=re.escape(advice)):
        wrong()
    right()


def test_a_vector_that_is_neither_gets_no_advice_that_fails():
    with pytest.raises(ValueError, match=r"X has shape \(6,\); expected \(n, 3\)") as e:
        THREE(X[:, 0])
    assert "reshape" not in str(e.value)
    with pytest.raises(ValueError, match=r"X has shape \(4, 2, 3\)") as e:
        THREE(IMAGES)
    assert "reshape" not in str(e.value)
