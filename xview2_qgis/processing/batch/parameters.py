"""The parameters and outputs of the algorithm ``xview2:batch``: their names, titles and help."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterVectorDestination,
    QgsProcessingParameterVectorLayer,
)

from ...i18n.translation import tr
from ..assess.help_texts import parameter_help
from ..assess.parameters import choice_definitions, event_definition, folded, model_definition

CATALOG, PRE_FOLDER, POST_FOLDER, MATCH = "CATALOG", "PRE_FOLDER", "POST_FOLDER", "MATCH"
#: Parameters of polygons for all scenes, and their options.
POLYGONS = {"AOI": "aoi", "EXCLUDE": "exclude", "FOOTPRINTS": "footprints"}
#: Flags, and their options.
FLAGS = {
    "LIST_ONLY": "list-only",
    "WITH_DAMAGE_RASTERS": "damage-raster",
    "WITH_REPORTS": "report",
    "OVERWRITE": "overwrite",
    "KEEP_REVIEWS": "keep-reviews",
}
FOLDER, MERGED, SUMMARY = "FOLDER", "MERGED", "SUMMARY"
BUILDINGS, SCENES, FAILED = "BUILDINGS", "SCENES", "FAILED"
#: How images of two folders are matched, in the words of the engine.
MATCHES = ["name", "date"]


def parameter_definitions() -> Iterator[QgsProcessingParameterDefinition]:
    """Yield new definitions of the parameters, in the order of the dialog."""
    own = _help()
    for parameter in (*_scenes(), *_options(), *_destinations()):
        parameter.setHelp(own.get(parameter.name()) or parameter_help(parameter.name()))
        yield parameter


def output_definitions() -> Iterator[QgsProcessingOutputDefinition]:
    """Yield new definitions of the outputs that are no destinations."""
    yield QgsProcessingOutputFile(SUMMARY, tr("Summary"))
    yield QgsProcessingOutputNumber(BUILDINGS, tr("Number of buildings"))
    yield QgsProcessingOutputNumber(SCENES, tr("Number of scenes"))
    yield QgsProcessingOutputNumber(FAILED, tr("Scenes that failed"))


def _scenes() -> Iterator[QgsProcessingParameterDefinition]:
    file, folder = QgsProcessingParameterFile.Behavior.File, QgsProcessingParameterFile.Behavior.Folder
    yield QgsProcessingParameterFile(
        CATALOG, tr("List of scenes (CSV)"), file, optional=True, fileFilter=tr("Tables (*.csv)")
    )
    yield QgsProcessingParameterFile(PRE_FOLDER, tr("Or: folder with pre-event images"), folder, optional=True)
    yield QgsProcessingParameterFile(POST_FOLDER, tr("Folder with post-event images"), folder, optional=True)
    yield QgsProcessingParameterEnum(
        MATCH, tr("Match the images of the folders by"), options=MATCHES, defaultValue=MATCHES[0],
        usesStaticStrings=True,
    )  # fmt: skip
    yield QgsProcessingParameterBoolean(
        "LIST_ONLY", tr("Only list the pairs of the folders"), defaultValue=False, optional=True
    )


def _options() -> Iterator[QgsProcessingParameterDefinition]:
    polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
    yield model_definition()
    for name, title in (
        ("AOI", tr("Area to assess")),
        ("EXCLUDE", tr("Not visible (clouds, smoke)")),
        ("FOOTPRINTS", tr("Building footprints")),
    ):
        yield QgsProcessingParameterVectorLayer(name, title, polygons, optional=True)
    yield event_definition()
    yield from choice_definitions()
    for name, title in (
        ("WITH_DAMAGE_RASTERS", tr("A damage raster of each scene")),
        ("WITH_REPORTS", tr("A report of each scene")),
        ("OVERWRITE", tr("Assess scenes again whose images or options have changed, and replace their results")),
        ("KEEP_REVIEWS", tr("Carry the reviews of replaced results over to buildings at the same place")),
    ):
        yield folded(QgsProcessingParameterBoolean(name, title, defaultValue=False, optional=True))


def _destinations() -> Iterator[QgsProcessingParameterDefinition]:
    yield QgsProcessingParameterFolderDestination(FOLDER, tr("Folder for the results"))
    yield QgsProcessingParameterVectorDestination(
        MERGED, tr("Building damage of all scenes"), QgsProcessing.SourceType.TypeVectorPolygon, optional=True
    )


def _help() -> dict[str, str]:
    return {
        CATALOG: tr(
            "Table with one line a scene and the columns id, pre, post; where wanted also aoi, exclude, footprints, "
            "event, pre_date, post_date. Paths count from its folder."
        ),
        PRE_FOLDER: tr("In place of a list: folder whose images are matched with those of the other one."),
        POST_FOLDER: tr("May be the same folder, if words or dates in the names tell the images apart."),
        MATCH: tr(
            "name: one image in each folder whose names are the same but for dates and words such as pre and post. "
            "date: of several images of a place the last before and the first after the event."
        ),
        "LIST_ONLY": tr("The pairs are written as catalog.csv into the folder of the results, to be checked."),
        "AOI": tr("For all scenes; a column of the list comes first."),
        "EXCLUDE": tr("For all scenes; a column of the list comes first."),
        "FOOTPRINTS": tr("For all scenes; a column of the list comes first."),
        "OVERWRITE": tr("Results whose images and options are what they were are kept all the same."),
        FOLDER: tr("One GeoPackage a scene, and the table summary.csv. The same folder again: the batch goes on."),
        MERGED: tr("GeoPackage with all scenes, made of their results. Review those, not this one."),
    }
