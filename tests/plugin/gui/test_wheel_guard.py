"""The wheel over a form: lists keep their choice, and what lies around them scrolls."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QWheelEvent
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QGroupBox, QScrollArea, QVBoxLayout, QWidget

from xview2_qgis.gui.wheel_guard import WheelGuard


def turn(widget):
    """Turn the wheel over a widget by one notch, towards the user."""
    # what a widget ignores goes to its parent, which Qt itself only does with events of a real wheel
    while widget is not None:
        middle = widget.rect().center()
        event = QWheelEvent(
            QPointF(middle), QPointF(widget.mapToGlobal(middle)), QPoint(0, 0), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(widget, event)
        widget = None if event.isAccepted() else widget.parentWidget()


def new_list(parent):
    choice = QComboBox(parent)
    choice.addItems(["one", "two", "three"])
    return choice


@pytest.fixture
def scroll(qgis_app):
    """A form that is higher than its window; in it a group with a list, below it another list."""
    form = QWidget()
    column = QVBoxLayout(form)
    group = QGroupBox("group", form)
    QVBoxLayout(group).addWidget(new_list(group))
    column.addWidget(group)
    column.addWidget(new_list(form))
    form.setMinimumHeight(2000)
    scroll = QScrollArea()
    scroll.setWidget(form)
    scroll.setWidgetResizable(True)
    scroll.resize(300, 300)
    scroll.show()
    yield scroll
    scroll.deleteLater()


def lists(scroll):
    return scroll.widget().findChildren(QComboBox)


def test_without_a_guard_the_wheel_would_change_the_choice(scroll):
    turn(lists(scroll)[0])
    assert lists(scroll)[0].currentIndex() == 1


def test_a_list_that_nobody_clicked_on_keeps_its_choice_and_the_form_scrolls(scroll):
    WheelGuard(scroll.widget())
    assert len(lists(scroll)) == 2
    for choice in lists(scroll):
        before = scroll.verticalScrollBar().value()
        turn(choice)
        assert choice.currentIndex() == 0
        assert not choice.hasFocus()
        assert scroll.verticalScrollBar().value() > before


def test_a_list_that_was_clicked_on_turns(scroll, wait_until):
    WheelGuard(scroll.widget())
    first, second = lists(scroll)
    scroll.activateWindow()
    QApplication.setActiveWindow(scroll)
    first.setFocus()
    wait_until(first.hasFocus)
    turn(first)
    turn(second)
    assert (first.currentIndex(), second.currentIndex()) == (1, 0)


def test_the_wheel_gives_no_list_the_focus_but_click_and_tab_do(scroll):
    WheelGuard(scroll.widget())
    for choice in lists(scroll):
        assert choice.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_lists_outside_the_form_are_left_alone(scroll):
    outside = new_list(None)
    WheelGuard(scroll.widget())
    turn(outside)
    assert outside.currentIndex() == 1


def test_a_form_without_lists(qgis_app):
    form = QWidget()
    assert WheelGuard(form).parent() is form
