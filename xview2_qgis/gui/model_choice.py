"""Choosing a model: one of the available ones, or a bundle from a file; with its licence in sight."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ..available_models import AvailableModel, available_models, model_of_bundle
from ..i18n.literal_text import literal
from ..i18n.translation import tr
from ..protocol.locations import DEFAULT_MODEL
from .bundle_dialog import ask_for_bundle

_DATA = Qt.ItemDataRole.UserRole


class ModelChoice(QWidget):
    """A list of models, and below it what is known of the chosen one.

    Signals:
        rejected: the file of this name is no model bundle.
    """

    rejected = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._combo = QComboBox(self)
        self._combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._facts = QLabel(self)
        self._facts.setTextFormat(Qt.TextFormat.PlainText)  # texts of a model.json from anywhere
        self._facts.setWordWrap(True)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        palette_role = self._facts.palette().ColorRole.PlaceholderText
        self._facts.setForegroundRole(palette_role)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._combo)
        layout.addWidget(self._facts)

        # without any description at hand the engine still knows its default model
        for model in available_models() or [AvailableModel(DEFAULT_MODEL, DEFAULT_MODEL)]:
            self._add(self._combo.count(), model)
        self._combo.addItem(tr("Choose a model bundle…"), None)
        self._chosen = 0
        self._combo.setCurrentIndex(0)
        self._combo.currentIndexChanged.connect(self._show_facts)
        self._combo.activated.connect(self._on_activated)
        self._show_facts()

    def model(self) -> AvailableModel:
        """Return the chosen model."""
        model: AvailableModel = self._combo.itemData(self._chosen, _DATA)
        return model

    def add_bundle(self, path: str) -> bool:
        """Offer the bundle of a file and choose it; return whether it is one."""
        model = model_of_bundle(path)
        if model is None:
            self.rejected.emit(path)
            return False
        known = [self._combo.itemData(index, _DATA) for index in range(self._combo.count() - 1)]
        index = known.index(model) if model in known else len(known)
        if index == len(known):
            self._add(index, model)
        self._combo.setCurrentIndex(index)
        return True

    def refresh(self) -> None:
        """Offer models that were installed meanwhile, too."""
        known = {self._combo.itemData(index, _DATA) for index in range(self._combo.count() - 1)}
        names = {model.name for model in known if model is not None}
        for model in available_models():
            if model.name not in names:
                self._add(self._combo.count() - 1, model)

    def _add(self, index: int, model: AvailableModel) -> None:
        self._combo.insertItem(index, model.title, model)
        self._combo.setItemData(index, literal(model.name), Qt.ItemDataRole.ToolTipRole)

    def _on_activated(self, index: int) -> None:
        if self._combo.itemData(index, _DATA) is not None:
            return
        path = ask_for_bundle(self)
        if not path or not self.add_bundle(path):
            self._combo.setCurrentIndex(self._chosen)

    def _show_facts(self) -> None:
        model = self._combo.currentData(_DATA)
        if model is None:
            return
        self._chosen = self._combo.currentIndex()
        facts = []
        if model.licence:
            facts.append(tr("Model licence: {}").format(model.licence))
        if model.training_data:
            facts.append(tr("trained on {}").format(model.training_data))
        if model.scores and not model.summary:
            facts.append(model.scores)
        self._facts.setText("\n".join(filter(None, (model.summary, " · ".join(facts)))))
        self._facts.setToolTip(literal(model.scores))
        self._facts.setVisible(bool(self._facts.text()))
