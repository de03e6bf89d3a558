"""What a run tells about its user: nothing in files that are passed on, in events, in errors; no request, no trace.

The whole program, as a process of its own, with a server of this machine that hands out the image or refuses it.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import rasterio

from tests.checkout import ROOT
from tests.fuzz.engine_forks import EngineForks

from .drawn_houses import draw_houses
from .tiny_bundle import write_tiny_bundle

PASSWORD, TOKEN = "hunter2hunter2", "S3cretSignature/+x"
PERSON, CLIENT = "jane.doe", "Client ACME"


class Images(http.server.BaseHTTPRequestHandler):
    """Serves parts of files, and counts what it is asked for."""

    def do_GET(self):
        self.server.asked.append(self.path)
        file = self.server.folder / Path(urlsplit(self.path).path).name
        data = file.read_bytes() if file.is_file() else b""
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        first, last = (int(part[1]), min(int(part[2]) + 1, len(data))) if part else (0, len(data))
        self.send_response(206 if part else 200) if data else self.send_response(404)
        if part and data:
            self.send_header("Content-Range", f"bytes {first}-{last - 1}/{len(data)}")
        self.send_header("Content-Length", str(last - first))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data[first:last])

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Says nothing when GDAL has read enough and goes."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Images)
        self.folder, self.asked = folder, []

    def handle_error(self, request, client_address):
        pass


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A home with an image in a client's folder, another image on a server, a model."""
    home = tmp_path_factory.mktemp("home") / PERSON
    folder = home / CLIENT
    folder.mkdir(parents=True)
    draw_houses(folder / "pre.tif", False)
    served = tmp_path_factory.mktemp("served")
    draw_houses(served / "post.tif", True)
    write_tiny_bundle(folder / "tiny", tile_size=256, overlap=64)
    return home, served


