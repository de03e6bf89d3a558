"""The fields of the event."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from ....i18n.translation import tr
from ....protocol.scene_facts import EVENT_TYPES, EventFacts
from .fact_words import event_type_title, field_title

#: Fields of text in the order of the form, the type apart.
_TEXTS = ("name", "date", "glide", "area", "country", "contact")


class EventFields(QObject):
    """A list of kinds of events, and a line of text for everything else.

    Signals:
        edited: the user has changed a field.

    Args:
        parent: widget that they are in.
    """

    edited = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # the Tab key goes in the order in which they are made
        self.name = self._line("name", parent)
        self.type = QComboBox(parent)
        self.type.addItem(tr("Not stated"), "")
        for word in EVENT_TYPES:
            self.type.addItem(event_type_title(word), word)
        self.type.setAccessibleName(field_title("type"))
        self.type.activated.connect(lambda _: self.edited.emit())
        self.date, self.glide = self._line("date", parent), self._line("glide", parent)
        self.area, self.country = self._line("area", parent), self._line("country", parent)
        self.contact = self._line("contact", parent)
        self.date.setPlaceholderText("2023-02-06")
        self.glide.setPlaceholderText("EQ-2023-000015-TUR")
        self.contact.setToolTip(tr("Whom to ask about the result. It is published with it."))
        self.glide.setToolTip(tr("Number of the disaster at glidenumber.net, the same in all agencies"))
        self.date.setToolTip(tr("A day, or day and time in UTC"))

    def place(self, grid: QGridLayout) -> None:
        """Put the fields into the first rows of a grid of three columns, two fields a row."""
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (field_title("name"), (self.name,)),
            (tr("Type and date"), (self.type, self.date)),
            (field_title("glide"), (self.glide,)),
            (tr("Place, country"), (self.area, self.country)),
            (field_title("contact"), (self.contact,)),
        )
        for row, (title, fields) in enumerate(rows):
            label = QLabel(title, grid.parentWidget())
            label.setBuddy(fields[0])
            grid.addWidget(label, row, 0)
            for column, field in enumerate(fields, 1):
                grid.addWidget(field, row, column, 1, 1 if len(fields) == 2 else 2)

    def facts(self) -> EventFacts:
        """Return what the fields say.

        Raises:
            FactsFault: a field holds what it cannot.
        """
        return EventFacts(**self.texts())

    def texts(self) -> dict[str, str]:
        """Return what the fields hold, by name."""
        texts = {name: self.line(name).text().strip() for name in _TEXTS}
        return {**texts, "type": str(self.type.currentData() or "")}

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Fill in the fields; those that nothing is said of are empty."""
        for name in _TEXTS:
            self.line(name).setText(texts.get(name, ""))
        self.type.setCurrentIndex(max(self.type.findData(texts.get("type", "")), 0))

    def line(self, name: str) -> QLineEdit:
        """Return the field of a name."""
        found: QLineEdit = getattr(self, name)
        return found

    def _line(self, name: str, parent: QWidget) -> QLineEdit:
        line = QLineEdit(parent)
        line.setAccessibleName(field_title(name))
        line.editingFinished.connect(self.edited)
        return line
