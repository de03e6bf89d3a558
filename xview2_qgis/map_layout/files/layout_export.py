"""Layouts as files: PDF with a georeference, PNG with a world file."""

from __future__ import annotations

from html import escape
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsPrintLayout,
    QgsRenderContext,
)

from ...i18n.translation import tr
from .file_set import NotWrittenError

#: Ending of the world file of a PNG, and of the file in which GDAL looks for its CRS.
WORLD_FILE, CRS_FILE = ".pgw", ".png.aux.xml"


def write_pdf(layout: QgsPrintLayout, path: Path, dpi: float) -> None:
    """Write a layout as PDF that knows where on the Earth it is.

    A geospatial PDF with layers to switch on and off where QGIS and its GDAL can make one; else a plain one with the
    same georeference (ISO 32000). The attributes of buildings are in neither: names of reviewers are among them.

    Args:
        layout: with a reference map.
        path: file to write.
        dpi: of images.

    Raises:
        NotWrittenError: it cannot be written.
    """
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = dpi
    settings.appendGeoreference = True
    settings.exportMetadata = True
    settings.forceVectorOutput = True
    settings.simplifyGeometries = True
    # letters, not their outlines: coordinates and addresses can be found and copied
    settings.textRenderFormat = QgsRenderContext.TextRenderFormat.TextFormatAlwaysText
    for name, value in (("writeGeoPdf", True), ("includeGeoPdfFeatures", False)):
        if hasattr(settings, name):
            setattr(settings, name, value)
    exporter = QgsLayoutExporter(layout)
    done = exporter.exportToPdf(str(path), settings)
    if done != QgsLayoutExporter.ExportResult.Success and hasattr(settings, "writeGeoPdf"):
        settings.writeGeoPdf = False
        done = exporter.exportToPdf(str(path), settings)
    if done != QgsLayoutExporter.ExportResult.Success:
        raise NotWrittenError(tr("“{}” cannot be written: {}").format(path.name, exporter.errorMessage()))


def write_png(layout: QgsPrintLayout, path: Path, dpi: float, world_file: bool) -> None:
    """Write a layout as PNG.

    Args:
        layout: with a reference map.
        path: file to write.
        dpi: pixels of an inch.
        world_file: whether files beside it say where on the Earth the picture is.

    Raises:
        NotWrittenError: it cannot be written.
    """
    exporter = QgsLayoutExporter(layout)
    # not exportToImage: it wants to georeference the picture, which PNG cannot hold
    picture = exporter.renderPageToImage(0, dpi=dpi)
    if picture.isNull():
        raise NotWrittenError(tr("“{}” cannot be drawn: choose fewer dots per inch.").format(path.name))
    if not picture.save(str(path), "PNG"):
        raise NotWrittenError(tr("“{}” cannot be written.").format(path.name))
    reference = layout.referenceMap()
    if world_file and isinstance(reference, QgsLayoutItemMap):
        a, b, c, d, e, f = exporter.computeWorldFileParameters(dpi)
        lines = "".join(f"{value:.12f}\n" for value in (a, d, b, e, c, f))
        path.with_suffix(WORLD_FILE).write_text(lines, encoding="ascii")
        path.with_name(path.stem + CRS_FILE).write_text(_crs_text(reference.crs()), encoding="utf-8")


def _crs_text(crs: QgsCoordinateReferenceSystem) -> str:
    # PyQGIS keeps the scoped name that 3.22 has beside the new one; the stubs have the new one only
    variant = QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL  # type: ignore[attr-defined]
    wkt = crs.toWkt(variant)
    return f"<PAMDataset><SRS>{escape(wkt)}</SRS></PAMDataset>\n"
