"""The parameters and outputs of the algorithm ``xview2:map``."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ...i18n.translation import tr
from ...map_layout.content.map_words import AUTOMATIC, offered_languages
from ...map_layout.files.result_files import DEFAULT_PATTERN
from ...map_layout.map_layers import NONE, POST, PRE
from ...map_layout.page.page_plan import PAPERS
from ..accuracy.layer_file import result_parameter
from ..assess.parameters import folded

TITLE, PAPER, ORIENTATION, EXTENT, SCALE = "TITLE", "PAPER", "ORIENTATION", "EXTENT", "SCALE"
IMAGE, ZONES, ZONE_FIELD, PAGE_NAME = "IMAGE", "ZONES", "ZONE_FIELD", "PAGE_NAME"
ORGANISATION, CONTACT, LANGUAGE = "ORGANISATION", "CONTACT", "LANGUAGE"
DPI, WORLD_FILE, PDF, PNG, KEEP, LAYOUT_NAME = "DPI", "WORLD_FILE", "PDF", "PNG", "KEEP", "LAYOUT_NAME"
PAGES, MAP_SCALE, LAYOUT, FILES = "PAGES", "MAP_SCALE", "LAYOUT", "FILES"

ORIENTATIONS = ("auto", "landscape", "portrait")
IMAGES = (POST, PRE, NONE)


def parameter_definitions() -> Iterator[QgsProcessingParameterDefinition]:
    """Yield new definitions of the parameters, in the order of the dialog."""
    for parameter in (*_content(), *_sheet(), *_zones(), *_advanced(), *_destinations()):
        parameter.setHelp(parameter_help(parameter.name()))
        yield parameter


def output_definitions() -> Iterator[QgsProcessingOutputDefinition]:
    """Yield new definitions of the outputs that are no files."""
    yield QgsProcessingOutputNumber(PAGES, tr("Number of pages"))
    yield QgsProcessingOutputNumber(MAP_SCALE, tr("Scale of the map, 1 to"))
    yield QgsProcessingOutputString(LAYOUT, tr("Name of the layout in the project"))
    yield QgsProcessingOutputString(FILES, tr("Files written, one a line"))


def _content() -> Iterator[QgsProcessingParameterDefinition]:
    yield result_parameter()
    yield _text(TITLE, tr("Title"))
    yield _text(ORGANISATION, tr("Organisation"))
    yield _text(CONTACT, tr("Contact"))
    languages = [AUTOMATIC, *offered_languages()]
    yield _choice(LANGUAGE, tr("Language of the map"), languages)


def _sheet() -> Iterator[QgsProcessingParameterDefinition]:
    yield _choice(PAPER, tr("Page size"), list(PAPERS))
    yield _choice(ORIENTATION, tr("Orientation"), list(ORIENTATIONS))
    yield _choice(IMAGE, tr("Image beneath the buildings"), list(IMAGES))
    yield QgsProcessingParameterExtent(EXTENT, tr("Extent"), optional=True)
    yield QgsProcessingParameterNumber(
        SCALE, tr("Scale, 1 to"), QgsProcessingParameterNumber.Type.Double, None, True, 100.0, 20_000_000.0
    )


def _zones() -> Iterator[QgsProcessingParameterDefinition]:
    polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
    yield QgsProcessingParameterVectorLayer(ZONES, tr("Zones, for a page of each"), polygons, optional=True)
    yield QgsProcessingParameterField(ZONE_FIELD, tr("Field with the names of the zones"), None, ZONES, optional=True)


def _advanced() -> Iterator[QgsProcessingParameterDefinition]:
    yield folded(
        QgsProcessingParameterString(PAGE_NAME, tr("Names of the files of zones"), DEFAULT_PATTERN, optional=True)
    )
    yield folded(
        QgsProcessingParameterNumber(
            DPI, tr("Dots per inch"), QgsProcessingParameterNumber.Type.Integer, 300, False, 50, 1200
        )
    )
    yield folded(_flag(WORLD_FILE, tr("World file beside the PNG"), False))
    yield folded(QgsProcessingParameterString(LAYOUT_NAME, tr("Name of the layout in the project"), optional=True))


def _destinations() -> Iterator[QgsProcessingParameterDefinition]:
    yield _flag(KEEP, tr("Keep the layout in the project"), True)
    for name, title, words, default in (
        (PDF, tr("Map as PDF"), tr("PDF files (*.pdf)"), True),
        (PNG, tr("Map as PNG"), tr("PNG files (*.png)"), False),
    ):
        yield QgsProcessingParameterFileDestination(
            name, title, fileFilter=words, optional=True, createByDefault=default
        )


def _text(name: str, title: str) -> QgsProcessingParameterDefinition:
    return QgsProcessingParameterString(name, title, optional=True)


def _flag(name: str, title: str, default: bool) -> QgsProcessingParameterDefinition:
    return QgsProcessingParameterBoolean(name, title, defaultValue=default, optional=True)


def _choice(name: str, title: str, words: list[str]) -> QgsProcessingParameterDefinition:
    return QgsProcessingParameterEnum(
        name, title, options=words, defaultValue=words[0], optional=True, usesStaticStrings=True
    )


def parameter_help(name: str) -> str:
    """Return the help of one parameter, plain text; empty for a name that has none."""
    texts = {
        TITLE: tr("Without it: the place or the event of the result, else the name of the post-event image."),
        ORGANISATION: tr("Who makes the map. It stands under Production."),
        CONTACT: tr("Whom to ask. Without it that of the result, where it has one."),
        LANGUAGE: tr("auto: the language of QGIS. Arabic maps are laid out from right to left."),
        PAPER: tr("Letters and symbols grow with the page."),
        ORIENTATION: tr("auto: the one that shows the place at a larger scale."),
        IMAGE: tr("post: the post-event image, pre: the pre-event image, none: no image. It is looked for in the "
                  "project, then beside the result."),
        EXTENT: tr("Without it, all buildings are shown."),
        SCALE: tr("Such as 5000 for 1:5,000. Without it, the largest round scale at which all has room."),
        ZONES: tr("Polygons, such as districts, in any CRS. Each in which buildings are gets a page of its own, with "
                  "its own numbers."),
        ZONE_FIELD: tr("It is the title of the page and the name of its file. Without it, zones have numbers."),
        PAGE_NAME: tr("Names of the files, with {map} for the name given below, {zone} for that of the zone and "
                      "{number} for the page."),
        DPI: tr("300 for print, 150 for the screen."),
        WORLD_FILE: tr("Two small files that let GIS programs put the PNG in its place."),
        LAYOUT_NAME: tr("Without it, the title. A layout of that name is not replaced; the new one gets a number."),
        KEEP: tr("The map is then found under Project › Layouts and can be edited; layers that the project lacks are "
                 "added, switched off."),
        PDF: tr("Georeferenced: readers such as QGIS find coordinates in it. With zones, one file for each."),
        PNG: tr("A picture. With zones, one file for each."),
    }  # fmt: skip
    return texts.get(name, "")
