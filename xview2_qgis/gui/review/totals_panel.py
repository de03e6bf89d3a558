"""The panel with the totals: draws a random sample to review, and shows what it says about all buildings."""

from __future__ import annotations

from pathlib import Path

from qgis.core import Qgis, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QGuiApplication, QShowEvent
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...engine_process.environment import EngineMissingError, find_engine
from ...engine_process.outcome import Outcome
from ...engine_process.process import EngineProcess
from ...i18n.number import number_text, share_text
from ...i18n.translation import tr, trn
from ...protocol.totals.review_sample import Totals
from ...protocol.totals.totals_table import csv_text
from ...results.stored_totals import StoredTotals, result_file, totals_of_layer
from ..notice import Notice
from .panel import ReviewPanel
from .totals_table import TotalsTable

_USUAL_SIZE = 150


class TotalsPanel(ReviewPanel):
    """Counts, estimates and ranges of the damage layer that is chosen in the dock.

    Args:
        iface: the running application.
        parent: Qt parent.
    """

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        del iface
        self._layer: QgsVectorLayer | None = None
        self._stored: StoredTotals | None = None
        self._process: EngineProcess | None = None
        self.notice = Notice(self)
        self.purpose = _wrapped(self)
        self.number = QSpinBox(self)
        self.number.setRange(10, 100_000)
        self.number.setValue(_USUAL_SIZE)
        self.number.setAccessibleName(tr("Buildings to check"))
        self.draw_button = QPushButton(tr("&Draw sample"), self)
        self.table = TotalsTable(self)
        self.remark = _wrapped(self)
        self.copy_button = QPushButton(tr("&Copy"), self)
        self.save_button = QPushButton(tr("Save as CS&V…"), self)
        self._lay_out()
        self.purpose.setText(
            tr("Counts are biased as the model is. A reviewed random sample gives each class a range.")
        )
        self.purpose.setToolTip(tr("In 95 of 100 samples the range holds the number that a review of all would give."))
        self.draw_button.clicked.connect(lambda: self.draw())
        self.copy_button.clicked.connect(lambda: self.copy())
        self.save_button.clicked.connect(lambda: self.save())
        self._show()

    def _lay_out(self) -> None:
        draw = QHBoxLayout()
        title = QLabel(tr("Buildings to &check"), self)
        title.setBuddy(self.number)
        for widget in (title, self.number, self.draw_button):
            draw.addWidget(widget)
        draw.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.notice)
        layout.addWidget(self.purpose)
        layout.addLayout(draw)
        layout.addWidget(self.table)
        layout.addWidget(self.remark)
        layout.addLayout(buttons)
        layout.addStretch(1)

    def set_layer(self, layer: QgsVectorLayer | None) -> None:
        """Show the totals of another layer, or those of the same one anew."""
        if layer is not self._layer:
            self.notice.clear()
            self._stop()
        self._layer = layer
        self.refresh()

    def refresh(self) -> None:
        """Count and estimate anew; nothing is counted while the panel is hidden."""
        if not self.isVisible() and self._layer is not None:
            return
        self._stored = None if self._layer is None else totals_of_layer(self._layer)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Count now."""
        super().showEvent(event)
        self.refresh()

    def draw(self) -> None:
        """Draw a sample; the engine does it, and stores it in the file of the layer."""
        layer, stored = self._layer, self._stored
        if layer is None or stored is None or self._process is not None:
            return
        self.notice.clear()
        if layer.isModified():
            self._say(tr("Save the edits of the layer first: what has been reviewed counts for the sample."))
            return
        again = stored.totals.reviewed > 0
        if again and not self._may_redraw(stored):
            return
        try:
            environment = find_engine()
        except EngineMissingError as error:
            self._say(f"{error.message} {error.hint}")
            return
        command = ["sample", result_file(layer), "--size", str(self.number.value()), "--events", "json"]
        self._process = EngineProcess(environment, command + (["--redraw"] if again else []), self)
        self._process.finished.connect(self._on_drawn)
        self._show()
        self._process.start()

    def copy(self) -> None:
        """Put the table into the clipboard, to be pasted into a table or a text."""
        if self._stored is not None:
            QGuiApplication.clipboard().setText(csv_text(self._stored.totals, "\t"))

    def save(self) -> None:
        """Write the table to a file that the user names."""
        if self._layer is None or self._stored is None:
            return
        proposed = str(Path(result_file(self._layer)).with_suffix("")) + "_totals.csv"
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the totals"), proposed, tr("Tables (*.csv)"))
        if not path:
            return
        try:
            Path(path).write_text(csv_text(self._stored.totals, ","), encoding="utf-8")
        except OSError as error:
            self._say(tr("The table cannot be saved: {}").format(error.strerror or str(error)))

    def _may_redraw(self, stored: StoredTotals) -> bool:
        """Ask whether a sample that people have begun to review shall be replaced."""
        answer = QMessageBox.question(
            self,
            tr("Draw another sample?"),
            _reviewed(stored.totals)
            + " "
            + trn(
                "These reviews stay and count as known, but the others of the sample need no review any more: {n} new "
                "building does.",
                "These reviews stay and count as known, but the others of the sample need no review any more: {n} new "
                "buildings do.",
                self.number.value(),
            ),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            QMessageBox.StandardButton.No,
        )
        return bool(answer == QMessageBox.StandardButton.Yes)

    def _on_drawn(self, outcome: Outcome) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        if outcome.failure is not None:
            self._say(outcome.failure.text)
        self.refresh()
        if outcome.result is not None:
            self.written.emit()

    def _stop(self) -> None:
        """Let a draw for another layer end by itself, unheard."""
        if self._process is not None:
            self._process.finished.disconnect(self._on_drawn)
            self._process.finished.connect(self._process.deleteLater)
            self._process = None

    def _say(self, text: str) -> None:
        self.notice.show_message(text, Qgis.MessageLevel.Warning)

    def _show(self) -> None:
        stored = self._stored
        ready = stored is not None
        for widget in (self.table, self.copy_button, self.save_button):
            widget.setEnabled(ready)
        for control in (self.number, self.draw_button):
            control.setEnabled(ready and self._process is None)
        self.table.show_totals(stored.totals if stored is not None else None)
        self.remark.setText(self._remark())

    def _remark(self) -> str:
        stored = self._stored
        if stored is None:
            if self._layer is None:
                return tr("Choose a damage layer above.")
            return tr("Totals need the GeoPackage of an assessment.") if self.isVisible() else ""
        totals = stored.totals
        if self._process is not None:
            return tr("Drawing…")
        if not totals.sampled:
            return tr("No sample has been drawn yet.")
        texts = [_reviewed(totals)]
        found = totals.not_assessable.estimate
        if found is None:
            texts.append(tr("Estimates appear when at least one building of each stratum has been reviewed."))
        else:
            parts = (found.value, found.low, found.high)
            share, low, high = (share_text(part / max(totals.outlines, 1), 1) for part in parts)
            text = tr("Not assessable: {share} of all outlines ({low} to {high}).")
            texts.append(text.format(share=share, low=low, high=high))
            if not totals.complete:
                texts.append(tr("Provisional until all of the sample has been reviewed."))
        texts.append(tr("Buildings that the layer does not hold are in no number."))
        return " ".join(texts)


def _reviewed(totals: Totals) -> str:
    return trn(
        "{reviewed} of {n} building of the sample has been reviewed.",
        "{reviewed} of {n} buildings of the sample have been reviewed.",
        totals.sampled, reviewed=number_text(totals.reviewed),
    )  # fmt: skip


def _wrapped(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
