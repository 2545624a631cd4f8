"""Snippets run apart from each other and from the project, and what is kept of them."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkit import runner
from bookkit.apart import ROOT, Task
from bookkit.cell import Result
from bookkit.runner import Runner, fill_cache, run_all, run_and_keep, run_cached

with_groups = pytest.mark.skipif(
    not hasattr(os, "killpg"), reason="this system has no process groups"
)


def _printed(*codes: str) -> list[str]:
    results = run_all(codes)
    assert [result.error for result in results] == [None] * len(codes)
    return [result.stdout for result in results]


def test_each_snippet_has_a_process_of_its_own() -> None:
    code = "import os\nprint(os.getpid())"
    assert len(set(_printed(*(f"{code}  # {i}" for i in range(8))))) == 8


@with_groups
def test_each_snippet_has_a_process_group_of_its_own() -> None:
    assert _printed("import os\nprint(os.getpgid(0) == os.getpid())") == ["True\n"]


def test_what_one_snippet_changes_another_does_not_find() -> None:
    change = "import nnbook as nn\nnn.relu = None\n"
    look = "import nnbook as nn\nprint(nn.relu is not None)"
    assert _printed(change, look, change, look) == ["", "True\n", "", "True\n"]


def test_each_snippet_begins_in_an_empty_directory() -> None:
    code = "import os\nprint(os.listdir(), os.getcwd())\nopen('a', 'w').close()"
    first, second = _printed(code, f"{code}  # again")
    assert first.startswith("[] ")
    assert second.startswith("[] ")
    folders = {Path(text.split()[1]) for text in (first, second)}
    assert len(folders) == 2
    assert not any(folder.exists() for folder in folders)
    assert not (ROOT / "a").exists()


@pytest.mark.parametrize("name", ["experiments", "benchmarks", "tests", "conftest"])
def test_snippets_do_not_find_the_project(name: str) -> None:
    assert os.path.exists(ROOT / name) or (ROOT / f"{name}.py").exists()
    (result,) = run_all([f"import {name}"])
    assert result.raised == f"ModuleNotFoundError: No module named '{name}'"


def test_hashes_are_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = set()
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        with_seed = Runner()
        (result,) = with_seed.run([Task("print(hash('a word'))")])
        with_seed.close()
        printed.add(result.stdout)
    assert len(printed) == 1


def test_each_snippet_has_its_own_limit() -> None:
    begin = time.monotonic()
    endless, quick = runner.runner().run(
        [Task("while True:\n    pass", limit=1), Task("print(1)", limit=60)]
    )
    assert quick == Result(stdout="1\n")
    assert endless.error == "TimeoutError: it ran for more than 1 s\n"
    assert endless.raised is None
    assert time.monotonic() - begin < 20


@with_groups
@pytest.mark.parametrize("limit", [1, 60])
def test_processes_that_a_snippet_starts_end_with_it(
    tmp_path: Path, limit: float
) -> None:
    beat = tmp_path / "beat"
    code = f"""
import multiprocessing, os, time

def live():
    for _ in range(600):
        with open({str(beat)!r}, "a") as file:
            file.write(".")
        time.sleep(0.05)

multiprocessing.Process(target=live).start()
while not os.path.exists({str(beat)!r}):
    time.sleep(0.01)
"""
    if limit == 1:
        code += "time.sleep(60)"
    begin = time.monotonic()
    (result,) = runner.runner().run([Task(code, limit=limit)])
    assert time.monotonic() - begin < 20
    assert ("TimeoutError" in str(result.error)) == (limit == 1)
    left = beat.read_text()
    time.sleep(0.3)
    assert beat.read_text() == left


def test_process_that_is_taken_down_is_a_failure_of_its_snippet_alone() -> None:
    ended, good = run_all(["import os\nos._exit(3)", "print(1)"])
    assert ended == Result(error="its process ended with code 3\n")
    assert good == Result(stdout="1\n")


def test_end_of_the_process_that_runs_all_is_a_failure_of_each() -> None:
    ended = Runner()
    ended._process.kill()
    for _ in range(2):
        results = ended.run([Task("print(1)"), Task("print(2)")])
        assert [result.raised for result in results] == [None, None]
        assert all("has ended" in str(result.error) for result in results)
    ended.close()


def test_what_other_programs_print_is_printed() -> None:
    assert _printed("import os\nos.system('echo hi')") == ["hi\n"]


def test_nothing_can_be_read() -> None:
    (result,) = run_all(["input()"])
    assert result.raised == "EOFError: EOF when reading a line"


def test_warnings_are_errors() -> None:
    (result,) = run_all(["import numpy as np\nnp.log(np.zeros(2))"])
    assert result.raised == "RuntimeWarning: divide by zero encountered in log"


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_own_functions_run_in_a_pool_of_processes(method: str) -> None:
    code = f"""
