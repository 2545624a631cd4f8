"""Does a network forecast Germany's weekly counts better than one fitted number?

    python -m experiments.epidemic_forecasts

Inputs are the last four weekly growths of log(cases + 1), the target is the growth over
the next one or two weeks, the score is the mean absolute error. Six age groups, March
2020 to April 2023; trained on targets up to October 2021, tested on later weeks.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import nnbook as nn
from experiments._record import write_recorded

LAGS = 4
FIRST, LAST = np.datetime64("2020-03-08"), np.datetime64("2023-04-30")
CUT = np.datetime64("2021-10-31")  # targets up to here are for training
HELD_OUT = np.datetime64("2021-05-02")  # later ones of them choose the network
WIDTHS, STRENGTHS = [4, 16, 64], [1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0]
BLOCK, DRAWS = 8, 10_000  # weeks in a block of the bootstrap, and how often it draws
REFIT = 4  # weeks from one training to the next


@dataclass
class Samples:
    """Samples of several series, one row each.

    X (n, 4): the last growths; levels (n, 4): the last logarithms; y (n,): the growth
    to come; now, target (n,): the weeks that are known and forecast.
    """

    X: np.ndarray
    levels: np.ndarray
    y: np.ndarray
    now: np.ndarray
    target: np.ndarray

    def of(self, rows: np.ndarray) -> Samples:
        """Some of the samples."""
        return Samples(*(values[rows] for values in vars(self).values()))


def samples(logs: np.ndarray, horizon: int) -> Samples:
    """All samples of series (weeks, k) of logarithms."""
    X = sliding_window_view(np.diff(logs, axis=0), LAGS, axis=0)[:-horizon]
    levels = sliding_window_view(logs, LAGS, axis=0)[1:-horizon]
    now = np.repeat(LAGS + np.arange(len(X)), logs.shape[1])
    return Samples(
        X.reshape(-1, LAGS),
        levels.reshape(-1, LAGS),
        (logs[LAGS + horizon :] - logs[LAGS:-horizon]).ravel(),
        now,
        now + horizon,
    )


def with_level(s: Samples) -> np.ndarray:
    """The growths, and the present logarithm: inputs (n, 5)."""
    return np.column_stack([s.X, s.levels[:, -1]])


def mean_error(forecast: np.ndarray, y: np.ndarray) -> float:
    """Mean absolute error, four digits."""
    return round(float(np.abs(forecast - y).mean()), 4)


def one_number(X: np.ndarray, y: np.ndarray) -> float:
    """The factor by which the last growth is best continued."""
    last = X[:, LAGS - 1]
    return float(last @ y / (last @ last))


def baselines(X: np.ndarray, y: np.ndarray, X_new: np.ndarray, horizon: int) -> dict:
    """Forecasts for X_new without a network."""
    last = X_new[:, LAGS - 1]
    A, A_new = (np.column_stack([Z, np.ones(len(Z))]) for Z in (X, X_new))
    w = np.linalg.solve(A.T @ A + 0.01 * np.eye(A.shape[1]), A.T @ y)
    return {
        "last value": np.zeros(len(X_new)),
        "last growth": horizon * last,
        "one number": one_number(X, y) * last,
        "ridge": A_new @ w,
    }


def network(
    X: np.ndarray,
    y: np.ndarray,
    X_new: np.ndarray,
    seed: int,
    *,
    width: int = 16,
    l2: float = 1e-3,
    steps: int = 1500,
) -> np.ndarray:
    """What a tanh network with one hidden layer, trained on X and y, says of X_new."""
    mean, scale = X.mean(axis=0), X.std(axis=0)
    net = nn.mlp([X.shape[1], width, 1], activation=nn.tanh, seed=seed)
    nn.fit(
        net,
        (X - mean) / scale,
        y[:, None],
        loss=nn.MeanSquaredError(),
        optimizer=nn.Adam(nn.LinearDecay(0.01, steps)),
        regularizer=nn.L2(l2),
        epochs=steps,
        batch_size=None,
    )
    return net((X_new - mean) / scale)[:, 0]


def linear_share(X: np.ndarray, forecast: np.ndarray) -> float:
    """R squared of the best linear function of the inputs for a forecast."""
    A = np.column_stack([X, np.ones(len(X))])
    line = A @ np.linalg.lstsq(A, forecast)[0]
    return round(nn.r2_score(forecast, line), 4)


def on_levels(train: Samples, test: Samples, seed: int) -> float:
    """Error of a network that maps logarithms to the logarithm to come."""
    goal, goal_new = (s.levels[:, -1] + s.y for s in (train, test))
    mean, scale = goal.mean(), goal.std()
    said = network(train.levels, (goal - mean) / scale, test.levels, seed)
    return mean_error(mean + scale * said, goal_new)


def grid(train: Samples, weeks: np.ndarray, seeds: list[int]) -> list[dict]:
    """Error on held-out weeks of the training part, by width and strength of L2."""
    held = weeks[train.target] > HELD_OUT
    old, new = train.of(~held), train.of(held)
    rows = []
    for width, l2 in product(WIDTHS, STRENGTHS):
        said = [network(old.X, old.y, new.X, i, width=width, l2=l2) for i in seeds]
        rows.append({"width": width, "l2": l2, "error": mean_error(said, new.y)})
    return rows


def interval(a: np.ndarray, b: np.ndarray, week: np.ndarray) -> list[float]:
    """95 % interval of mean |a| - mean |b|, by drawing blocks of weeks."""
    gap = np.abs(a) - np.abs(b)
    by_week = np.array([gap[week == w].mean() for w in np.unique(week)])
    n = len(by_week)
    rng = np.random.default_rng(0)
    start = rng.integers(0, n - BLOCK + 1, (DRAWS, -(-n // BLOCK)))
    drawn = (start[..., None] + np.arange(BLOCK)).reshape(DRAWS, -1)[:, :n]
    means = by_week[drawn].mean(axis=1)
    return [round(float(q), 4) for q in np.quantile(means, [0.025, 0.975])]


def shuffled(s: Samples, seeds: list[int], horizon: int) -> dict:
    """Errors when 30 % of the samples, drawn at random, are the test."""
    order = np.random.default_rng(0).permutation(len(s.y))
    few = int(0.7 * len(order))
    train, test = s.of(order[:few]), s.of(order[few:])
    simple = baselines(train.X, train.y, test.X, horizon)
    return {
        "last value": mean_error(simple["last value"], test.y),
        "one number": mean_error(simple["one number"], test.y),
        "growths": [
            mean_error(network(train.X, train.y, test.X, i), test.y) for i in seeds
        ],
        "levels": [on_levels(train, test, i) for i in seeds],
    }


def refitted(s: Samples, test: Samples, seeds: list[int], **options: float) -> dict:
    """Errors when everything is fitted again every few weeks, on all weeks before."""
    simple, nets = np.empty(len(test.y)), np.empty((len(seeds), len(test.y)))
    for week in range(test.now.min(), test.now.max() + 1, REFIT):
        known = s.of(s.target <= week)
        asked = (test.now >= week) & (test.now < week + REFIT)
        simple[asked] = one_number(known.X, known.y) * test.X[asked, LAGS - 1]
        for i, seed in enumerate(seeds):
            nets[i, asked] = network(known.X, known.y, test.X[asked], seed, **options)
    return {
        "one number": mean_error(simple, test.y),
        "network": [mean_error(said, test.y) for said in nets],
    }


def germany(horizon: int, seeds: list[int]) -> dict:
    """Errors of every forecast, each trained before the cut."""
    weeks, _, cases = nn.datasets.epidemic()
    used = (weeks >= FIRST) & (weeks <= LAST)
    weeks, logs = weeks[used], np.log(cases[used, 1:] + 1.0)
    s = samples(logs, horizon)
    train, test = s.of(weeks[s.target] <= CUT), s.of(weeks[s.now] > CUT)
    simple = baselines(train.X, train.y, test.X, horizon)
    rows = grid(train, weeks, seeds[:5])
    best = min(rows, key=lambda row: row["error"])
    chosen = {"width": best["width"], "l2": best["l2"]}

    plain = [network(train.X, train.y, test.X, i) for i in seeds]
    tuned = [network(train.X, train.y, test.X, i, **chosen) for i in seeds]
    level = [
        network(with_level(train), train.y, with_level(test), i, **chosen)
        for i in seeds
    ]
    said = {
        **simple,
        "network": np.mean(tuned, axis=0),
        "network with level": np.mean(level, axis=0),
    }
    wrong = {name: forecast - test.y for name, forecast in said.items()}
    goal = test.levels[:, -1] + test.y
    return {
        "n_train": len(train.y),
        "n_test": len(test.y),
        "factor": round(one_number(train.X, train.y), 3),
        "baselines": {name: mean_error(said, test.y) for name, said in simple.items()},
        "grid": rows,
        "chosen": chosen,
        "linear share": {
            "growths": [linear_share(test.X, said) for said in plain],
            "growths, chosen": [linear_share(test.X, said) for said in tuned],
        },
        "networks": {
            "growths": [mean_error(said, test.y) for said in plain],
            "growths, chosen": [mean_error(said, test.y) for said in tuned],
            "growths and level": [mean_error(said, test.y) for said in level],
            "levels": [on_levels(train, test, i) for i in seeds],
        },
        "minus one number": {
            name: interval(wrong[name], wrong["one number"], test.now)
            for name in wrong
            if name != "one number"
        },
        "refitted": refitted(s, test, seeds[:5], **chosen),
        "random split": shuffled(s, seeds, horizon),
        "r2 of last value": round(1 - float((test.y**2).mean() / goal.var()), 3),
    }


def main() -> None:
    """Measure, print and record; `--short` prints a tiny version only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    short = parser.parse_args().short
    seeds = list(range(2 if short else 10))
    results = {}
    for horizon in (1,) if short else (1, 2):
        results[str(horizon)] = germany(horizon, seeds)
        print(horizon, results[str(horizon)], flush=True)
    if short:
        return
    write_recorded(
        "epidemic_forecasts",
        {"cut": str(CUT), "weeks_ahead": results},
        description="Mean absolute error of log(cases + 1), one and two weeks ahead, "
        "of four baselines and of tanh networks, on Germany's weekly counts after "
        "October 2021; ten seeds.",
        command="OPENBLAS_NUM_THREADS=1 python -m experiments.epidemic_forecasts",
        seeds=seeds,
    )


if __name__ == "__main__":
    main()
