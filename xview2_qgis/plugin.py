"""The plugin: a toolbar button, a menu entry, the dialog behind them, and the Processing provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication

from .icon_files import icon

if TYPE_CHECKING:
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtGui import QAction

    from .gui.assess_dialog import AssessDialog
    from .processing.provider import XView2Provider


class XView2Plugin:
    """What QGIS loads. ``iface`` is None under ``qgis_process``, where only :meth:`initProcessing` is called."""

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
        self._provider: XView2Provider | None = None
        self._dialog: AssessDialog | None = None
        self._toolbar = None
        self._action: QAction | None = None

    def initProcessing(self) -> None:  # noqa: N802 - name is QGIS's
        """Register the Processing provider."""
        from .processing.provider import XView2Provider

        self._provider = XView2Provider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 - name is QGIS's
        """Add the button, the menu entry and the provider."""
        if self._iface is None:
            return
        self.initProcessing()
        self._toolbar = self._iface.addToolBar("xView2")
        self._toolbar.setObjectName("xView2Toolbar")
        # the toolbar makes the action: its class moved between the modules of Qt 5 and Qt 6
        self._action = self._toolbar.addAction(icon("xview2"), self.tr("Assess building damage…"))
        self._action.setObjectName("xView2Assess")
        self._action.triggered.connect(self.show_dialog)
        self._iface.addPluginToRasterMenu("xView2", self._action)

    def unload(self) -> None:
        """Remove everything; a run in progress ends."""
        if self._dialog is not None:
            self._dialog.shut_down()
            self._dialog.deleteLater()
            self._dialog = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        if self._action is not None:
            self._iface.removePluginRasterMenu("xView2", self._action)
            self._action = None
        if self._toolbar is not None:
            self._toolbar.deleteLater()
            self._toolbar = None

    def show_dialog(self) -> None:
        """Show the dialog; it keeps its values, and the run in progress, while it is closed."""
        if self._dialog is None:
            from .gui.assess_dialog import AssessDialog

            self._dialog = AssessDialog(self._iface, self._iface.mainWindow())
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def tr(self, text: str) -> str:
        """Translate a text."""
        return QCoreApplication.translate("XView2Plugin", text)
