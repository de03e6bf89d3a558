"""The algorithm ``xview2:map``: makes the map of a result. It needs no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)

from ...i18n.translation import tr
from ...map_layout.content.map_texts import Wishes
from ...map_layout.files.file_set import CancelledError, NotWrittenError
from ...map_layout.files.result_files import DEFAULT_PATTERN, FileOrder, Progress, write_files
from ...map_layout.kept_layout import keep
from ...map_layout.place.view import Subject
from ...map_layout.production import MapOrder, NothingToShowError, Production, in_project, own_production
from ...protocol.stored_result import DamagedError, InUseError
from ...protocol.totals.stored_sample import NotAResultError
from ..accuracy.layer_file import RESULT, read_result
from ..algorithm import AlgorithmWords, XView2Algorithm
from ..raw_value import is_named
from . import parameters as names


class MapAlgorithm(XView2Algorithm):
    """Makes a print layout of a result, writes it, and keeps it in the project.

    It runs in the main thread, as QGIS's own algorithms for layouts do: a layout, its maps and the project's list of
    layouts belong to it.
    """

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "map",
            tr("Damage map"),
            tr("Makes a map of a result for print: PDF, PNG and a layout that can be edited."),
            tr(
                "<p>Makes a map of a result, ready to be handed on: title and event, the buildings by their final "
                "class on the image, scale bar, grid, north arrow, overview, legend with the number of buildings and "
                "their ranges where a sample was reviewed, images with dates and credits, method, limits, and who "
                "made it.</p>"
                "<p>The PDF is georeferenced. The layout may be kept in the project and edited there.</p>"
                "<p>With a layer of zones, such as districts, each zone gets a page of its own.</p>"
            ),
        )

    def flags(self) -> Any:  # noqa: ANN401 - another class in every version of QGIS
        """Return that it runs in the main thread."""
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802 - QGIS's name
        """Return that it can: QGIS alone makes the map."""
        return True, ""

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        for parameter in names.parameter_definitions():
            self.addParameter(parameter)
        for output in names.output_definitions():
            self.addOutput(output)

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Make the map."""
        feedback = feedback or QgsProcessingFeedback()
        geopackage = read_result(self, parameters, context)
        damage = self.parameterAsVectorLayer(parameters, RESULT, context)
        project = context.project() or QgsProject.instance()
        if damage is None or project is None:
            raise QgsProcessingException(tr("Choose the damage layer of an assessment: a layer of a GeoPackage."))
        files = self._files(parameters, context)
        kept = self.parameterAsBoolean(parameters, names.KEEP, context)
        if files.pdf is None and files.png is None and not kept:
            raise QgsProcessingException(tr("Choose a PDF, a PNG, or to keep the layout in the project."))
        order = self._order(parameters, context)
        production = self._production(damage, geopackage, order, project)
        if production.image_missing:
            feedback.pushWarning(
                tr("Not found: “{}”. The map has no image. Add it to the project for one that has.").format(
                    production.image_missing
                )
            )
        outputs = self._written(production, files, feedback)
        outputs[names.MAP_SCALE] = production.map.view.scale
        outputs[names.PAGES] = len(production.pages.zones) if production.pages else 1
        if kept:
            if damage.subsetString():
                feedback.pushWarning(
                    tr(
                        "The layer “{}” is filtered: the layout in the project shows what the filter lets through, its "
                        "legend counts all buildings."
                    ).format(damage.name())
                )
            wished = self.parameterAsString(parameters, names.LAYOUT_NAME, context).strip()
            name = wished or production.map.texts.title()
            outputs[names.LAYOUT] = keep(in_project(production, damage, order, project), name, project)
            feedback.pushInfo(tr("To edit the map: Project › Layouts › {}").format(outputs[names.LAYOUT]))
        return outputs

    def _production(self, damage: QgsVectorLayer, geopackage: str, order: MapOrder, project: QgsProject) -> Production:
        try:
            return own_production(damage, geopackage, order, project)
        except NothingToShowError as error:
            raise QgsProcessingException(str(error)) from error
        except (NotAResultError, InUseError, DamagedError) as error:
            raise QgsProcessingException(
                tr("“{}” cannot be read as a result of an assessment.").format(Path(geopackage).name)
            ) from error

    def _written(self, production: Production, files: FileOrder, feedback: QgsProcessingFeedback) -> dict[str, Any]:
        if files.pdf is None and files.png is None:
            return {}
        layout = production.map.layout(production.project, production.map.texts.title(), production.pages)
        progress = Progress(feedback.isCanceled, feedback.setProgress)
        try:
            written = write_files(layout, files, progress)
        except CancelledError as error:
            raise QgsProcessingException(tr("Cancelled; nothing was written.")) from error
        except NotWrittenError as error:
            raise QgsProcessingException(str(error)) from error
        outputs: dict[str, Any] = {names.FILES: "\n".join(map(str, written))}
        for name, place in ((names.PDF, files.pdf), (names.PNG, files.png)):
            if place is not None:
                outputs[name] = str(next(path for path in written if path.suffix == place.suffix))
        return outputs

    def _files(self, parameters: dict[str, Any], context: QgsProcessingContext) -> FileOrder:
        def place(name: str) -> Path | None:
            if not is_named(parameters.get(name), context):
                return None
            path = Path(self.parameterAsFileOutput(parameters, name, context))
            return path if path.suffix.lower() == f".{name.lower()}" else path.with_name(f"{path.name}.{name.lower()}")

        return FileOrder(
            place(names.PDF), place(names.PNG),
            float(self.parameterAsInt(parameters, names.DPI, context)),
            self.parameterAsBoolean(parameters, names.WORLD_FILE, context),
            self.parameterAsString(parameters, names.PAGE_NAME, context).strip() or DEFAULT_PATTERN,
        )  # fmt: skip

    def _order(self, parameters: dict[str, Any], context: QgsProcessingContext) -> MapOrder:
        def text(name: str) -> str:
            return str(self.parameterAsString(parameters, name, context)).strip()

        def choice(name: str, offered: tuple[str, ...]) -> str:
            return str(self.parameterAsEnumString(parameters, name, context)) or offered[0]

        subject = None
        extent = self.parameterAsExtent(parameters, names.EXTENT, context)
        if not extent.isNull() and not extent.isEmpty():
            subject = Subject(extent, self.parameterAsExtentCrs(parameters, names.EXTENT, context))
        given = parameters.get(names.SCALE) is not None
        return MapOrder(
            choice(names.PAPER, ("A4",)), choice(names.ORIENTATION, names.ORIENTATIONS),
            self.parameterAsDouble(parameters, names.SCALE, context) if given else None,
            choice(names.IMAGE, names.IMAGES), choice(names.LANGUAGE, ("auto",)),
            Wishes(text(names.TITLE), text(names.ORGANISATION), text(names.CONTACT)), subject,
            self.parameterAsVectorLayer(parameters, names.ZONES, context), text(names.ZONE_FIELD),
        )  # fmt: skip
