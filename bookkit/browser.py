"""`python -m bookkit.browser SITE`: put Python for the browser beside the built pages.

A reader's browser takes Pyodide from NNBOOK_PYODIDE_URL, by default its public
distribution, and compares checksums. A folder named by NNBOOK_PYODIDE_DIR is copied
into the site and served from there, so that no other host is asked. The library as
its wheel has it, the data, and the modules that run and compare snippets or train in
the playground come with the site, and so do the frames of figures that can be turned
without Python.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from bookkit.pages import ROOT, snippets, sources
from bookkit.runner import data_folder, key, run_cached, variables

# Pyodide's files, their sizes and checksums, and what depends on what.
MANIFEST = Path(__file__).with_name("pyodide.json")
HERE = Path(__file__).parent
MODULES = [
    *(HERE / name for name in ("__init__.py", "cell.py", "compare.py", "answer.py")),
    HERE / "pad.py",
    *sorted((HERE / "playground").glob("*.py")),
]
# The networks that read a drawn digit: page and definition.
NETWORKS = {
    "handwriting": ("start/handwriting.md", "nn.mlp([64, 32, 10], seed=0)"),
    "mnist": ("practice/mnist.md", "nn.mlp([784, 256, 10], seed=0)"),
}
# How a page names the frames of a figure.
FRAMES = r'data-frames="(\w+)"'
# What stands there for a library whose compiled code Pyodide lacks.
STAND_INS = HERE / "there"


def add_python(site: Path) -> None:
    """Write `assets/python/` of a built site.

    Raises
    ------
    FileNotFoundError
        If the folder holds no site.
    ValueError
        If a file of NNBOOK_PYODIDE_DIR is not the one that the manifest names.
    """
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"{site} holds no built site; `make site` builds one")
    folder = site / "assets" / "python"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ZipFile(folder / "book.zip", "w", ZIP_DEFLATED) as archive:
        for path in MODULES:
            archive.write(path, path.relative_to(HERE.parent))
        for path in sorted(STAND_INS.rglob("*.py")):
            archive.write(path, path.relative_to(STAND_INS))
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    url = os.environ.get("NNBOOK_PYODIDE_URL", manifest["url"])
    if own := os.environ.get("NNBOOK_PYODIDE_DIR"):
        _copy_pyodide(Path(own), folder / "pyodide", manifest["files"])
        url = "pyodide/"
    config = {
        "url": url if url.endswith("/") else f"{url}/",
        "files": manifest["files"],
        "lock": manifest["lock"],
        "library": _pack_library(folder),
        "data": _copy_data(folder / "data") | _add_networks(folder / "data"),
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def add_frames(site: Path) -> None:
    """Write the frames to which the pages of a built site refer to `assets/frames/`.

    Parameters
    ----------
    site
        The folder of the site.
    """
    shutil.rmtree(site / "assets" / "frames", ignore_errors=True)
    pages = (path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    wanted = {found for page in pages for found in re.findall(FRAMES, page)}
    for fence in itertools.chain.from_iterable(map(snippets, sources())):
        if (name := key(fence.code)) in wanted:
            folder = site / "assets" / "frames" / name
            folder.mkdir(parents=True, exist_ok=True)
            for i, svg in enumerate(run_cached(fence.code).frames):
                (folder / f"{i}.svg").write_text(svg, encoding="utf-8")


def _copy_pyodide(source: Path, target: Path, files: dict[str, dict[str, str]]) -> None:
    target.mkdir()
    for name, file in files.items():
        content = (source / name).read_bytes()
        if sha256(content).hexdigest() != file["sha256"]:
            raise ValueError(
                f"NNBOOK_PYODIDE_DIR: {source / name} is not the file that "
                f"{MANIFEST.name} names; its sha256 should be {file['sha256']}"
            )
        (target / name).write_bytes(content)


def _pack_library(folder: Path) -> str:
    """What the wheel installs, compressed as a whole, which is a third smaller."""
    command = ["hatchling", "build", "--target", "wheel", "--directory"]
    with tempfile.TemporaryDirectory() as kept:
        subprocess.run(
            [sys.executable, "-m", *command, kept],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        (wheel,) = Path(kept).glob("*.whl")
        shutil.unpack_archive(wheel, f"{kept}/installed", "zip")
        shutil.make_archive(str(folder / "nnbook"), "bztar", f"{kept}/installed")
    return "nnbook.tar.bz2"


def _copy_data(folder: Path) -> dict[str, int]:
    """Copy the data sets; sizes by their paths."""
    sizes = {}
    for path in sorted(data_folder().rglob("*.gz")):
        name = path.relative_to(data_folder()).as_posix()
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / name)
        sizes[name] = path.stat().st_size
    return sizes


def _add_networks(folder: Path) -> dict[str, int]:
    """Train the networks of `bookkit.pad`; sizes by their paths."""
    sizes = {}
    for name, (page, made) in NETWORKS.items():
        path = folder / "networks" / f"{name}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(train(page, made), path)
        sizes[path.relative_to(folder).as_posix()] = path.stat().st_size
    return sizes


def train(page: str, made: str) -> Path:
    """The network that a page trains, in a file, from an earlier build if it is there.

    Parameters
    ----------
    page
        Below `docs/`.
    made
        How the first snippet that trains it makes it.
    """
    codes = [fence.code for fence in snippets(ROOT / "docs" / page)]
    code = next(code for code in codes if f"network = {made}" in code)
    kept = ROOT / ".cache" / "networks" / f"{key(code)}.safetensors"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        saved = f"{code}\nnn.save(network, {str(kept)!r})\n"
        subprocess.run(
            [sys.executable, "-c", saved],
            env=variables(),
            check=True,
            capture_output=True,
        )
    return kept


if __name__ == "__main__":
    add_python(Path(sys.argv[1]))
    add_frames(Path(sys.argv[1]))
