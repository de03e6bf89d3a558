"""Event and imagery: a part of the form that is folded at first, and remembered with the project."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsRasterLayer
from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from ....assessment.pair_report import PairReport
from ....i18n.literal_text import literal
from ....i18n.translation import tr
from ....layers.open_project import open_project
from ....layers.scene_notes import event_note, image_note, note_event, note_image
from ....layers.unusable_layer import UnusableLayerError
from ....protocol.scene_facts import EventFacts, FactsFault, ImageFacts, SceneFacts
from ....protocol.scene_facts.facts_file import LARGEST_FILE, facts_from_json, facts_to_json
from ....protocol.scene_facts.scene_facts import values_of
from .event_fields import EventFields
from .fact_words import fault_sentence, field_title
from .image_fields import NAMES, ImageFields

_FIRST_OF_IMAGES = 6  # row of the grid


class EventChoice(QgsCollapsibleGroupBox):
    """Says what the event is and where the images come from; all of it may be left empty.

    Signals:
        refused: a file cannot be used; a sentence.

    Args:
        parent: Qt parent.
    """

    refused = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(tr("Event and imagery"))
        self.setToolTip(tr("Stands in every product. Paths and user names do not."))
        self.event_fields = EventFields(self)
        self.image_fields = {
            "pre": ImageFields(tr("Pre-event image"), self),
            "post": ImageFields(tr("Post-event image"), self),
        }
        self._layer_ids = {"pre": "", "post": ""}  # a layer may be removed at any time
        self.load_button = QPushButton(tr("L&oad…"), self)
        self.save_button = QPushButton(tr("Sa&ve…"), self)
        self._lay_out()
        self.event_fields.edited.connect(lambda: note_event(self.event_fields.texts()))
        for role, fields in self.image_fields.items():
            fields.edited.connect(lambda role=role: self._note_image(role))
        self.load_button.clicked.connect(self._ask_for_file)
        self.save_button.clicked.connect(self._ask_for_name)
        self.set_layers(None, None)
        self.recall()
        self.setCollapsed(True)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        self.event_fields.place(grid)
        for column, title in ((1, tr("Pre-event image")), (2, tr("Post-event image"))):
            grid.addWidget(QLabel(title, self), _FIRST_OF_IMAGES - 1, column)
        for row, name in enumerate(NAMES, _FIRST_OF_IMAGES):
            grid.addWidget(QLabel(field_title(name), self), row, 0)
        for column, fields in enumerate(self.image_fields.values(), 1):
            fields.place(grid, _FIRST_OF_IMAGES, column)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button, tip in (
            (self.load_button, tr("Fill in from a JSON file, as “xview2 assess --event” takes it")),
            (self.save_button, tr("Keep what is typed here in a JSON file, for other projects and computers")),
        ):
            button.setAutoDefault(False)
            button.setToolTip(literal(tip))
            buttons.addWidget(button)
        grid.addLayout(buttons, _FIRST_OF_IMAGES + len(NAMES), 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)

    def facts(self) -> SceneFacts:
        """Return what is typed.

        Raises:
            FactsFault: a field holds what it cannot.
        """
        return SceneFacts(self._event(), self._image("pre"), self._image("post"))

    def word(self) -> str | None:
        """Return what is typed as the option ``event`` of a run; None where nothing is.

        Raises:
            UnusableLayerError: a field holds what it cannot; the text says what.
        """
        try:
            facts = self.facts()
        except FactsFault as fault:
            self.setCollapsed(False)
            raise UnusableLayerError(fault_sentence(fault)) from None
        return None if facts == SceneFacts() else facts_to_json(facts)

    def set_layers(self, pre: QgsRasterLayer | None, post: QgsRasterLayer | None) -> None:
        """Show what was said of two images before."""
        for role, layer in (("pre", pre), ("post", post)):
            self._layer_ids[role] = "" if layer is None else layer.id()
            self.image_fields[role].set_enabled(layer is not None)
            self.image_fields[role].show_texts({} if layer is None else image_note(layer))

    def show_report(self, report: PairReport) -> None:
        """Show what is known of the images where nothing is typed."""
        self.image_fields["pre"].show_found(report.pre)
        self.image_fields["post"].show_found(report.post)

    def recall(self) -> None:
        """Show what the open project holds of the event."""
        self.event_fields.show_texts(event_note())

    def load(self, path: Path) -> None:
        """Fill in from a file; what it does not say is emptied."""
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise FactsFault("", tr("The file is too large"), path.name)
            facts = facts_from_json(path.read_text(encoding="utf-8-sig"))
        except FactsFault as fault:
            self.refused.emit(fault_sentence(fault))
            return
        except (OSError, UnicodeDecodeError):
            self.refused.emit(tr("“{}” cannot be read.").format(path.name))
            return
        self.event_fields.show_texts(_texts(facts.event))
        note_event(self.event_fields.texts())
        for role, part in (("pre", facts.pre), ("post", facts.post)):
            if self._layer_ids[role]:
                self.image_fields[role].show_texts(_texts(part))
                self._note_image(role)

    def save(self, path: Path) -> None:
        """Write what is typed into a file."""
        try:
            path.write_text(facts_to_json(self.facts()), encoding="utf-8")
        except FactsFault as fault:
            self.refused.emit(fault_sentence(fault))
        except OSError:
            self.refused.emit(tr("“{}” cannot be written.").format(path.name))

    def _event(self) -> EventFacts:
        try:
            return self.event_fields.facts()
        except FactsFault as fault:
            raise fault.within("event") from None

    def _image(self, role: str) -> ImageFacts:
        try:
            return self.image_fields[role].facts() if self._layer_ids[role] else ImageFacts()
        except FactsFault as fault:
            raise fault.within(role) from None

    def _note_image(self, role: str) -> None:
        layer = open_project().mapLayer(self._layer_ids[role])
        if isinstance(layer, QgsRasterLayer):
            note_image(layer, self.image_fields[role].texts())

    def _ask_for_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Load event and imagery"), "", _files())
        if path:
            self.load(Path(path))

    def _ask_for_name(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save event and imagery"), "event.json", _files())
        if path:
            self.save(Path(path) if path.lower().endswith(".json") else Path(f"{path}.json"))


def _files() -> str:
    return tr("JSON files (*.json)")


def _texts(part: EventFacts | ImageFacts) -> dict[str, str]:
    return {
        name: f"{value:g}" if isinstance(value, float) else str(value or "") for name, value in values_of(part).items()
    }
