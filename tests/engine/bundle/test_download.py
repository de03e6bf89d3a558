"""A model is fetched to its end, or one line says why not; nothing secret of the address is in it."""

import http.server
import os
import shutil
import ssl
import subprocess
import threading
import time

import pytest

from xview2_qgis.engine.bundle import download as model_download
from xview2_qgis.engine.bundle.download import download
from xview2_qgis.engine.errors import ModelError, RuntimeFailure, UsageError

CONTENT = os.urandom(50_000)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the path asks for."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str | None]] = []  # noqa: RUF012 - of all requests

    def do_GET(self):
        self.seen.append((self.path, self.headers.get("Authorization")))
        getattr(self, self.path.strip("/").split("?")[0].split("%")[0].replace("-", "_"))()
        self.close_connection = True

    def log_message(self, *_):
        pass

    def answer(self, *headers, code=200, body=b""):
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def good(self):
        self.answer(("Content-Length", str(len(CONTENT))), body=CONTENT)

    def chunked(self):
        half = len(CONTENT) // 2
        chunks = [CONTENT[:half], CONTENT[half:], b""]
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
        self.answer(("Transfer-Encoding", "chunked"), body=body)

    def without_length(self):
        self.answer(body=CONTENT)

    def strange_length(self):
        self.answer(("Content-Length", "-5"), body=CONTENT)

    def chunk_breaks(self):
        self.answer(("Transfer-Encoding", "chunked"), body=b"%x\r\n" % len(CONTENT) + CONTENT[:100])

    def chunk_is_none(self):
        self.answer(("Transfer-Encoding", "chunked"), body=b"zz\r\n" + CONTENT[:100])

    def length_breaks(self):
        self.answer(("Content-Length", str(len(CONTENT))), body=CONTENT[:100])

    def no_tls(self):
        self.answer(("Content-Length", str(len(CONTENT))), body=CONTENT[:100])
        os.write(self.connection.fileno(), b"no record of TLS at all" * 10)

    def bad_status(self):
        self.wfile.write(b"HTTP/1.1 abc\r\n\r\n")

    def no_http(self):
        self.wfile.write(b"220 mail.example.org ESMTP\r\n")

    def long_header(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n")

    def many_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 500 + b"\r\n")

    def silence(self):
        pass

    def missing(self):
        self.answer(("Content-Length", "0"), code=404)

    def forged(self):
        self.wfile.write(b"HTTP/1.1 500 \x1b[2Kerror: forged " + b"x" * 5000 + b"\r\nContent-Length: 0\r\n\r\n")

    def to_http(self):
        self.answer(("Location", "http://localhost:1/x"), ("Content-Length", "0"), code=302)

    def to_file(self):
        self.answer(("Location", "file:///etc/passwd"), ("Content-Length", "0"), code=302)

    def to_nowhere(self):
        self.answer(("Location", "https://[::1"), ("Content-Length", "0"), code=302)

    def loop(self):
        self.answer(("Location", "/loop"), ("Content-Length", "0"), code=302)

    def to_good(self):
        self.answer(("Location", "/good"), ("Content-Length", "0"), code=302)

    def huge(self):
        self.answer(("Content-Length", str(10**13)), body=CONTENT[:100])

    def slow_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(40):
            self.wfile.write(b"X: a\r\n")
            self.wfile.flush()
            time.sleep(0.05)

    def trickle(self):
        self.answer(("Content-Length", str(len(CONTENT))))
        for place in range(20):
            self.wfile.write(CONTENT[place : place + 1])
            self.wfile.flush()
            time.sleep(0.05)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key", "-out", folder / "certificate"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def port(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "certificate", certificate / "key")
    server = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetch(port, certificate, tmp_path, monkeypatch):
    """Fetches a path of the server and returns the content."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "certificate"))
    monkeypatch.setenv("no_proxy", "localhost")
    Handler.seen.clear()

    def fetch(path, user=""):
        download(f"https://{user}localhost:{port}{path}", tmp_path / "fetched")
        return (tmp_path / "fetched").read_bytes()

    return fetch


@pytest.mark.parametrize(
    "path", ["/good", "/chunked", "/without-length", "/strange-length", "/to-good", "/good?token=x y"]
)
def test_whole_files(fetch, path):
    assert fetch(path) == CONTENT


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/chunk-breaks", "broke off"),
        ("/chunk-is-none", "does not answer as it should|broke off"),
        ("/length-breaks", "broke off"),
        ("/no-tls", "secure connection failed|broke off"),
        ("/bad-status", "does not answer as it should"),
        ("/no-http", "does not answer as it should"),
        ("/long-header", "does not answer as it should"),
        ("/many-headers", "does not answer as it should"),
        ("/silence", "closed the connection|broke off"),
        ("/missing", "the server says 404 Not Found"),
        ("/forged", "the server says 500"),
        ("/to-http", "redirected to http, which is not safe"),
        ("/to-file", "not"),
        ("/to-nowhere", "cannot fetch"),
        ("/loop", "the server says 302"),
    ],
)
def test_whatever_goes_wrong_is_one_line_about_the_network(fetch, path, told):
    with pytest.raises(RuntimeFailure, match=told) as caught:
        fetch(path)
    assert caught.value.code == "model-download"
    assert len(caught.value.message) < 300
    assert caught.value.message.isprintable()
    assert "space" not in caught.value.hint


def test_more_than_any_model_is_not_begun(fetch):
    with pytest.raises(ModelError, match="larger than 4 GiB"):
        fetch("/huge")


@pytest.mark.parametrize("path", ["/without-length", "/chunked", "/good"])
def test_more_than_a_model_may_have_is_not_taken(fetch, monkeypatch, path):
    monkeypatch.setattr(model_download, "_MAXIMUM_DOWNLOAD", 1000)
    with pytest.raises(ModelError, match="larger than"):
        fetch(path)


def test_a_server_that_hardly_sends_is_left(fetch, monkeypatch):
    monkeypatch.setattr(model_download, "_PERIOD_S", 0.1)
    with pytest.raises(RuntimeFailure, match="less than a kilobyte a second"):
        fetch("/trickle")


def test_a_server_that_hardly_answers_is_left(fetch, monkeypatch):
    monkeypatch.setattr(model_download, "_ANSWER_S", 0.2)
    with pytest.raises(RuntimeFailure, match="no answer comes"):
        fetch("/slow-headers")


def test_nothing_for_ever(fetch, monkeypatch):
    monkeypatch.setattr(model_download, "_LONGEST_S", 0.1)
    with pytest.raises(RuntimeFailure, match="longer than half a day"):
        fetch("/trickle")


def test_signs_that_must_not_stand_in_an_address(fetch):
    assert fetch("/good?a=b c&d=ü\n") == CONTENT
    assert Handler.seen == [("/good?a=b%20c&d=%C3%BC", None)]


def test_user_and_password_go_where_they_were_meant_for(fetch):
    assert fetch("/to-good", user="me:pass%40word@") == CONTENT
    assert Handler.seen == [("/to-good", "Basic bWU6cGFzc0B3b3Jk"), ("/good", None)]


def test_nothing_secret_is_told(fetch):
    with pytest.raises(RuntimeFailure) as caught:
        fetch("/missing?token=SECRET", user="me:pass%40word@")
    assert "pass" not in str(caught.value)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["https://", "https:///x", "https://[::1", "https://h:port/x", "https://a b/x", "https://\x1b/"]
)
def test_no_addresses(tmp_path, address):
    with pytest.raises(UsageError, match="is no address"):
        download(address, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_cannot_be_written_is_no_fault_of_the_network(fetch, tmp_path):
    (tmp_path / "fetched").write_bytes(b"")
    with pytest.raises(FileExistsError):
        fetch("/good")
