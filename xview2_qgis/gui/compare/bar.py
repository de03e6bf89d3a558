"""The bar of a comparison at the lower edge of the map."""

from __future__ import annotations

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ..handbook.view import show_handbook

_ABOVE_EDGE = 8  # pixels


class CompareBar(QFrame):
    """Buttons and the slider, for those who do not use keys, and to learn the keys from.

    Signals:
        swiped: the divider shall be shown again.
        faded: the opacity of the pre-event image was set, 0 to 1.
        left: the comparison shall end.

    Attributes:
        blink: shows both images in turns as long as it is checked.
        opacity: the slider, in percent.

    Args:
        parent: the canvas.
    """

    swiped = pyqtSignal()
    faded = pyqtSignal(float)
    left = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("xView2CompareBar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.swipe = self._button(tr("Swipe"), tr("Show the divider: drag it, or move it with ← and → (⇧ further)"))
        self.blink = self._button(tr("Blink"), tr("Show both images in turns (F); Space changes once"))
        self.blink.setCheckable(True)
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(100)
        self.opacity.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.opacity.setMinimumWidth(90)
        self.opacity.setToolTip(tr("Opacity of the pre-event image (↑ and ↓)"))
        self.opacity.setAccessibleName(tr("Opacity of the pre-event image"))
        label = QLabel(tr("Pre-event opacity"), self)
        label.setBuddy(self.opacity)
        self.help = self._button(tr("Help"), tr("Open the handbook"))
        self.close_button = self._button("×", tr("End the comparison (Esc)"))  # icons of the theme may be dark on dark
        self.close_button.setAccessibleName(tr("End the comparison"))
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        for widget in (self.swipe, self.blink, label, self.opacity, self.help, self.close_button):
            row.addWidget(widget)
        self.swipe.clicked.connect(lambda *_: self.swiped.emit())
        self.opacity.valueChanged.connect(lambda percent: self.faded.emit(percent / 100.0))
        self.help.clicked.connect(lambda *_: show_handbook("compare", self))
        self.close_button.clicked.connect(lambda *_: self.left.emit())

    def settle(self) -> None:
        """Take the place at the lower edge of the map, in its middle; what does not fit is cut."""
        canvas = self.parentWidget()
        size = self.sizeHint().boundedTo(QSize(canvas.width(), canvas.height()))
        self.resize(size)
        self.move((canvas.width() - size.width()) // 2, max(canvas.height() - size.height() - _ABOVE_EDGE, 0))
        self.raise_()

    def show_opacity(self, opacity: float) -> None:
        """Show an opacity that was set otherwise."""
        self.opacity.blockSignals(True)
        self.opacity.setValue(round(opacity * 100))
        self.opacity.blockSignals(False)

    def _button(self, title: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(title)
        button.setToolTip(literal(tip))
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys still belong to the map
        return button
