"""Run one snippet and hand back its text, its figures and its traceback.

The build of the site imports this file; it uses nothing but the standard library and
matplotlib, so that a browser's Python can run the very same file and draw alike.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import logging
import re
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

# Drawn in these colours and then replaced by what the page's colour scheme says.
INK, PAPER = "#010203", "#fefdfc"
CYCLE = (
    *("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728"),
    *("#9467bd", "#8c564b", "#e377c2", "#7f7f7f"),
)
STYLE = {
    "figure.figsize": (6.4, 3.6),
    # A phone shows a figure at three fifths of its size: letters of 9 pixels and more.
    "font.size": 12,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.facecolor": PAPER,
    "legend.edgecolor": "none",
    "legend.fontsize": 12,
    "legend.framealpha": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "image.interpolation": "none",
    "lines.linewidth": 2,
    "svg.fonttype": "path",
    "svg.hashsalt": "nnbook",
}
DRAWS = re.compile(r"\bmatplotlib\b|\bplots\b|\.plot\(")


@dataclass
class Result:
    """What a snippet left behind.

    Attributes
    ----------
    stdout
        Text printed.
    figures
        As SVG.
    error
        Why it failed, if it did: its traceback, or what became of its process.
    raised
        Name and message of the exception that it raised, if it did.
    film
        Its variable `film` as JSON, if it has one: what a player on the page may show
        in its figure.
    controls
        Those of `nn.interact`, if it called it.
    frames
        The figure for all their values, if those are few: see `bookkit.frames`.
    """

    stdout: str = ""
    figures: list[str] = field(default_factory=list)
    error: str | None = None
    raised: str | None = None
    film: str | None = None
    controls: list[dict[str, Any]] | None = None
    frames: list[str] = field(default_factory=list)


def run(
    code: str,
    *,
    name: str = "<snippet>",
    prefix: str = "nb",
    file: str | None = None,
    strict: bool = False,
    draw: bool = True,
    out: io.StringIO | None = None,
    parse: Callable[[str, str], ast.Module] = ast.parse,
) -> Result:
    """Run a snippet as a program of its own.

    Parameters
    ----------
    code
        The snippet.
    name
        What a traceback calls the file.
    prefix
        Put before the ids in its figures, so that several fit on one page.
    file
        A file with the same text, for processes that have to read it anew.
    strict
        Whether a warning is an error.
    draw
        Whether figures are made of what it draws.
    out
        Where its text goes, a new buffer by default.
    parse
        What makes a syntax tree of text and name.
    """
    if DRAWS.search(code):
        _apply_style()
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    result, out = Result(), io.StringIO() if out is None else out
    _forget_interaction()
    with contextlib.redirect_stdout(out), _main_module(file) as main:
        try:
            with warnings.catch_warnings():
                if strict:
                    warnings.simplefilter("error")
                warnings.filterwarnings("ignore", message=".*non-interactive.*")
                exec(compile(parse(code, name), name, "exec"), vars(main))
            if hasattr(main, "film"):
                result.film = _json(main.film)
            if interaction := latest_interaction():
                result.controls = interaction.describe()
        except (Exception, SystemExit) as error:
            result.error = _traceback(error, name)
            result.raised = f"{type(error).__name__}: {error}"
        if draw:
            result.figures = _figures(prefix)
    result.stdout = out.getvalue()
    return result


def redraw(draw: Callable[[], object], prefix: str) -> Result:
    """Draw a figure anew, as a reader turns its controls.

    Parameters
    ----------
    draw
        What draws it.
    prefix
        Put before the ids in the figure.
    """
    _apply_style()
    result, out = Result(), io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            draw()
        except Exception as error:
            result.error = "".join(traceback.format_exception_only(error))
        result.figures = _figures(prefix)
    result.stdout = out.getvalue()
    return result


def latest_interaction() -> Any:
    """What `nn.interact` showed last in the latest run, or None."""
    module = sys.modules.get("nnbook.interactive")
    return module.Interaction.latest if module else None


def _forget_interaction() -> None:
    module = sys.modules.get("nnbook.interactive")
    if module:
        module.Interaction.latest = None


def _json(film: object) -> str:
    """As JSON, of arrays as much as the eye needs."""

    def short(array: Any) -> list[float]:
        return [round(float(number), 2) for number in array]

    return json.dumps(film, default=short, separators=(",", ":"))


@contextlib.contextmanager
def _main_module(file: str | None) -> Iterator[types.ModuleType]:
    """The module `__main__`, where pickle looks for a snippet's own functions."""
    before, main = sys.modules["__main__"], types.ModuleType("__main__")
    if file is not None:
        main.__file__ = file
    sys.modules["__main__"] = main
    try:
        yield main
    finally:
        sys.modules["__main__"] = before


