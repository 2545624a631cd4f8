"""What `import nnbook` loads: itself, NumPy, and nothing that is optional."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import nnbook as nn
from nnbook import _checks

OPTIONAL = {
    "click",
    "PIL",
    "matplotlib",
    "sklearn",
    "scipy",
    "pooch",
    "safetensors",
    "tqdm",
    "joblib",
    "mpi4py",
}


def in_a_new_process(program):
    """What a program prints, read as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_import_loads_nothing_optional():
    loaded, again = in_a_new_process(
        "import json, sys, nnbook; first = list(sys.modules);"
        "network = nnbook.mlp([2, 3, 2]); X, y = nnbook.datasets.xor();"
        "nnbook.fit(network, X, y, loss=nnbook.SoftmaxCrossEntropy(),"
        " optimizer=nnbook.Adam(), epochs=2); nnbook.datasets.digits();"
        "print(json.dumps([first, list(sys.modules)]))"
    )
    for modules in (loaded, again):
        assert "numpy" in modules
        assert not OPTIONAL & {name.split(".")[0] for name in modules}


def test_import_takes_little_time():
    # Printed and not asserted, for it depends on the machine: pytest -rP shows it.
    numpy, nnbook = in_a_new_process(
        "import json, time; a = time.process_time(); import numpy;"
        "b = time.process_time(); import nnbook; c = time.process_time();"
        "print(json.dumps([b - a, c - b]))"
    )
    print(f"NumPy takes {1e3 * numpy:.0f} ms, nnbook {1e3 * nnbook:.0f} ms more")


def test_every_public_name_can_be_reached():
    assert len(set(nn.__all__)) == len(nn.__all__)
    for name in nn.__all__:
        assert getattr(nn, name) is not None
    assert set(dir(nn)) == set(nn.__all__)


def test_namespaces_are_loaded_when_they_are_first_used():
    before, after = in_a_new_process(
        "import json, sys, nnbook; name = 'nnbook.plots'; before = name in sys.modules;"
        "nnbook.plots.curves; print(json.dumps([before, name in sys.modules]))"
    )
    assert (before, after) == (False, True)


def test_require_passes_on_what_it_cannot_help(monkeypatch, tmp_path):
    assert _checks.require("json.decoder").__name__ == "json.decoder"
    # A package that is there, but lacks one that it needs itself.
    (tmp_path / "half_installed.py").write_text("import not_to_be_found")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="No module named 'not_to_be_found'"):
        _checks.require("half_installed")


def test_unknown_name():
    with pytest.raises(AttributeError, match=r"no attribute 'Adamm'; dir\(nnbook\)"):
        nn.Adamm  # noqa: B018


PROJECT = tomllib.loads(
    (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
)
EXTRAS = {
    re.split(r"[<>=]", requirement)[0]
    for extra in ("plots", "data", "storage", "progress", "estimators", "parallel")
    for requirement in PROJECT["project"]["optional-dependencies"][extra]
}


@pytest.mark.parametrize("platform", [sys.platform, "emscripten"])
@pytest.mark.parametrize(
    ("module", "package", "use"),
    [
        ("matplotlib", "matplotlib", "nnbook.plots.curves([0, 1], {'a': [0, 1]})"),
        ("sklearn", "scikit-learn", "nnbook.estimators"),
        ("safetensors", "safetensors", "nnbook.save(nnbook.mlp([2, 2]), 'network')"),
        ("safetensors", "safetensors", "nnbook.load('network')"),
        ("pooch", "pooch", "nnbook.datasets.mnist()"),
        ("tqdm", "tqdm", "nnbook._checks.require('tqdm')"),
        ("mpi4py", "mpi4py", "nnbook.parallel._mpi()"),
    ],
)
def test_a_missing_package_is_named_as_an_index_knows_it(
    module, package, use, platform, tmp_path
):
    assert package in EXTRAS
    message = in_a_new_process(
        f"""if True:
        import json, os, sys
        import numpy
        sys.modules["{module}"] = None
        sys.platform = "{platform}"
        os.environ.pop("NNBOOK_DATA_DIR", None)
        os.chdir({str(tmp_path)!r})
        import nnbook
        try:
            {use}
        except ModuleNotFoundError as error:
            print(json.dumps([str(error), error.name]))
        """
    )
    advice = (
        f'import micropip; await micropip.install("{package}")'
        if platform == "emscripten"
        else f"python -m pip install {package}"
    )
    assert message[0] == (
        f"this needs {package}, which is not installed; install it with: {advice}"
    )
    assert message[1].split(".")[0] == module
    assert not list(tmp_path.iterdir())
