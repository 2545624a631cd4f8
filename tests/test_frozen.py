"""Layers that are not to be trained."""

import numpy as np
import pytest

import nnbook as nn

X, Y = nn.datasets.spiral(n_per_class=9)
OPTIMIZERS = {
    "SGD": lambda: nn.SGD(0.1),
    "Momentum": lambda: nn.Momentum(0.1),
    "AdamW": lambda: nn.AdamW(0.01, weight_decay=0.1),
    "Adam": lambda: nn.Adam(nn.CosineDecay(0.01, steps=20)),
}


def network(dtype=np.float32):
    return nn.Network(
        nn.Dense(2, 6, activation=nn.tanh),
        nn.BatchNorm(6),
        nn.Residual(nn.Dense(6, 6, activation=nn.gelu), nn.LayerNorm(6)),
        nn.Dense(6, 3),
        dtype=dtype,
    )


def train(made, optimizer, **options):
    loss = nn.SoftmaxCrossEntropy()
    settings = {"epochs": 3, "batch_size": 8, "regularizer": nn.L2(0.1)} | options
    return nn.fit(made, X, Y, loss=loss, optimizer=optimizer, **settings)


def arrays(layer):
    return {
        (i, name): view.copy()
        for i, part in enumerate(layer._walk())
        for name, view in part._views.items()
        if name[0] != "d"
    }


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("i", range(4))
def test_training_leaves_it_alone_and_changes_the_others(i, optimizer):
    made = network()
    made.layers[i].trainable = False
    before = [arrays(layer) for layer in made.layers]
    statistics = made.statistics()
    train(made, OPTIMIZERS[optimizer]())
    for j, layer in enumerate(made.layers):
        for key, value in arrays(layer).items():
            assert np.array_equal(value, before[j][key]) == (i == j)
    assert np.array_equal(made.statistics(), statistics) == (i == 1)


def test_its_gradients_are_zero():
    made = network()
    made.layers[2].trainable = False
    made.backward(np.ones_like(made.forward(X)))
    frozen = np.concatenate([made.grads[span] for span in made._frozen()])
    assert frozen.size == 6 * 6 + 6 + 12
    assert not frozen.any()
    assert np.count_nonzero(made.grads) > 40
    made.layers[2].trainable = True
    assert made._frozen() == []
    made.backward(np.ones_like(made.forward(X)))
    assert made.layers[2].layers[0].dW.all()


def test_gradients_go_through_it():
    # Those of the layers before it are the same, frozen or not.
    grads = []
    for trainable in (True, False):
        made = network()
        made.layers[3].trainable = trainable
        made.backward(np.ones_like(made.forward(X)))
        grads.append(made.layers[0].dW.copy())
    np.testing.assert_array_equal(*grads)


def test_a_layer_of_layers_freezes_all_in_it():
    residual = network().layers[2]
    assert residual.trainable
    residual.layers[1].trainable = False
    assert not residual.trainable
    assert residual.layers[0].trainable
    residual.trainable = False
    assert not residual.layers[0].trainable
    with pytest.raises(TypeError, match="trainable is 'no'; expected True or False"):
        residual.trainable = "no"


def test_a_frozen_batch_norm_uses_its_running_statistics():
    made = nn.Network(nn.BatchNorm(2), dtype=np.float64)
    norm = made.layers[0]
    norm.gain, norm.offset = [2.0, 3.0], [0.5, -1.0]
    made.forward(np.random.default_rng(0).normal(3, 2, size=(50, 2)))
    before = made.statistics()
    norm.trainable = False
    np.testing.assert_allclose(made.forward(X), made(X), rtol=1e-12)
    np.testing.assert_array_equal(made.statistics(), before)
    # A = gain (x - mean) / √(variance + ε) + offset, so dX = dA gain / √(variance + ε).
    slope = norm.gain / np.sqrt(norm.running_variance + 1e-5)
    made.forward(X)
    dX = norm._backward(np.ones((len(X), 2)), True)
    np.testing.assert_allclose(dX, np.tile(slope, (len(X), 1)), rtol=1e-12)
    # And a batch of one sample has all that it needs.
    assert made.forward(X[:1]).shape == (1, 2)
    norm.trainable = True
    with pytest.raises(ValueError, match="one sample has no variance"):
        made.forward(X[:1])


def test_a_last_batch_of_one_is_fine_for_a_frozen_batch_norm():
    made = network()
    made.layers[1].trainable = False
    train(made, nn.SGD(0.1), batch_size=13)  # 27 = 2 · 13 + 1
    made.layers[1].trainable = True
    with pytest.raises(ValueError, match="batch_size is 13"):
        train(made, nn.SGD(0.1), batch_size=13)


def test_copies_are_frozen_where_the_network_is():
    made = network()
    made.layers[0].trainable = False
    assert made.copy()._frozen() == made._frozen() == [slice(0, 12), slice(66, 72)]