def _traceback(error: BaseException, name: str) -> str:
    """The traceback as a reader would see it: from his own lines on."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != name:
        frame = frame.tb_next
    lines = traceback.format_exception(type(error), error, frame)
    # The library's own frames carry paths of the machine that built the page.
    text = "".join(lines)
    return re.sub(
        r'  File "(?!<)[^"]*[/\\](nnbook|numpy)[/\\]([^"]*)"', r'  File "\1/\2"', text
    )


def _apply_style() -> None:
    import matplotlib as mpl

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    mpl.use("agg")
    mpl.rcdefaults()
    mpl.rcParams.update(STYLE)
    mpl.rcParams["axes.prop_cycle"] = mpl.cycler(color=CYCLE)


def _figures(prefix: str) -> list[str]:
    if "matplotlib.pyplot" not in sys.modules:
        return []
    import matplotlib.pyplot as plt

    figures = [_svg(plt.figure(n), f"{prefix}{n}-") for n in plt.get_fignums()]
    plt.close("all")
    return figures


def _svg(figure: object, prefix: str) -> str:
    buffer = io.StringIO()
    figure.savefig(  # type: ignore[attr-defined]
        buffer,
        format="svg",
        bbox_inches="tight",
        metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
    )
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    svg = re.sub(
        r' id="([^"]+)"',
        lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "",
        svg,
    )
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", svg)
    svg = svg.replace(INK, "currentColor").replace(PAPER, "var(--nb-paper)")
    for i, colour in enumerate(CYCLE):
        svg = svg.replace(colour, f"var(--nb-c{i})")
    svg = re.sub(
        r'(<svg[^>]*?) width="([\d.]+)pt" height="([\d.]+)pt"',
        r'\1 style="width:\2pt;aspect-ratio:\2/\3"',
        svg,
        count=1,
    )
    svg = re.sub(r' (d|x|y)="([^"]*)"', _round, svg)
    svg = re.sub(r"\n\s*", "\n", svg).strip()
    return _MARKS.sub(_gather, svg)


def _round(attribute: re.Match[str]) -> str:
    """Coordinates to a tenth of a point, which is less than the eye sees."""
    name, numbers = attribute.groups()
    numbers = re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.1f}", numbers)
    numbers = re.sub(r"\.0\b", "", numbers)
    if name == "d":
        numbers = re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(numbers.split()))
    return f' {name}="{numbers}"'


# Many times the same mark, one after another, as scatter draws points.
_MARKS = re.compile(
    r'<use xlink:href="#([^"]+)" x="[^"]+" y="[^"]+" style="([^"]+)"/>'
    r'(?:\n<use xlink:href="#\1" x="[^"]+" y="[^"]+" style="\2"/>){7,}'
)


def _gather(run: re.Match[str]) -> str:
    """One path with a mark at each corner: a seventh of the bytes."""
    places = re.findall(r' x="([^"]+)" y="([^"]+)"', run[0])
    corners = " ".join(f"{float(x):.1f} {float(y):.1f}" for x, y in places)
    mark = f"{run[1]}-{run.start()}"
    return (
        f'<marker id="{mark}" markerUnits="userSpaceOnUse" overflow="visible">'
        f'<use xlink:href="#{run[1]}" style="{run[2]}"/></marker>\n'
        f'<path d="M{corners}" style="fill: none; marker: url(#{mark})"/>'
    )
