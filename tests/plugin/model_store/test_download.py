"""A file is fetched to its end or one sentence says why not; what has arrived is not fetched twice."""

from __future__ import annotations

import os

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig

from tests.plugin.file_server import moment
from xview2_qgis.model_store.address import model_address
from xview2_qgis.model_store.download import Download
from xview2_qgis.model_store.part_file import PartFile


@pytest.fixture
def fetch(qgis_app, wait_until):
    """Fetch an address to its end; returns how it ended and what was reported on the way."""

    def fetch(address, credentials="", when=lambda download: None):
        part, ended, reports = PartFile(address, "model.xv2.zip"), [], []
        part.open()
        download = Download(model_address(address), part, credentials)
        download.finished.connect(ended.append)
        download.progressed.connect(reports.append)
        download.start()
        assert not ended
        when(download)
        wait_until(lambda: ended)
        assert len(ended) == 1
        part.close()
        return ended[0], reports

    return fetch


@pytest.mark.parametrize("path", ["file/model.zip", "plain/model.zip", "endless/model.zip", "to?/file", "to?/to?/file"])
def test_a_file_arrives_whole(server, fetch, path):
    fetched, reports = fetch(server.address(path))
    assert fetched.error is None
    assert fetched.path.read_bytes() == server.content
    assert reports[-1].received == len(server.content)
    assert reports[-1].total == (None if path.startswith("endless") else len(server.content))


def range_asked(server):
    return server.requests[-1][1].get("range")


@pytest.mark.parametrize("mark", ['"one"', moment(1_700_000_000)])
def test_a_download_that_broke_off_goes_on(server, fetch, mark):
    server.mark, server.breaks = mark, 2
    address = server.address("breaks/model.zip")
    fetched, _ = fetch(address)
    assert "broke off" in str(fetched.error)
    assert "goes on" in fetched.error.hint or "is kept" in fetched.error.hint
    half = len(server.content) // 2
    fetched, _ = fetch(address)
    assert range_asked(server) == f"bytes={half}-"
    assert fetched.error is not None
    fetched, _ = fetch(address)
    assert range_asked(server) == f"bytes={half + half // 2}-"
    assert fetched.path.read_bytes() == server.content


def test_a_file_that_changed_meanwhile_is_fetched_anew(server, fetch):
    address = server.address("breaks/model.zip")
    fetch(address)
    server.content, server.mark = os.urandom(2001), '"two"'
    fetched, _ = fetch(address)
    assert range_asked(server) == "bytes=150000-"
    assert fetched.error is not None
    fetched, _ = fetch(address)
    assert range_asked(server) == "bytes=1000-"


def test_a_server_without_ranges_starts_over(server, fetch):
    address = server.address("plainbreaks/model.zip")
    fetch(address)
    fetched, _ = fetch(address)
    assert fetched.error is not None
    assert range_asked(server) is None


def test_another_part_than_the_one_asked_for_is_not_taken(server, fetch):
    address = server.address("breaks/model.zip")
    fetch(address)
    server.wrong_part = True
    fetch(address)
    assert range_asked(server) is None  # the second question was for all of it


def test_what_is_here_completely_is_not_fetched_again(server, fetch):
    address = server.address("file/model.zip")
    fetch(address)
    fetched, _ = fetch(address)  # it could not be installed, for example
    assert range_asked(server) == f"bytes={len(server.content)}-"
    assert fetched.path.read_bytes() == server.content
    server.content, server.mark = b"shorter", '"two"'
    fetched, _ = fetch(address)
    assert fetched.path.read_bytes() == b"shorter"


def test_cancelling_keeps_what_is_here(server, fetch, wait_until):
    address = server.address("slow/model.zip")

    def cancel(download):
        reports = []
        download.progressed.connect(reports.append)
        wait_until(lambda: reports and reports[-1].received == len(server.content) // 2)
        download.cancel()

    fetched, _ = fetch(address, when=cancel)
    assert (fetched.path, fetched.error) == (None, None)
    server.go_on.set()
    fetched, _ = fetch(address)
    assert range_asked(server) == f"bytes={len(server.content) // 2}-"
    assert fetched.path.read_bytes() == server.content


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing/model.zip", "status 404"),
        ("denied/model.zip", "status 403"),
        ("nothing/model.zip", "is empty"),
        ("empty/model.zip", "sends no file (status 204)"),
        ("huge/model.zip", "larger than 4 GiB"),
        ("to?file:///etc/passwd", "redirects to file"),
        ("to?http://example.org/model.zip", "redirects to http"),
        ("to?ftp://127.0.0.1/x", "redirects to ftp"),
        ("to?/to?/to?/to?/to?/to?/to?/to?/to?/to?/to?/to?/file", "in a circle"),
    ],
)
def test_what_is_no_file_is_told(server, fetch, path, words):
    fetched, _ = fetch(server.address(path))
    assert words in str(fetched.error)
    assert fetched.path is None
    assert "<b>" not in str(fetched.error)


def test_nobody_there(fetch):
    fetched, _ = fetch("http://127.0.0.1:1/secret/model.zip?key=hidden")
    assert "cannot be fetched" in fetched.error.message
    assert "hidden" not in str(fetched.error)
    assert "proxy" in fetched.error.hint


def test_a_disk_without_room(server, fetch, monkeypatch):
    monkeypatch.setattr(PartFile, "free_bytes", lambda self: 1000)
    fetched, _ = fetch(server.address("file/model.zip"))
    assert "Free space" in fetched.error.hint


def test_a_disk_that_fills_up(server, fetch, monkeypatch):
    def append(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartFile, "append", append)
    fetched, _ = fetch(server.address("file/model.zip"))
    assert "No space left" in fetched.error.message


def test_passwords_come_from_qgis_and_go_to_that_server_only(server, fetch, tmp_path):
    manager = QgsApplication.authManager()
    if manager.isDisabled() or not manager.setMasterPassword("secret", True):
        pytest.skip("this QGIS has no store of passwords")
    config = QgsAuthMethodConfig("Basic")
    config.setName("models")
    config.setConfig("username", "anna")
    config.setConfig("password", "pass word")
    result = manager.storeAuthenticationConfig(config)
    assert result[0] if isinstance(result, tuple) else result
    other = server.address("file").replace("127.0.0.1", "localhost")
    fetched, _ = fetch(server.address(f"to?{other}"), config.id())
    assert fetched.error is None
    (_, first), (_, second) = server.requests
    assert first["authorization"].startswith("Basic ")
    assert "authorization" not in second
    fetched, _ = fetch(server.address("file"), "nothing")
    assert "authentication" in str(fetched.error)
