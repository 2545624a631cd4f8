"""A bound on a page is honest: on other machines the snippet stays within it.

Other machines multiply matrices with other kernels, and so in another order. OpenBLAS
can be told which to use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bookkit import pages
from bookkit.apart import Task
from bookkit.judge import text_complaint
from bookkit.runner import Runner

KERNELS = ("Haswell", "SkylakeX", "Nehalem")
PRODUCT = """\
import numpy as np

rng = np.random.default_rng(0)
a, b = rng.normal(size=(2, 300)).astype(np.float32)
print(f"{a @ b:.7f}")
"""


@pytest.fixture(scope="module")
def runners() -> Iterator[list[Runner]]:
    """One for each kernel that this machine can run."""
    started = [Runner(OPENBLAS_CORETYPE=kernel) for kernel in KERNELS]
    yield [runner for runner in started if _works(runner)]
    for runner in started:
        runner.close()


def _works(runner: Runner) -> bool:
    (result,) = runner.run([Task(PRODUCT)])
    return result.error is None


def _broken(paths: Sequence[Path], runner: Runner) -> list[str]:
    bounded = [
        (path, fence)
        for path in paths
        for fence in pages.snippets(path)
        if fence.within
    ]
    results = runner.run([Task(fence.code, draw=False) for _, fence in bounded])
    return [
        f"{path}:{fence.line}: {problem}"
        for (path, fence), result in zip(bounded, results, strict=True)
        if (problem := text_complaint(fence, result))
    ]


def test_bounds_hold_with_other_kernels(runners: list[Runner]) -> None:
    for runner in runners:
        assert _broken(pages.sources(), runner) == []


def test_a_bound_that_is_too_narrow_is_found(
    runners: list[Runner], tmp_path: Path
) -> None:
    printed = [runner.run([Task(PRODUCT)])[0].stdout for runner in runners]
    if len(set(printed)) < 2:
        pytest.skip("NO OTHER KERNEL on this machine, so no bound was TESTED")
    page = tmp_path / "page.md"
    for size, honest in (("0.001", True), ("0.0000002", False)):
        page.write_text(
            f"<!-- within: {size} -->\n```python\n{PRODUCT}```\n"
            f"<!--pytest-codeblocks:expected-output-->\n```\n{printed[0]}```\n"
        )
        broken = [_broken([page], runner) for runner in runners]
        assert any(broken) != honest
