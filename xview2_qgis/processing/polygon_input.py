"""Polygons given to an algorithm: chosen in the main thread, where layers live, and written in the worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsGeometry, QgsProcessingFeatureSource, QgsProcessingFeedback, QgsRectangle

from ..i18n.translation import tr
from ..layers.polygon_copy import copy_path, copy_polygons


@dataclass(frozen=True)
class PolygonInput:
    """What a parameter means, before anything is read.

    Attributes:
        name: what the polygons are for: ``area`` or ``footprints``.
        source: the polygons, with the choices made in Processing.
        plain_file: file that holds exactly these polygons, or None.
        with_ids: the ids of the features matter.
        within: box in the source's CRS outside which no polygon is needed, or None.
        cut_to: polygon in the source's CRS to which all are cut, or None.
        left_out: other polygon layers of the file that was given, which QGIS does not take.
    """

    name: str
    source: QgsProcessingFeatureSource
    plain_file: str | None = None
    with_ids: bool = False
    within: QgsRectangle | None = None
    cut_to: QgsGeometry | None = None
    left_out: tuple[str, ...] = ()

    def file(self, folder: Path, feedback: QgsProcessingFeedback) -> str:
        """Return a file for the engine; a new one stops short when the user cancels.

        Raises:
            UnusableLayerError: the file cannot be written.
        """
        if self.left_out:
            feedback.pushWarning(
                tr(
                    "Only the first polygon layer of “{}” counts. Left out: {}. To take another one, add it to the "
                    "project, or add |layername=… to the path."
                ).format(self.source.sourceName(), ", ".join(self.left_out))
            )
        if self.plain_file is not None and self.cut_to is None:
            return self.plain_file
        feedback.setProgressText(tr("Reading the polygons of “{}”").format(self.source.sourceName()))
        return copy_polygons(
            self.source,
            copy_path(self.source, folder, self.name),
            with_ids=self.with_ids,
            within=self.within,
            cut_to=self.cut_to,
            is_cancelled=feedback.isCanceled,
        )
