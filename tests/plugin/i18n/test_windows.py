"""Every window in made-up languages: nothing untranslated, nothing cut off, and mirrored from right to left."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsProcessingParameterEnum
from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QSize, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QToolBar, QWidget

from tests.plugin.i18n.window_texts import cut_texts, texts_of
from tests.pseudo_language import Pseudo, foreign_words, pseudo
from xview2_qgis.gui.windows import Windows, window_entries
from xview2_qgis.i18n import translation
from xview2_qgis.i18n.number import number_text
from xview2_qgis.protocol.language.words import Words

#: What a screen of 1366 × 768 pixels leaves for a window.
ROOM = QSize(1366 - 40, 768 - 100)
#: Names, which no language changes.
NAMES = {
    "xView", "QGIS", "GeoPackage", "GeoTIFF", "HTML", "CSV", "ONNX", "Runtime", "NVIDIA", "CUDA", "TensorRT",
    "CPU", "GPU", "CRS", "px", "km", "Ctrl", "Shift", "Alt", "Esc", "Del", "auto", "cpu", "cuda", "tensorrt",
    "directml", "coreml", "fp", "model", "compact", "int", "CC", "BY", "NC", "SA", "https", "town", "before",
    "after", "test", "tests", "gpkg", "tif", "EPSG", "WGS", "UTM", "zone", "Space", "Return", "Enter", "m²",
}  # fmt: skip


@pytest.fixture
def speak(qgis_app, monkeypatch):
    """Let the plugin speak a made-up language, and Qt lay its windows out for it."""

    def speak(*, right_to_left=False):
        words = Words("xr" if right_to_left else "xx", Pseudo(right_to_left=right_to_left), number_text)
        monkeypatch.setattr(translation, "words_of", lambda *_: words)
        translation.plugin_words.cache_clear()
        way = Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight
        QApplication.setLayoutDirection(way)

    yield speak
    monkeypatch.undo()
    translation.plugin_words.cache_clear()
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def larger_font(qgis_app):
    before = QApplication.font()
    font = QApplication.font()
    font.setPointSizeF(before.pointSizeF() * 1.25)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


@pytest.fixture
def show(interface, town_layer, layers):
    """Show a window of the plugin, as large as it wants to be on a small screen."""
    made = []

    def show(entry):
        interface.window.setCentralWidget(interface.canvas)
        interface.window.resize(ROOM)
        interface.window.show()
        window = entry.make(interface)
        made.append(window)
        window.bring_up()
        if window.isWindow():
            window.resize(window.size().expandedTo(window.sizeHint()).boundedTo(ROOM))
        QTest.qWait(100)
        return window

    yield show
    for window in made:
        window.shut_down()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def untranslated(window):
    """Return what no translation has made, but for the commands with which a model was made."""
    texts = {(where, text) for where, text in texts_of(window) if not text.startswith("make compact:")}
    return sorted(f"{where}: {text[:70]!r}" for where, text in texts if set(foreign_words(text)) - NAMES)


def test_the_made_up_language():
    assert pseudo("&Save {name} as <b>file</b>…") == "[&Sávé {name} áš <b>fíľé</b>… ~~~~~~]"
    assert foreign_words("[Šávé [x] ~~] and more · 5 m") == ["and", "more"]


@pytest.mark.parametrize("entry", window_entries(), ids=lambda entry: entry.name)
def test_nothing_is_untranslated_or_cut_off(speak, larger_font, show, entry):
    speak()
    window = show(entry)
    found = [*untranslated(window), *cut_texts(window)]
    assert not found, "\n".join(found)
    if window.isWindow():
        assert window.width() <= ROOM.width()
        assert window.minimumSizeHint().height() <= ROOM.height()


def test_parts_that_are_folded_or_behind_a_tab(speak, larger_font, show):
    speak()
    entries = {entry.name: entry for entry in window_entries()}
    dialog, dock = show(entries["Assess"]), show(entries["Review"])
    for group in dialog.findChildren(QgsCollapsibleGroupBox):
        group.setCollapsed(False)
    QTest.qWait(50)
    found = list(cut_texts(dialog))
    for tab in range(dock.tabs.count()):
        dock.tabs.setCurrentIndex(tab)
        QTest.qWait(20)
        found += cut_texts(dock)
    assert not found, "\n".join(found)


def _questions():
    from xview2_qgis.available_models import available_models
    from xview2_qgis.gui.assess.replace_question import ReplaceQuestion
    from xview2_qgis.gui.models.address_dialog import AddressDialog
    from xview2_qgis.gui.models.terms_question import TermsQuestion

    yield AddressDialog()
    yield TermsQuestion(available_models()[0])
    for reviewed in (0, 1, 7, None):
        yield ReplaceQuestion(["town.gpkg"], reviewed)


def test_questions(speak, larger_font):
    speak()
    for question in _questions():
        question.show()
        QTest.qWait(20)
        found = [*untranslated(question), *cut_texts(question)]
        assert not found, "\n".join(found)
        assert question.width() <= ROOM.width()
        question.deleteLater()


def test_buttons_and_menus(speak, interface, project):
    speak()
    windows = Windows(interface)
    actions = [
        *interface.menu_actions,
        *(action for bar in interface.window.findChildren(QToolBar) for action in bar.actions()),
    ]
    texts = {text for action in actions for text in (action.text(), action.toolTip())}
    found = sorted(text for text in texts if set(foreign_words(text)) - NAMES)
    windows.unload()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("entry", window_entries(), ids=lambda entry: entry.name)
def test_windows_are_mirrored_from_right_to_left(speak, show, entry):
    speak(right_to_left=True)
    window = show(entry)
    assert window.layoutDirection() == Qt.LayoutDirection.RightToLeft
    unmoved = {
        type(widget).__name__
        for widget in window.findChildren(QWidget)
        if widget.layoutDirection() != Qt.LayoutDirection.RightToLeft
    }
    # before and after stand left and right in every language; code and paths are read from the left
    assert unmoved <= {"ChipPair", "Chip", "ProbabilityBars"}


def _ids(algorithm):
    parts = (*algorithm.parameterDefinitions(), *algorithm.outputDefinitions())
    offered = [
        part.options() for part in parts if isinstance(part, QgsProcessingParameterEnum) and part.usesStaticStrings()
    ]
    return algorithm.id(), algorithm.groupId(), [part.name() for part in parts], offered


def test_ids_are_never_translated(speak, algorithm):
    known = QgsApplication.processingRegistry().providerById("xview2").algorithms()
    before = [_ids(one.create()) for one in known]
    speak()
    assert [_ids(one.create()) for one in known] == before


def test_algorithms(speak, algorithm):
    speak()
    provider = QgsApplication.processingRegistry().providerById("xview2")
    found = []
    for known in provider.algorithms():
        made = known.create()
        texts = [made.displayName(), made.group(), made.shortDescription(), made.shortHelpString()]
        texts += [part.description() for part in (*made.parameterDefinitions(), *made.outputDefinitions())]
        texts += [part.help() for part in made.parameterDefinitions()]
        found += [f"{made.id()}: {text[:60]!r}" for text in texts if set(foreign_words(text)) - NAMES]
    assert not found, "\n".join(found)
