"""How far is the gradient of a batch from the whole one, and what does a step cost?

    python -m experiments.gradient_noise

The noise on MNIST for softmax regression, at its start and after some training. Then,
on the small digits, how many gradients of single samples it takes to bring the loss
down, by batch size, each with the best rate of one grid, without momentum and with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np

import nnbook as nn
from experiments._record import write_recorded


def gradients(network: nn.Network, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean gradient of the loss over some samples, one flat vector."""
    slope = nn.SoftmaxCrossEntropy().gradient(network.forward(X), y)
    network.backward(slope)
    return network.grads.copy()


def noise(
    network: nn.Network,
    X: np.ndarray,
    y: np.ndarray,
    sizes: list[int],
    draws: int,
    seed: int = 0,
) -> dict:
    """Length of the whole gradient, and root mean square of the batches' distances."""
    rng = np.random.default_rng(seed)
    whole = gradients(network, X, y)
    distance = []
    for size in sizes:
        squares = []
        for _ in range(draws):
            batch = rng.integers(len(X), size=size)
            difference = gradients(network, X[batch], y[batch]) - whole
            squares.append(difference @ difference)
        distance.append(round(float(np.sqrt(np.mean(squares))), 4))
    return {"signal": round(float(np.linalg.norm(whole)), 4), "noise": distance}


def zero_network(n_features: int) -> nn.Network:
    """Softmax regression that has not learned anything."""
    return nn.Network(nn.Dense(n_features, 10, weights=nn.init.zeros))


def train(network: nn.Network, X: np.ndarray, y: np.ndarray, epochs: int) -> None:
    """A few passes of plain descent."""
    nn.fit(
        network,
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.SGD(0.1),
        epochs=epochs,
        batch_size=64,
    )


def epochs_needed(
    X: np.ndarray,
    y: np.ndarray,
    size: int,
    optimizer: nn.Optimizer,
    target: float,
    most: int,
    seed: int,
) -> int | None:
    """Passes over the data until the training loss is below the target."""
    network, loss = zero_network(X.shape[1]), nn.SoftmaxCrossEntropy()
    for epoch in range(1, most + 1):
        try:
            nn.fit(
                network,
                X,
                y,
                loss=loss,
                optimizer=optimizer,
                epochs=1,
                batch_size=size,
                seed=1000 * seed + epoch,
            )
        except nn.DivergedError:
            return None
        if loss(network(X), y) < target:
            return epoch
    return None


def work(
    X: np.ndarray,
    y: np.ndarray,
    sizes: list[int],
    grid: list[float],
    target: float,
    most: int,
    seeds: list[int],
    make: Callable[[float], nn.Optimizer] = nn.SGD,
) -> list[dict]:
    """By batch size: the rate with the lowest median of passes, passes and steps."""
    rows = []
    for size in sizes:
        best: list[int] = []
        rate = None
        for candidate in grid:
            limit = max(best, default=most)
            needed = [
                epochs_needed(X, y, size, make(candidate), target, limit, seed)
                for seed in seeds
            ]
            arrived = [epochs for epochs in needed if epochs is not None]
            if len(arrived) < len(needed):
                continue
            if not best or np.median(arrived) < np.median(best):
                best, rate = arrived, candidate
        epochs = int(np.median(best)) if best else None
        steps = None if epochs is None else epochs * -(-len(X) // size)
        rows.append(
            {
                "size": size,
                "rate": rate,
                "epochs": epochs,
                "steps": steps,
                "by_seed": best,
            }
        )
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    digits = nn.datasets.digits()
    if parser.parse_args().short:
        network = zero_network(64)
        print(noise(network, digits.X_train, digits.y_train, [1, 16], 50))
        work(digits.X_train, digits.y_train, [16, 1347], [0.1, 1.0], 0.5, 50, [0])
        return
    mnist, sizes, draws = nn.datasets.mnist(), [1, 4, 16, 64, 256, 1024], 200
    network = zero_network(784)
    start = noise(network, mnist.X_train, mnist.y_train, sizes, draws)
    train(network, mnist.X_train, mnist.y_train, 10)
    later = noise(network, mnist.X_train, mnist.y_train, sizes, draws)
    print(start, later, flush=True)
    batches = [1, 4, 16, 64, 256, len(digits.X_train)]
    grid = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 0.5, 0.2, 0.1, 0.05]
    momentum_grid = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 0.05, 0.02, 0.01, 0.005]
    seeds = [0, 1, 2, 3, 4]
    X, y = digits.X_train, digits.y_train
    data = {
        "sizes": sizes,
        "draws": draws,
        "start": start,
        "later": later,
        "work": work(X, y, batches, grid, 0.1, 300, seeds),
        "work_with_momentum": work(
            X,
            y,
            batches,
            momentum_grid,
            0.1,
            300,
            seeds,
            partial(nn.Momentum, momentum=0.9),
        ),
    }
    write_recorded(
        "gradient_noise",
        data,
        description="Distance of a batch's gradient from the whole one for softmax "
        "regression on MNIST, at zero weights and after ten epochs; passes over the "
        "small digits until the training loss is below 0.1, by batch size, for five "
        "orders of the samples and the best rate of a grid, without momentum and with "
        "momentum 0.9.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.gradient_noise",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
