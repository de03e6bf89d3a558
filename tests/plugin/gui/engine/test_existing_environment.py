"""An environment that is there already: its folder is chosen, and it is tried before it is kept."""

from __future__ import annotations

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QWidget

from xview2_qgis.engine_process.environment import SETTING, find_engine
from xview2_qgis.gui.engine.existing_environment import ExistingEnvironment


@pytest.fixture
def choice(qgis_app):
    widget = QWidget()
    choice = ExistingEnvironment(widget)
    choice.heard = []
    choice.chosen.connect(lambda path: choice.heard.append(("chosen", path)))
    choice.refused.connect(lambda text: choice.heard.append(("refused", text)))
    yield choice
    choice.stop()
    widget.deleteLater()


def test_an_environment_that_works_is_kept(choice, environment, wait_until):
    good = environment()
    choice.try_folder(good.folder)
    assert choice.busy
    wait_until(lambda: choice.heard)
    assert choice.heard == [("chosen", str(good.python))]
    assert find_engine().interpreter == str(good.python)


def test_one_that_lacks_packages_is_refused_with_the_reason(choice, environment, wait_until):
    bad = environment(missing=["rasterio", "onnxruntime"])
    choice.try_folder(bad.folder)
    wait_until(lambda: choice.heard)
    [(kind, text)] = choice.heard
    assert kind == "refused"
    assert str(bad.python) in text
    assert "Missing packages: rasterio, onnxruntime" in text
    assert not QgsSettings().contains(SETTING)


def test_a_folder_without_an_interpreter_is_refused_at_once(choice, tmp_path):
    choice.try_folder(tmp_path)
    [(kind, text)] = choice.heard
    assert kind == "refused"
    assert str(tmp_path) in text
    assert not choice.busy


def test_a_trial_that_was_stopped_says_nothing(choice, environment, wait_until):
    choice.try_folder(environment().folder)
    choice.stop()
    assert not choice.busy
    choice.try_folder(environment(missing=["cv2"]).folder)
    wait_until(lambda: choice.heard)
    assert [kind for kind, _ in choice.heard] == ["refused"]
