"""The products of a result, each an algorithm whose dialog a button opens with the result filled in."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsApplication

from ...i18n.translation import tr

#: The parameter of each of these algorithms that takes the layer of buildings.
RESULT_PARAMETER = "RESULT"


@dataclass(frozen=True)
class Product:
    """One product.

    Attributes:
        name: by which scripts find its action; the action is called ``xView2`` and this name.
        algorithm: id of its algorithm.
        icon: name of the icon.
        title: text of button and menu entry.
        outputs: parameter, word of the name and ending of each file that is named after the result.
    """

    name: str
    algorithm: str
    icon: str
    title: str
    outputs: tuple[tuple[str, str, str], ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the algorithm is registered: Processing, or our provider, may be switched off."""
        return QgsApplication.processingRegistry().algorithmById(self.algorithm) is not None


def products() -> tuple[Product, ...]:
    """Return the products in the order of their menu. A new one is one line here and its algorithm."""
    return (
        Product("Zones", "xview2:zones", "zones", tr("Damage by zone…"), (("OUTPUT", "zones", ".gpkg"),)),
        Product("Map", "xview2:map", "map", tr("Damage map…"), (("PDF", "map", ".pdf"),)),
        Product("Report", "xview2:report", "report", tr("Report…"), (("OUTPUT", "report", ".html"),)),
        Product("Publish", "xview2:publish", "publish", tr("Publish as…")),
    )
