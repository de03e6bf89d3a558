"""The list of the models."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ...i18n.data_size import size_text
from ...i18n.literal_text import literal
from ...i18n.translation import tr
from ...model_store.catalogue import CatalogueEntry, Place

_SPACING = 2  # pixels
_NAME = Qt.ItemDataRole.UserRole


class ModelList(QListWidget):
    """All models; one of them is chosen.

    Signals:
        chosen: another model is chosen, or it has changed.

    Args:
        parent: Qt parent.
    """

    chosen = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, CatalogueEntry] = {}
        self.setAccessibleName(tr("Models"))
        self.setWordWrap(True)
        self.setSpacing(_SPACING)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(lambda *_: self.chosen.emit())

    def entry(self) -> CatalogueEntry | None:
        """Return the chosen model, None where there is none."""
        item = self.currentItem()
        return None if item is None else self._entries.get(item.data(_NAME))

    def show_entries(self, entries: list[CatalogueEntry], name: str = "") -> None:
        """Show these models.

        Args:
            entries: the models.
            name: the one to choose; the one that was chosen before without it.
        """
        before = self.entry()
        name = name or (before.model.name if before is not None else "")
        self.blockSignals(True)
        self.clear()
        self._entries = {entry.model.name: entry for entry in entries}
        for entry in entries:
            item = QListWidgetItem(f"{entry.model.title}\n{_state(entry)}")
            item.setData(_NAME, entry.model.name)
            item.setToolTip(literal(entry.model.name))
            self.addItem(item)
        names = list(self._entries)
        self.setCurrentRow(names.index(name) if name in names else 0 if names else -1)
        self.blockSignals(False)
        self.chosen.emit()


def _state(entry: CatalogueEntry) -> str:
    if entry.problem:
        return tr("Cannot be used")
    if entry.place is Place.PUBLISHED:
        return tr("Not here yet – download {}").format(size_text(entry.size_bytes))
    return entry.place.title
