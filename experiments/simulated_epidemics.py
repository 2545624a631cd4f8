"""How many simulated epidemics does a network need to forecast better than one number?

    python -m experiments.simulated_epidemics

Forty weeks of Kermack and McKendrick's model with random rates, and 5 % of noise. The
inputs are the last four growths and the logarithm of the present count; the forecast is
one week ahead, on sixty new epidemics: of the same kind, and of a faster one, which the
network has not seen in training, or has.
"""

from __future__ import annotations

import argparse

import numpy as np

from experiments._record import write_recorded
from experiments.epidemic_forecasts import (
    baselines,
    mean_error,
    network,
    samples,
    with_level,
)

WEEKS, STEPS_A_DAY, PEOPLE, NOISE = 40, 10, 1e6, 0.05
KINDS = {"same kind": (0.15, 0.5), "faster": (0.6, 0.9)}


def simulated(
    n: int, rng: np.random.Generator, infect: tuple[float, float]
) -> np.ndarray:
    """Logarithms (40, n) of the weekly counts of n epidemics."""
    beta, gamma = rng.uniform(*infect, n), rng.uniform(0.07, 0.2, n)
    ill = rng.uniform(5, 50, n)
    healthy = PEOPLE - ill
    counts, dt = np.zeros((WEEKS, n)), 1 / STEPS_A_DAY
    for week in range(WEEKS):
        for _ in range(7 * STEPS_A_DAY):
            new = beta * healthy * ill / PEOPLE * dt
            healthy, ill = healthy - new, ill + new - gamma * ill * dt
            counts[week] += new
    return np.log(counts + 1) + NOISE * rng.normal(size=counts.shape)


def measure(n: int, seeds: list[int], steps: int, l2: float) -> dict:
    """Errors on new epidemics after training on n, by case, an entry for each seed."""
    result: dict = {"epidemics": n, "errors": {}}
    for seed in seeds:
        rng = np.random.default_rng([seed, n])
        slow = samples(simulated(n, rng, KINDS["same kind"]), 1)
        new_slow, new_fast = (
            samples(simulated(60, rng, infect), 1) for infect in KINDS.values()
        )
        fast = samples(simulated(n, rng, KINDS["faster"]), 1)
        for case, old, new in [
            ("same kind", slow, new_slow),
            ("faster", slow, new_fast),
            ("faster, learned", fast, new_fast),
        ]:
            X, X_new = with_level(old), with_level(new)
            said = baselines(X, old.y, X_new, 1)
            said["network"] = network(X, old.y, X_new, seed, l2=l2, steps=steps)
            for name, forecast in said.items():
                errors = result["errors"].setdefault(case, {}).setdefault(name, [])
                errors.append(mean_error(forecast, new.y))
    for case, errors in result["errors"].items():
        print(n, case, {k: np.mean(e).round(3) for k, e in errors.items()}, flush=True)
    return result


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    if parser.parse_args().short:
        measure(6, [0], 300, 1e-5)
        return
    seeds = list(range(10))
    rows = [measure(n, seeds, 1500, 1e-5) for n in (2, 6, 20, 60, 200)]
    write_recorded(
        "simulated_epidemics",
        rows,
        description="Mean absolute error of log(cases + 1) one week ahead on sixty "
        "simulated epidemics, of four baselines and a 5-16-1 tanh network, by the "
        "number of epidemics to learn from; ten seeds.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.simulated_epidemics",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
