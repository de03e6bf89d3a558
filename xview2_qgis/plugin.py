"""The plugin: two buttons, the dialogs behind them, and the Processing provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication

from .icon_files import icon

if TYPE_CHECKING:
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtGui import QAction

    from .gui.assess.dialog import AssessDialog
    from .gui.confidence.dialog import ConfidenceDialog
    from .processing.provider import XView2Provider


class XView2Plugin:
    """What QGIS loads. ``iface`` is None under ``qgis_process``, where only :meth:`initProcessing` is called."""

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
        self._provider: XView2Provider | None = None
        self._dialog: AssessDialog | None = None
        self._toolbar = None
        self._confidence: ConfidenceDialog | None = None
        self._actions: list[QAction] = []

    def initProcessing(self) -> None:  # noqa: N802 - name is QGIS's
        """Register the Processing provider."""
        from .processing.provider import XView2Provider

        self._provider = XView2Provider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 - name is QGIS's
        """Add the buttons, their menu entries and the provider."""
        if self._iface is None:
            return
        self.initProcessing()
        self._toolbar = self._iface.addToolBar("xView2")
        self._toolbar.setObjectName("xView2Toolbar")
        # the toolbar makes the actions: their class moved between the modules of Qt 5 and Qt 6
        assess = self._toolbar.addAction(icon("xview2"), self.tr("Assess building damage…"))
        assess.setObjectName("xView2Assess")
        assess.triggered.connect(self.show_dialog)
        confidence = self._toolbar.addAction(icon("confidence"), self.tr("Filter buildings by confidence…"))
        confidence.setObjectName("xView2Confidence")
        confidence.triggered.connect(self.show_confidence)
        self._actions = [assess, confidence]
        for action in self._actions:
            self._iface.addPluginToRasterMenu("xView2", action)

    def unload(self) -> None:
        """Remove everything; a run in progress ends."""
        if self._dialog is not None:
            self._dialog.shut_down()
            self._dialog.deleteLater()
            self._dialog = None
        if self._confidence is not None:
            self._confidence.shut_down()
            self._confidence.deleteLater()
            self._confidence = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        for action in self._actions:
            self._iface.removePluginRasterMenu("xView2", action)
        self._actions = []
        if self._toolbar is not None:
            self._toolbar.deleteLater()
            self._toolbar = None

    def show_dialog(self) -> None:
        """Show the dialog; it keeps its values, and the run in progress, while it is closed."""
        if self._dialog is None:
            from .gui.assess.dialog import AssessDialog

            self._dialog = AssessDialog(self._iface, self._iface.mainWindow())
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def show_confidence(self) -> None:
        """Show the filter; it starts with the layer that is active."""
        if self._confidence is None:
            from .gui.confidence.dialog import ConfidenceDialog

            self._confidence = ConfidenceDialog(self._iface, self._iface.mainWindow())
        self._confidence.refresh()
        self._confidence.choose(self._iface.activeLayer())
        self._confidence.read()
        self._confidence.show()
        self._confidence.raise_()
        self._confidence.activateWindow()

    def tr(self, text: str) -> str:
        """Translate a text."""
        return QCoreApplication.translate("XView2Plugin", text)
