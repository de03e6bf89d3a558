"""An installation or removal under way: stage, bar, time left, and a button to stop it."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...i18n.duration import duration_text
from ...i18n.translation import tr
from .work import EngineWork


class WorkView(QWidget):
    """Follows the work; a window that is opened later shows where it is.

    Args:
        work: what is followed.
        parent: Qt parent.
    """

    def __init__(self, work: EngineWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.stage = QLabel(self)
        self.stage.setTextFormat(Qt.TextFormat.PlainText)
        self.stage.setWordWrap(True)
        self.time_left = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(tr("Progress"))
        self.cancel_button = QPushButton(tr("&Cancel"), self)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self._cancel)
        row = QHBoxLayout()
        row.addWidget(self.stage, 1)
        row.addWidget(self.time_left)
        below = QHBoxLayout()
        below.addWidget(self.bar, 1)
        below.addWidget(self.cancel_button)
        hint = QLabel(
            tr("QGIS stays usable. The window may be closed; the work goes on, and QGIS's status bar shows it.")
        )
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addLayout(below)
        layout.addWidget(hint)
        work.progressed.connect(self.refresh)
        work.changed.connect(self.refresh)
        # a download reports now and then; in between the time left goes on
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.refresh)
        self._clock.start()
        self.refresh()

    def refresh(self) -> None:
        """Show how far the work is."""
        if not self._work.busy:
            self.cancel_button.setEnabled(True)
            return
        self.stage.setText(self._work.stage)
        self.bar.setRange(0, 100 if self._work.percent > 0 else 0)
        self.bar.setValue(round(self._work.percent))
        left = self._work.seconds_left()
        self.time_left.setText("" if left is None else tr("about {} left").format(duration_text(left)))

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self._work.cancel()
