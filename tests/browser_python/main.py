"""Run pytest in the browser's Python, where indices have 32 bits.

`run.mjs` sets `options` and reads `code`. A test is skipped if it needs what is not
there: processes, threads, a package with compiled code.
"""

import os
import sys
from unittest import mock

sys.dont_write_bytecode = True
sys.path[:0] = ["/repository", "/repository/src"]
sys.path.append("/packages")
os.chdir("/repository")

import numpy as np  # noqa: E402
import pytest  # noqa: E402

assert np.dtype(np.intp).itemsize == 4

hypothesis = mock.MagicMock()
hypothesis.given = lambda *_, **__: pytest.mark.skip("hypothesis is not there")
hypothesis.settings = lambda **_: lambda test: test
for name in ("", ".strategies", ".extra", ".extra.numpy"):
    sys.modules["hypothesis" + name] = hypothesis

PACKAGES = {"matplotlib", "pooch", "safetensors", "sklearn", "tqdm"}
TEXTS = ("does not support processes", "can't start new thread")


class Lacking:
    """Skip a test that needs what is not there."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self):
        """Run the test."""
        try:
            return (yield)
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] not in PACKAGES:
                raise
            pytest.skip(str(error))
        except (OSError, RuntimeError) as error:
            if not any(text in str(error) for text in TEXTS):
                raise
            pytest.skip(str(error))


code = int(pytest.main(list(options), [Lacking()]))  # noqa: F821
