"""A server for the built site, as tests and measurements need it."""

from __future__ import annotations

import functools
import gzip
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

TEXT = {".html", ".css", ".js", ".mjs", ".json", ".svg"}


class Files(SimpleHTTPRequestHandler):
    """Files; the list of pages names them by the addresses that they have here.

    The theme replaces the text of pages in that list alone.
    """

    protocol_version = "HTTP/1.1"
    # The module of the standard library asks the system, which may not know these.
    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".woff2": "font/woff2",
        ".svg": "image/svg+xml",
    }

    def do_GET(self) -> None:
        if self.path.endswith("/sitemap.xml"):
            pages = Path(self.translate_path(self.path)).read_text(encoding="utf-8")
            published = re.findall(r"<loc>([^<]*)</loc>", pages)
            here = (
                f"http://{self.headers['Host']}{self.path.removesuffix('sitemap.xml')}"
            )
            self.send(pages.replace((published or [here])[0], here).encode())
        else:
            super().do_GET()

    def send(self, content: bytes, encoding: str | None = None) -> None:
        """Answer with this content, of the kind that the address names."""
        self.send_response(200)
        self.send_header(
            "Content-Type", self.guess_type(self.translate_path(self.path))
        )
        self.send_header("Content-Length", str(len(content)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Zipped(Files):
    """What hosts of static sites compress comes compressed."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            self.path = self.path.rstrip("/") + "/index.html"
            path = path / "index.html"
        if path.is_file() and path.suffix in TEXT:
            self.send(gzip.compress(path.read_bytes(), 6), "gzip")
        else:
            super().do_GET()


@contextmanager
def served(site: Path, handler: type[Files] = Files) -> Iterator[str]:
    """The address of a site while it is served, with a slash at its end."""
    handle = functools.partial(handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handle) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
