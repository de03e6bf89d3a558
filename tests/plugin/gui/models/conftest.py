"""A window of the models with folders of its own; what it orders is noted or carried out by the real engine."""

from __future__ import annotations

import json

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QEvent

from tests.plugin.file_server import FileServer
from xview2_qgis.engine_process.environment import EngineEnvironment, EngineMissingError


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The folder of installed models, empty at first; the cache is a test's own, too."""
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.setenv("XVIEW2_MODELS", str(folder))
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def put(installed):
    """Put a model into the folder of installed ones, without networks."""

    def put(name, **facts):
        card = {"contract": 1, "id": name, "title": f"Model {name}", "licence": "MIT", **facts}
        (installed / name).mkdir()
        (installed / name / "model.json").write_text(json.dumps(card))

    return put


@pytest.fixture
def without_weights(installed, monkeypatch, tmp_path):
    """A plugin that came without its models."""
    for module in ("xview2_qgis.available_models", "xview2_qgis.model_store.catalogue"):
        monkeypatch.setattr(f"{module}.embedded_folder", lambda: tmp_path / "nothing")


@pytest.fixture
def no_engine():
    def find():
        raise EngineMissingError("There is none.", "Install it.")

    return find


@pytest.fixture
def make_window(interface, installed):
    from xview2_qgis.gui.models.dialog import ModelsDialog

    windows = []

    def make(engine=lambda: EngineEnvironment("/no/such/python")):
        window = ModelsDialog(interface, interface.window, engine)
        windows.append(window)
        window.show()
        return window

    yield make
    for window in windows:
        window.shut_down()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def server():
    server = FileServer()
    yield server
    server.close()
