"""Choosing a model: one of the available ones, or a bundle from a file; with its licence in sight."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ..available_models import AvailableModel, model_of_bundle
from ..i18n.data_size import size_text
from ..i18n.literal_text import literal
from ..i18n.translation import plugin_words, tr
from ..model_store.offered_models import offered_models
from ..protocol.licences import licence_in_words
from ..protocol.locations import AUTOMATIC_MODEL
from ..protocol.published_models import published_model
from .bundle_dialog import ask_for_bundle

_DATA = Qt.ItemDataRole.UserRole


class ModelChoice(QWidget):
    """A list of models, and below it what is known of the chosen one.

    A default model that is not here is offered as what can be downloaded.

    Signals:
        rejected: the file of this name is no model bundle.
        changed: another model was chosen.
        models_wanted: the user wants to see all that is known of the models, and to add some.
    """

    rejected = pyqtSignal(str)
    changed = pyqtSignal()
    models_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: dict[str, AvailableModel] = {}  # bundles that are not installed, by their path
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
        self.models_button = QPushButton(tr("Models…"), self)
        self.models_button.setAutoDefault(False)
        self.models_button.setToolTip(tr("Scores, licences, and more models"))
        self.models_button.clicked.connect(lambda *_: self.models_wanted.emit())
        row = QHBoxLayout()
        row.addWidget(self._combo, 1)
        row.addWidget(self.models_button)
        layout.addLayout(row)
        layout.addWidget(self._facts)

        for model in offered_models():
            self._add(self._combo.count(), model)
        self._combo.addItem(tr("Choose a model bundle…"), None)
        self._chosen = 0
        self._combo.setCurrentIndex(0)
        self._combo.currentIndexChanged.connect(self._show_facts)
        self._combo.currentIndexChanged.connect(lambda *_: self.changed.emit())
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
        self._files[path] = model
        index = known.index(model) if model in known else len(known)
        if index == len(known):
            self._add(index, model)
        self._combo.setCurrentIndex(index)
        return True

    def refresh(self) -> None:
        """Offer models that were installed meanwhile, too, and no longer those that were removed."""
        before = [self._combo.itemData(index, _DATA) for index in range(self._combo.count() - 1)]
        offered = {model.name: model for model in offered_models()}
        kept = [offered.pop(model.name, self._files.get(model.name)) for model in before]
        now = [model for model in kept if model is not None] + list(offered.values())
        now.sort(key=lambda model: model.name != AUTOMATIC_MODEL)
        if now == before:
            return
        name = self.model().name
        self._combo.blockSignals(True)
        while self._combo.count() > 1:
            self._combo.removeItem(0)
        for index, model in enumerate(now):
            self._add(index, model)
        names = [model.name for model in now]
        self._combo.setCurrentIndex(names.index(name) if name in names else 0)
        self._combo.blockSignals(False)
        self._show_facts()

    def event(self, event: QEvent) -> bool:
        """Look again when the user comes back to the window, for example from that of the models."""
        if event.type() == QEvent.Type.WindowActivate:
            self.refresh()
        return super().event(event)

    def _add(self, index: int, model: AvailableModel) -> None:
        published = None if model.here else published_model(model.name)
        title = model.title
        if published is not None:
            title = tr("{title} (download {size})…").format(title=title, size=size_text(published.size_bytes))
        self._combo.insertItem(index, title, model)
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
            facts.append(tr("Model licence: {}").format(licence_in_words(model.licence, plugin_words())))
        if model.training_data:
            facts.append(tr("trained on {}").format(model.training_data))
        if model.scores and not model.summary:
            facts.append(model.scores)
        self._facts.setText("\n".join(filter(None, (model.summary, " · ".join(facts)))))
        self._facts.setToolTip(literal(model.scores))
        self._facts.setVisible(bool(self._facts.text()))
