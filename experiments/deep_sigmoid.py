"""Can twenty layers of sigmoids be trained? By the size of the weights, and by half.

python -m experiments.deep_sigmoid
"""

from __future__ import annotations

import argparse
from typing import Any

import nnbook as nn
from experiments._record import write_recorded
from experiments.dead_units import data

SIZES = [64] * 21 + [10]


class SigmoidMinusHalf(nn.Activation):
    """A sigmoid whose outputs lie around 0."""

    name = "sigmoid - 1/2"

    def value(self, z: Any) -> Any:
        """From -1/2 to 1/2."""
        return nn.sigmoid(z) - 0.5

    def derivative(self, z: Any) -> Any:
        """The sigmoid's."""
        return nn.sigmoid.derivative(z)


def network(activation: nn.Activation, gain: float, seed: int) -> nn.Network:
    """Twenty hidden layers; weights between them are `gain` times the usual ones."""
    net = nn.mlp(SIZES, activation=activation, seed=seed)
    for layer in net.layers[1:-1]:
        layer.W[:] *= gain
    return net


def accuracy(activation: nn.Activation, gain: float, seed: int, epochs: int) -> float:
    """Test accuracy after training on the 8×8 digits."""
    digits = data()
    net = network(activation, gain, seed)
    nn.fit(
        net,
        digits.X_train,
        digits.y_train,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(1e-3),
        epochs=epochs,
        seed=seed,
    )
    return nn.accuracy(net.predict(digits.X_test), digits.y_test)


def measure(
    activation: nn.Activation, gains: list[float], seeds: list[int], epochs: int
) -> list[list[float]]:
    """Accuracies, one row per gain, one column per seed."""
    rows = []
    for gain in gains:
        rows.append([round(accuracy(activation, gain, s, epochs), 3) for s in seeds])
        print(activation.name, gain, rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure(SigmoidMinusHalf(), [1.0, 4.0], [0], 3)
        return
    gains, seeds, epochs = [1, 2, 3, 4, 6, 8, 10, 12, 16], list(range(5)), 20
    write_recorded(
        "deep_sigmoid",
        {
            "gains": gains,
            "epochs": epochs,
            "sigmoid": measure(nn.sigmoid, gains, seeds, epochs),
            "minus_half": measure(SigmoidMinusHalf(), gains, seeds, epochs),
            "tanh": measure(nn.tanh, [1], seeds, epochs)[0],
            "relu": measure(nn.relu, [1], seeds, epochs)[0],
        },
        description="Test accuracy of twenty hidden layers of 64 on the 8×8 digits by "
        "the factor on the usual weights between hidden layers, with the sigmoid and "
        "with the sigmoid minus one half; Adam 0.001, batch 32, 20 epochs, five seeds.",
        command="python -m experiments.deep_sigmoid",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
