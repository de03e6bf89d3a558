"""The form of the dialog: what to assess, and the request that it makes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qgis.core import QgsMapLayer, QgsMapLayerProxyModel, QgsProject, QgsRasterLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import QFormLayout, QGroupBox, QSizePolicy, QVBoxLayout, QWidget

from ...assessment.pair_check import PairCheck
from ...assessment.request import request_of, words_of_pair
from ...engine_process.environment import EngineEnvironment
from ...i18n.translation import tr
from ...layers.image_overlap import image_overlap
from ...layers.polygon_source import vector_source
from ...layers.raster_source import raster_source
from ...layers.source_files import layer_file
from ...layers.unusable_layer import UnusableLayerError
from ...protocol.options.assessment import AssessmentParameters
from ..layer_choice import LayerChoice
from ..model_choice import ModelChoice
from ..not_visible.choice import NotVisibleChoice
from ..wheel_guard import WheelGuard
from .advanced_choice import AdvancedChoice, bands_hint
from .area_choice import AreaChoice
from .event.choice import EventChoice
from .image_pair_choice import ImagePairChoice
from .output_choice import OutputChoice


class AssessForm(QWidget):
    """All choices of a run.

    Args:
        canvas: the map whose view can be assessed, or None.
        engine: finds the engine; raises ``EngineMissingError``.
        parent: Qt parent.
    """

    def __init__(
        self, canvas: QgsMapCanvas | None, engine: Callable[[], EngineEnvironment], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.images = ImagePairChoice(self)
        self.pre, self.post = self.images.pre, self.images.post
        self.model = ModelChoice(self)
        self.area = AreaChoice(canvas, self)
        self.not_visible = NotVisibleChoice(canvas, self)
        self.footprints = LayerChoice(tr("None – detect buildings automatically"), self)
        self.footprints.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.footprints.setToolTip(tr("Each footprint gets a damage class; buildings detected elsewhere are added"))
        # its own idea of a width is that of the first entry, which does not exist yet
        self.footprints.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.outputs = OutputChoice(self)
        self.event_choice = EventChoice(self)
        self.advanced = AdvancedChoice(engine, self)
        self.pair_check = PairCheck(engine, self)
        self._lay_out()
        self.images.changed.connect(self.suggest_outputs)
        self.images.changed.connect(self.check_pair)
        self.model.changed.connect(self.check_pair)
        for field in (self.advanced.pre_bands, self.advanced.post_bands):
            field.editingFinished.connect(self.check_pair)
        self.pair_check.known.connect(self.images.show_report)
        self.pair_check.known.connect(self.event_choice.show_report)
        self.images.changed.connect(lambda: self.event_choice.set_layers(*self.images.layers()))
        self.images.changed.connect(self._show_bands)
        self.images.swapped.connect(self.advanced.swap_bands)
        self.advanced.collapsedStateChanged.connect(self._show_bands)  # a layer may be drawn otherwise by then
        WheelGuard(self)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        images = QGroupBox(tr("Images"), self)
        QVBoxLayout(images).addWidget(self.images)
        column.addWidget(images)
        model = QGroupBox(tr("Model"), self)
        QVBoxLayout(model).addWidget(self.model)
        column.addWidget(model)
        area = QGroupBox(tr("Area to assess"), self)
        QVBoxLayout(area).addWidget(self.area)
        column.addWidget(area)
        column.addWidget(self._group(tr("Clouds and smoke"), (tr("Not visible"), self.not_visible)))
        column.addWidget(self._group(tr("Buildings"), (tr("&Footprints"), self.footprints)))
        outputs = QGroupBox(tr("Outputs"), self)
        QVBoxLayout(outputs).addWidget(self.outputs)
        column.addWidget(outputs)
        column.addWidget(self.event_choice)
        column.addWidget(self.advanced)
        column.addStretch(1)

    def _group(self, title: str, *rows: tuple[str, QWidget]) -> QGroupBox:
        group = QGroupBox(title, self)
        form = QFormLayout(group)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for label, widget in rows:
            form.addRow(label, widget)
        return group

    def choose_first_layers(self) -> None:
        """Choose the pair of the project where names make clear which it is, and propose names for the results."""
        self.images.guess()
        self.suggest_outputs()

    def forget(self) -> None:
        """Forget what was typed, because it belonged to another project."""
        self.outputs.forget()
        self.advanced.forget_bands()
        self.event_choice.recall()

    def check_pair(self) -> None:
        """Find out what is known of the chosen pair; a window that nobody sees asks nothing."""
        if self.isVisible() and self.isEnabled():
            bands = self.advanced.pre_bands.text(), self.advanced.post_bands.text()
            self.pair_check.ask(*self.images.layers(), bands, self.model.model().name)

    def suggest_outputs(self) -> None:
        """Propose names for the results beside the pre-event image."""
        layer = self.post.layer() if self.pre.left_away else self.pre.layer()
        self.outputs.suggest(layer_file(layer) if layer is not None else "")

    def _show_bands(self, *_: object) -> None:
        """Show in the empty fields of the bands which ones are used."""
        for field, layer in (
            (self.advanced.pre_bands, self.pre.layer()),
            (self.advanced.post_bands, self.post.layer()),
        ):
            field.setPlaceholderText(bands_hint(layer))

    def pair(self) -> tuple[QgsRasterLayer | None, QgsRasterLayer]:
        """Return the pre-event image, None where it is left away, and the post-event image.

        Raises:
            UnusableLayerError: one of them is not chosen.
        """
        pre, post = self.images.layers()
        if post is None or (pre is None and not self.pre.left_away):
            raise UnusableLayerError(tr("Choose the pre-event and the post-event image."))
        return pre, post

    def _images(self) -> tuple[QgsRasterLayer, ...]:
        return tuple(image for image in self.pair() if image is not None)

    def choices_made(self) -> AssessmentParameters:
        """Return what the widgets ask for, but for the polygons of area and footprints, which may take a while.

        Raises:
            UnusableLayerError: something is missing or cannot be used; the text says what.
        """
        pre, post = self.pair()
        if pre is not None and pre.id() == post.id():
            raise UnusableLayerError(tr("Both images are the same layer; choose two different ones."))
        if pre is not None and raster_source(pre) == raster_source(post):
            raise UnusableLayerError(tr("Both layers show the same file; choose two different images."))
        geopackage, damage_raster, report = self.outputs.paths()
        if not geopackage or damage_raster == "" or report == "":
            raise UnusableLayerError(tr("Enter an output file name."))
        outputs = {"output": geopackage, "damage_raster": damage_raster, "report": report}
        return request_of(
            {
                **words_of_pair(pre, post, (self.advanced.pre_bands.text(), self.advanced.post_bands.text())),
                **self.advanced.words(),
                **outputs,
                "event": self.event_choice.word(),
                "model": self.model.model().name,
                "overwrite": any(os.path.exists(path) for path in outputs.values() if path),
            }
        )

    def with_polygons(self, request: AssessmentParameters, folder: Path) -> AssessmentParameters:
        """Return a request with area and footprints.

        Args:
            request: what :meth:`choices_made` returned.
            folder: where temporary files of the request may be written.

        Raises:
            UnusableLayerError: something is missing or cannot be used; the text says what.
        """
        images = self._images()
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            return replace(
                request,
                aoi=self.area.source(folder, images),
                exclude=self.not_visible.source(folder),
                footprints=self._footprints_source(images, folder),
            )
        finally:
            QGuiApplication.restoreOverrideCursor()

    def input_layers(self) -> list[QgsMapLayer]:
        """Return the layers that a run would read."""
        chosen = (
            self.pre.layer(),
            self.post.layer(),
            self.area.chosen_layer(),
            self.not_visible.layer(),
            self.footprints.currentLayer(),
        )
        return [layer for layer in chosen if layer is not None]

    def _footprints_source(self, images: tuple[QgsRasterLayer, ...], folder: Path) -> str | None:
        layer = self.footprints.vector()
        if layer is None:
            return None
        within = image_overlap(images, layer.crs(), QgsProject.instance().transformContext())
        return vector_source(layer, folder, "footprints", with_ids=True, within=within)
