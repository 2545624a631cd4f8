"""Fixtures for all tests, and a server for those that look at the built site."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

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


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the built site is served, with a slash at its end."""
    handler = functools.partial(_Handler, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The module of the standard library asks the system, which may not know these.
    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".woff2": "font/woff2",
        ".svg": "image/svg+xml",
    }

    def log_message(self, *_: object) -> None:
        """Say nothing."""
