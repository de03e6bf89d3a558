"""The file of a network is read once, and only if it is the one that was listed."""

import hashlib
import os
from pathlib import Path

import pytest

from xview2_qgis.engine.bundle import network_file
from xview2_qgis.engine.bundle.network_file import read_network
from xview2_qgis.engine.errors import ModelError

try:
    import resource
except ImportError:  # Windows
    resource = None

CONTENT = b"weights" * 100
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model" / "net.onnx"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


def test_what_is_listed_is_returned(path):
    assert read_network(path, SHA256) == CONTENT


def test_one_changed_bit_is_noticed(path):
    path.write_bytes(CONTENT[:-1] + b"r")
    with pytest.raises(ModelError, match=r"net\.onnx of model model is damaged or was changed") as caught:
        read_network(path, SHA256)
    assert caught.value.code == "model-checksum"


def test_a_file_above_the_limit_is_not_read(path, monkeypatch):
    monkeypatch.setattr(network_file, "MAXIMUM_BYTES", len(CONTENT) - 1)
    with pytest.raises(ModelError, match="larger than 2 GB"):
        read_network(path, SHA256)
    monkeypatch.setattr(network_file, "MAXIMUM_BYTES", len(CONTENT))
    assert read_network(path, SHA256) == CONTENT


@pytest.mark.skipif(resource is None or not Path("/proc/self/statm").exists(), reason="memory cannot be limited here")
def test_no_more_memory_than_the_file_is_large(path):
    limits = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 300 * 2**20, limits[1]))
    try:
        assert read_network(path, SHA256) == CONTENT
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def test_no_file(path):
    with pytest.raises(ModelError, match="is missing"):
        read_network(path.with_name("other.onnx"), SHA256)
    with pytest.raises(ModelError, match="is missing"):
        read_network(path.parent.with_name("nowhere") / "net.onnx", SHA256)
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelError, match="is no file"):
        read_network(path, SHA256)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(path):
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ModelError, match="is no file"):
        read_network(path, SHA256)


def test_links(path, tmp_path):
    outside, inside = tmp_path / "outside.onnx", path.with_name("same.onnx")
    path.rename(outside)
    try:
        path.symlink_to(outside)
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(ModelError, match="outside the model's folder"):
        read_network(path, SHA256)
    inside.write_bytes(CONTENT)
    path.unlink()
    path.symlink_to(inside)
    assert read_network(path, SHA256) == CONTENT
