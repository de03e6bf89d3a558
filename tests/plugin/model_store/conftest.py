"""A server, and folders of a test's own."""

from __future__ import annotations

import os

import pytest

from tests.plugin.file_server import FileServer


@pytest.fixture
def server():
    server = FileServer()
    server.content = os.urandom(300_000)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Cache and installed models of a test of its own."""
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XVIEW2_MODELS", str(tmp_path / "installed"))
    (tmp_path / "installed").mkdir()
    return tmp_path
