"""The dialog that filters a damage layer by confidence, while one watches the map.

To check a result one shows the doubtful buildings, to pass it on one may show the sure ones. Either way the window
shows what that does to the number of buildings of each class.
"""

from __future__ import annotations

from qgis.core import Qgis, QgsMapLayer, QgsMapLayerProxyModel, QgsProject, QgsVectorLayer
from qgis.gui import QgisInterface, QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...i18n.number import number_text
from ...i18n.translation import tr, trn
from ..notice import Notice
from ..plugin_window import PluginWindow
from .census import Census, take_census
from .class_counts import counts_table, total
from .filter import ConfidenceFilter, Show, is_damage_layer, is_lost

_USUAL_PERCENT = 60  # what is below is worth checking
_AFTER_MOVING_MS = 150  # the map is drawn again when the slider rests


class ConfidenceDialog(PluginWindow):
    """Non-modal; what it changes is the layer's own filter, which stays when the dialog is closed.

    Args:
        iface: the running application.
        parent: Qt parent.
    """

    HANDBOOK_PAGE = "confidence"

    def __init__(self, iface: QgisInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._iface = iface
        self._watched: QgsVectorLayer | None = None
        self._census: Census | None = None
        self._applying = False
        self.setObjectName("xView2ConfidenceDialog")
        self.setWindowTitle(tr("Filter buildings by confidence"))
        self.notice = Notice(self)
        self.layer = QgsMapLayerComboBox(self)
        self.layer.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.show_choices = {
            Show.ALL: QRadioButton(tr("&All"), self),
            Show.SURE: QRadioButton(tr("&Sure"), self),
            Show.DOUBTFUL: QRadioButton(tr("D&oubtful"), self),
        }
        self.show_choices[Show.SURE].setToolTip(tr("Buildings with at least this confidence"))
        self.show_choices[Show.DOUBTFUL].setToolTip(tr("Buildings below this confidence: those to check first"))
        self.limit_title = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.percent = QSpinBox(self)
        for control in (self.slider, self.percent):
            control.setRange(0, 99)  # nothing is surer than sure
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(10)
        self.percent.setSuffix(" %")
        self.limit_title.setBuddy(self.percent)
        self.slider.setAccessibleName(tr("Limit of the confidence"))
        self.unknown = QCheckBox(tr("Include &unknown (not visible in the post-event image)"), self)
        self.shown = QLabel(self)
        self.shown.setTextFormat(Qt.TextFormat.PlainText)
        self.classes = QLabel(self)
        self.classes.setTextFormat(Qt.TextFormat.RichText)
        self.explanation = QLabel(self)
        self.explanation.setWordWrap(True)
        self.explanation.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.all_button: QPushButton = self.buttons.addButton(tr("Show a&ll"), QDialogButtonBox.ButtonRole.ResetRole)
        self.add_help_button(self.buttons)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MOVING_MS)
        self._lay_out()
        self._timer.timeout.connect(self.apply)
        self.slider.valueChanged.connect(self.percent.setValue)
        self.percent.valueChanged.connect(self.slider.setValue)
        self.percent.valueChanged.connect(lambda _: self._on_limit())
        for button in self.show_choices.values():
            button.clicked.connect(lambda _: self._on_choice())
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
        form.addRow(tr("&Damage layer"), self.layer)
        choices = QHBoxLayout()
        for button in self.show_choices.values():
            choices.addWidget(button)
        choices.addStretch(1)
        form.addRow(tr("Show"), choices)
        form.addRow(self.limit_title, least)
        form.addRow("", self.unknown)
        layout = QVBoxLayout(self)
        layout.addWidget(self.notice)
        layout.addLayout(form)
        layout.addWidget(self.shown)
        layout.addWidget(self.classes)
        layout.addWidget(self.explanation)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(440)

    @property
    def _controls(self) -> tuple[QWidget, ...]:
        return (*self.show_choices.values(), self.slider, self.percent, self.unknown, self.all_button)

    def _enable(self, enabled: bool) -> None:
        for control in self._controls:
            control.setEnabled(enabled)

    def _chosen(self) -> Show:
        return next((show for show, button in self.show_choices.items() if button.isChecked()), Show.ALL)

    def _choose_show(self, show: Show) -> None:
        self.show_choices[show].setChecked(True)
        doubtful = show is Show.DOUBTFUL
        self.limit_title.setText(tr("&Confidence below") if doubtful else tr("Minimum &confidence"))

    def _on_choice(self) -> None:
        show = self._chosen()
        self._choose_show(show)
        if show is not Show.ALL and self.percent.value() == 0:
            self.percent.setValue(_USUAL_PERCENT)
        self._timer.start()

    def _on_limit(self) -> None:
        if self._chosen() is Show.ALL and self.percent.value() > 0:
            self._choose_show(Show.SURE)  # moving the limit sets one
        self._timer.start()

    def bring_up(self) -> None:
        """Show the window for the layer that is active."""
        self.refresh()
        self.choose(self._iface.activeLayer())
        self.read()
        super().bring_up()

    def choose(self, layer: QgsMapLayer | None) -> None:
        """Choose a layer if it is the damage layer of a result."""
        if is_damage_layer(layer):
            self.layer.setLayer(layer)

    def read(self) -> None:
        """Show what the chosen layer shows now."""
        layer = self._layer()
        self._watch(layer)
        self._census = None
        self._enable(layer is not None)
        self.notice.clear()
        self.classes.clear()
        self.explanation.clear()
        if layer is None:
            self.shown.setText(tr("There is no damage layer in the project. Assess a pair of images first."))
            return
        if is_lost(layer):
            self._enable(False)
            self.shown.clear()
            self.notice.show_message(
                tr("The file of this layer was moved or deleted. Put it back, or remove the layer."),
                Qgis.MessageLevel.Warning,
            )
            return
        now = ConfidenceFilter.of(layer)
        if not now.possible:
            self._enable(False)
            self.notice.show_message(
                tr("The layer uses a full SQL query; the confidence filter cannot be added."),
                Qgis.MessageLevel.Warning,
            )
        self._choose_show(now.show)
        self.percent.setValue(round(now.limit * 100))
        self.unknown.setChecked(now.unknown)
        self._timer.stop()
        self._count(layer, now)

    def apply(self) -> None:
        """Filter the layer by the values of the controls."""
        layer = self._layer()
        if layer is None:
            return
        if is_lost(layer):
            self.read()
            return
        self.notice.clear()
        other = ConfidenceFilter.of(layer).other
        wanted = ConfidenceFilter(self._chosen(), self.percent.value() / 100, self.unknown.isChecked(), other)
        self._applying = True
        try:
            applied = wanted.apply(layer)
        finally:
            self._applying = False
        if not applied:
            self.read()  # the controls show what the map shows
            self.notice.show_message(
                tr("QGIS does not filter a layer that is being edited. Save or cancel the edits first."),
                Qgis.MessageLevel.Warning,
            )
            return
        layer.triggerRepaint()
        self._count(layer, wanted)

    def show_all(self) -> None:
        """Take the filter away."""
        self._choose_show(Show.ALL)
        self.percent.setValue(0)
        self.unknown.setChecked(True)
        self._timer.stop()
        self.apply()

    def carry_out(self, order: object) -> None:
        """Filter the layer that another window has asked for."""
        if isinstance(order, QgsVectorLayer):
            self.choose(order)

    def shut_down(self) -> None:
        """Listen to the project no more."""
        project = QgsProject.instance()
        project.layersAdded.disconnect(self.refresh)
        project.layersRemoved.disconnect(self.refresh)

    def _layer(self) -> QgsVectorLayer | None:
        layer = self.layer.currentLayer()
        return layer if is_damage_layer(layer) else None

    def _watch(self, layer: QgsVectorLayer | None) -> None:
        """Follow filters that are set on the layer elsewhere in QGIS."""
        if layer is self._watched:
            return
        if self._watched is not None:
            self._watched.subsetStringChanged.disconnect(self._on_filter)
            self._watched.afterCommitChanges.disconnect(self.read)
            self._watched.willBeDeleted.disconnect(self._forget)
        self._watched = layer
        if layer is not None:
            layer.subsetStringChanged.connect(self._on_filter)
            layer.afterCommitChanges.connect(self.read)  # a review may change the class
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
        """Count now: nothing is counted while the window is hidden."""
        super().showEvent(event)
        self.read()

    def _count(self, layer: QgsVectorLayer, now: ConfidenceFilter) -> None:
        if not self.isVisible():
            return  # it takes a while for a large layer
        if self._census is None:
            self._census = take_census(layer, now.other)
        shown, everything = self._census.shown(now), self._census.all
        self.shown.setText(
            trn(
                "{shown} of {n} building is shown.", "{shown} of {n} buildings are shown.", total(everything),
                shown=number_text(total(shown)),
            )
            + (" " + tr("Statistics and exports of the layer use these only.") if shown != everything else "")
        )  # fmt: skip
        self.classes.setText(counts_table(shown, everything))
        text = tr("Confidence is the model's probability for the class it gave, before any review.")
        if self._census.unlikely:
            text += " " + trn(
                "{n} building was given a class that is not the likeliest one, because the model weighs rare classes "
                "higher.",
                "{n} buildings were given a class that is not the likeliest one, because the model weighs rare classes "
                "higher.",
                self._census.unlikely,
            )
        self.explanation.setText(text)
        # a window that is shown does not grow by itself with what is written into it
        self.resize(self.size().expandedTo(self.sizeHint()))
