"""The card of a model: what it is, how good it is, what it is not for, and under which terms it comes."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from ...available_models import Figure
from ...i18n.data_size import size_text
from ...i18n.translation import plugin_words, tr
from ...model_store.catalogue import CatalogueEntry, Place
from ...protocol.licences import is_non_commercial, licence_address, licence_in_words
from .plain_label import PlainLabel

_TITLE_SCALE = 1.25  # of the font


class ModelCard(QWidget):
    """Shows one model. All texts are plain: they come from the model.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel(self)
        font = self.title.font()
        font.setBold(True)
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * _TITLE_SCALE)
        self.title.setFont(font)
        self.summary = PlainLabel(self)
        self._rows = QFormLayout()
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addWidget(self.summary)
        layout.addLayout(self._rows)
        layout.addStretch(1)

    def show_entry(self, entry: CatalogueEntry | None, checked: str = "") -> None:
        """Show a model.

        Args:
            entry: the model; None where none is chosen.
            checked: what a check of its files has found, empty where they were not checked.
        """
        while self._rows.rowCount():
            self._rows.removeRow(0)
        self.title.setText(entry.model.title if entry is not None else tr("No model is chosen"))
        self.summary.setText(entry.model.summary if entry is not None else "")
        self.summary.setVisible(bool(self.summary.text()))
        if entry is None:
            return
        model = entry.model
        self._add(tr("State"), entry.problem or entry.place.title)
        self._add(tr("Scores"), "\n".join(_score_lines(model.figures)) or tr("None are given."))
        self._add(tr("Not for"), "\n".join(_limits(entry)))
        licence = licence_in_words(model.licence, plugin_words())
        self._add(tr("Licence"), "\n".join(filter(None, (licence, licence_address(model.licence)))))
        self._add(tr("Trained on"), model.training_data)
        size = size_text(entry.size_bytes)
        self._add(tr("Size"), tr("{} to download").format(size) if entry.place is Place.PUBLISHED else size)
        self._add(tr("Files"), checked or _unchecked(entry))
        self._add(tr("Name"), model.name)
        self._add(tr("Source"), model.source)

    def facts(self) -> dict[str, str]:
        """Return what is shown, by the titles of the rows."""
        shown = {}
        for row in range(self._rows.rowCount()):
            label = self._rows.itemAt(row, QFormLayout.ItemRole.LabelRole).widget()
            field = self._rows.itemAt(row, QFormLayout.ItemRole.FieldRole).widget()
            if isinstance(label, QLabel) and isinstance(field, QLabel):
                shown[label.text()] = field.text()
        return shown

    def _add(self, title: str, text: str) -> None:
        if text:
            label = QLabel(title, self)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            field = PlainLabel(self, text)
            field.setAccessibleName(title)
            self._rows.addRow(label, field)


def _score_lines(figures: tuple[Figure, ...]) -> list[str]:
    """Return the scores, those of one set and day together."""
    by_set: dict[tuple[str, str], list[str]] = {}
    for figure in figures:
        by_set.setdefault((figure.set, figure.date), []).append(f"{figure.metric} {figure.value:g}")
    return [
        ", ".join(values) + (" – " if name or date else "") + name + (f" ({date})" if date else "")
        for (name, date), values in by_set.items()
    ]


def _limits(entry: CatalogueEntry) -> list[str]:
    limits = []
    if is_non_commercial(entry.model.licence):
        limits.append(tr("Commercial use: its licence excludes it."))
    return [*limits, tr("Decisions about a single building before somebody has looked at it.")]


def _unchecked(entry: CatalogueEntry) -> str:
    if entry.place is Place.PUBLISHED:
        return tr("The checksum is known and is compared after the download.")
    return tr("Not checked now. Each run checks them before it uses them.")
