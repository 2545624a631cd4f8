"""What is published, and the workflows that test and publish it."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest
import yaml

import nnbook as nn

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([\w-]+):", MAKEFILE, re.M))
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}
CLASSIFIED = re.findall(r"Python :: (3\.\d+)", str(PROJECT["project"]["classifiers"]))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the sdist."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def metadata(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return BytesParser().parsebytes(archive.read(name))


@pytest.fixture(scope="module")
def kept():
    """The files of the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("there is no git repository to compare with")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return {name for name in done.stdout.splitlines() if (ROOT / name).is_file()}


def test_the_wheel_holds_the_library_and_nothing_else(built, kept):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {n.removeprefix("src/") for n in kept if n.startswith("src/")}


def test_the_sdist_holds_the_repository_but_for_what_serves_its_host(built, kept):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    hosts = {name for name in kept if name.startswith((".ci/", ".github/"))}
    assert names == (kept - hosts) | {"PKG-INFO"}


def test_the_version_stands_in_one_place(metadata):
    assert metadata["Version"] == nn.__version__
    newest = re.search(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    assert newest[1] == nn.__version__
    for name in ("pyproject.toml", "CITATION.cff"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(rf"version\W+{re.escape(nn.__version__)}", text), name


def test_the_readme_leads_nowhere_that_is_not_published(metadata):
    readme = metadata.get_payload()
    addresses = re.findall(r"\]\(([^)]*)\)|(?:src|href)=[\"']([^\"']*)", readme)
    assert all(re.match("https?:|#", a or b) for a, b in addresses)
    # Of a link its text stays, and the pictures go with theirs.
    assert "see LICENSE" in readme
    assert "![" not in readme
    source = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.findall(r"^```.*?^```", source, re.M | re.S)
    assert code == re.findall(r"^```.*?^```", readme, re.M | re.S)


def test_every_python_that_is_named_is_tested():
    tested = WORKFLOWS["test"]["jobs"]["code"]["strategy"]["matrix"]["python"]
    assert tested == CLASSIFIED
    assert PROJECT["project"]["requires-python"] == f">={CLASSIFIED[0]}"
    for job in WORKFLOWS["test"]["jobs"].values():
        for step in job["steps"]:
            version = step.get("with", {}).get("python-version", "")
            assert version in {"", "${{ matrix.python }}", *CLASSIFIED}


def test_the_oldest_numpy_and_the_newest_are_tested():
    (numpy,) = PROJECT["project"]["dependencies"]
    oldest, next_major = re.fullmatch(r"numpy>=([\d.]+),<(\d+)", numpy).groups()
    newest = str(int(next_major) - 1)
    jobs = WORKFLOWS["test"]["jobs"]
    assert jobs["lint"]["strategy"]["matrix"]["numpy"] == [newest, oldest]
    matrix = jobs["code"]["strategy"]["matrix"]
    assert matrix["numpy"] == [newest]
    assert {row["os"] for row in matrix["include"]} == set(matrix["os"])
    assert {row["numpy"] for row in matrix["include"]} == {oldest}


def test_the_workflows_make_what_there_is():
    for workflow in WORKFLOWS.values():
        for job in workflow["jobs"].values():
            for step in job.get("steps", []):
                for target in re.findall(r"^make ([\w-]+)", step.get("run", ""), re.M):
                    assert target in TARGETS


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_readers_of_the_repository_make_what_there_is(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    commands = re.findall(r"^(?:\| )?`?(?:\w+=\S+ )*make ([^`#|\n]*)", text, re.M)
    named = {word for command in commands for word in command.split()}
    targets = {word for word in named if "=" not in word}
    assert targets
    assert targets <= TARGETS
    settings = {word.split("=")[0] for word in named - targets}
    assert all(re.search(rf"^{setting} \?=", MAKEFILE, re.M) for setting in settings)


def test_style_is_checked_once():
    assert re.search(r"^code: snippets library$", MAKEFILE, re.M)
    steps = str(WORKFLOWS["test"]["jobs"]["lint"]["steps"])
    assert "make lint" in steps


def test_coverage_is_asked_for_once():
    # Counting lines costs half as much again as the tests do.
    assert "make coverage" in str(WORKFLOWS["test"]["jobs"]["coverage"]["steps"])
    assert MAKEFILE.count("--cov ") == 1
    assert PROJECT["tool"]["coverage"]["report"]["fail_under"] >= 98


def test_only_what_passed_the_tests_is_published():
    pages = WORKFLOWS["pages"]
    assert pages["jobs"]["test"]["uses"] == "./.github/workflows/test.yml"
    assert pages["jobs"]["publish"]["needs"] == "test"
    deploying = [
        name
        for name, workflow in WORKFLOWS.items()
        if "actions/deploy-pages" in str(workflow)
    ]
    assert deploying == ["pages"]
    # A run that has begun is not cancelled, and the next one waits for its end.
    assert pages["concurrency"] == {"group": "pages", "cancel-in-progress": False}
