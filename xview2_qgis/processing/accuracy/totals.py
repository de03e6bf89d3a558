"""The algorithm ``xview2:totals``: number of buildings of each class, with ranges. It needs no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
)

from ...i18n.number import share_text
from ...i18n.translation import plugin_words, tr
from ...protocol.stored_result import DamagedError, InUseError
from ...protocol.totals.review_sample import Totals, totals_of
from ...protocol.totals.stored_sample import NotAResultError, read_buildings, read_sample
from ...protocol.totals.totals_table import ROW_LABELS, csv_text, table_rows, totals_text
from ..algorithm import AlgorithmWords, XView2Algorithm
from .layer_file import read_result, result_parameter

TABLE = "TABLE"
#: Endings of the names of the outputs of one category: count, estimate, bounds.
_ENDINGS = ("", "_ESTIMATE", "_LOW", "_HIGH")


class TotalsAlgorithm(XView2Algorithm):
    """Counts and estimates the buildings of a result."""

    def __init__(self) -> None:
        super().__init__()
        self._path = ""

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "totals",
            tr("Totals with ranges"),
            tr("Number of buildings of each class, with ranges from the reviewed sample."),
            tr(
                "<p>Counts the buildings of each final class. After the review of a sample (<i>Draw buildings to "
                "review</i>) also estimates their true number, with a 95 % interval.</p>"
                "<p>The table has the columns category, counted, estimate, low, high.</p>"
            ),
        )

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802 - QGIS's name
        """Return that it can: it is arithmetic only."""
        return True, ""

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        self.addParameter(result_parameter())
        self.addParameter(
            QgsProcessingParameterFileDestination(
                TABLE, tr("Table"), fileFilter=tr("Tables (*.csv)"), optional=True, createByDefault=False
            )
        )
        titles = ("{}", tr("{}: estimate"), tr("{}: lower bound"), tr("{}: upper bound"))
        for name, label in ROW_LABELS.items():
            for ending, title in zip(_ENDINGS, titles):
                self.addOutput(QgsProcessingOutputNumber(_output(name) + ending, title.format(tr(label))))

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Find the file of the layer; runs in the main thread, where layers live."""
        self._path = read_result(self, parameters, context)
        return True

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Count and estimate."""
        feedback = feedback or QgsProcessingFeedback()
        path = Path(self._path)
        try:
            totals = totals_of(read_sample(path), read_buildings(path))
        except (NotAResultError, InUseError, DamagedError) as error:
            raise QgsProcessingException(
                tr("“{}” cannot be read as a result of an assessment.").format(path.name)
            ) from error
        feedback.pushInfo(totals_text(totals, plugin_words(), lambda share: share_text(share, 1)))
        outputs = _outputs(totals)
        table = self.parameterAsFileOutput(parameters, TABLE, context)
        if table:
            try:
                Path(table).write_text(csv_text(totals, ","), encoding="utf-8")
            except OSError as error:
                raise QgsProcessingException(tr("The table cannot be saved: {}").format(error)) from error
            outputs[TABLE] = table
        return outputs


def _output(name: str) -> str:
    return name.upper().replace("-", "_")


def _outputs(totals: Totals) -> dict[str, Any]:
    """Return the numbers that are known."""
    numbers = {}
    for row in table_rows(totals):
        for ending, value in zip(_ENDINGS, (row.counted, row.estimate, row.low, row.high)):
            if value is not None:
                numbers[_output(row.name) + ending] = value
    return numbers
