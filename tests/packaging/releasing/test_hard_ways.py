"""What the ways with clicks are gone on: servers, moments, and the table. The ways themselves need a desktop."""

import errno
import http.client
import json
import os
import urllib.request

import pytest

from tests.packaging.scripts import script

hard_ways = script("releasing.hard_ways")
moments = script("releasing.clicking.moments")
servers = script("releasing.clicking.servers")


def answer(address, headers=None):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers or {})) as reply:
        return reply.read(), reply


def test_a_package_index(tmp_path):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "lazy_loader-0.6-py3-none-any.whl").write_bytes(b"wheel")
    with servers.package_index(tmp_path / "wheels", tmp_path / "index") as address:
        page, _ = answer(f"{address}/lazy-loader/")
        assert b'href="lazy_loader-0.6-py3-none-any.whl"' in page
        content, _ = answer(f"{address}/lazy-loader/lazy_loader-0.6-py3-none-any.whl")
        assert content == b"wheel"
    assert not (tmp_path / "index").exists()
    assert (tmp_path / "wheels" / "lazy_loader-0.6-py3-none-any.whl").read_bytes() == b"wheel"


def test_a_model_whose_first_download_breaks_off(tmp_path):
    content = bytes(range(200))
    (tmp_path / "small.xv2.zip").write_bytes(content)
    with servers.ModelServer(tmp_path) as server:
        address = f"{server.address}/small.xv2.zip"
        with pytest.raises(http.client.IncompleteRead):
            answer(address)
        rest, reply = answer(address, {"Range": "bytes=100-"})
        assert reply.status == 206
        assert reply.headers["Content-Range"] == "bytes 100-199/200"
        assert rest == content[100:]
        assert server.asked == [("small.xv2.zip", ""), ("small.xv2.zip", "bytes=100-")]


def test_moments_follow_the_installation(tmp_path):
    engine = tmp_path / "engine"
    sight = moments.Sight(engine)
    unfinished, wheels = tmp_path / "engine-unfinished", tmp_path / "engine-downloads" / "wheels"

    def seen():
        return [name for name, reached in moments.MOMENTS.items() if reached(sight)]

    def note(step):
        (unfinished / "xview2-installation.json").write_text(json.dumps({"step": step}))

    assert seen() == []
    unfinished.mkdir()
    assert seen() == ["environment"]
    note("environment")
    wheels.mkdir(parents=True)
    for number in range(23):
        (wheels / f"{number}.whl").touch()
    assert seen() == ["first packages", "half of the packages", "last packages"]
    packages = unfinished / "lib" / "python3.11" / "site-packages"
    note("unpacking")
    for number in range(12):
        (packages / f"{number}.dist-info").mkdir(parents=True)
    assert seen() == ["unpacking begins", "unpacking"]
    note("packages")
    assert seen() == ["test"]
    note("tested")
    assert seen() == ["test ends"]
    unfinished.rename(engine)
    assert seen() == ["in its place"]


def test_every_moment_of_the_ways_is_known():
    used = {*hard_ways._ONLINE, *hard_ways._OFFLINE, *hard_ways._CHILDREN, *hard_ways._DISK}
    assert used <= moments.MOMENTS.keys()


def test_no_child_of_the_installation_no_kill():
    assert not moments.kill_child()


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    """A small one: the file may have this many bytes, and the system says how that ends."""
    room, write = [10_000], os.write

    def small_write(handle, data):
        if room[0] < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= len(data)
        return write(handle, data)

    monkeypatch.setattr(moments.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 5000}))
    monkeypatch.setattr(moments.os, "write", small_write)
    assert moments.fill_disk(tmp_path)
    assert (tmp_path / moments.BALLAST).stat().st_size >= 5000


def test_the_table():
    rows = hard_ways.table_rows(
        [
            {"what": "installed", "clicks": 2, "seconds": 60, "wrong": ""},
            {"what": "state", "text": "unpacking begins", "words": "The disk is full."},
            {"what": "way", "title": "disk full", "words": "The engine", "clicks": 1, "seconds": 9, "wrong": ""},
            {"what": "way", "title": "map", "words": "", "wrong": "", "layers": ["damage: 3"], "crs": "EPSG:32618"},
            {"what": "failed", "text": "Traceback\nRuntimeError: there is nothing to click\n"},
        ]
    )
    assert rows == [
        ("… unpacking begins", "The disk is full.", "1", "", ""),
        ("disk full", "The engine", "1", "goes on", "9"),
        ("map", "", "", "['damage: 3'], EPSG:32618", ""),
        ("", "", "", "FAILED: RuntimeError: there is nothing to click", ""),
    ]


def test_the_zip_needs_an_offline_package_beside_it(tmp_path, capsys):
    assert hard_ways.main([str(tmp_path / "plugin.zip"), str(tmp_path / "pictures")]) == 1
    assert capsys.readouterr().err.startswith("error: no offline package")
