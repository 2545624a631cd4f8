"""The benchmarks run and measure what they say; how fast is not a test's business."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from benchmarks import (
    activation_speed,
    autodiff,
    memory,
    normalisation,
    parallel,
    small_calls,
    softmax_gradient,
    throughput,
    training,
    tricks,
)
from benchmarks._peers import ADAM, MOMENTUM, TRAINERS, Case


def test_training_measures_every_library():
    row = training.measure("tiny, momentum", ["sklearn"], rounds=2)
    assert set(row["speed"]) == {"nnbook", "by hand", "sklearn"}
    assert all(speed > 0 for speed in row["speed"].values())
    low, median, high = row["ratios"]["sklearn"]
    assert 0 < low <= median <= high
    low, median, high = row["share"]
    assert 0 < low <= median <= high
    row = training.measure("batch 32, momentum", [], rounds=2)
    assert set(row["speed"]) == {"nnbook", "bare"}


def test_memory_is_measured_on_a_small_map():
    found = memory.measure(n=2000)
    assert found["megabytes"] < memory.MOST_MEGABYTES
    assert found["speed"] > 0


def test_the_step_by_hand_learns_what_fit_learns():
    X, y = training.samples(2, 300)
    case = Case(300, MOMENTUM, epochs=60)
    network = nn.mlp([2, 64, 3], seed=0)
    history = nn.fit(
        network,
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Momentum(0.01),
        epochs=60,
        batch_size=None,
    )
    by_hand = TRAINERS["by hand"](X, y, (2, 64, 3), case)
    losses, accuracies = zip(*by_hand(), strict=True)
    np.testing.assert_allclose(losses, history.loss, rtol=1e-4)
    np.testing.assert_allclose(accuracies, history.accuracy, atol=0.01)


@pytest.mark.parametrize(("n_in", "n"), [(2, 300), (784, 50)])
def test_samples_are_those_of_the_network(n_in, n):
    X, y = training.samples(n_in, n)
    assert X.dtype == np.float32
    assert X.shape == (n, n_in)
    assert y.shape == (n,)


@pytest.mark.parametrize("optimizer", [MOMENTUM, ADAM])
@pytest.mark.parametrize("library", ["nnbook", "bare", "sklearn"])
def test_trainers_run(library, optimizer):
    X, y = training.samples(784, 96)
    TRAINERS[library](X, y, (784, 16, 10), Case(32, optimizer, epochs=2))()


def test_small_calls_run():
    for pair in (
        small_calls.predictors((4, 3, 2), np.ones((1, 4), np.float32)),
        *(
            small_calls.optimizer_steps((4, 3, 2), name)
            for name in small_calls.OPTIMIZERS
        ),
    ):
        pair["nnbook"]()


def test_recorded_benchmarks_measure_every_route():
    row = softmax_gradient.measure(3, 3, rounds=2)
    assert all(math.isfinite(r) for ratios in row["ratios"].values() for r in ratios)
    for part in (activation_speed.values, activation_speed.steps):
        times = part(8, 16, rounds=2)["us"]
        assert all(time > 0 for time in times.values())
        assert {f.name for f in activation_speed.ACTIVATIONS} <= set(times)


def test_a_normalisation_costs_time():
    ratios = normalisation.steps(8, 16, rounds=3)
    assert set(ratios) == {"batch norm", "layer norm"}
    assert all(median > 1 for _, median, _ in ratios.values())


@pytest.mark.parametrize("optimizer", [MOMENTUM, ADAM])
def test_the_naive_network_learns_what_fit_learns(optimizer):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 6)).astype(np.float32), rng.integers(0, 3, 50)
    case, history = Case(16, optimizer, epochs=4), []
    method = nn.Momentum(0.01) if optimizer == MOMENTUM else nn.Adam()
    history = nn.fit(
        nn.mlp([6, 8, 8, 3], seed=0),
        X,
        y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=method,
        epochs=4,
        batch_size=16,
    )
    naive = TRAINERS["naive"](X, y, (6, 8, 8, 3), case)
    losses, accuracies = zip(*naive(), strict=True)
    np.testing.assert_allclose(losses, history.loss, rtol=1e-4)
    np.testing.assert_allclose(accuracies, history.accuracy, atol=1e-6)


def test_operations_of_a_network_are_counted():
    # Products forward, for the weights, and for the hidden layer; two operations each.
    assert throughput.flops((1, 2, 2)) == 2 * (6 + 6 + 4)


def test_throughput_is_measured():
    found = throughput.measure(2, {"small": (8,)})
    (row,) = found["rows"]
    assert all(0 < share < 1 for share in row["of_peak"].values())
    for part in found["parts"]:
        assert sum(part["shares"].values()) == pytest.approx(1, abs=0.01)


def test_every_trick_is_timed_beside_its_naive_version():
    for naive, fast in tricks.pairs().values():
        row = tricks.compare(naive, fast, rounds=2)
        assert row["naive_us"] > 0
        assert row["fast_us"] > 0


def test_the_link_of_the_cost_model_is_found_again():
    lengths = (1, 1000, 100_000, 4_000_000)
    seconds = [2 * (3e-6 + 2 * length / 4e9) for length in lengths]
    assert parallel.link(lengths, seconds) == pytest.approx((3e-6, 4e9), rel=1e-6)


def test_two_ranks_reach_what_the_cost_model_says():
    # Of the recorded run, on two cores that did nothing else.
    rows = {
        (row["network"], row["batch"]): row
        for row in nn.recorded("parallel_speed").data["rows"]
    }
    assert rows["wide", 1024]["speedup"] >= 1.7
    assert rows["wide", 256]["speedup"] >= 0.9 * rows["wide", 256]["predicted"]


def test_steps_are_timed_on_all_ranks(mpiexec, tmp_path):
    sizes, n, batch = (4, 8, 3), 64, 16
    program = (
        "from mpi4py import MPI; from benchmarks.parallel import step_seconds;"
        f"seconds = step_seconds(MPI.COMM_WORLD, {sizes}, {n}, {batch});"
        # Lines that two ranks print at once may run into each other.
        "everyone = MPI.COMM_WORLD.gather(min(seconds) >= 0);"
        "MPI.COMM_WORLD.rank == 0 and print(everyone)"
    )
    done = subprocess.run(
        [mpiexec, "-n", "2", sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == "[True, True]\n"


def test_autodiff_compares_gradients_that_agree():
    row = autodiff.measure(8, 16, rounds=2)
    low, median, high = row["time"]["graph"]
    assert 0 < low <= median <= high
    assert row["memory"] > 0
