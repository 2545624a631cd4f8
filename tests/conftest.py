"""What all tests share."""

import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import settings

# A busy machine makes no test wrong.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def mpiexec() -> str:
    """The program that starts ranks; where there is none, the test is left out."""
    beside = os.path.dirname(sys.executable)  # where pip puts it
    path = os.pathsep.join([beside, os.environ.get("PATH", "")])
    program = shutil.which("mpiexec", path=path)
    if program is None:
        pytest.skip("mpiexec is not installed; get it with: pip install -e .[parallel]")
    done = subprocess.run(
        [program, "-n", "1", sys.executable, "-c", "from mpi4py import MPI"],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"mpi4py finds no MPI: {done.stderr[-200:]}")
    return program
