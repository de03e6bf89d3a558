"""The dialog with large fonts and on small screens: nothing is cut, and the buttons are always there."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from xview2_qgis.gui.form_scroll import FormScroll


@pytest.fixture
def font_of(qgis_app):
    """Let all of QGIS have a font that is larger by a factor."""
    before = QApplication.font()

    def font_of(factor):
        font = QApplication.font()
        font.setPointSizeF(before.pointSizeF() * factor)
        QApplication.setFont(font)

    yield font_of
    QApplication.setFont(before)


@pytest.mark.parametrize("factor", [1.0, 1.25, 1.5])
def test_nothing_is_cut_whatever_the_font(font_of, make_dialog, factor):
    font_of(factor)
    dialog = make_dialog()
    dialog.advanced.setCollapsed(False)
    dialog.resize(100, 100)
    QTest.qWait(50)
    scroll = dialog.findChild(FormScroll)
    assert scroll.viewport().width() >= dialog.form.minimumSizeHint().width()
    assert not scroll.horizontalScrollBar().isVisible()
    assert dialog.run_button.isVisible()
    assert dialog.rect().contains(dialog.run_button.mapTo(dialog, dialog.run_button.rect().bottomRight()))


def test_a_font_that_grows_later_widens_the_window(font_of, make_dialog):
    dialog = make_dialog()
    before = dialog.minimumSizeHint().width()
    font_of(1.5)
    QTest.qWait(50)
    assert dialog.minimumSizeHint().width() > before
    assert dialog.width() >= dialog.minimumSizeHint().width()


def test_no_window_is_wider_than_the_screen(qgis_app):
    window, form = QWidget(), QWidget()
    QVBoxLayout(form).addWidget(QLabel("x" * 3000))
    QVBoxLayout(window).addWidget(FormScroll(form))
    window.resize(200, 200)
    window.show()
    QTest.qWait(50)
    assert window.minimumSizeHint().width() <= QGuiApplication.primaryScreen().availableGeometry().width()
    assert window.findChild(FormScroll).horizontalScrollBar().isVisible()
    window.deleteLater()
