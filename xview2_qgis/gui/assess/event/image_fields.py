"""The fields of one image: what is known of it shows where nothing is typed."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QLineEdit, QWidget

from ....i18n.literal_text import literal
from ....i18n.translation import tr
from ....protocol import events
from ....protocol.scene_facts import ImageFacts
from .fact_words import field_title

#: Names of the fields in their order.
NAMES = ("source", "sensor", "acquired", "gsd_m", "off_nadir_deg", "licence", "credit")


class ImageFields(QObject):
    """A line of text for each fact.

    Signals:
        edited: the user has changed a field.

    Args:
        title: what the image is, for people who do not see the column.
        parent: widget that they are in.
    """

    edited = pyqtSignal()

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = {name: QLineEdit(parent) for name in NAMES}
        for name, line in self._lines.items():
            line.setAccessibleName(f"{title}: {field_title(name)}")
            line.editingFinished.connect(self.edited)

    def place(self, grid: QGridLayout, row: int, column: int) -> None:
        """Put the fields below each other."""
        for offset, line in enumerate(self._lines.values()):
            grid.addWidget(line, row + offset, column)

    def line(self, name: str) -> QLineEdit:
        """Return the field of a name."""
        return self._lines[name]

    def facts(self) -> ImageFacts:
        """Return what is typed.

        Raises:
            FactsFault: a field holds what it cannot.
        """
        texts = self.texts()
        numbers = {name: texts.pop(name).replace(",", ".") or None for name in ("gsd_m", "off_nadir_deg")}
        # the field checks what a number is
        return ImageFacts(**texts, **numbers)  # type: ignore[arg-type]

    def texts(self) -> dict[str, str]:
        """Return what the fields hold, by name."""
        return {name: line.text().strip() for name, line in self._lines.items()}

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Fill in the fields; those that nothing is said of are empty."""
        for name, line in self._lines.items():
            line.setText(texts.get(name, ""))

    def show_found(self, found: events.ImageFacts | None) -> None:
        """Show what is known of the image where nothing is typed, and where that comes from."""
        for name, line in self._lines.items():
            value = "" if found is None else _found_text(found, name)
            line.setPlaceholderText(value)
            origin = "" if found is None else found.acquired_by if name == "acquired" else found.described_by
            if name == "gsd_m" and value and not origin:
                origin = tr("the pixels of the image")
            tip = tr("Found in: {}. What you type here is taken instead.").format(literal(origin))
            line.setToolTip(literal(tip) if value and origin else "")

    def set_enabled(self, enabled: bool) -> None:
        """Let the fields be filled in, or not: there is no image."""
        for line in self._lines.values():
            line.setEnabled(enabled)


def _found_text(found: events.ImageFacts, name: str) -> str:
    value: object = getattr(found, name)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value or "").replace("T", " ").replace("Z", "") if name == "acquired" else str(value or "")
