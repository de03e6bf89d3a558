"""The panel that adapts a result to its event: what it would be worth, then apply it, or take it back."""

from __future__ import annotations

from qgis.core import Qgis, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...engine_process.environment import EngineMissingError, find_engine
from ...engine_process.outcome import Outcome
from ...engine_process.process import EngineProcess
from ...i18n.literal_text import literal
from ...i18n.number import number_text
from ...i18n.translation import tr, trn
from ...results.adaptation_gain import AdaptationGain
from ...results.stored_totals import result_file
from ..notice import Notice
from .panel import ReviewPanel


class AdaptPanel(ReviewPanel):
    """Lets the other buildings of the chosen layer follow its reviews; the engine does it.

    Args:
        iface: the running application.
        parent: Qt parent.
    """

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        del iface
        self._layer: QgsVectorLayer | None = None
        self._gain: AdaptationGain | None = None
        self._process: EngineProcess | None = None
        self._changes = False
        self.notice = Notice(self)
        self.purpose = _wrapped(self)
        self.measure_button = QPushButton(tr("&Measure the gain"), self)
        self.apply_button = QPushButton(tr("A&pply"), self)
        self.undo_button = QPushButton(tr("Take &back"), self)
        self.table = _gain_table(self)
        self.remark = _wrapped(self)
        self.purpose.setText(
            tr(
                "The model learns from the reviewed buildings how it errs in this event, and rates the others anew. "
                "Reviews keep their word. 30 are a beginning, 100 are better: some at random, some where the model is "
                "in doubt."
            )
        )
        self._lay_out()
        self.measure_button.clicked.connect(lambda: self.measure())
        self.apply_button.clicked.connect(lambda: self.apply())
        self.undo_button.clicked.connect(lambda: self.take_back())
        self._show()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.measure_button, self.apply_button, self.undo_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        for widget in (self.notice, self.purpose):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        # what came out first: the dock may be too low for all of it
        layout.addWidget(self.remark)
        layout.addWidget(self.table)
        layout.addStretch(1)

    def set_layer(self, layer: QgsVectorLayer | None) -> None:
        """Go on with another layer: what was measured for the one before does not hold for it."""
        if layer is not self._layer:
            self.notice.clear()
            self._stop()
            self._gain = None
            self.remark.clear()
        self._layer = layer
        self._show()

    def measure(self) -> None:
        """Let the engine say what adapting would be worth; nothing is changed."""
        self._start(["--dry-run"], changes=False)

    def apply(self) -> None:
        """Adapt the layer."""
        self._start([], changes=True)

    def take_back(self) -> None:
        """Take an adaptation back."""
        self._start(["--undo"], changes=True)

    def _start(self, options: list[str], *, changes: bool) -> None:
        layer = self._layer
        if layer is None or self._process is not None:
            return
        self.notice.clear()
        if layer.isModified():
            self._say(tr("Save the edits of the layer first: what has been reviewed counts."))
            return
        path = result_file(layer)
        if not path:
            self._say(tr("Only the GeoPackage of an assessment can be adapted."))
            return
        try:
            environment = find_engine()
        except EngineMissingError as error:
            self._say(f"{error.message} {error.hint}")
            return
        self._changes = changes
        self._process = EngineProcess(environment, ["adapt", path, *options, "--events", "json"], self)
        self._process.finished.connect(self._on_finished)
        self.remark.setText(tr("Computing…"))
        self._show()
        self._process.start()

    def _on_finished(self, outcome: Outcome) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.remark.clear()
        if outcome.failure is not None:
            self._say(outcome.failure.text)
        elif outcome.result is not None:
            self._gain = AdaptationGain.of(outcome.result)
            self.remark.setText(self._told(outcome.result.figures))
        self._show()
        if self._changes and outcome.result is not None:
            self.written.emit()

    def _told(self, figures: dict[str, float]) -> str:
        gain = self._gain
        if gain is None:
            undone = int(figures.get("undone", 0))
            if not undone:
                return tr("This layer was not adapted.")
            return trn(
                "Taken back: {n} building has the class of the model again.",
                "Taken back: {n} buildings have the class of the model again.",
                undone,
            )
        if self._changes:
            return trn(
                "Adapted: {n} building has another class than the model's.",
                "Adapted: {n} buildings have another class than the model's.",
                gain.changed,
            )
        if not gain.helps:
            return tr("Adapting would not help yet. Review more buildings.")
        return trn(
            "Adapting helps: {n} building would get another class than the model's.",
            "Adapting helps: {n} buildings would get another class than the model's.",
            gain.changed,
        )

    def _stop(self) -> None:
        """Let a run for another layer end by itself, unheard."""
        if self._process is not None:
            self._process.finished.disconnect(self._on_finished)
            self._process.finished.connect(self._process.deleteLater)
            self._process = None

    def _say(self, text: str) -> None:
        self.notice.show_message(text, Qgis.MessageLevel.Warning)

    def _show(self) -> None:
        gain, idle = self._gain, self._layer is not None and self._process is None
        for button in (self.measure_button, self.undo_button):
            button.setEnabled(idle)
        self.apply_button.setEnabled(idle and gain is not None and gain.helps)
        self.table.setVisible(gain is not None)
        if gain is None:
            return
        values = (
            (tr("Right classes"), gain.accuracy_before, gain.accuracy_after),
            (tr("Mean F1 of the classes"), gain.macro_f1_before, gain.macro_f1_after),
        )
        for row, (title, before, after) in enumerate(values):
            won = ("+" if after >= before else "−") + number_text(abs(after - before), 2)
            for column, text in enumerate((title, number_text(before, 2), number_text(after, 2), won)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.setToolTip(literal("\n".join(gain.lines())))


def _gain_table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(2, 4, parent)
    table.setHorizontalHeaderLabels([tr("On reviewed buildings"), tr("Model"), tr("Adapted"), tr("Gain")])
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.setMaximumHeight(4 * table.verticalHeader().defaultSectionSize())
    return table


def _wrapped(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