@pytest.fixture(scope="module")
def server(place):
    server = Server(place[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def forked(place):
    """Runs the engine as a fork of one that is loaded, for what depends on no start of a process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("XDG_", "XVIEW2_"))]:
            patch.delenv(name)
        with EngineForks() as forks:
            yield lambda *words: forks.run(list(words), place[0].parent, own_variables(place[0]))


def own_variables(home):
    return {"HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(home.parent), "no_proxy": "127.0.0.1"}


def run(home, *words):
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "XVIEW2_"))}
    variables |= own_variables(home) | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "xview2_qgis.engine", *words]
    return subprocess.run(command, capture_output=True, text=True, env=variables, timeout=120, cwd=home.parent)


def files_below(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


def leaked(text, *words):
    """Which of the words a text or a file has, in any spelling."""
    spellings = {word: {word, quote(word), quote(word, safe=""), json.dumps(word)[1:-1]} for word in words}
    return [word for word, ways in spellings.items() if any(way in text for way in ways)]


def remote(server, name):
    host = f"jane:{PASSWORD}@127.0.0.1:{server.server_address[1]}"
    return f"/vsicurl/http://{host}/{name}?X-Amz-Signature={quote(TOKEN, safe='')}"


def test_a_result_tells_nothing_about_its_user(place, server, tmp_path):
    home, _ = place
    before = files_below(home)
    done = run(
        home, "assess", f"--pre={home / CLIENT / 'pre.tif'}", f"--post={remote(server, 'post.tif')}",
        f"--model={home / CLIENT / 'tiny'}", f"--output={tmp_path / 'o.gpkg'}", f"--report={tmp_path / 'o.html'}",
        f"--damage-raster={tmp_path / 'o.tif'}", "--events=json", "--register=off",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert server.asked
    words = (PASSWORD, TOKEN, "X-Amz", PERSON, CLIENT, str(home.parent), str(tmp_path), "127.0.0.1")
    written = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in ("o.gpkg", "o.html", "o.tif") if name in written] == ["o.gpkg", "o.html", "o.tif"]
    for name in written:
        assert leaked((tmp_path / name).read_bytes().decode("utf-8", errors="replace"), *words) == [], name
    with rasterio.open(tmp_path / "o.tif") as raster:
        assert leaked(json.dumps([raster.tags(), raster.tags(1), raster.tags(ns="xml:XMP")]), *words) == []
    report = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "post.tif" in report
    assert "pre.tif" in report
    # the place of the result is what the caller gave, and what a program opens
    heard = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event.pop("output") for event in heard if "output" in event} == {str(tmp_path / "o.gpkg")}
    assert leaked(json.dumps(heard) + done.stderr, *words) == []
    assert files_below(home) == before


@pytest.mark.parametrize("events", ["json", "text"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("--pre={remote}", 3),
        ("--aoi={remote}", 3),
        ("--footprints={remote}|layername=a", 3),
        ("--pre=PG:host=127.0.0.1 port=9 user=jane password='{password}' dbname=x connect_timeout=1", 3),
        ("--model={home}/nowhere/tiny", 4),
        ("--output={home}/nowhere/o.gpkg", 3),
        ("--bands={remote}", 2),
    ],
)
def test_an_error_tells_nothing_about_its_user(place, server, tmp_path, forked, change, code, events):
    home, _ = place
    values = {"remote": remote(server, "none.tif"), "password": PASSWORD, "home": home / CLIENT}
    options = {
        "--pre": str(home / CLIENT / "pre.tif"),
        "--post": str(place[1] / "post.tif"),
        "--model": str(home / CLIENT / "tiny"),
        "--output": str(tmp_path / "o.gpkg"),
        "--events": events,
    }
    name, _, value = change.format(**values).partition("=")
    options[name] = value
    done = forked("assess", *(f"{name}={value}" for name, value in options.items()))
    assert done.code == code, done.err
    said = done.out + done.err
    if events == "json":
        heard = [json.loads(line) for line in done.out.splitlines()]
        for event in heard:
            event.pop("output", None)
        said = json.dumps(heard, ensure_ascii=False) + done.err
    else:
        said = "\n".join(line for line in said.splitlines() if not line.startswith("assessing"))
        assert len([line for line in said.splitlines() if line.startswith("error: ")]) == 1
    assert leaked(said, PASSWORD, TOKEN, PERSON, CLIENT) == []
    assert list(tmp_path.iterdir()) == []


def test_debug_tells_paths_but_no_password(place, server, tmp_path, forked):
    home, _ = place
    pre = remote(server, "none.tif")
    words = [f"--pre={pre}", f"--post={place[1] / 'post.tif'}", f"--output={tmp_path / 'o.gpkg'}"]
    done = forked("--debug", "assess", *words, f"--model={home / CLIENT / 'tiny'}")
    assert done.code == 3
    assert "Traceback" in done.err
    assert leaked(done.out + done.err, PASSWORD, TOKEN) == []


def test_an_ordinary_run_asks_nobody(place, server, tmp_path, monkeypatch):
    """Every request by the usual ways would go through the proxy, which is ours and counts."""
    home, served = place
    server.asked.clear()
    for name in ("http_proxy", "https_proxy", "all_proxy", "GDAL_HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv(name.upper(), f"http://127.0.0.1:{server.server_address[1]}")
    before = files_below(home), files_below(served)
    done = run(
        home, "assess", f"--pre={home / CLIENT / 'pre.tif'}", f"--post={served / 'post.tif'}",
        f"--model={home / CLIENT / 'tiny'}", f"--output={tmp_path / 'o.gpkg'}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert server.asked == []
    assert (files_below(home), files_below(served)) == before
    # nothing is left where temporary files go, which is beside the home here
    assert [path.name for path in home.parent.iterdir()] == [PERSON]


@pytest.mark.parametrize("words", [["doctor"], ["models", "list"], ["models", "show", "compact"]], ids=" ".join)
def test_what_people_paste_into_reports_names_nobody(place, words):
    home, _ = place
    before = files_below(home)
    done = run(home, *words)
    assert done.returncode == 0, done.stderr
    assert leaked(done.stdout + done.stderr, PERSON, CLIENT) == []
    after = files_below(home)
    assert before <= after
    # which default model is faster on this processor is remembered
    assert {path.name for path in after - before} <= {"default-model.json"}
