"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
