"""The dialog that filters a damage layer by confidence, while one watches the map."""

from __future__ import annotations

from qgis.core import Qgis, QgsMapLayerProxyModel, QgsProject, QgsVectorLayer
from qgis.gui import QgisInterface, QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..confidence_filter import ConfidenceFilter, count_all, count_shown, is_damage_layer, is_lost
from .notice import Notice

_AFTER_MOVING_MS = 150  # the map is drawn again when the slider rests


class ConfidenceDialog(QDialog):
    """Non-modal; what it changes is the layer's own filter, which stays when the dialog is closed.

    Args:
        iface: the running application.
        parent: Qt parent.
    """

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._iface = iface
        self._watched: QgsVectorLayer | None = None
        self._applying = False
        self.setObjectName("xView2ConfidenceDialog")
        self.setWindowTitle(self.tr("Filter buildings by confidence"))
        self.notice = Notice(self)
        self.layer = QgsMapLayerComboBox(self)
        self.layer.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.percent = QSpinBox(self)
        for control in (self.slider, self.percent):
            control.setRange(0, 99)  # nothing is surer than sure
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(10)
        self.percent.setSuffix(" %")
        self.unknown = QCheckBox(self.tr("Also show buildings of unknown damage"), self)
        self.shown = QLabel(self)
        self.shown.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.all_button: QPushButton = self.buttons.addButton(
            self.tr("Show all"), QDialogButtonBox.ButtonRole.ResetRole
        )
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MOVING_MS)
        self._lay_out()
        self._timer.timeout.connect(self.apply)
        self.slider.valueChanged.connect(self.percent.setValue)
        self.percent.valueChanged.connect(self.slider.setValue)
        self.percent.valueChanged.connect(lambda _: self._timer.start())
        self.unknown.toggled.connect(lambda _: self._timer.start())
        self.layer.layerChanged.connect(lambda _: self.read())
        self.all_button.clicked.connect(self.show_all)
        self.buttons.rejected.connect(self.close)
        project = QgsProject.instance()
        project.layersAdded.connect(self.refresh)
        project.layersRemoved.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        least = QHBoxLayout()
        least.addWidget(self.slider, 1)
        least.addWidget(self.percent)
        form = QFormLayout()
        form.addRow(self.tr("Damage layer"), self.layer)
        form.addRow(self.tr("Sure of the class by at least"), least)
        form.addRow("", self.unknown)
        layout = QVBoxLayout(self)
        layout.addWidget(self.notice)
        layout.addLayout(form)
        layout.addWidget(self.shown)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(440)

    def choose(self, layer: object) -> None:
        """Choose a layer if it is the damage layer of a result."""
        if is_damage_layer(layer):
            self.layer.setLayer(layer)

    def read(self) -> None:
        """Show what the chosen layer shows now."""
        layer = self._layer()
        self._watch(layer)
        for control in (self.slider, self.percent, self.unknown, self.all_button):
            control.setEnabled(layer is not None)
        self.notice.clear()
        if layer is None:
            self.shown.setText(self.tr("There is no damage layer in the project. Assess a pair of images first."))
            return
        if is_lost(layer):
            for control in (self.slider, self.percent, self.unknown, self.all_button):
                control.setEnabled(False)
            self.shown.clear()
            self.notice.show_message(
                self.tr("The file of this layer was moved or deleted. Put it back, or remove the layer."),
                Qgis.MessageLevel.Warning,
            )
            return
        now = ConfidenceFilter.of(layer)
        if not now.possible:
            for control in (self.slider, self.percent, self.unknown, self.all_button):
                control.setEnabled(False)
            self.notice.show_message(
                self.tr("The filter of this layer is a whole SELECT statement, to which no condition can be added."),
                Qgis.MessageLevel.Warning,
            )
        self.percent.setValue(round(now.least * 100))
        self.unknown.setChecked(now.unknown)
        self._timer.stop()
        self._count(layer, now)

    def apply(self) -> None:
        """Filter the layer as the controls say."""
        layer = self._layer()
        if layer is None:
            return
        if is_lost(layer):
            self.read()
            return
        self.notice.clear()
        wanted = ConfidenceFilter(
            self.percent.value() / 100, self.unknown.isChecked(), ConfidenceFilter.of(layer).other
        )
        self._applying = True
        try:
            applied = wanted.apply(layer)
        finally:
            self._applying = False
        if not applied:
            self.read()  # the controls say what the map shows
            self.notice.show_message(
                self.tr("QGIS does not filter a layer that is being edited. Save or cancel the edits first."),
                Qgis.MessageLevel.Warning,
            )
            return
        layer.triggerRepaint()
        self._count(layer, wanted)

    def show_all(self) -> None:
        """Take the filter away."""
        self.percent.setValue(0)
        self.unknown.setChecked(True)
        self._timer.stop()
        self.apply()

    def shut_down(self) -> None:
        """Listen to the project no more."""
        project = QgsProject.instance()
        project.layersAdded.disconnect(self.refresh)
        project.layersRemoved.disconnect(self.refresh)

    def _layer(self) -> QgsVectorLayer | None:
        layer = self.layer.currentLayer()
        return layer if is_damage_layer(layer) else None

    def _watch(self, layer: QgsVectorLayer | None) -> None:
        """Hear when somebody else sets a filter on the layer."""
        if layer is self._watched:
            return
        if self._watched is not None:
            self._watched.subsetStringChanged.disconnect(self._on_filter)
            self._watched.willBeDeleted.disconnect(self._forget)
        self._watched = layer
        if layer is not None:
            layer.subsetStringChanged.connect(self._on_filter)
            layer.willBeDeleted.connect(self._forget)

    def _forget(self) -> None:
        self._watched = None

    def _on_filter(self) -> None:
        if not self._applying:
            self.read()

    def refresh(self, _: object = None) -> None:
        """Offer the damage layers that there are now; one may have been repaired."""
        layers = QgsProject.instance().mapLayers().values()
        self.layer.setExceptedLayerList([layer for layer in layers if not is_damage_layer(layer)])
        self.read()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - name is Qt's
        """Count what was not counted while nobody looked."""
        super().showEvent(event)
        self.read()

    def _count(self, layer: QgsVectorLayer, now: ConfidenceFilter) -> None:
        if not self.isVisible():
            return  # it takes a while for a large layer
        self.shown.setText(
            self.tr("{} of {} buildings are shown.").format(count_shown(layer), count_all(layer, now.other))
        )
