"""The progress of a run: bar, stage, time left and log."""

from __future__ import annotations

import time

from qgis.PyQt.QtCore import Qt, QTime, QTimer
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QToolButton, QVBoxLayout, QWidget

from ...assessment.progress import RunProgress, stage_title
from ...i18n.duration import duration_text
from ...i18n.translation import tr


class ProgressPanel(QWidget):
    """The lower part of the dialog while something runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 100)
        self.stage = QLabel(self)
        self.stage.setTextFormat(Qt.TextFormat.PlainText)  # the name of a stage comes from the engine
        self.time_left = QLabel(self)
        self.time_left.setTextFormat(Qt.TextFormat.PlainText)
        self.log = QPlainTextEdit(self)
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(2000)
        self.log.setFixedHeight(130)
        self._details = QToolButton(self)
        self._details.setText(tr("Log"))
        self._details.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._details.setAutoRaise(True)
        self._details.setCheckable(True)
        self._details.toggled.connect(self._show_log)

        row = QHBoxLayout()
        row.addWidget(self.stage, 1)
        row.addWidget(self.time_left)
        row.addWidget(self._details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.bar)
        layout.addWidget(self.log, 1)
        self._show_log(False)

        # the engine reports after each tile; in between the time left is counted down here
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._ends_at: float | None = None

    def begin(self) -> None:
        """Show that a run has started, before its first event."""
        self.log.clear()
        self.bar.setVisible(True)
        self._ends_at = None
        self.stage.setText(tr("Starting the engine…"))
        self.time_left.clear()
        self.bar.setRange(0, 0)
        self._clock.start()

    def show_progress(self, progress: RunProgress) -> None:
        """Show percentage, stage and time left."""
        self.bar.setRange(0, 100)
        self.bar.setValue(round(progress.percent))
        self.stage.setText(stage_title(progress.stage))
        self._ends_at = None if progress.seconds_left is None else time.monotonic() + progress.seconds_left
        self._tick()

    def show_cancelling(self) -> None:
        """Show that the run is about to stop."""
        self.stage.setText(tr("Cancelling after the current tile… Finished rows of tiles are kept."))
        self._ends_at = None
        self._tick()

    def end(self, text: str, complete: bool) -> None:
        """Show how the run ended."""
        self._clock.stop()
        self.bar.setRange(0, 100)
        self.bar.setValue(100 if complete else 0)
        # the text is enough; a bar would still look like a run
        self.bar.setVisible(False)
        self.stage.setText(text)
        self.time_left.clear()

    def reset(self) -> None:
        """Forget the run that has ended."""
        self.end("", complete=False)
        self.log.clear()
        self._details.setChecked(False)

    def add_line(self, line: str) -> None:
        """Add a line to the log, with the time of day."""
        self.log.appendPlainText(f"{QTime.currentTime().toString('HH:mm:ss')}  {line}")

    def open_log(self) -> None:
        """Show the log, because it explains a failure."""
        self._details.setChecked(True)

    def _tick(self) -> None:
        if self._ends_at is None:
            self.time_left.clear()
            return
        left = max(self._ends_at - time.monotonic(), 0.0)
        self.time_left.setText(tr("about {} left").format(duration_text(left)))

    def _show_log(self, visible: bool) -> None:
        self.log.setVisible(visible)
        closed = Qt.ArrowType.LeftArrow if self.isRightToLeft() else Qt.ArrowType.RightArrow
        self._details.setArrowType(Qt.ArrowType.DownArrow if visible else closed)
