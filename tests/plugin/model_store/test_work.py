"""A model is fetched and installed by the real engine; what fails says what to do, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import subprocess

import pytest

from tests.plugin.conftest import ROOT
from xview2_qgis.engine_process.environment import EngineEnvironment
from xview2_qgis.model_store.refusal import ModelStoreError
from xview2_qgis.model_store.work import ModelOrder, ModelWork

# read here, because the other tests take the variable away
PYTHON = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")

pytestmark = pytest.mark.skipif(
    not os.access(PYTHON, os.X_OK) or not (ROOT / "tests" / "engine" / "tiny_bundle.py").is_file(),
    reason="there is no engine environment",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A real model as one file."""
    folder = tmp_path_factory.mktemp("model")
    program = (
        "from pathlib import Path; from tests.engine.tiny_bundle import write_tiny_bundle, zip_bundle; "
        f"zip_bundle(write_tiny_bundle(Path({str(folder)!r}) / 'tiny', 64, 8), Path({str(folder)!r}) / 'tiny.xv2.zip')"
    )
    subprocess.run([PYTHON, "-c", program], cwd=ROOT, check=True, capture_output=True)
    return folder / "tiny.xv2.zip"


@pytest.fixture
def carry_out(qgis_app, wait_until):
    """Carry out an order; returns how it ended and what was told on the way."""

    def carry_out(order, python=PYTHON):
        work, ended, stages = ModelWork(order, EngineEnvironment(python)), [], []
        work.ended.connect(ended.append)
        work.stage_changed.connect(stages.append)
        work.start()
        wait_until(lambda: ended, 60)
        work.stop()
        assert len(ended) == 1
        return ended[0], stages

    return carry_out


def downloads(folders):
    return list((folders / "cache" / "downloads").glob("*"))


def test_fetch_verify_remove(server, folders, archive, carry_out):
    server.content = archive.read_bytes()
    digest = hashlib.sha256(server.content).hexdigest()
    order = ModelOrder("install", address=server.address("file/tiny.xv2.zip"), sha256=digest.upper())
    result, stages = carry_out(order)
    assert (result.problem, result.model) == ("", "tiny")
    assert stages == ["Downloading…", "Checking and installing…"]
    assert (folders / "installed" / "tiny" / "joint.onnx").is_file()
    assert downloads(folders) == []
    result, _ = carry_out(ModelOrder("verify", "tiny"))
    assert result.model == "tiny"
    network = folders / "installed" / "tiny" / "joint.onnx"
    network.write_bytes(network.read_bytes() + b"\0")
    result, _ = carry_out(ModelOrder("verify", "tiny"))
    assert "checksum" in result.problem
    result, _ = carry_out(ModelOrder("remove", "tiny"))
    assert result.model == "tiny"
    assert not (folders / "installed" / "tiny").exists()


def test_another_checksum_is_refused_and_nothing_stays(server, folders, archive, carry_out):
    server.content = archive.read_bytes()
    order = ModelOrder("install", address=server.address("file/tiny.xv2.zip"), sha256="0" * 64)
    result, _ = carry_out(order)
    assert "another checksum" in result.problem
    assert list((folders / "installed").iterdir()) == []
    assert downloads(folders) == []


def test_what_is_no_model_is_refused(server, folders, carry_out):
    server.content = b"<html>sign in</html>"
    result, _ = carry_out(ModelOrder("install", address=server.address("file/tiny.xv2.zip")))
    assert "tiny.xv2.zip" in result.problem
    assert downloads(folders) == []


def test_where_the_engine_fails_the_download_is_kept(server, folders, archive, carry_out):
    server.content = archive.read_bytes()
    order = ModelOrder("install", address=server.address("file/tiny.xv2.zip"))
    result, _ = carry_out(order, "/no/such/python")
    assert "cannot be started" in result.problem
    assert len(downloads(folders)) == 1
    result, _ = carry_out(order)
    assert result.model == "tiny"
    assert server.requests[-1][1]["range"] == f"bytes={len(server.content)}-"


def test_a_file_and_names_like_options(folders, archive, carry_out):
    result, stages = carry_out(ModelOrder("install", target=str(archive)))
    assert (result.model, stages) == ("tiny", ["Checking and installing…"])
    (folders / "installed" / "tiny").rename(folders / "installed" / "--help")
    result, _ = carry_out(ModelOrder("remove", "--help"))
    assert result.model == "--help"
    assert list((folders / "installed").iterdir()) == []


def test_cancelling_a_download(server, carry_out, qgis_app, wait_until):
    server.content = os.urandom(100_000)
    work, ended, reports = (
        ModelWork(ModelOrder("install", address=server.address("slow/x.zip")), EngineEnvironment(PYTHON)),
        [],
        [],
    )
    work.ended.connect(ended.append)
    work.progressed.connect(reports.append)
    work.start()
    wait_until(lambda: reports)
    work.cancel()
    wait_until(lambda: ended)
    assert ended[0].cancelled


def test_what_cannot_begin(folders, qgis_app, monkeypatch):
    with pytest.raises(ModelStoreError, match="not an address"):
        ModelWork(ModelOrder("install", address="nonsense"), EngineEnvironment(PYTHON)).start()
    (folders / "file").write_text("")
    monkeypatch.setenv("XVIEW2_CACHE", str(folders / "file"))
    with pytest.raises(ModelStoreError, match="cache"):
        ModelWork(ModelOrder("install", address="https://example.org/x.zip"), EngineEnvironment(PYTHON)).start()