import multiprocessing

def square(x):
    return x * x

if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(2) as pool:
        print(pool.map(square, [1, 2, 3]))
"""
    assert _printed(code) == ["[1, 4, 9]\n"]


def test_own_functions_run_in_joblib() -> None:
    pytest.importorskip("joblib")
    code = """
from joblib import Parallel, delayed

def square(x):
    return x * x

print(Parallel(n_jobs=2)(delayed(square)(x) for x in [1, 2, 3]))
"""
    assert _printed(code) == ["[1, 4, 9]\n"]


def test_own_source_can_be_shown() -> None:
    code = "import inspect\nclass A:\n    x = 1\n\nprint(inspect.getsource(A), end='')"
    assert _printed(code) == ["class A:\n    x = 1\n"]


def test_failing_assert_explains_itself_if_asked() -> None:
    (result,) = runner.runner().run([Task("assert 1 + 1 == 3", explain=True)])
    assert "assert (1 + 1) == 3" in str(result.error)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the library, data and what is kept lie, as far as the keys know."""
    for name in ("src/lib.py", "src/data.npz", "src/a.json", "data/images.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    runner.runner()  # begins where the project really is
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    monkeypatch.setattr(runner, "CACHE", tmp_path / "kept")
    monkeypatch.setenv("NNBOOK_DATA_DIR", str(tmp_path / "data"))
    runner._digest.cache_clear()
    yield tmp_path
    runner._digest.cache_clear()


def _runs(monkeypatch: pytest.MonkeyPatch, code: str) -> int:
    """How many snippets are run if this one is asked for twice."""
    ran: list[Task] = []
    run = Runner.run

    def counted(self: Runner, tasks: list[Task]) -> list[Result]:
        ran.extend(tasks)
        return run(self, tasks)

    monkeypatch.setattr(Runner, "run", counted)
    runner._digest.cache_clear()
    fill_cache([code, code])
    run_cached(code)
    return len(ran)


@pytest.mark.usefixtures("project")
def test_success_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _runs(monkeypatch, "print(1)") == 1
    assert _runs(monkeypatch, "print(1)") == 0
    assert run_cached("print(1)") == Result(stdout="1\n")


@pytest.mark.usefixtures("project")
def test_failure_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _runs(monkeypatch, "1 / 0") == 2
    assert _runs(monkeypatch, "1 / 0") == 2
    assert run_cached("1 / 0").raised == "ZeroDivisionError: division by zero"


@pytest.mark.usefixtures("project")
def test_what_pytest_runs_the_build_need_not_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nassert 1 + 1 == 2"
    run_and_keep(Task(code, name="docs/page.md", line=7, explain=True))
    assert _runs(monkeypatch, code) == 0
    assert run_cached(code) == run_all([code])[0]


@pytest.mark.usefixtures("project")
def test_what_is_kept_is_run_all_the_same_if_a_new_run_is_wanted() -> None:
    task = Task("import os\nprint(os.getpid())")
    assert run_and_keep(task) != run_and_keep(task)


@pytest.mark.parametrize(
    "name", ["src/lib.py", "src/data.npz", "data/images.gz", "src/new.csv"]
)
def test_change_of_library_or_data_is_seen(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert _runs(monkeypatch, "print(1)") == 1
    (project / name).write_text("changed")
    assert _runs(monkeypatch, "print(1)") == 1


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ("recorded = len\nprint(recorded('a'))", 1),
        ("class nn:\n    recorded = len\nr = nn.recorded\nprint(r('a'))", 1),
        ("print(1)", 0),
    ],
)
def test_change_of_a_record_is_seen_where_it_may_be_read(
    project: Path, monkeypatch: pytest.MonkeyPatch, code: str, runs: int
) -> None:
    assert _runs(monkeypatch, code) == 1
    (project / "src/a.json").write_text("changed")
    assert _runs(monkeypatch, code) == runs


def test_compiled_files_change_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _runs(monkeypatch, "print(1)") == 1
    (project / "src/lib.pyc").write_text("new")
    assert _runs(monkeypatch, "print(1)") == 0
