"""The same network in other libraries, each in its own usual style.

A trainer is a function without arguments that passes over the data so many times, in
shuffled batches, and keeps the mean loss and the accuracy of each epoch, as `nn.fit`
does (scikit-learn, which cannot, the loss alone); a predictor answers one sample. All
compute in float32. Three trainers are no peers. "bare" is what NumPy needs for the
matrix products, the gathering of batches and the update, were all else free; "by hand"
is a whole step of a small network without a check or a call too many; "naive" is the
network as most tutorials write it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import nnbook as nn

MOMENTUM, ADAM = "momentum", "Adam"
RATES = {MOMENTUM: 0.01, ADAM: 1e-3}
Trainer = Callable[[], object]


class Case(NamedTuple):
    """How a trainer trains."""

    batch: int
    optimizer: str
    epochs: int = 1


def nnbook_trainer(
    X: np.ndarray, y: np.ndarray, sizes: Sequence[int], case: Case
) -> Trainer:
    """One call of `nn.fit`."""
    network, loss = nn.mlp(list(sizes), seed=0), nn.SoftmaxCrossEntropy()
    kind = nn.Momentum if case.optimizer == MOMENTUM else nn.Adam
    method = kind(RATES[case.optimizer])
    return lambda: nn.fit(
        network,
        X,
        y,
        loss=loss,
        optimizer=method,
        epochs=case.epochs,
        batch_size=case.batch,
    )


def bare_trainer(
    X: np.ndarray, y: np.ndarray, sizes: Sequence[int], case: Case
) -> Trainer:
    """Only the work that no network in NumPy can do without; it learns nothing."""
    network = nn.mlp(list(sizes), seed=0)
    # At rate 0 the parameters stay, and with them the size of all numbers.
    method = nn.Momentum(0.0) if case.optimizer == MOMENTUM else nn.Adam(0.0)
    method.step(network.params, network.grads)
    A = [np.empty((case.batch, width), np.float32) for width in sizes]
    A[0][:] = X[: case.batch]
    D = [np.full_like(a, 1e-3) for a in A]
    layers = list(enumerate(network.layers))
    rng = np.random.default_rng(0)

    def epochs() -> None:
        for _ in range(case.epochs):
            epoch()

    def epoch() -> None:
        order = rng.permutation(len(X))
        for start in range(0, len(X), case.batch):
            if case.batch < len(X):
                rows = order[start : start + case.batch]
                np.take(X, rows, axis=0, out=A[0], mode="clip")
            for i, layer in layers:
                np.matmul(A[i], layer.W, out=A[i + 1])
            for i, layer in reversed(layers):
                np.matmul(A[i].T, D[i + 1], out=layer.dW)
                if i:
                    np.matmul(D[i + 1], layer.W.T, out=D[i])
            method.update(network.params, network.grads, 0.0)

    return epochs


def naive_trainer(
    X: np.ndarray, y: np.ndarray, sizes: Sequence[int], case: Case
) -> Trainer:
    """The formulas as they stand: a list of arrays, and a new array for each result."""
    network = nn.mlp(list(sizes), seed=0)
    W = [layer.W.copy() for layer in network.layers]
    b = [layer.b.copy() for layer in network.layers]
    rate, last = np.float32(RATES[case.optimizer]), len(W) - 1
    m = [np.zeros_like(a) for a in W + b]
    v = [np.zeros_like(a) for a in W + b]
    history: list[tuple[float, float]] = []
    rng, steps = np.random.default_rng(0), 0

    def update(i: int, theta: np.ndarray, g: np.ndarray) -> np.ndarray:
        if case.optimizer == MOMENTUM:
            v[i] = 0.9 * v[i] + g
            return theta - rate * v[i]
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g**2
        m_hat, v_hat = m[i] / (1 - 0.9**steps), v[i] / (1 - 0.999**steps)
        return theta - rate * m_hat / (np.sqrt(v_hat) + 1e-8)

    def epochs() -> list[tuple[float, float]]:
        history.clear()
        for _ in range(case.epochs):
            epoch()
        return history

    def epoch() -> None:
        nonlocal steps
        order, total, right = rng.permutation(len(X)), 0.0, 0
        for start in range(0, len(X), case.batch):
            rows = order[start : start + case.batch]
            A, Z = [X[rows]], []
            for i in range(len(W)):
                Z.append(A[i] @ W[i] + b[i])
                A.append(np.maximum(Z[i], 0) if i < last else Z[i])
            E = np.exp(A[-1] - A[-1].max(axis=1, keepdims=True))
            p = E / E.sum(axis=1, keepdims=True)
            n, labels = len(rows), y[rows]
            total -= np.log(p[np.arange(n), labels]).sum()
            right += (p.argmax(axis=1) == labels).sum()
            d = p.copy()
            d[np.arange(n), labels] -= 1
            d = d / n
            dW, db = [], []
            for i in range(last, -1, -1):
                if i < last:
                    d = d * (Z[i] > 0)
                dW.insert(0, A[i].T @ d)
                db.insert(0, d.sum(axis=0))
                d = d @ W[i].T
            steps += 1
            for i in range(len(W)):
                W[i] = update(i, W[i], dW[i])
                b[i] = update(len(W) + i, b[i], db[i])
        history.append((total / len(X), right / len(X)))

    return epochs


def by_hand_trainer(
    X: np.ndarray, y: np.ndarray, sizes: Sequence[int], case: Case
) -> Trainer:
    """A step of two layers written out: in place, unchecked, all samples at once.

    It measures loss and accuracy, too: the shortest way in NumPy to do what `nn.fit`
    does for most snippets of the book.
    """
    theta = nn.mlp(list(sizes), seed=0).params.copy()
    g, v = np.zeros_like(theta), np.zeros_like(theta)
    d, h, k = sizes
    ends = np.cumsum([d * h, h * k, h])
    W1, W2, b1, b2 = np.split(theta, ends)
    dW1, dW2, db1, db2 = np.split(g, ends)
    W1, dW1 = W1.reshape(d, h), dW1.reshape(d, h)
    W2, dW2 = W2.reshape(h, k), dW2.reshape(h, k)
    rate = RATES[MOMENTUM]
    n, right_entries = len(X), y * len(X) + np.arange(len(X))
    ones = np.ones(n, np.float32)
    A, dA = np.empty((n, h), np.float32), np.empty((n, h), np.float32)
    on = np.empty((n, h), bool)
    Z, P, u = np.empty((n, k), np.float32), np.empty((k, n), np.float32), v.copy()
    history: list[tuple[float, float]] = []

    def epoch() -> None:
        np.matmul(X, W1, out=A)
        np.add(A, b1, out=A)
        np.maximum(A, 0, out=A)
        np.matmul(A, W2, out=Z)
        np.add(Z, b2, out=Z)
        right = np.count_nonzero(Z.argmax(axis=1) == y)
        np.subtract(Z.T, Z.max(axis=1), out=P)  # classes as rows: faster sums
        true_scores = P.take(right_entries)
        np.exp(P, out=P)
        total = P.sum(axis=0)
        value = (np.log(total).sum() - true_scores.sum()) / n
        np.divide(P, total, out=P)
        P.reshape(-1)[right_entries] -= 1
        np.divide(P, n, out=P)
        np.matmul(A.T, P.T, out=dW2)
        np.matmul(P, ones, out=db2)
        np.matmul(P.T, W2.T, out=dA)
        np.greater(A, 0, out=on)
        np.multiply(dA, on, out=dA)
        np.matmul(X.T, dA, out=dW1)
        np.matmul(ones, dA, out=db1)
        np.multiply(v, 0.9, out=v)
        np.add(v, g, out=v)
        np.multiply(v, rate, out=u)
        np.subtract(theta, u, out=theta)
        history.append((value, right / n))

    def epochs() -> list[tuple[float, float]]:
        history.clear()
        for _ in range(case.epochs):
            epoch()
        return history

    return epochs


def _torch_network(sizes: Sequence[int]) -> Any:
    import torch

    layers: list[Any] = []
    for n_in, n_out in pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def torch_trainer(
    X: np.ndarray, y: np.ndarray, sizes: Sequence[int], case: Case
) -> Trainer:
    """PyTorch, eager, with tensors in memory and no DataLoader."""
    import torch

    torch.set_num_threads(1)
    network, loss = _torch_network(sizes), torch.nn.CrossEntropyLoss()
    method: Any
    if case.optimizer == MOMENTUM:
        method = torch.optim.SGD(network.parameters(), RATES[MOMENTUM], momentum=0.9)
    else:
        method = torch.optim.Adam(network.parameters(), RATES[ADAM])
    history: list[tuple[float, float]] = []
    samples, labels = torch.from_numpy(X), torch.from_numpy(y.astype(np.int64))

    def epochs() -> None:
        for _ in range(case.epochs):
            epoch()

    def epoch() -> None:
        order, total, right = torch.randperm(len(samples)), 0.0, 0
        for start in range(0, len(samples), case.batch):
            rows = order[start : start + case.batch]
            targets = labels[rows]
            method.zero_grad()
            scores = network(samples[rows])
            value = loss(scores, targets)
            value.backward()
            method.step()
            total += value.item() * len(rows)
            right += (scores.argmax(dim=1) == targets).sum().item()
        history.append((total / len(samples), right / len(samples)))

    return epochs


def jax_trainer(
    X: np.ndarray, y: np.ndarray, sizes: Sequence[int], case: Case
) -> Trainer:
    """JAX: one compiled function a step."""
    import jax
    import jax.numpy as jnp

    rng = np.random.default_rng(0)
    params: Any = [
        (
            jnp.asarray(rng.normal(0, np.sqrt(2 / n), (n, m)), jnp.float32),
            jnp.zeros(m, jnp.float32),
        )
        for n, m in pairwise(sizes)
    ]
    zeros = jax.tree.map(jnp.zeros_like, params)
    rate = RATES[case.optimizer]

    def mean_loss(params: Any, X: Any, y: Any) -> Any:
        for W, b in params[:-1]:
            X = jax.nn.relu(X @ W + b)
        W, b = params[-1]
        logs = jax.nn.log_softmax(X @ W + b)
        right = (logs.argmax(axis=1) == y).mean()
        return -jnp.take_along_axis(logs, y[:, None], axis=1).mean(), right

    @jax.jit
    def step(params: Any, state: Any, X: Any, y: Any) -> Any:
        measured, grads = jax.value_and_grad(mean_loss, has_aux=True)(params, X, y)
        measured = jnp.stack(measured)
        if case.optimizer == MOMENTUM:
            v = jax.tree.map(lambda v, g: 0.9 * v + g, state, grads)
            return jax.tree.map(lambda p, v: p - rate * v, params, v), v, measured
        m, v, t = state
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
        size = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        new = jax.tree.map(
            lambda p, m, v: p - size * m / (jnp.sqrt(v) + 1e-8), params, m, v
        )
        return new, (m, v, t), measured

    state: Any = zeros if case.optimizer == MOMENTUM else (zeros, zeros, 0.0)
    kept = {"run": (params, state)}
    history: list[tuple[float, float]] = []
    labels = y.astype(np.int32)

    def epochs() -> None:
        for _ in range(case.epochs):
            epoch()

    def epoch() -> None:
        params, state = kept["run"]
        order, total = rng.permutation(len(X)), jnp.zeros(2)
        for start in range(0, len(X), case.batch):
            rows = order[start : start + case.batch]
            params, state, measured = step(params, state, X[rows], labels[rows])
            total += measured * len(rows)
        kept["run"] = jax.block_until_ready((params, state))
        value, right = total / len(X)
        history.append((float(value), float(right)))

    return epochs


def sklearn_trainer(
    X: np.ndarray, y: np.ndarray, sizes: Sequence[int], case: Case
) -> Trainer:
    """scikit-learn's own network, an epoch a call of `partial_fit`."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        hidden_layer_sizes=tuple(sizes[1:-1]),
        solver="sgd" if case.optimizer == MOMENTUM else "adam",
        learning_rate_init=RATES[case.optimizer],
        momentum=0.9,
        nesterovs_momentum=False,
        batch_size=case.batch,
        alpha=0.0,
        random_state=0,
    )
    classes = np.arange(sizes[-1])

    def epochs() -> None:
        for _ in range(case.epochs):
            network.partial_fit(X, y, classes=classes)

    return epochs


