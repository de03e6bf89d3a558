"""Which panels the review dock has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QWidget

from ...i18n.translation import tr
from .panel import ReviewPanel


@dataclass(frozen=True)
class PanelEntry:
    """One panel, as the dock knows it before it is made.

    Attributes:
        title: text of its tab.
        panel: module beside this one and class; made with the running application and the Qt parent.
    """

    title: str
    panel: str

    def make(self, iface: QgisInterface, parent: QWidget) -> ReviewPanel:
        """Return a new panel."""
        module, name = self.panel.rsplit(".", 1)
        panel: Callable[..., ReviewPanel] = getattr(import_module(f".{module}", __package__), name)
        return panel(iface, parent)


def panel_entries() -> tuple[PanelEntry, ...]:
    """Return the panels behind those of the dock itself, in order. A new one is one line here and its file."""
    return (
        PanelEntry(tr("Totals"), "totals_panel.TotalsPanel"),
        PanelEntry(tr("Adapt"), "adapt_panel.AdaptPanel"),
    )
