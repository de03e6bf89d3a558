"""The progress of a download or of the engine's work on a model."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...i18n.data_size import size_text
from ...i18n.duration import duration_text
from ...i18n.translation import tr
from ...model_store.transfer_rate import TransferProgress

_STEPS = 1000  # of the bar; a number of bytes may be too large for it


class WorkPanel(QWidget):
    """Stage, bar, bytes and time left, and a button to cancel. Hidden while nothing is under way.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = QLabel(self)
        self.stage.setTextFormat(Qt.TextFormat.PlainText)
        self.amount = QLabel(self)
        self.amount.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.cancel_button = QPushButton(tr("&Cancel"), self)
        self.cancel_button.setAutoDefault(False)
        words = QHBoxLayout()
        words.addWidget(self.stage, 1)
        words.addWidget(self.amount)
        line = QHBoxLayout()
        line.addWidget(self.bar, 1)
        line.addWidget(self.cancel_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(words)
        layout.addLayout(line)
        self.setVisible(False)

    def show_stage(self, text: str) -> None:
        """Show what is being done; how long it takes is not known."""
        self.stage.setText(text)
        self.amount.clear()
        self.bar.setRange(0, 0)
        self.setVisible(True)

    def show_progress(self, progress: TransferProgress) -> None:
        """Show how far a download is."""
        self.amount.setText(amount_text(progress))
        if progress.total:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(_STEPS * progress.received / progress.total))

    def end(self) -> None:
        """Hide, because nothing is under way any more."""
        self.bar.setRange(0, _STEPS)
        self.setVisible(False)


def amount_text(progress: TransferProgress) -> str:
    """Return bytes and time left in words."""
    text = size_text(progress.received)
    if progress.total is not None:
        text = tr("{received} of {total}").format(received=text, total=size_text(progress.total))
    if progress.seconds_left is None:
        return text
    return f"{text}, " + tr("about {} left").format(duration_text(progress.seconds_left))