TRAINERS = {
    "nnbook": nnbook_trainer,
    "bare": bare_trainer,
    "naive": naive_trainer,
    "by hand": by_hand_trainer,
    "torch": torch_trainer,
    "jax": jax_trainer,
    "sklearn": sklearn_trainer,
}


def predictors(sizes: Sequence[int], x: np.ndarray) -> dict[str, Trainer]:
    """The answer to one sample, for nnbook and PyTorch if it is there."""
    network = nn.mlp(list(sizes), seed=0)
    tasks: dict[str, Trainer] = {"nnbook": lambda: network.predict(x)}
    try:
        import torch
    except ModuleNotFoundError:
        return tasks
    torch.set_num_threads(1)
    other, tensor = _torch_network(sizes), torch.from_numpy(x)

    def answer() -> Any:
        with torch.no_grad():
            return other(tensor).argmax(dim=1)

    tasks["torch"] = answer
    return tasks


def optimizer_steps(sizes: Sequence[int], name: str) -> dict[str, Trainer]:
    """One step of an optimizer, for nnbook and PyTorch if it is there."""
    network = nn.mlp(list(sizes), seed=0)
    rng = np.random.default_rng(0)
    network.grads[:] = rng.normal(size=network.grads.size)
    make: dict[str, Callable[[], Any]] = {
        "Momentum": lambda: nn.Momentum(1e-6),
        "AdaGrad": lambda: nn.AdaGrad(1e-6),
        "AdaDelta": lambda: nn.AdaDelta(1e-3),
        "RMSProp": lambda: nn.RMSProp(1e-6),
        "Adam": lambda: nn.Adam(1e-6),
        "AdamW": lambda: nn.AdamW(1e-6),
    }
    method = make[name]()
    tasks: dict[str, Trainer] = {
        "nnbook": lambda: method.step(network.params, network.grads)
    }
    try:
        import torch
    except ModuleNotFoundError:
        return tasks
    torch.set_num_threads(1)
    other = _torch_network(sizes)
    for parameter in other.parameters():
        parameter.grad = torch.randn_like(parameter)
    optim = torch.optim
    peer: dict[str, Callable[[Any], Any]] = {
        "Momentum": lambda p: optim.SGD(p, 1e-6, momentum=0.9),
        "AdaGrad": lambda p: optim.Adagrad(p, 1e-6),
        "AdaDelta": lambda p: optim.Adadelta(p, 1e-3),
        "RMSProp": lambda p: optim.RMSprop(p, 1e-6),
        "Adam": lambda p: optim.Adam(p, 1e-6),
        "AdamW": lambda p: optim.AdamW(p, 1e-6),
    }
    tasks["torch"] = peer[name](other.parameters()).step
    return tasks
