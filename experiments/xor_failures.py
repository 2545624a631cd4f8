"""Why do two ReLUs so often fail to learn exclusive or?

python -m experiments.xor_failures
"""

from __future__ import annotations

import argparse

import nnbook as nn
from experiments._record import write_recorded


def train(seed: int) -> dict:
    """How one training run ends, and what its two hidden units see."""
    X, y = nn.datasets.xor()
    network = nn.mlp([2, 2, 2], activation=nn.relu, seed=seed)
    history = nn.fit(
        network,
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(0.1),
        epochs=1500,
        batch_size=None,
    )
    layer = network.layers[0]
    on = X @ layer.W + layer.b > 0.01  # (points, units)
    return {
        "seed": seed,
        "solved": bool(nn.accuracy(network.predict(X), y) == 1),
        "loss": round(history.loss[-1], 2),
        "silent_points": int((~on.any(axis=1)).sum()),
        "units_with_a_kink": int((on.any(axis=0) & ~on.all(axis=0)).sum()),
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        print(train(0))
        return
    runs = [train(seed) for seed in range(50)]
    print(runs)
    write_recorded(
        "xor_failures",
        runs,
        description="Fifty trainings of two hidden ReLUs on exclusive or: the last "
        "loss, the points for which no unit is positive, and the units that are "
        "positive for some points only; Adam 0.1, full batch, 1500 steps.",
        command="python -m experiments.xor_failures",
        seeds=list(range(50)),
    )


if __name__ == "__main__":
    main()
