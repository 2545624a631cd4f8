"""Does the largest curvature stop at the largest one that the rate allows?

    python -m experiments.edge_of_stability

A small network learns two moons with all samples in each step, and now and then the
largest curvature of its loss is measured.
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded

LOSS = nn.MeanSquaredError()


def gradient(network: nn.Network, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The gradient of the loss over all samples, one flat vector."""
    network.backward(LOSS.gradient(network.forward(X), Y))
    return network.grads.copy()


def curvature(
    network: nn.Network, X: np.ndarray, Y: np.ndarray, u: np.ndarray, rounds: int
) -> float:
    """The largest curvature; `u` becomes its direction.

    Power iteration: a step along u changes the gradient by the second derivatives times
    u, which turns u towards the direction where they stretch most.
    """
    theta, h, largest = network.params.copy(), 1e-4, 0.0
    for _ in range(rounds):
        u /= np.linalg.norm(u)
        network.params[:] = theta + h * u
        ahead = gradient(network, X, Y)
        network.params[:] = theta - h * u
        change = (ahead - gradient(network, X, Y)) / (2 * h)
        largest = float(u @ change)
        u[:] = change
    network.params[:] = theta
    return largest


def follow(
    rate: float, steps: int, every: int, seed: int
) -> tuple[list[float], list[float]]:
    """Curvature and loss, from the first step on, at every so many steps."""
    X, y = nn.datasets.moons()
    X, Y = X - X.mean(axis=0), 2.0 * y[:, None] - 1
    network = nn.mlp([2, 20, 1], activation=nn.tanh, seed=seed, dtype=np.float64)
    u = np.random.default_rng(seed).normal(size=network.params.size)
    optimizer = nn.SGD(rate)
    curvatures, losses = [], []
    for step in range(steps + 1):
        if step % every == 0:
            curvatures.append(round(curvature(network, X, Y, u, 20), 3))
            losses.append(round(float(LOSS(network.forward(X), Y)), 4))
        optimizer.step(network.params, gradient(network, X, Y))
    return curvatures, losses


def runs(rates: list[float], steps: int, every: int, seeds: list[int]) -> list[dict]:
    """By rate: curvatures and losses by seed."""
    rows = []
    for rate in rates:
        each = [follow(rate, steps, every, seed) for seed in seeds]
        rows.append(
            {
                "rate": rate,
                "steps": steps,
                "curvature": [curvatures for curvatures, _ in each],
                "loss": [losses for _, losses in each],
            }
        )
        late = [np.mean(c[len(c) // 2 :]) for c in rows[-1]["curvature"]]
        print(f"rate {rate}: 2 / rate {2 / rate:.1f}", np.round(late, 2), flush=True)
    return rows


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        runs([0.4], steps=400, every=100, seeds=[0])
        return
    steps, every, seeds = 4000, 40, [0, 1, 2, 3, 4]
    data = {
        "every": every,
        "runs": runs([0.1, 0.2, 0.4], steps, every, seeds),
        "long": runs([0.1], 10 * steps, 10 * every, seeds)[0],
    }
    write_recorded(
        "edge_of_stability",
        data,
        description="Largest curvature of the loss during training with all samples "
        "per step, 2-20-1 tanh on two moons, mean squared error, by rate and seed; "
        "the smallest rate also for ten times as many steps.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.edge_of_stability",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
