"""The window of the engine: first steps, and a way to the first map that needs nothing but clicks."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtGui import QGuiApplication

from tests.plugin.gui.engine.conftest import DOCTOR
from xview2_qgis.engine_process.environment import choose_engine
from xview2_qgis.gui.engine.dialog import EngineDialog
from xview2_qgis.gui.engine.sample_town import sample_folder
from xview2_qgis.gui.image_files import ImageFiles


@pytest.fixture
def dialog(interface, project):
    dialog = EngineDialog(interface, interface.window)
    dialog.wanted = []
    dialog.window_wanted.connect(lambda name, order: dialog.wanted.append((name, order)))
    dialog.bring_up()
    yield dialog
    dialog.shut_down()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def use(dialog, toy):
    choose_engine(str(toy.python))
    dialog.page.refresh()
    dialog.refresh()


def test_first_steps_come_with_the_engine(dialog, environment):
    assert not dialog.first_steps.isVisible()
    use(dialog, environment())
    assert dialog.first_steps.isVisible()
    dialog.first_steps.images_button.click()
    assert dialog.wanted == [("Assess", None)]
    assert not dialog.isVisible()


def test_the_sample_town(dialog, environment, wait_until):
    use(dialog, environment())
    dialog.first_steps.sample_button.click()
    assert not dialog.first_steps.isEnabled()
    wait_until(lambda: dialog.wanted)
    files = ImageFiles(sample_folder() / "pre.tif", sample_folder() / "post.tif")
    assert dialog.wanted == [("Assess", files)]
    assert all(path.is_file() for path in files.paths())
    assert not dialog.isVisible()


def test_a_sample_town_that_cannot_be_written(dialog, environment, wait_until):
    use(dialog, environment(demo=False))
    dialog.first_steps.sample_button.click()
    wait_until(lambda: "disk is full" in dialog.page.notice.text())
    assert dialog.wanted == []
    assert dialog.first_steps.isEnabled()


def test_it_fits_a_small_screen_with_a_large_font(dialog, environment):
    use(dialog, environment())
    font = dialog.font()
    font.setPointSizeF(11.25)
    dialog.setFont(font)
    dialog.page.notice.show_message(DOCTOR * 3, 2)
    dialog.page.log_view.open()
    dialog.adjustSize()
    QCoreApplication.sendPostedEvents()
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert dialog.minimumSizeHint().width() < min(room.width(), 1366)
    assert dialog.minimumSizeHint().height() < 400  # the rest scrolls
