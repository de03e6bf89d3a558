"""Steps of the user who delivers: what the event was, the menu *Deliver*, the context menu, and the dialogs."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtGui import QContextMenuEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from .review_dock import log_of
from .sample_steps import assess

if TYPE_CHECKING:
    from .user import Steps, User

_EVENT = {
    "name": "Storm of the drawn town",
    "date": "2024-05-04",
    "glide": "ST-2024-000001-XXX",
    "area": "Drawn town",
    "country": "Nowhere",
    "contact": "maps@example.org",
}
_IMAGES = {
    "pre": {"source": "Drawn", "sensor": "Pencil", "acquired": "2024-03-01", "licence": "GPL 3", "credit": "xView2"},
    "post": {"source": "Drawn", "sensor": "Pencil", "acquired": "2024-05-05 10:30", "off_nadir_deg": "12.5",
             "licence": "GPL 3", "credit": "xView2"},
}  # fmt: skip
_ENDS = ("Results:", "Execution failed")
_LONGEST_S = 300.0


def fill_in_event(user: User) -> Steps:
    """Unfold *Event and imagery* and type what is known."""
    page = assess(user).form.event_choice
    area = next(each for each in assess(user).findChildren(QScrollArea) if each.isAncestorOf(page))
    area.ensureWidgetVisible(page)
    yield user.pause(0.3)
    user.click(page.findChild(QToolButton, "collapseButton"))
    yield lambda: not page.isCollapsed()
    fields = page.event_fields
    for name, text in _EVENT.items():
        type_text(fields.line(name), text)
    yield from choose_row(user, fields.type, fields.type.findData("storm"))
    for role, texts in _IMAGES.items():
        for name, text in texts.items():
            type_text(page.image_fields[role].line(name), text)
    area.verticalScrollBar().setValue(page.y())
    yield from user.picture("02_event")


def damage_layer() -> QgsVectorLayer:
    """Return the layer of the result."""
    layers = [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsVectorLayer)]
    return next(layer for layer in layers if "damage_class" in layer.fields().names())


def counts_of(layer: QgsVectorLayer) -> dict[str, int]:
    """Return the number of buildings of each class that the model gave: nobody has reviewed."""
    return dict(Counter(str(feature["damage_class"]) for feature in layer.getFeatures()))


def open_by_button(user: User, product: str) -> Steps:
    """Open the menu of the button *Deliver*, and click an entry."""
    button = user.iface.mainWindow().findChild(QToolButton, "xView2Deliver")
    user.click(button)
    yield button.menu().isVisible
    yield from user.picture(f"{product}_menu")
    _click_entry(user, button.menu(), f"xView2{product}")


def open_by_layer(user: User, product: str) -> Steps:
    """Right-click the layer in the list of layers, and click an entry of its submenu."""
    view, layer = user.iface.layerTreeView(), damage_layer()
    index = view.node2index(QgsProject.instance().layerTreeRoot().findLayer(layer))
    view.scrollTo(index)
    point: QPoint = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    user.clicks += 2
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QTimer.singleShot(0, lambda: QApplication.sendEvent(view.viewport(), event))
    yield lambda: isinstance(QApplication.activePopupWidget(), QMenu)
    menu = QApplication.activePopupWidget()
    ours = next(action for action in menu.actions() if action.menu() and action.text() == "xView2")
    _click(user, menu, menu.actionGeometry(ours).center())
    yield ours.menu().isVisible
    yield from user.picture(f"{product}_context_menu")
    _click_entry(user, ours.menu(), f"xView2{product}")


def dialog_of_algorithm(user: User, before: Sequence[QDialog]) -> Steps:
    """Wait for a window that was not there before; :func:`open_dialogs` has it then."""
    yield lambda: [window for window in open_dialogs() if window not in before]
    yield user.pause(1.0)


def open_dialogs() -> list[QDialog]:
    """Return the windows that are open beside the main one."""
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


def run(user: User, window: Any, product: str) -> Steps:  # noqa: ANN401 - a window of Processing
    """Click *Run*, and wait for the end; the note has the log if that is no good one."""
    before, began = _ends(window), time.monotonic()
    user.click(window.runButton())

    # what runs in the main thread has a window of its own for its progress, which is modal, too
    def refused() -> bool:
        return isinstance(user.modal(), QMessageBox)

    yield lambda: _ends(window) > before or refused() or time.monotonic() > began + _LONGEST_S
    yield lambda: user.modal() is None or refused()
    yield from user.picture(f"{product}_log")
    log = log_of(window)
    wrong = "" if log.rfind("Results:") > log.rfind("Execution failed") else log[-1500:] or "nothing in the log"
    user.note("run", product=product, seconds=round(time.monotonic() - began, 1), wrong=wrong)


def left_out(window: Any) -> int:  # noqa: ANN401 - a window of Processing
    """Return how many buildings the last run says that its product has no word for."""
    found = re.findall(r"LEFT_OUT: (\d+)", log_of(window))
    return int(found[-1]) if found else 0


def parameters_again(user: User, window: QDialog) -> Steps:
    """Go back from the log to the parameters."""
    user.click(next(each for each in window.findChildren(QPushButton) if "Change Parameters" in each.text()))
    yield user.pause(0.5)


def part(window: Any, name: str, kind: type[QWidget]) -> Any:  # noqa: ANN401 - a window of Processing
    """Return the field of a parameter, which a user finds by its title."""
    widget = window.mainWidget().wrappers[name].wrappedWidget()
    return widget if isinstance(widget, kind) else widget.findChild(kind)


def write_to(window: Any, name: str, path: Path) -> None:  # noqa: ANN401 - a window of Processing
    """Type the name of an output."""
    line = part(window, name, QLineEdit)
    _into_view(line)
    type_text(line, str(path))


def choose_row(user: User, combo: QComboBox, row: int) -> Steps:
    """Choose from a list by its keys."""
    _into_view(combo)
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(combo, Qt.Key.Key_Down)
    yield lambda: combo.currentIndex() == row
    yield user.pause(0.2)


def type_text(line: QLineEdit, text: str) -> None:
    """Type over what a field holds, and leave it with the Tab key."""
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Tab)


def _ends(window: QDialog) -> int:
    return sum(log_of(window).count(end) for end in _ENDS)


def _into_view(widget: QWidget) -> None:
    for area in widget.window().findChildren(QScrollArea):
        if area.isAncestorOf(widget):
            area.ensureWidgetVisible(widget)


def _click_entry(user: User, menu: QMenu, name: str) -> None:
    action = next(action for action in menu.actions() if action.objectName() == name)
    _click(user, menu, menu.actionGeometry(action).center())


def _click(user: User, widget: QWidget, point: QPoint) -> None:
    user.clicks += 1
    QTimer.singleShot(
        0, lambda: QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    )
