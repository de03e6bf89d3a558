"""A real server of one file on this machine, which behaves as well or badly as a test asks for."""

from __future__ import annotations

import http.server
import threading
from email.utils import formatdate


class FileServer:
    """Serves ``content`` at any path; what the first part of the path asks for happens on the way.

    ``/file``: with ranges. ``/plain``: without. ``/breaks``: ends after half of what was asked for. ``/slow``: a piece
    now and then. ``/missing``, ``/denied``, ``/empty``, ``/huge``: as they say. ``/to?…``: redirects.
    """

    def __init__(self) -> None:
        self.content = b""
        self.mark = '"one"'
        self.breaks = 99  # how often a connection still ends in the middle
        self.wrong_part = False  # another place than the one asked for
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.go_on = threading.Event()
        handler = type("Handler", (_Handler,), {"files": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{path}"

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    files: FileServer

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.files.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.close_connection = True
        kind, _, target = self.path.strip("/").partition("?")
        getattr(self, "do_" + kind.split("/")[0])(target)

    def _head(self, status, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _piece(self):
        """Answer the head for the part that is asked for, and return its content."""
        content, asked = self.files.content, self.headers.get("Range", "")
        mark = ("ETag", self.files.mark) if self.files.mark.startswith('"') else ("Last-Modified", self.files.mark)
        if not asked or self.headers.get("If-Range") != self.files.mark:
            self._head(200, ("Content-Length", str(len(content))), mark)
            return content
        begin = int(asked[len("bytes=") : -1])
        if begin >= len(content):
            self._head(416, ("Content-Range", f"bytes */{len(content)}"), ("Content-Length", "0"), mark)
            return b""
        begin += self.files.wrong_part
        piece = content[begin:]
        place = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        self._head(206, ("Content-Length", str(len(piece))), ("Content-Range", place), mark)
        return piece

    def do_file(self, _):
        self.wfile.write(self._piece())

    def do_breaks(self, _):
        piece = self._piece()
        self.files.breaks -= 1
        self.wfile.write(piece[: len(piece) // 2] if self.files.breaks >= 0 else piece)

    def do_slow(self, _):
        piece = self._piece()
        self.wfile.write(piece[: len(piece) // 2])
        self.wfile.flush()
        self.files.go_on.wait(20)
        self.wfile.write(piece[len(piece) // 2 :])

    def do_plain(self, _):
        self._head(200, ("Content-Length", str(len(self.files.content))))
        self.wfile.write(self.files.content)

    def do_plainbreaks(self, _):
        self._head(200, ("Content-Length", str(len(self.files.content))))
        self.wfile.write(self.files.content[:1000])

    def do_endless(self, _):
        self._head(200)
        self.wfile.write(self.files.content)

    def do_missing(self, _):
        self._head(404, ("Content-Length", "4"))
        self.wfile.write(b"<b>!")

    def do_denied(self, _):
        self._head(403, ("Content-Length", "0"))

    def do_empty(self, _):
        self._head(204)

    def do_nothing(self, _):
        self._head(200, ("Content-Length", "0"))

    def do_huge(self, _):
        self._head(200, ("Content-Length", str(5 * 1024**3)))
        self.wfile.write(b"x" * 1000)

    def do_to(self, target):
        self._head(302, ("Location", target), ("Content-Length", "0"))


def moment(seconds: float) -> str:
    """Return a moment as servers write it."""
    return formatdate(seconds, usegmt=True)
