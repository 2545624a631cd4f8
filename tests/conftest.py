"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

# The same few examples on every machine, and no clock that could make a test fail.
hypothesis.settings.register_profile(
    "nnbook", derandomize=True, deadline=None, max_examples=25, database=None
)
hypothesis.settings.load_profile("nnbook")

collect_ignore_glob = ["bookkit/bad_pages/*"]


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site that NNBOOK_SITE names; without it, the test is skipped."""
    named = os.environ.get("NNBOOK_SITE")
    if not named:
        pytest.skip("NNBOOK_SITE names no built site (`make test` builds one)")
    folder = Path(__file__).parents[1] / named
    assert (folder / "index.html").is_file(), f"NNBOOK_SITE={named} holds no site"
    return folder
