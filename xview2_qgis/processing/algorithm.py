"""The base of the algorithms: icon, help link, and whether there is an engine."""

from __future__ import annotations

import html

from qgis.core import QgsProcessingAlgorithm
from qgis.PyQt.QtGui import QIcon

from ..engine_process.environment import EngineMissingError, find_engine
from ..resources.icon_files import icon
from ..resources.plugin_metadata import metadata
from .help_page import help_page


class XView2Algorithm(QgsProcessingAlgorithm):
    """An algorithm that runs in the engine; made without arguments."""

    def createInstance(self) -> XView2Algorithm:  # noqa: N802 - names of this class are QGIS's
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
