"""The widget for the parameter MODEL in dialogs of Processing: installed models to choose from, or a bundle's path."""

from __future__ import annotations

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsProcessingGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from ..gui.bundle_dialog import ask_for_bundle
from ..i18n.literal_text import literal
from ..i18n.translation import tr
from ..model_store.offered_models import offered_models


class ModelWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """A list of model names into which a path can be typed; used in the dialog, in batch and in the model designer.

    Args:
        parameter: the parameter MODEL.
        dialog: the window around it, not used; the arguments are those that Processing gives.
    """

    def __init__(
        self, parameter: QgsProcessingParameterDefinition, dialog: QWidget | None, row: int = 0, col: int = 0
    ) -> None:
        super().__init__(parameter, QgsProcessingGui.WidgetType.Standard)
        self._combo: QComboBox | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - names of this class are QGIS's
        """Return a new widget."""
        self._combo = QComboBox()
        self._combo.setEditable(True)
        self._combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for model in offered_models():
            self._combo.addItem(model.name)
            self._combo.setItemData(self._combo.count() - 1, literal(model.title), Qt.ItemDataRole.ToolTipRole)
        button = QToolButton()
        button.setText("…")
        button.setToolTip(tr("Choose a model bundle"))
        button.clicked.connect(self._choose)
        widget = QWidget()
        layout = QHBoxLayout(widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._combo, 1)
        layout.addWidget(button)
        self._combo.currentTextChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return widget

    def setWidgetValue(self, value: object, context: QgsProcessingContext) -> None:  # noqa: N802
        """Show a value."""
        if self._combo is not None:
            self._combo.setEditText("" if value is None else str(value))

    def widgetValue(self) -> str:  # noqa: N802
        """Return the name or path that is shown."""
        return "" if self._combo is None else str(self._combo.currentText()).strip()

    def _choose(self) -> None:
        path = ask_for_bundle(self._combo)
        if path and self._combo is not None:
            self._combo.setEditText(path)
