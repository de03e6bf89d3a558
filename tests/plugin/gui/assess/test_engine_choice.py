"""Choosing the Python of the engine in the dialog, before and after it works."""

from __future__ import annotations

import json
import os

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QLineEdit, QPushButton

from xview2_qgis.engine_process.environment import SETTING, EngineEnvironment, EngineMissingError


def test_missing_engine_offers_to_choose_one(make_dialog):
    def missing():
        raise EngineMissingError("No engine.", "Choose one.")

    dialog = make_dialog(missing)
    assert dialog.notice.text() == "No engine. Choose one."
    dialog.notice.clear()
    dialog.run()
    assert dialog.task is None
    assert dialog.notice.text() == "No engine. Choose one."


def offers_another(dialog):
    """Whether the message has the button that chooses another engine."""
    return [button.text() for button in dialog.notice.findChildren(QPushButton) if button.isVisible()] == ["Choose…"]


@pytest.fixture
def trial(tmp_path, fake_engine):
    """A program that answers a trial of the engine like this, and is a good engine else."""
    engine = os.environ["XVIEW2_ENGINE_PYTHON"]

    def trial(missing):
        answer = json.dumps({"python": [3, 11, 2], "missing": missing, "broken": {}})
        path = tmp_path / f"python{len(missing)}"
        path.write_text(f"#!/bin/sh\ncase \" $* \" in *' -c '*) echo '{answer}' ;; *) exec '{engine}' \"$@\" ;; esac\n")
        path.chmod(0o755)
        return str(path)

    return trial


@pytest.mark.parametrize("behaviour", ["mute", "packages"])
def test_an_engine_that_does_not_work_can_be_exchanged(make_dialog, fake_engine, trial, wait_until, behaviour):
    fake_engine(behaviour)
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert offers_another(dialog)

    # one that cannot work is not kept
    dialog.engine.try_engine(trial(["rasterio", "onnxruntime"]))
    assert not dialog.run_button.isEnabled()
    dialog.run()
    assert dialog.task is None
    wait_until(lambda: dialog.run_button.isEnabled())
    assert "Missing packages: rasterio, onnxruntime" in dialog.notice.text()
    assert offers_another(dialog)
    assert not QgsSettings().contains(SETTING)

    good = trial([])
    dialog.engine.try_engine(good)
    wait_until(lambda: dialog.run_button.isEnabled())
    assert QgsSettings().value(SETTING) == good
    assert not offers_another(dialog)
    fake_engine("good")
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()


def engine_path(dialog):
    return dialog.engine.findChild(QLineEdit).text()


def test_an_engine_that_works_can_be_exchanged(make_dialog, fake_engine, trial, wait_until):
    fake_engine("good")
    dialog = make_dialog()
    before = engine_path(dialog)
    assert before == os.path.abspath(os.environ["XVIEW2_ENGINE_PYTHON"])

    # one that cannot run the engine does not take its place
    dialog.engine.try_engine(trial(["rasterio"]))
    assert not dialog.engine.findChild(QPushButton).isEnabled()
    wait_until(lambda: dialog.run_button.isEnabled())
    assert "Missing packages: rasterio" in dialog.notice.text()
    assert engine_path(dialog) == before

    good = trial([])
    dialog.engine.try_engine(good)
    wait_until(lambda: dialog.run_button.isEnabled())
    assert engine_path(dialog) == good
    assert dialog.engine.findChild(QPushButton).isEnabled()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "2 buildings" in dialog.notice.text()


def test_an_engine_that_cannot_start_can_be_exchanged(make_dialog, wait_until, tmp_path):
    (tmp_path / "python").write_text("no program")
    dialog = make_dialog(lambda: EngineEnvironment(str(tmp_path / "python")))
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert "cannot be started" in dialog.notice.text()
    assert offers_another(dialog)


def test_other_failures_offer_no_other_engine(make_dialog, fake_engine, wait_until):
    fake_engine("error")
    dialog = make_dialog()
    dialog.run()
    wait_until(lambda: dialog.task is None)
    assert not offers_another(dialog)
