"""The parameters and outputs of the algorithm ``xview2:assess``: their names, titles and choices."""

from __future__ import annotations

import os
from collections.abc import Iterator

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)

from ...i18n.translation import tr
from ...protocol.locations import AUTOMATIC_MODEL
from ...protocol.options.assessment import OPTION
from ...protocol.schema import CLASS_LABELS, Damage
from .help_texts import parameter_help

PRE, POST, MODEL = "PRE", "POST", "MODEL"
AOI, EXTENT, EXCLUDE, FOOTPRINTS = "AOI", "EXTENT", "EXCLUDE", "FOOTPRINTS"
EVENT = "EVENT"
PRE_BANDS, POST_BANDS = "PRE_BANDS", "POST_BANDS"
KEEP_REVIEWS, DISCARD_REVIEWS = "KEEP_REVIEWS", "DISCARD_REVIEWS"
RESUME = "RESUME"
OUTPUT, DAMAGE_RASTER, REPORT = "OUTPUT", "DAMAGE_RASTER", "REPORT"
ASSESSED_AREA, NOT_VISIBLE = "ASSESSED_AREA", "NOT_VISIBLE"
BUILDINGS, DEVICE_USED = "BUILDINGS", "DEVICE_USED"

#: Names of the outputs that hold numbers of buildings.
COUNT_OUTPUTS = {
    Damage.NO_DAMAGE: "NO_DAMAGE",
    Damage.MINOR: "MINOR_DAMAGE",
    Damage.MAJOR: "MAJOR_DAMAGE",
    Damage.DESTROYED: "DESTROYED",
    Damage.UNKNOWN: "UNKNOWN",
}


def parameter_definitions() -> Iterator[QgsProcessingParameterDefinition]:
    """Yield new definitions of the parameters, in the order of the dialog."""
    for parameter in (*_inputs(), *_advanced(), *_destinations()):
        parameter.setHelp(parameter_help(parameter.name()))
        yield parameter


def output_definitions() -> Iterator[QgsProcessingOutputDefinition]:
    """Yield new definitions of the outputs that are no files."""
    yield QgsProcessingOutputVectorLayer(ASSESSED_AREA, tr("Assessed area"), QgsProcessing.SourceType.TypeVectorPolygon)
    yield QgsProcessingOutputVectorLayer(NOT_VISIBLE, tr("Not visible"), QgsProcessing.SourceType.TypeVectorPolygon)
    yield QgsProcessingOutputNumber(BUILDINGS, tr("Number of buildings"))
    for damage, name in COUNT_OUTPUTS.items():
        yield QgsProcessingOutputNumber(name, tr("Buildings: {}").format(tr(CLASS_LABELS[damage])))
    yield QgsProcessingOutputString(DEVICE_USED, tr("Device used"))


def _inputs() -> Iterator[QgsProcessingParameterDefinition]:
    polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
    yield QgsProcessingParameterRasterLayer(PRE, tr("Pre-event image"), optional=True)
    yield QgsProcessingParameterRasterLayer(POST, tr("Post-event image"))
    yield model_definition()
    yield QgsProcessingParameterFeatureSource(AOI, tr("Area to assess"), polygons, optional=True)
    yield QgsProcessingParameterExtent(EXTENT, tr("Extent to assess"), optional=True)
    yield QgsProcessingParameterFeatureSource(EXCLUDE, tr("Not visible (clouds, smoke)"), polygons, optional=True)
    yield QgsProcessingParameterFeatureSource(FOOTPRINTS, tr("Building footprints"), polygons, optional=True)
    yield event_definition()


def event_definition() -> QgsProcessingParameterDefinition:
    """Return a new definition of the parameter of event and imagery."""
    return QgsProcessingParameterFile(
        EVENT, tr("Event and imagery"), QgsProcessingParameterFile.Behavior.File, optional=True,
        fileFilter=tr("Event and imagery (*.json *.yaml *.yml)"),
    )  # fmt: skip


def model_definition() -> QgsProcessingParameterDefinition:
    """Return a new definition of the parameter of the model."""
    model = QgsProcessingParameterString(MODEL, tr("Model: name, or path of a bundle"), defaultValue=AUTOMATIC_MODEL)
    # only named here: the program qgis_process has no widgets
    model.setMetadata({"widget_wrapper": {"class": "xview2_qgis.processing.model_wrapper.ModelWrapper"}})
    return model


def model_word(text: str) -> str:
    """Return what the engine is given for the text of that parameter: a path becomes absolute."""
    model = text.strip() or AUTOMATIC_MODEL
    return os.path.abspath(model) if model != AUTOMATIC_MODEL and os.path.exists(model) else model


def choice_definitions() -> Iterator[QgsProcessingParameterDefinition]:
    """Yield new definitions of the parameters that offer the words of an option."""
    for name, title in (
        ("DEVICE", tr("Device")),
        ("PRECISION", tr("Precision")),
        ("TTA", tr("Test-time augmentation")),
        ("REGISTER", tr("Co-register post-event to pre-event image")),
        ("OUTLINES", tr("Outlines of buildings")),
    ):
        words = list(OPTION[name.lower()].offered)
        yield folded(
            QgsProcessingParameterEnum(name, title, options=words, defaultValue=words[0], usesStaticStrings=True)
        )


def _advanced() -> Iterator[QgsProcessingParameterDefinition]:
    yield from choice_definitions()
    for name, title in (
        (PRE_BANDS, tr("Bands of the pre-event image (red, green, blue)")),
        (POST_BANDS, tr("Bands of the post-event image (red, green, blue)")),
    ):
        yield folded(QgsProcessingParameterString(name, title, optional=True))
    for name, title in (
        (KEEP_REVIEWS, tr("Carry the reviews of a replaced result over to buildings at the same place")),
        (DISCARD_REVIEWS, tr("Replace also a result that holds reviewed buildings (their reviews are lost)")),
        (RESUME, tr("Go on with an unfinished run of the same output")),
    ):
        yield folded(QgsProcessingParameterBoolean(name, title, defaultValue=False, optional=True))


def folded(parameter: QgsProcessingParameterDefinition) -> QgsProcessingParameterDefinition:
    """Return a parameter, shown under "Advanced parameters" from now on."""
    # PyQGIS keeps the scoped name that 3.22 has beside the new one; the stubs have the new one only
    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced  # type: ignore[attr-defined]
    parameter.setFlags(parameter.flags() | advanced)
    return parameter


def _destinations() -> Iterator[QgsProcessingParameterDefinition]:
    yield QgsProcessingParameterVectorDestination(
        OUTPUT, tr("Building damage"), QgsProcessing.SourceType.TypeVectorPolygon
    )
    yield QgsProcessingParameterRasterDestination(
        DAMAGE_RASTER, tr("Damage raster"), optional=True, createByDefault=False
    )
    yield QgsProcessingParameterFileDestination(
        REPORT, tr("Report"), fileFilter=tr("HTML files (*.html)"), optional=True, createByDefault=False
    )
