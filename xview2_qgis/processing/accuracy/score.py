"""The algorithm ``xview2:score``: a result against a reference."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterVectorLayer,
    QgsVectorLayer,
)

from ...i18n.translation import qgis_language, tr
from ...protocol.language.mark import mark
from ...protocol.options.language import language_arguments
from ..algorithm import AlgorithmWords, XView2Algorithm
from .layer_file import read_result, result_parameter, vector_file

REFERENCE, FIELD, AOI, WHICH, REPORT, TABLE = "REFERENCE", "FIELD", "AOI", "WHICH", "REPORT", "TABLE"
_WHICH = ["final", "model"]
#: Outputs that are numbers: what the engine calls them, and people.
_FIGURES = {
    "SCORE": ("pixels_score", mark("Official score (pixels)")),
    "PIXEL_LOCALIZATION_F1": ("pixels_localization_f1", mark("Localization F1 (pixels)")),
    "PIXEL_DAMAGE_F1": ("pixels_damage_f1", mark("Damage F1 (pixels)")),
    "LOCALIZATION_F1": ("buildings_localization_f1", mark("Localization F1 (buildings)")),
    "PRECISION": ("buildings_localization_precision", mark("Localization precision (buildings)")),
    "RECALL": ("buildings_localization_recall", mark("Localization recall (buildings)")),
    "DAMAGE_F1": ("buildings_damage_f1", mark("Damage F1 (buildings)")),
}


class ScoreAlgorithm(XView2Algorithm):
    """Compares the buildings of a result with reference buildings."""

    def __init__(self) -> None:
        super().__init__()
        self._path = ""
        self._folder: Path | None = None
        self._inputs: list[str] = []

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "score",
            tr("Check accuracy against a reference"),
            tr("Official scores, scores of buildings, confusion matrix and calibration."),
            tr(
                "<p>Compares a result with buildings whose damage is known: polygons, or points (then without scores "
                "of pixels), in any CRS.</p>"
                "<p>The classes are words of xBD, Copernicus EMS (<i>damage_gra</i>), UNOSAT "
                "(<i>Main_Damage_Site_Class</i>, words or codes) or FEMA, or numbers 1 to 4. The field is found by "
                "what it holds, or named. A package of Copernicus EMS or UNOSAT is scored where it was analysed.</p>"
                "<p>The reference is taken for complete in the assessed area, or in the area given.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        """Declare parameters and outputs."""
        anything = [QgsProcessing.SourceType.TypeVectorAnyGeometry]
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        self.addParameter(result_parameter())
        self.addParameter(QgsProcessingParameterVectorLayer(REFERENCE, tr("Reference buildings"), anything))
        self.addParameter(
            QgsProcessingParameterField(FIELD, tr("Field with the damage classes"), None, REFERENCE, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterVectorLayer(AOI, tr("Where the reference is complete"), polygons, optional=True)
        )
        self.addParameter(
            QgsProcessingParameterEnum(
                WHICH, tr("Classes to score"), options=_WHICH, defaultValue=_WHICH[0], usesStaticStrings=True
            )
        )
        for name, title, words in (
            (REPORT, tr("Report"), tr("HTML files (*.html)")),
            (TABLE, tr("Table"), tr("Tables (*.csv)")),
        ):
            self.addParameter(
                QgsProcessingParameterFileDestination(
                    name, title, fileFilter=words, optional=True, createByDefault=False
                )
            )
        for name, (_, title) in _FIGURES.items():
            self.addOutput(QgsProcessingOutputNumber(name, tr(title)))

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Turn layers into files; runs in the main thread, where layers live."""
        self._path = read_result(self, parameters, context)
        self._folder = Path(tempfile.mkdtemp(prefix="xview2_"))
        reference = self._layer(parameters, REFERENCE, context)
        if reference is None:
            raise QgsProcessingException(tr("The reference cannot be opened."))
        self._inputs = ["--reference", vector_file(reference, self._folder, "reference")]
        area = self._layer(parameters, AOI, context)
        if area is not None:
            self._inputs += ["--aoi", vector_file(area, self._folder, "area")]
        return True

    def _layer(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> QgsVectorLayer | None:
        # the stubs have no None, which QGIS gives where nothing was chosen
        layer: QgsVectorLayer | None = self.parameterAsVectorLayer(parameters, name, context)
        return layer

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        which = self.parameterAsEnumString(parameters, WHICH, context)
        command = ["score", self._path, *self._inputs, "--which", which, "--events", "json", "--overwrite"]
        command += language_arguments(qgis_language())
        field = self.parameterAsString(parameters, FIELD, context)
        if field:
            command += ["--field", field]
        files = {name: self.parameterAsFileOutput(parameters, name, context) for name in (REPORT, TABLE)}
        files = {name: path for name, path in files.items() if path}
        for name, option in ((REPORT, "--report"), (TABLE, "--csv")):
            if name in files:
                command += [option, files[name]]
        try:
            result = self.engine_result(command, feedback, tr("The comparison was cancelled; nothing was written."))
        finally:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
        for name, value in result.figures.items():
            feedback.pushInfo(f"{name}: {value:.3f}")
        numbers = {name: result.figures[key] for name, (key, _) in _FIGURES.items() if key in result.figures}
        return {**files, **numbers}
