"""The base of the algorithms: what they are called, icon, help link, and their runs of the engine."""

from __future__ import annotations

import html
from dataclasses import dataclass

from qgis.core import QgsProcessingAlgorithm, QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtGui import QIcon

from ..engine_process.environment import EngineMissingError, find_engine
from ..protocol.events import Result
from ..resources.icon_files import icon
from ..resources.plugin_metadata import metadata
from .engine_run import EngineRun
from .help_page import help_page


@dataclass(frozen=True)
class AlgorithmWords:
    """What an algorithm says of itself.

    Attributes:
        name: the stable name, which scripts use.
        title: in the toolbox.
        tip: one sentence.
        help: beside the parameters, HTML.
    """

    name: str
    title: str
    tip: str
    help: str


class XView2Algorithm(QgsProcessingAlgorithm):
    """An algorithm that runs in the engine; made without arguments."""

    def words(self) -> AlgorithmWords:
        """Return what the algorithm says of itself."""
        raise NotImplementedError

    def name(self) -> str:
        """Return the stable name."""
        return self.words().name

    def displayName(self) -> str:  # noqa: N802 - names of this class are QGIS's
        """Return the title."""
        return self.words().title

    def shortDescription(self) -> str:  # noqa: N802
        """Return the tool tip."""
        return self.words().tip

    def shortHelpString(self) -> str:  # noqa: N802
        """Return the help beside the parameters."""
        return self.words().help

    def engine_result(self, command: list[str], feedback: QgsProcessingFeedback, cancelled: str) -> Result:
        """Run a command of the engine to its end; to be called in the worker thread.

        Args:
            command: arguments of the engine.
            feedback: receives progress and warnings, and is asked for cancellation.
            cancelled: what is said when the user cancels.

        Raises:
            QgsProcessingException: the engine failed, or the user cancelled.
        """
        result = EngineRun(find_engine(), command, feedback).result()
        if result is None:
            feedback.pushInfo(cancelled)  # QGIS tells no error of an algorithm that was cancelled
            raise QgsProcessingException(cancelled)
        return result

    def createInstance(self) -> XView2Algorithm:  # noqa: N802
        """Return a new instance."""
        return type(self)()

    def icon(self) -> QIcon:
        """Return the icon."""
        return icon("xview2")

    def helpUrl(self) -> str:  # noqa: N802
        """Return a page that is read without a network; the home page where it cannot be written."""
        return help_page(self) or metadata("homepage")

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802
        """Return whether there is an engine, and what to do where there is none; QGIS asks before the dialog opens."""
        from qgis.utils import iface

        try:
            find_engine()
        except EngineMissingError as error:
            text = f"{error.message}\n{error.hint}"
            # the toolbox shows it as HTML, qgis_process in the terminal
            return False, text if iface is None else html.escape(text).replace("\n", "<br>")
        return True, ""
