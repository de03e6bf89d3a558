"""A run begins when the terms are agreed to and the model is here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.PyQt.QtWidgets import QProgressDialog, QPushButton, QWidget

from xview2_qgis.available_models import AvailableModel
from xview2_qgis.engine_process.environment import EngineEnvironment
from xview2_qgis.gui.models import first_use as first_use_module
from xview2_qgis.gui.models.first_use import FirstUse
from xview2_qgis.gui.notice import Notice
from xview2_qgis.protocol.published_models import published_model

MODEL = AvailableModel("compact", "Compact", "CC BY-NC-SA 4.0", identifier="compact")
ENGINE = EngineEnvironment("/no/such/python")


@pytest.fixture
def window(qgis_app, installed):
    window = QWidget()
    window.notice = Notice(window)
    window.first_use = FirstUse(window.notice, window)
    yield window
    window.first_use.stop()
    window.deleteLater()


@pytest.fixture
def agreed(monkeypatch):
    answer = {"yes": True}
    monkeypatch.setattr(first_use_module, "agrees_to_terms", lambda model, parent: answer["yes"])
    return answer


def test_a_model_that_is_here(window, agreed):
    assert window.first_use.allows(MODEL, ENGINE)
    agreed["yes"] = False
    assert not window.first_use.allows(MODEL, ENGINE)
    assert "terms" in window.notice.text()


def test_a_model_that_nobody_publishes_is_for_the_engine_to_refuse(window, agreed):
    assert window.first_use.allows(replace(MODEL, name="unheard-of", here=False), ENGINE)


def test_a_download_that_fails_can_be_tried_again(window, agreed, server, monkeypatch, wait_until):
    published = replace(published_model("compact"), address=server.address("missing/compact.xv2.zip"))
    monkeypatch.setattr(first_use_module, "published_model", lambda name: published)
    assert not window.first_use.allows(replace(MODEL, here=False), ENGINE)
    assert window.first_use.busy
    assert window.findChild(QProgressDialog) is not None
    wait_until(lambda: not window.first_use.busy)
    assert "status 404" in window.notice.text()
    [again] = [button for button in window.notice.findChildren(QPushButton) if "again" in button.text()]
    again.click()
    wait_until(lambda: not window.first_use.busy)
    assert len(server.requests) == 2


def test_a_download_is_cancelled(window, agreed, server, monkeypatch, wait_until):
    server.content = b"x" * 100_000
    published = replace(published_model("compact"), address=server.address("slow/compact.xv2.zip"))
    monkeypatch.setattr(first_use_module, "published_model", lambda name: published)
    window.first_use.allows(replace(MODEL, here=False), ENGINE)
    progress = window.findChild(QProgressDialog)
    wait_until(lambda: not window.first_use.busy or "of" in progress.labelText())
    assert window.first_use.busy, window.notice.text()
    progress.findChild(QPushButton).click()
    wait_until(lambda: not window.first_use.busy)
    assert "goes on" in window.notice.text()
    server.go_on.set()
