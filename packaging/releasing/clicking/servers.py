"""Servers on this machine: a package index of the wheels of an offline package, and one of models that breaks off."""

from __future__ import annotations

import functools
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def package_index(wheels: Path, folder: Path) -> Iterator[str]:
    """Serve wheels as a package index (PEP 503); yield its address.

    Args:
        wheels: folder of the wheels.
        folder: where the pages of the index are made.
    """
    for wheel in wheels.glob("*.whl"):
        place = folder / "simple" / re.sub("[-_.]+", "-", wheel.name.partition("-")[0]).lower()
        place.mkdir(parents=True, exist_ok=True)
        (place / wheel.name).hardlink_to(wheel)
    for place in (folder / "simple").iterdir():
        links = "".join(f'<a href="{path.name}">{path.name}</a>\n' for path in place.glob("*.whl"))
        (place / "index.html").write_text(f"<!DOCTYPE html>\n{links}", encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple"
    finally:
        server.shutdown()
        server.server_close()
        shutil.rmtree(folder)


class ModelServer:
    """Serves files of one folder; the first download of each breaks off half-way.

    Attributes:
        address: of the folder.
        asked: name and ``Range`` of each request.

    Args:
        folder: where the files lie.
    """

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name, wanted = self.path.lstrip("/"), self.headers.get("Range", "")
                content = (folder / Path(name).name).read_bytes()
                first = not any(known == name for known, _ in server.asked)
                server.asked.append((name, wanted))
                start = int(wanted.partition("=")[2].rstrip("-")) if wanted else 0
                self.send_response(206 if wanted else 200)
                if wanted:
                    self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
                self.send_header("ETag", f'"{len(content)}"')
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                self.wfile.write(content[start : len(content) // 2 if first else len(content)])

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> ModelServer:
        """Return the server, which serves already."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
