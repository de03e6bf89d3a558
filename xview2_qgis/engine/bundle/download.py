"""Fetching a model from an ``https://`` address: to the end or not at all, with an end to size and time.

Whatever a server or a network does wrong becomes one line. Addresses may hold a password or a signature, so they are
told in short.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from ...protocol.public_name import public_address
from ..errors import ModelError, RuntimeFailure, UsageError, brief

_TIMEOUT_S = 30.0  # without a byte
_ANSWER_S = 60.0  # from the question to the first byte of the file, redirections included
_LONGEST_S = 12 * 3600.0
_PERIOD_S, _SLOWEST = 60.0, 60_000  # bytes that must come in each period: one kilobyte a second
_MAXIMUM_DOWNLOAD = 4 * 1024**3
_CHUNK = 1024 * 1024
# what stands in addresses as it is; all else is written with a percent sign, as browsers do
_PATH_SIGNS, _QUERY_SIGNS = "%/:@!$&'()*+,;=~", "%/:@!$&'()*+,;=~?"


def download(address: str, target: Path) -> None:
    """Fetch a file.

    Args:
        address: begins with ``https://``; may hold user and password, which are sent to that host only.
        target: file to make.

    Raises:
        UsageError: the address is none.
        ModelError: the file is larger than any model.
        RuntimeFailure: the server or the network failed.
        OSError: the target cannot be written.
    """
    request, name = _request(address), public_address(address)
    with target.open("xb") as file:
        for chunk in _received(request, name):
            file.write(chunk)


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows redirections to https only."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme != "https":
            raise urllib.error.URLError(f"redirected to {brief(urlsplit(newurl).scheme, 10)}, which is not safe")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Watched(http.client.HTTPSConnection):
    """A connection that another thread may end: a server that sends a letter now and then holds no reading up."""

    def hang_up(self) -> None:
        """Let the reader find the end."""
        with suppress(OSError):
            if self.sock is not None:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _Https(urllib.request.HTTPSHandler):
    """Opens connections that can be ended.

    Attributes:
        late: whether they were.
    """

    def __init__(self) -> None:
        self._context = ssl.create_default_context()
        super().__init__(context=self._context)
        self._connections: list[_Watched] = []
        self.late = False

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Send a request."""
        return self.do_open(self._connection, req)

    def hang_up(self) -> None:
        """End all connections."""
        self.late = True
        for connection in self._connections:
            connection.hang_up()

    def _connection(self, host: str, **options: Any) -> _Watched:  # noqa: ANN401 - what the library gives
        connection = _Watched(host, context=self._context, **options)
        self._connections.append(connection)
        return connection


def _request(address: str) -> urllib.request.Request:
    """Return the request for an address, with signs that must not stand in one written as they should be."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _no_address(address) from error
    if not host or any(letter.isspace() or not letter.isprintable() for letter in host):
        raise _no_address(address)
    place = f"[{host}]" if ":" in host else host
    path = quote(parts.path, safe=_PATH_SIGNS, errors="surrogatepass")
    query = quote(parts.query, safe=_QUERY_SIGNS, errors="surrogatepass")
    try:
        place = place.encode("idna").decode("ascii") if not place.isascii() else place
        request = urllib.request.Request(
            urlunsplit((parts.scheme, place if port is None else f"{place}:{port}", path, query, ""))
        )
    except ValueError as error:
        raise _no_address(address) from error
    if parts.username is not None:
        # unredirected: another host must not get them
        request.add_unredirected_header("Authorization", f"Basic {_credentials(parts)}")
    return request


def _credentials(parts: SplitResult) -> str:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return base64.b64encode(f"{user}:{password}".encode("utf-8", "surrogatepass")).decode("ascii")


def _received(request: urllib.request.Request, name: str) -> Iterator[bytes]:
    """Yield what a server sends.

    Raises:
        ModelError: it is more than any model has.
        RuntimeFailure: it does not come, or not to its end.
    """
    begun = time.monotonic()
    received, period, expected = 0, (begun, 0), None
    https = _Https()
    clock = threading.Timer(_ANSWER_S, https.hang_up)
    clock.daemon = True
    clock.start()
    try:
        with urllib.request.build_opener(_OnlyHttps, https).open(request, timeout=_TIMEOUT_S) as response:
            clock.cancel()
            if https.late:  # an end in the middle of the headers looks like that of the headers
                raise TimeoutError
            said = response.headers.get("Content-Length") or ""
            expected = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None
            while (chunk := response.read1(_CHUNK)) and (expected or 0) <= _MAXIMUM_DOWNLOAD:
                received += len(chunk)
                if received > _MAXIMUM_DOWNLOAD:
                    break
                now = time.monotonic()
                if now - begun > _LONGEST_S:
                    raise TimeoutError("it takes longer than half a day")
                if now - period[0] > _PERIOD_S:
                    if received - period[1] < _SLOWEST:
                        raise TimeoutError("less than a kilobyte a second comes")
                    period = now, received
                yield chunk
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RuntimeFailure(
            f"cannot fetch {name} ({'no answer comes' if https.late else _reason(error)})",
            "check address and network, or download the file yourself and install it from there",
            "model-download",
        ) from error
    finally:
        clock.cancel()
    if max(received, expected or 0) > _MAXIMUM_DOWNLOAD:
        raise ModelError(f"{name} is larger than 4 GiB", "check the address", "model-download")
    if expected is not None and received != expected:
        raise RuntimeFailure(f"the download of {name} broke off", "try again", "model-download")


def _reason(error: Exception) -> str:
    """Return in a few words what went wrong, with what the server wrote as far as it is short."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the server says {error.code} {brief(str(error.reason))}"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection broke off"
    if isinstance(error, ConnectionError):  # also of a server that closes without an answer
        return brief(error.strerror or "the server closed the connection", 200)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLCertVerificationError):
        return f"the secure connection failed: {brief(error.reason or str(error))}"
    if isinstance(error, http.client.HTTPException):
        return f"the server does not answer as it should: {type(error).__name__}"
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    return brief(str(reason) or type(error).__name__, 200)


def _no_address(address: str) -> UsageError:
    return UsageError(
        f"{brief(public_address(address))} is no address", "give a file, or an address like https://host/model.xv2.zip",
        "model-address",
    )  # fmt: skip
