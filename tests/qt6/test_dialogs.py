"""The plugin in real Qt 6: its windows are made, shown, used and closed; only the classes of QGIS are stand-ins.

What this cannot show: that QGIS's own widgets, layers and tasks behave as in QGIS 3, and how it all looks in QGIS 4.
"""

import sys

import pytest

from tests.qt6.qgis4_interface import stubs_folder

if stubs_folder() is None:
    pytest.skip("PyQt6 and the type stubs of QGIS 4 are not in this environment", allow_module_level=True)

from qgis.core import Qgis, QgsMapSettings, QgsRasterLayer
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal, qInstallMessageHandler
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMainWindow,
    QMenu,
    QWidget,
)

from tests.checkout import ROOT


class Interface:
    """The few parts of ``QgisInterface`` that the plugin touches."""

    class _Signals(QObject):
        completed = pyqtSignal()

    def __init__(self):
        self._signals = self._Signals()
        self.initializationCompleted = self._signals.completed  # name is QGIS's
        self.window = QMainWindow()
        self.bar = QgsMessageBar(self.window)
        self.canvas = QgsMapCanvas(self.window)
        self.menu = QMenu(self.window)
        self.window.show()  # docks are seen in it

    def __getattr__(self, name):
        answers = {"mainWindow": self.window, "messageBar": self.bar, "mapCanvas": self.canvas, "activeLayer": None}
        if name.startswith(("addPlugin", "removePlugin", "addCustom", "removeCustom", "register", "unregister")):
            return lambda *_: None
        if name not in answers:
            raise AttributeError(name)
        return lambda: answers[name]

    def addDockWidget(self, area, dock):  # noqa: N802 - name is QGIS's
        self.window.addDockWidget(area, dock)

    def removeDockWidget(self, dock):  # noqa: N802 - name is QGIS's
        self.window.removeDockWidget(dock)

    def addToolBar(self, name):  # noqa: N802 - name is QGIS's
        return self.window.addToolBar(name)


@pytest.fixture(scope="module")
def application():
    application = QApplication.instance() or QApplication([])
    yield application
    application.processEvents()


@pytest.fixture
def unraised(monkeypatch):
    """Exceptions in slots, which Qt 6 would end the program for, and what Qt itself complains of."""
    found = []

    def waits_for_ever(dialog):
        raise AssertionError(f"a question that nobody answers: {dialog.windowTitle()}")

    monkeypatch.setattr(QDialog, "exec", waits_for_ever)
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, trace: found.append(value))
    before = qInstallMessageHandler(lambda level, context, text: found.append(text))
    yield found
    qInstallMessageHandler(before)
    # the platform without a screen has neither
    known = ("This plugin does not support", "QFontDatabase", "propagateSizeHints", "OpenType support")
    assert [item for item in found if not any(words in str(item) for words in known)] == []


@pytest.fixture
def plugin(application, unraised, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    from xview2_qgis import classFactory

    plugin = classFactory(Interface())
    plugin.initGui()
    yield plugin
    plugin.unload()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def window_names():
    from xview2_qgis.gui.windows import window_entries

    return [entry.name for entry in window_entries()]


@pytest.mark.parametrize("name", window_names())
def test_a_window_is_made_shown_used_and_closed(plugin, application, name):
    window = plugin.windows.show(name)
    application.processEvents()
    assert window.isVisible()
    assert len(window.findChildren(QWidget)) > 10
    for combo in window.findChildren(QComboBox):
        for index in range(combo.count()):
            if combo.itemData(index) is not None:  # the other entries open a file dialog
                combo.setCurrentIndex(index)
    for button in window.findChildren(QAbstractButton):
        if button.isCheckable() and button.isEnabled():
            button.setChecked(not button.isChecked())
    for field in window.findChildren(QLineEdit):
        if not field.isReadOnly():
            field.setText("3,2,1")
            field.editingFinished.emit()
    application.processEvents()
    assert not window.grab().isNull()
    window.close()
    application.processEvents()


def test_images_are_compared_by_mouse_and_keys(plugin, application, monkeypatch):
    from xview2_qgis.gui.compare.comparison import Comparison
    from xview2_qgis.gui.compare.curtain import Pictures
    from xview2_qgis.gui.compare.picture import Picture
    from xview2_qgis.gui.compare.view import Shows
    from xview2_qgis.results.result_images import ResultImages

    canvas = QgsMapCanvas()
    canvas.resize(400, 300)
    monkeypatch.setattr(QgsMapSettings, "mapUnitsPerPixel", lambda _: 1.0)
    comparison = Comparison(canvas, ResultImages(QgsRasterLayer(), QgsRasterLayer()))
    comparison.start()
    ground = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    picture = Picture(ground, QgsMapSettings())
    comparison.curtain.set_pictures(Pictures(picture, picture, picture))
    painter = QPainter(ground)
    comparison.curtain.paint(painter)
    painter.end()
    keys = Qt.Key
    for key in (keys.Key_Left, keys.Key_Up, keys.Key_Down, keys.Key_F, keys.Key_F, keys.Key_Space):
        QTest.keyClick(canvas, key)
    assert comparison.view.shows is Shows.POST
    QTest.keyClick(canvas, keys.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert comparison.view.divider == pytest.approx(0.59)
    viewport = canvas.viewport()
    place = QPoint(round(0.59 * viewport.width()), 100)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(0, 100))
    assert comparison.view.divider == 0
    ended = []
    comparison.ended.connect(lambda: ended.append(True))
    QTest.keyClick(canvas, keys.Key_Escape)
    assert ended == [True]


def test_without_a_pair_it_is_said(plugin, application):
    plugin.windows.closer_look.compare.trigger()
    plugin.windows.closer_look.outlines.trigger()
    assert not plugin.windows.closer_look.compare.isChecked()


def test_the_assessment_is_refused_in_words_where_there_are_no_layers(plugin, application, monkeypatch):
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", sys.executable)
    monkeypatch.setattr("xview2_qgis.gui.models.first_use.agrees_to_terms", lambda *_: True)
    window = plugin.windows.show("Assess")
    window.run()
    application.processEvents()
    assert window.notice.isVisible()
    assert "pre-event" in window.notice.text()


@pytest.mark.parametrize("level", list(Qgis.MessageLevel))
def test_a_message_of_each_level_is_shown(plugin, level):
    window = plugin.windows.show("Assess")
    window.notice.show_message("A <b>message</b>", level)
    assert window.notice.isVisible()
    assert window.notice.text() == "A <b>message</b>"


def test_every_module_of_the_plugin_is_imported(application):
    import importlib

    from tests.qt6.used_names import PLUGIN
    from tests.source_files import modules

    for path in modules(PLUGIN, without=PLUGIN / "engine"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        importlib.import_module(name.removesuffix(".__init__"))


def test_the_provider_makes_its_algorithms(application, unraised):
    from xview2_qgis.processing.algorithms import ALGORITHMS

    for algorithm in ALGORITHMS:
        made = algorithm()
        made.initAlgorithm({})
        assert made.name()
        assert made.displayName()
        assert isinstance(made.createInstance(), type(made))
