"""The tab that compares the model with the reviewer."""

from __future__ import annotations

import html

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ....i18n.number import number_text, share_text
from ....i18n.translation import tr, trn
from ....protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, NO_BUILDING, Damage
from ....review.confusion import Confusion
from ..building.class_words import short_words
from ..panel import ReviewPanel

_ROWS = (*DAMAGE_CLASSES, Damage.UNKNOWN)


class ConfusionPanel(ReviewPanel):
    """A small table: rows are what the model said, columns what reviewers said, of the whole layer.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary, self.table = QLabel(self), QLabel(self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.table.setTextFormat(Qt.TextFormat.RichText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.summary)
        layout.addWidget(self.table)
        layout.addStretch(1)

    def show_confusion(self, confusion: Confusion | None) -> None:
        """Show other counts."""
        if confusion is None or not confusion.total:
            self.summary.setText(tr("No building is reviewed yet."))
            self.table.clear()
            return
        text = trn(
            "Model (rows) and reviewer (columns) agree on {agreed} of {n} building ({share}).",
            "Model (rows) and reviewer (columns) agree on {agreed} of {n} buildings ({share}).",
            confusion.total, agreed=number_text(confusion.agreed), share=share_text(confusion.agreed / confusion.total),
        )  # fmt: skip
        self.summary.setText(text)
        self.table.setText(_table(confusion))


def _table(confusion: Confusion) -> str:
    narrow, short = _narrow_words(), short_words()
    columns = [(CLASS_NAMES[damage], narrow[damage]) for damage in _ROWS] + [(NO_BUILDING, tr("No b."))]
    head = "".join(f"<th align='right'>&nbsp;{html.escape(label)}</th>" for _, label in columns)
    rows = [f"<tr><th></th>{head}</tr>"]
    for damage in _ROWS:
        model = CLASS_NAMES[damage]
        cells = ""
        for reviewer, _ in columns:
            count = confusion.counts[model, reviewer]
            text = f"<b>{count}</b>" if model == reviewer and count else str(count or "·")
            cells += f"<td align='right'>&nbsp;{text}</td>"
        rows.append(f"<tr><td>{html.escape(short[CLASS_NAMES[damage]])}</td>{cells}</tr>")
    return "<table cellspacing='0'>" + "".join(rows) + "</table>"


def _narrow_words() -> dict[Damage, str]:
    return {
        Damage.NO_DAMAGE: tr("None"),
        Damage.MINOR: tr("Min."),
        Damage.MAJOR: tr("Maj."),
        Damage.DESTROYED: tr("Des."),
        Damage.UNKNOWN: tr("Unk."),
    }
