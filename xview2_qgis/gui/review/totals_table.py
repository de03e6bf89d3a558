"""The totals as a table: counts beside estimates with their ranges."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QFont, QPixmap
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ...i18n.number import number_text
from ...i18n.translation import tr
from ...protocol.schema import CLASS_COLOURS, CLASS_LABELS, CLASS_NAMES, NO_BUILDING, Damage
from ...protocol.totals.review_sample import Totals
from ...protocol.totals.totals_table import BUILDINGS, DAMAGED, table_rows

_COLOURS = {CLASS_NAMES[damage]: CLASS_COLOURS[damage] for damage in Damage}
_AROUND = 6  # pixels above and below the text of a row


class TotalsTable(QTableWidget):
    """A line for each category; nothing of it can be changed.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setHorizontalHeaderLabels([tr("Class"), tr("Counted"), tr("Estimate"), tr("95 % interval")])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _AROUND)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setAccessibleName(tr("Number of buildings of each class"))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_totals(self, totals: Totals | None) -> None:
        """Show totals; None for nothing."""
        rows = table_rows(totals) if totals is not None else []
        self.setRowCount(len(rows))
        for line, row in enumerate(rows):
            title = QTableWidgetItem(_title(row.name))
            if row.name in _COLOURS:
                square = QPixmap(12, 12)
                square.fill(QColor(_COLOURS[row.name]))
                title.setData(Qt.ItemDataRole.DecorationRole, square)
            if row.name == BUILDINGS:
                font = QFont(title.font())
                font.setBold(True)
                title.setFont(font)
            self.setItem(line, 0, title)
            for column, text in enumerate(row.shown_by(number_text), 1):
                item = QTableWidgetItem(text)
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                item.setData(Qt.ItemDataRole.TextAlignmentRole, right)
                self.setItem(line, column, item)
        # as high as its rows: the tab around it scrolls, not the table
        header = self.horizontalHeader()
        height = header.sizeHint().height() + sum(map(self.rowHeight, range(len(rows))))
        self.setFixedHeight(height + 2 * self.frameWidth())
        columns = (max(self.sizeHintForColumn(at), header.sectionSizeHint(at)) for at in range(self.columnCount()))
        # some themes put more around a title with a square than they tell
        self.setMinimumWidth(sum(columns) + 2 * (self.frameWidth() + _AROUND))


def _title(name: str) -> str:
    titles = {
        BUILDINGS: tr("All buildings"),
        DAMAGED: tr("Minor or worse"),
        NO_BUILDING: tr("No building"),
        CLASS_NAMES[Damage.UNKNOWN]: tr("Not assessable"),
    }
    labels = {CLASS_NAMES[damage]: tr(CLASS_LABELS[damage]) for damage in Damage}
    return titles.get(name) or labels[name]
