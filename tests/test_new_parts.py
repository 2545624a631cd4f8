"""A new part of each kind is registered once, and then it is everywhere.

The library is copied, a toy of each kind is written into the copy as CONTRIBUTING says,
and a new process looks for it.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import griffe

import nnbook as nn

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
SOURCE = Path(nn.__file__).parent

# File, code, and the names to import from it; those with a star are listed.
PARTS = {
    "activations": (
        "gated.py",
        '''
from nnbook import initializers


class Toy(Activation):
    r"""`nn.toy`: $z^2$, slope $2 z$."""

    name = "toy"
    initializer = initializers.lecun_normal

    def value(self, z: Array) -> Array:
        return z**2

    def derivative(self, z: Array) -> Array:
        return 2 * z


toy = Toy()
''',
        ["Toy", "*toy"],
    ),
    "losses": (
        "regression.py",
        '''
class ToyLoss(Loss):
    """The fourth power."""

    def value(self, predictions: Array, targets: Array) -> float:
        return float(np.mean((predictions - targets) ** 4))

    def gradient(self, predictions: Array, targets: Array) -> Array:
        return 4 * (predictions - targets) ** 3 / predictions.size
''',
        ["*ToyLoss"],
    ),
    "layers": (
        "dropout.py",
        '''
import numpy as np


class ToyLayer(Layer):
    """Adds a number of its own to each feature."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.add_offset("shift", (n,), lambda shape, rng: np.ones(shape))

    def forward(self, X: Array, training: bool) -> Array:
        return X + self.shift

    def backward(self, dA: Array) -> Array:
        self.dshift = dA.sum(axis=0)
        return dA
''',
        ["*ToyLayer"],
    ),
    "optimizers": (
        "descent.py",
        '''
class ToyOptimizer(Optimizer):
    """Steps by the sign."""

    vectors = ("seen",)

    def update(self, theta: Array, g: Array, rate: float) -> None:
        self.seen += g
        theta -= rate * np.sign(g)
''',
        ["*ToyOptimizer"],
    ),
    "schedules": (
        "decays.py",
        '''
class ToySchedule(Schedule):
    """Falls from step to step."""

    def __init__(self, initial: float) -> None:
        self.initial = initial

    def __call__(self, step: int) -> float:
        return self.initial / (1 + step)
''',
        ["*ToySchedule"],
    ),
    "datasets": (
        "toys.py",
        '''
def toy_set() -> tuple[Array, Array]:
    """Two points."""
    return np.eye(2), np.arange(2)
''',
        ["*toy_set"],
    ),
    "plots": (
        "lines.py",
        '''
def toy_figure() -> str:
    """Nothing at all."""
    return "drawn"
''',
        ["*toy_figure"],
    ),
}
PROGRAM = """
import numpy as np
import nnbook as nn
from nnbook.cli import samples

# Everywhere in the face.
for name in ("toy", "ToyLoss", "ToyLayer", "ToyOptimizer", "ToySchedule"):
    assert name in dir(nn), name
assert "Toy" not in dir(nn)
assert nn.plots.toy_figure() == "drawn"
X, y = nn.datasets.toy_set()
assert {"toy_set", "moons", "digits"} <= set(samples.BUILT_IN)

# By name, with the initializer that fits.
assert nn.activations.get("toy") is nn.toy
layer = nn.Dense(1000, 100, activation=nn.toy)
network = nn.Network(layer, nn.Dense(100, 1))
assert abs(layer.W.std() - 1000**-0.5) < 1e-3, layer.W.std()

# Trained, saved and loaded without a word about it.
network = nn.Network(
    nn.ToyLayer(2), nn.Dense(2, 4, activation=nn.toy), nn.Dense(4, 1), dtype=np.float64
)
assert nn.check_gradients(network, X, y, nn.ToyLoss()) < 1e-6
optimizer = nn.ToyOptimizer(nn.ToySchedule(0.01))
path = nn.Checkpoint("run")
for epochs in (2, 4):
    history = nn.fit(
        network, X, y, loss=nn.ToyLoss(), optimizer=optimizer, epochs=epochs,
        callbacks=[path], resume=True,
    )
assert len(history) == 4
nn.save(network, "network")
again = nn.load("network")
np.testing.assert_array_equal(again.params, network.params)
assert "nn.ToyLayer(" in repr(again) and "nn.toy" in repr(again), repr(again)
assert repr(again.loss) == "nn.ToyLoss()"
assert repr(optimizer) == "nn.ToyOptimizer(nn.ToySchedule(0.01))", repr(optimizer)
"""


def add(folder, package, file, code, names):
    """Write a part into a package and register it there."""
    path = folder / package / file
    path.write_text(path.read_text() + "\n" + code)
    face = folder / package / "__init__.py"
    imported = ", ".join(name.lstrip("*") for name in names)
    listed = "".join(f'    "{name[1:]}",\n' for name in names if name[0] == "*")
    text = face.read_text()
    module = file.removesuffix(".py")
    line = f"from nnbook.{package}.{module} import {imported}\n"
    text = re.sub(r"^__all__ = \[\n", lambda m: line + m[0] + listed, text, flags=re.M)
    face.write_text(text)


def test_a_part_of_each_kind_is_registered_once_and_found_everywhere(tmp_path):
    copy = tmp_path / "nnbook"
    shutil.copytree(SOURCE, copy)
    for package, (file, code, names) in PARTS.items():
        add(copy, package, file, code, names)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    # The reference reads what the packages list, and has no list of its own.
    face = griffe.load("nnbook", search_paths=[tmp_path])
    for package, (_, _, names) in PARTS.items():
        listed = {name[1:] for name in names if name[0] == "*"}
        assert listed <= set(face[package].exports)
        if package not in ("datasets", "plots"):
            assert listed <= set(face.exports)
        page = REFERENCE / f"{package}.md"
        assert "members:" not in page.read_text(encoding="utf-8")
