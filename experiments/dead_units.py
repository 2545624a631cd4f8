"""When do ReLUs die? By learning rate, by initial bias, and before training.

python -m experiments.dead_units
"""

from __future__ import annotations

import argparse

import numpy as np

import nnbook as nn
from experiments._record import write_recorded


def data(standardised: bool = True) -> nn.datasets.Split:
    """The 8×8 digits, with the mean and spread of all training pixels at 0 and 1."""
    split = nn.datasets.digits()
    if not standardised:
        return split
    mean, spread = split.X_train.mean(), split.X_train.std()
    return split._replace(
        X_train=(split.X_train - mean) / spread,
        X_test=(split.X_test - mean) / spread,
    )


def network(
    activation: nn.Activation, bias: float, seed: int, dtype: type = np.float32
) -> nn.Network:
    """Two hidden layers of a hundred units for the 8×8 digits."""
    start = nn.init.constant(bias)
    return nn.Network(
        nn.Dense(64, 100, activation=activation, bias=start),
        nn.Dense(100, 100, activation=activation, bias=start),
        nn.Dense(100, 10),
        seed=seed,
        dtype=dtype,
    )


def dead_share(net: nn.Network, X: np.ndarray) -> list[float]:
    """Share of units in each hidden layer whose sum is never above 0 for any sample."""
    shares = []
    for layer in net.layers[:-1]:
        Z = X @ layer.W + layer.b
        shares.append(float((Z.max(axis=0) <= 0).mean()))
        X = layer.activation(Z)
    return shares


def trained(
    activation: nn.Activation,
    rate: float,
    bias: float,
    seed: int,
    epochs: int,
    digits: nn.datasets.Split,
) -> dict:
    """Dead shares before and after training by plain SGD, and test accuracy."""
    net = network(activation, bias, seed)
    before = dead_share(net, digits.X_train)
    diverged = False
    try:
        nn.fit(
            net,
            digits.X_train,
            digits.y_train,
            loss=nn.SoftmaxCrossEntropy(),
            optimizer=nn.SGD(rate),
            epochs=epochs,
            batch_size=32,
            seed=seed,
        )
    except nn.DivergedError:
        diverged = True
    # A network that diverged holds numbers whose products do not fit into float32.
    wide = network(activation, bias, seed, np.float64)
    wide.params[:] = net.params
    return {
        "before": before,
        "after": dead_share(wide, digits.X_train),
        "accuracy": nn.accuracy(wide.predict(digits.X_test), digits.y_test),
        "diverged": diverged,
    }


def summary(runs: list[dict]) -> dict:
    """Means over the seeds, with the spread of the accuracy."""
    accuracy = [r["accuracy"] for r in runs]
    return {
        "accuracy": round(float(np.mean(accuracy)), 4),
        "spread": round(float(np.std(accuracy, ddof=1)), 4),
        "dead_before": np.mean([r["before"] for r in runs], axis=0).round(4).tolist(),
        "dead_after": np.mean([r["after"] for r in runs], axis=0).round(4).tolist(),
        "diverged": sum(r["diverged"] for r in runs),
    }


def by_rate(
    activation: nn.Activation, rates: list[float], seeds: list[int], epochs: int
) -> list[dict]:
    """One summary a learning rate, biases starting at zero."""
    digits = data()
    return [
        {
            "rate": rate,
            **summary(
                [trained(activation, rate, 0.0, s, epochs, digits) for s in seeds]
            ),
        }
        for rate in rates
    ]


def by_bias(
    biases: list[float],
    seeds: list[int],
    rate: float,
    epochs: int,
    digits: nn.datasets.Split,
) -> list[dict]:
    """One summary an initial bias of the hidden ReLUs."""
    return [
        {
            "bias": bias,
            **summary([trained(nn.relu, rate, bias, s, epochs, digits) for s in seeds]),
        }
        for bias in biases
    ]


def born_dead(width: int, depth: int, n_networks: int) -> float:
    """Share of fresh networks (He weights, no bias) that give 0 for 200 inputs."""
    dead = 0
    for seed in range(n_networks):
        rng = np.random.default_rng(seed)
        A = rng.normal(size=(200, width))
        for _ in range(depth):
            A = nn.relu(A @ nn.init.he_normal((width, width), rng))
        dead += not A.any()
    return dead / n_networks


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(by_rate(nn.relu, [0.1, 5.0], [0, 1], 3))
        print(born_dead(2, 10, 40), born_dead(16, 10, 40))
        return
    seeds = list(range(5))
    rates = [0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 2.0, 4.0]
    biases = [-1.0, 0.0, 0.01, 0.1, 1.0]
    widths, depths, n_networks = [2, 4, 8, 16], [5, 10, 20, 50], 400
    result = {
        "relu": by_rate(nn.relu, rates, seeds, 30),
        "leaky_relu": by_rate(nn.leaky_relu, rates, seeds, 30),
        "tanh": by_rate(nn.tanh, rates, seeds, 30),
        "bias_rate": 0.1,
        "by_bias": by_bias(biases, seeds, 0.1, 30, data()),
        "by_bias_raw": by_bias(biases, seeds, 0.1, 30, data(standardised=False)),
        "widths": widths,
        "depths": depths,
        "n_networks": n_networks,
        "born_dead": [[born_dead(w, d, n_networks) for d in depths] for w in widths],
    }
    for name, value in result.items():
        print(name, value)
    write_recorded(
        "dead_units",
        result,
        description="Share of dead units of 64-100-100-10 on standardised 8×8 digits, "
        "SGD, batch 32, 30 epochs, by rate and by initial bias, means of five seeds; "
        "and the share of fresh narrow ReLU networks that give 0 for 200 inputs.",
        command="python -m experiments.dead_units",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
