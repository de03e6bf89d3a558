"""The plugin: its windows and its Processing provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .expressions.final_class import FinalClassRegistration
    from .gui.windows import Windows
    from .processing.provider import XView2Provider


class XView2Plugin:
    """What QGIS loads. ``iface`` is None under ``qgis_process``, where only :meth:`initProcessing` is called.

    Attributes:
        windows: the windows; None until the plugin is started and where there is no application to show them.
    """

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
        self._provider: XView2Provider | None = None
        self._final_class: FinalClassRegistration | None = None
        self.windows: Windows | None = None

    def initProcessing(self) -> None:  # noqa: N802 - name is QGIS's
        """Register the Processing provider, and the expression function, which its algorithms may be given."""
        from .expressions.final_class import FinalClassRegistration
        from .processing.provider import XView2Provider

        self._final_class = FinalClassRegistration()
        self._provider = XView2Provider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 - name is QGIS's
        """Add the buttons, their menu entries and the provider."""
        if self._iface is None:
            return
        from .gui.windows import Windows

        self.initProcessing()
        self.windows = Windows(self._iface)

    def unload(self) -> None:
        """Remove everything; a run in progress ends."""
        if self.windows is not None:
            self.windows.unload()
            self.windows = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        if self._final_class is not None:
            self._final_class.end()
            self._final_class = None
