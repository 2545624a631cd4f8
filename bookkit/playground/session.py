"""A run of the playground: the snippet's lines, run step by step."""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import nnbook as nn
from bookkit.playground import snippet
from bookkit.playground.rules import explain, number
from bookkit.playground.settings import Settings

SIDE = 60  # points of the grid in each direction
COARSE = 4  # of which the picture of a unit shows every fourth


class Session:
    """A network in training.

    Parameters
    ----------
    settings
        Of the run.

    Attributes
    ----------
    steps
        Done so far.
    error
        Why training ended, if it did.

    Raises
    ------
    ValueError
        If the data are not finite.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.steps = 0
        self.error: str | None = None
        self._names: dict[str, Any] = {}
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(snippet.setup(settings), self._names)
            except ArithmeticError:
                raise ValueError("The formula grows beyond all numbers.") from None
        self._loop = compile(snippet.loop(settings, "steps"), "<loop>", "exec")
        self.network: nn.Network = self._names["network"]
        self.optimizer: nn.Optimizer = self._names["optimizer"]
        self.X, self.y = self._names["X"], self._names["y"]
        height = self._names.get("f", self.y)
        if not np.isfinite(height).all():
            raise ValueError("The formula is not a finite number everywhere.")
        own = settings.data in ("points", "values")
        # Room to paint in.
        self.extent = _square(
            np.vstack([self.X, [[-1, -1], [1, 1]]]) if own else self.X
        )
        left, right, bottom, top = self.extent
        x = np.linspace(left, right, 2 * SIDE + 1)[1::2]  # centres of pixels
        y = np.linspace(top, bottom, 2 * SIDE + 1)[1::2]
        self._grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        self.limit = float(np.abs(self.y).max()) or 1.0
        self._fill_gradient()
        self._keep()

    def advance(self, steps: int, milliseconds: float) -> None:
        """Train: so many steps, or as many as the time allows, but one at least."""
        end = time.perf_counter() + milliseconds / 1000
        for _ in range(steps):
            if self.error:
                return
            self._step()
            if time.perf_counter() > end:
                return

    def _step(self) -> None:
        self._keep()
        self._names["steps"] = range(self.steps, self.steps + 1)
        try:
            with np.errstate(all="ignore"):
                exec(self._loop, self._names)
            self.network.evaluate(self.X[:2], self.y[:2])  # is it finite?
        except (ValueError, ArithmeticError) as error:
            self.network.params[:] = self._before
            self.error = f"Training diverged in step {self.steps + 1}: {error}"
            return
        self.steps += 1

    def _keep(self) -> None:
        """What the coming step starts from, for who asks about one weight."""
        self._before = self.network.params.copy()
        self._memory = {
            name: vars(self.optimizer)[name].copy()
            for name in self.optimizer.vectors
            if name in vars(self.optimizer)
        }

    def _fill_gradient(self) -> None:
        """The gradient of all samples, as long as there was no step."""
        Z = self.network.forward(self.X)
        self.network.backward(self.network.loss.gradient(Z, self.y))

    def frame(self) -> dict[str, Any]:
        """What the page draws of the network as it stands.

        Returns
        -------
        dict
            steps, loss, score (accuracy or R²), rate, error; weights and biases by
            layer; norms, of the gradient by layer; classes and certainty, a byte for
            each point of the grid; units, a byte for each unit and point of the coarse
            grid.
        """
        scores = self.network.evaluate(self.X, self.y)
        outputs = self.network.activations(self._grid)
        classes, certainty = self._answers(outputs[-1])
        return {
            "steps": self.steps,
            "loss": scores["loss"],
            "score": scores["r2" if self.settings.regression else "accuracy"],
            "rate": self.optimizer.rate,
            "error": self.error,
            "weights": [layer.W.tolist() for layer in self.network.layers],
            "biases": [
                layer.b.tolist() if layer.biased else []
                for layer in self.network.layers
            ],
            "norms": [_norm(layer) for layer in self.network.layers],
            "classes": classes.astype(np.uint8).tobytes(),
            "certainty": np.round(255 * certainty).astype(np.uint8).tobytes(),
            "units": b"".join(map(_picture, outputs)),
        }

    def _answers(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The answer at each point: a class or a sign, and how certain or large."""
        if self.settings.regression:
            value = np.clip(Z[:, 0] / self.limit, -1, 1)
            return value > 0, np.abs(value)
        P = nn.softmax(Z)
        chance = 1 / P.shape[1]
        return P.argmax(axis=1), (P.max(axis=1) - chance) / (1 - chance)

    def weight(self, layer: int, row: int, column: int) -> dict[str, Any]:
        """One weight: what it is, its gradient, and its latest update.

        Parameters
        ----------
        layer
            Counted from 0.
        row
            The input it comes from; as many as there are means the bias.
        column
            The unit it leads to.
        """
        part = self.network.layers[layer]
        is_bias = row == part.n_in
        values, slopes = (part.b, part.db) if is_bias else (part.W, part.dW)
        place = (column,) if is_bias else (row, column)
        at = self._place(values, place)
        w, g = float(values[place]), float(slopes[place])
        told = {"value": f"{w:.4g}", "gradient": f"{g:.4g}", "lines": []}
        if self.steps and not self.error:
            before = {name: float(kept[at]) for name, kept in self._memory.items()}
            # Before its first step an optimizer remembers zeros.
            before = {name: before.get(name, 0.0) for name in self.optimizer.vectors}
            rule = explain(self.optimizer, float(self._before[at]), g, before, at)
            told["lines"] = [*rule[:-1], f"{number(w)} = {rule[-1]}"]
        return told

    def _place(self, values: np.ndarray, place: tuple[int, ...]) -> int:
        """Where an entry stands in the vector of all parameters."""
        start = values.__array_interface__["data"][0]
        first = self.network.params.__array_interface__["data"][0]
        offset = np.ravel_multi_index(place, values.shape)
        return (start - first) // values.itemsize + int(offset)

    def code(self) -> str:
        """The snippet of the whole run."""
        parts = [snippet.setup(self.settings)]
        if self.steps:
            parts += [snippet.loop(self.settings, f"range({self.steps})")]
        return "\n".join([*parts, snippet.scores(self.settings)])

    def prints(self) -> str:
        """What that snippet prints."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(snippet.scores(self.settings), self._names)
        return out.getvalue()

    def saved(self) -> bytes:
        """The network as a file that `nn.load` opens."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.safetensors"
            nn.save(self.network, path)
            return path.read_bytes()


def _square(X: np.ndarray) -> list[float]:
    """Left, right, bottom and top of a square around all points."""
    low, high = X.min(axis=0), X.max(axis=0)
    middle, half = (low + high) / 2, 0.55 * float((high - low).max()) or 1.0
    (x, y) = middle.tolist()
    return [x - half, x + half, y - half, y + half]


def _norm(layer: nn.Dense) -> float:
    squares = float(np.vdot(layer.dW, layer.dW))
    if layer.biased:
        squares += float(np.vdot(layer.db, layer.db))
    return squares**0.5


def _picture(A: np.ndarray) -> bytes:
    """What each unit of a layer answers: bytes around 128, unit by unit."""
    A = A.T.reshape(-1, SIDE, SIDE)[:, COARSE // 2 :: COARSE, COARSE // 2 :: COARSE]
    largest = np.abs(A).max(axis=(1, 2), keepdims=True)
    scaled = A / np.where(largest > 0, largest, 1)
    return np.round(128 + 127 * scaled).astype(np.uint8).tobytes()
