"""Run the commands that a page tells its reader to type, and hand back what they say.

The `console` fences of a page are one session: they run in their order, in one folder
that holds the page's programs at first, so that a later one finds what an earlier one
has written.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bookkit.cell import Result
from bookkit.fence import Fence
from bookkit.runner import variables

# No colours, and lines as wide as a page, whatever the terminal of the tests is.
_TERMINAL = {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "76", "LC_ALL": "C.UTF-8"}


def run_session(
    fences: Sequence[Fence], programs: Mapping[str, str] | None = None
) -> list[Result]:
    """What each fence prints, errors too.

    Parameters
    ----------
    fences
        The `console` fences of a page that are to be run. Each ends at its first
        command that fails.
    programs
        Files that are there from the beginning: their names and what they hold.

    Returns
    -------
    list of Result
        Where a command failed, `error` says so, and `raised` is the last line.
    """
    results = []
    # What is installed in the environment of the tests comes first.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, code in (programs or {}).items():
            Path(folder, name).write_text(code, encoding="utf-8")
        for fence in fences:
            done = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", fence.code],
                cwd=folder,
                env=variables() | _TERMINAL | {"PATH": path},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
            )
            result = Result(stdout=done.stdout)
            if done.returncode:
                result.error = f"{done.stdout}exit code {done.returncode}\n"
                result.raised = done.stdout.rstrip().rpartition("\n")[2]
            results.append(result)
    return results
