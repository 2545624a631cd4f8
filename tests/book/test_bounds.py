"""A bound on a page is honest: on other machines the snippet stays within it.

Other machines multiply matrices with other kernels, and so in another order. OpenBLAS
can be told which to use. The Python of the pages is one more such machine: it has
no OpenBLAS, and tests/site runs all snippets there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bookkit import pages
from bookkit.apart import Task
from bookkit.judge import text_complaint
from bookkit.runner import Runner, runner

# The first is that of most machines, the last of those without AVX.
KERNELS = ("Haswell", "SkylakeX", "Nehalem")
PRODUCT = """\
import numpy as np

rng = np.random.default_rng(0)
a, b = rng.normal(size=(2, 300)).astype(np.float32)
print(f"{a @ b:.7f}")
"""


@pytest.fixture(scope="module")
def printed() -> str:
    """What the product is on this machine."""
    return runner().run([Task(PRODUCT)])[0].stdout


@pytest.fixture(scope="module")
def other(printed: str) -> Iterator[Runner]:
    """With the first kernel that rounds otherwise than this machine's own."""
    for kernel in KERNELS:
        started = Runner(OPENBLAS_CORETYPE=kernel)
        (result,) = started.run([Task(PRODUCT)])
        if result.error is None and result.stdout != printed:
            yield started
            started.close()
            return
        started.close()
    pytest.skip("NO OTHER KERNEL on this machine, so no bound was TESTED")


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


def test_bounds_hold_with_another_kernel(other: Runner) -> None:
    assert _broken(pages.sources(), other) == []


def test_a_bound_that_is_too_narrow_is_found(
    other: Runner, printed: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    for size, honest in (("0.001", True), ("0.0000002", False)):
        page.write_text(
            f"<!-- within: {size} -->\n```python\n{PRODUCT}```\n"
            f"<!--pytest-codeblocks:expected-output-->\n```\n{printed}```\n"
        )
        assert bool(_broken([page], other)) != honest
