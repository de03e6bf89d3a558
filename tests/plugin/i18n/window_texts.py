"""What a window shows: all its texts, and whether there is room for them."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QTextBrowser,
    QWidget,
)

#: Widgets of QGIS whose insides speak QGIS's language.
_OF_QGIS = (
    "QgsFileWidget", "QgsFilterLineEdit", "QgsSpinBox", "QgsDoubleSpinBox", "QgsMapLayerComboBox", "QgsMessageBar",
    "QgsProjectionSelectionWidget", "QgsColorButton", "QgsMapCanvas", "QgsAuthConfigSelect",
)  # fmt: skip
_TIGHT = 2  # pixels that a theme may count otherwise


def texts_of(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield all texts of a window with what shows them, hidden parts and tool tips too."""
    for widget in (window, *window.findChildren(QWidget)):
        if _inside(widget):
            continue
        for name in ("text", "title", "windowTitle", "toolTip", "statusTip", "whatsThis", "placeholderText",
                     "accessibleName", "accessibleDescription", "suffix", "prefix", "specialValueText"):  # fmt: skip
            text = getattr(widget, name, None)
            if not callable(text) or (name == "text" and not isinstance(widget, (QLabel, QAbstractButton))):
                continue
            if name == "text" and isinstance(widget.parent(), QDialogButtonBox) and _is_standard(widget):
                continue
            yield _name(widget, name), text()
        if isinstance(widget, QComboBox):
            for index in range(widget.count()):
                yield _name(widget, f"item {index}"), widget.itemText(index)
        if isinstance(widget, QTabWidget):
            for index in range(widget.count()):
                yield _name(widget, f"tab {index}"), widget.tabText(index)
        for action in widget.actions():
            for name in ("text", "toolTip"):
                yield _name(widget, f"action {name}"), getattr(action, name)()
        if isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal and widget.model():
            for column in range(widget.count()):
                yield _name(widget, "column"), str(widget.model().headerData(column, Qt.Orientation.Horizontal) or "")


def cut_texts(window: QWidget) -> Iterator[str]:
    """Yield the texts for which there is no room, of those that are in sight."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or _inside(widget) or not widget.width():
            continue
        if isinstance(widget, QLabel) and widget.text():
            if widget.wordWrap():
                needed, given = widget.heightForWidth(widget.width()), widget.height()
            else:
                needed, given = widget.sizeHint().width(), widget.width()
            if needed > given + _TIGHT:
                yield f"{_name(widget, 'label')}: {given} of {needed} pixels: {widget.text()[:60]!r}"
        elif isinstance(widget, QAbstractButton) and widget.text():
            needed, given = widget.minimumSizeHint().width(), widget.width()
            if needed > given + _TIGHT:
                yield f"{_name(widget, 'button')}: {given} of {needed} pixels: {widget.text()[:60]!r}"
        elif isinstance(widget, QGroupBox) and widget.title():
            needed, given = widget.fontMetrics().horizontalAdvance(widget.title()), widget.width()
            if needed > given + _TIGHT:
                yield f"{_name(widget, 'title')}: {given} of {needed} pixels: {widget.title()[:60]!r}"
        elif isinstance(widget, QTabWidget):
            bar = widget.tabBar()
            for index in range(bar.count()):
                needed = bar.fontMetrics().horizontalAdvance(bar.tabText(index))
                if needed > bar.tabRect(index).width() and not bar.usesScrollButtons():
                    yield f"{_name(widget, 'tab')}: {bar.tabText(index)!r}"
        # nothing reaches out of the window sideways
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, (QLabel, QAbstractButton, QLineEdit)) and not _inside(widget):
            area = _scrolled(widget, window)
            left = widget.mapTo(area, widget.rect().topLeft()).x()
            if left < -_TIGHT or left + widget.width() > area.width() + _TIGHT:
                yield f"{_name(widget, 'beyond the edge')}: {left}…{left + widget.width()} of {area.width()} pixels"


def _scrolled(widget: QWidget, window: QWidget) -> QWidget:
    """Return the window, or the content of the scroll area in which a widget lies."""
    while widget is not window:
        parent = widget.parentWidget()
        if parent is None:
            return window
        if parent.objectName() == "qt_scrollarea_viewport":
            return widget
        widget = parent
    return window


def _is_standard(button: QAbstractButton) -> bool:
    box = button.parent()
    return box.standardButton(button) != QDialogButtonBox.StandardButton.NoButton


def _inside(widget: QWidget) -> bool:
    """Whether a widget is a part of one of QGIS's, or of an editor, whose content is no text of the plugin."""
    above: QObject | None = widget.parent()
    while above is not None:
        if above.metaObject().className() in _OF_QGIS or isinstance(above, (QTextBrowser, QPlainTextEdit)):
            return True
        above = above.parent()
    own = widget.objectName()  # buttons that Qt puts on docks and tabs
    return widget.metaObject().className() in (
        "QgsMessageBar",
        "QgsMapCanvas",
        "QgsAuthConfigSelect",
    ) or own.startswith(("qt_dockwidget", "Scroll"))


def _name(widget: QWidget, what: str) -> str:
    return f"{type(widget).__name__} {widget.objectName()} {what}"
