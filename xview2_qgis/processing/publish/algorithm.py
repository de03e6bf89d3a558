"""The algorithm ``xview2:publish``: a result in the schemas of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...i18n.translation import tr
from ...protocol.products import PRODUCTS, Product, PublishOptions, option_types, product
from ..accuracy.layer_file import read_result, result_parameter
from ..algorithm import AlgorithmWords, XView2Algorithm
from ..assess.parameters import folded
from .product_words import option_titles, product_titles

PRODUCT, OUTPUT, OVERWRITE = "PRODUCT", "OUTPUT", "OVERWRITE"
BUILDINGS, LEFT_OUT = "BUILDINGS", "LEFT_OUT"


class PublishAlgorithm(XView2Algorithm):
    """Writes a result in the schema of an agency or a tool."""

    def __init__(self) -> None:
        super().__init__()
        self._path = ""

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        return AlgorithmWords(
            "publish",
            tr("Publish as…"),
            tr("Writes a result in the schema of an agency or a tool."),
            tr(
                "<p>Writes the buildings of a result with layers, fields and classes of others. They count by their "
                "final class: the review where there is one. Event and imagery come from the result; what nobody has "
                "said is given as unknown.</p>"
                "<p>Copernicus EMS and UNOSAT have a word for what is possibly damaged: classes of low confidence are "
                "given as that, reviewed ones never.</p>"
                "<p>A package of several files becomes a folder of the name that you choose. No product names folders, "
                "files of this computer or reviewers.</p>"
            ),
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        """Declare parameters and outputs."""
        titles = product_titles()
        self.addParameter(result_parameter())
        self.addParameter(
            QgsProcessingParameterEnum(PRODUCT, tr("Publish as"), [titles[one.name] for one in PRODUCTS], False, 0)
        )
        for name, title in option_titles().items():
            self.addParameter(_parameter(name, title))
        self.addParameter(
            QgsProcessingParameterBoolean(
                OVERWRITE, tr("Replace an earlier product"), defaultValue=False, optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                OUTPUT, tr("File, or folder of a package"), fileFilter=";;".join([tr("All files (*.*)"), *_endings()])
            )
        )
        self.addOutput(QgsProcessingOutputNumber(BUILDINGS, tr("Buildings published")))
        self.addOutput(QgsProcessingOutputNumber(LEFT_OUT, tr("Buildings left out")))

    def prepareAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> bool:
        """Find the file of the layer; runs in the main thread, where layers live."""
        self._path = read_result(self, parameters, context)
        return True

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback | None
    ) -> dict[str, Any]:
        """Run the engine; runs in a worker thread."""
        feedback = feedback or QgsProcessingFeedback()
        chosen = PRODUCTS[self.parameterAsEnum(parameters, PRODUCT, context)]
        output = destination(self.parameterAsFileOutput(parameters, OUTPUT, context), chosen)
        command = ["publish", self._path, "--as", chosen.name, "--output", output, "--events", "json"]
        for name, kind in option_types().items():
            if name in chosen.options:
                command += self._option(parameters, name, kind, context)
        if self.parameterAsBoolean(parameters, OVERWRITE, context):
            command.append("--overwrite")
        result = self.engine_result(command, feedback, tr("Nothing was published."))
        for word, count in result.counts.items():
            feedback.pushInfo(f"{word}: {count}")
        left_out = int(result.figures.get("left_out", 0))
        if left_out:
            feedback.pushInfo(tr("Buildings left out: {}").format(left_out))
        return {OUTPUT: output, BUILDINGS: result.buildings, LEFT_OUT: left_out}

    def _option(self, parameters: dict[str, Any], name: str, kind: type, context: QgsProcessingContext) -> list[str]:
        """Return an option as arguments; none where nothing was given."""
        flag = f"--{name.replace('_', '-')}"
        if name == "language":
            return [flag, QgsApplication.locale()]
        if kind is str:
            text = self.parameterAsString(parameters, name.upper(), context).strip()
            return [f"{flag}={text}"] if text else []
        if kind is int:
            return [flag, str(self.parameterAsInt(parameters, name.upper(), context))]
        return [flag, str(self.parameterAsDouble(parameters, name.upper(), context))]


def destination(path: str, chosen: Product) -> str:
    """Return where a product goes: a file of one of its endings, a folder without any of a file."""
    given = Path(path)
    endings = {suffix for one in PRODUCTS for suffix in one.suffixes}
    if chosen.suffixes and given.suffix.lower() in chosen.suffixes:
        return path
    # “file” is what Processing calls a temporary output of unknown kind
    bare = given.with_suffix("") if given.suffix.lower() in (*endings, ".file") else given
    return str(bare) + (chosen.suffixes[0] if chosen.suffixes else "")


def product_number(name: str) -> int:
    """Return the value of PRODUCT for a product, for those who open the dialog with one chosen."""
    return PRODUCTS.index(product(name))


def _parameter(name: str, title: str) -> QgsProcessingParameterDefinition:
    usual = getattr(PublishOptions(), name)
    if isinstance(usual, str):
        parameter: QgsProcessingParameterDefinition = QgsProcessingParameterString(
            name.upper(), title, usual, False, True
        )
    elif isinstance(usual, int):
        whole = QgsProcessingParameterNumber.Type.Integer
        parameter = QgsProcessingParameterNumber(name.upper(), title, whole, usual, True, 1, 9999)
    else:
        real = QgsProcessingParameterNumber.Type.Double
        parameter = QgsProcessingParameterNumber(name.upper(), title, real, usual, True, 0.0, 1.0)
    return parameter if name == "low_confidence" else folded(parameter)


def _endings() -> list[str]:
    """Return a filter of the file dialog for each kind of file."""
    suffixes = dict.fromkeys(suffix for one in PRODUCTS for suffix in one.suffixes)
    return [f"{suffix[1:].upper()} (*{suffix})" for suffix in suffixes]
