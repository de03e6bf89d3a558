"""The layers that a map shows, and how they are drawn there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsApplication, QgsMapLayer, QgsRasterLayer, QgsVectorLayer

from ..i18n.translation import tr
from ..protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NOT_VISIBLE_LAYER
from .style.print_style import print_style
from .style.zone_style import zone_outline

#: Which image lies beneath the buildings.
POST, PRE, NONE = "post", "pre", "none"


@dataclass(frozen=True)
class MapLayers:
    """The layers of a map, all in the project of its layout.

    Attributes:
        damage: buildings.
        area: the assessed area; None where the file has none.
        not_visible: what was left out as not visible; None where there is none.
        image: below them; None for a map without one.
        countries: borders for the overview, None where QGIS has none with it.
        states: the same of states and provinces.
        zones: one page for each of them; None for a single page.
    """

    damage: QgsVectorLayer
    area: QgsVectorLayer | None = None
    not_visible: QgsVectorLayer | None = None
    image: QgsRasterLayer | None = None
    countries: QgsVectorLayer | None = None
    states: QgsVectorLayer | None = None
    zones: QgsVectorLayer | None = None

    @property
    def shown(self) -> list[QgsMapLayer]:
        """What the main map shows, the topmost first."""
        layers = (self.zones, self.damage, self.not_visible, self.area, self.image)
        return [layer for layer in layers if layer is not None]

    @property
    def all(self) -> list[QgsMapLayer]:
        """All of them, in the same order."""
        return [*self.shown, *(layer for layer in (self.states, self.countries) if layer is not None)]

    def styles(self, dots: float = 1.0) -> dict[str | None, str | None]:
        """Return the styles of a map by the ids of their layers; the layers keep their own elsewhere.

        Args:
            dots: size of the dots of buildings as a part of the usual one.
        """
        styles: dict[str | None, str | None] = {self.damage.id(): print_style(self.damage, dots)}
        if self.zones is not None:
            styles[self.zones.id()] = zone_outline()
        return styles


def file_layers(geopackage: str, scene: str) -> MapLayers:
    """Return layers of a result of their own, without filters and edits.

    Args:
        geopackage: the result.
        scene: what it is about, for the names of the layers.
    """
    damage = QgsVectorLayer(f"{geopackage}|layername={DAMAGE_LAYER}", tr("Damage – {}").format(scene), "ogr")
    area = _filled(geopackage, ASSESSED_AREA_LAYER, tr("Assessed area – {}").format(scene))
    hidden = _filled(geopackage, NOT_VISIBLE_LAYER, tr("Not visible – {}").format(scene))
    countries = border_layer("countries", tr("Countries (Natural Earth)"))
    states = border_layer("states_provinces", tr("States and provinces (Natural Earth)"))
    return MapLayers(damage, area, hidden, countries=countries, states=states)


def _filled(geopackage: str, layer: str, name: str) -> QgsVectorLayer | None:
    found = QgsVectorLayer(f"{geopackage}|layername={layer}", name, "ogr")
    return found if found.isValid() and found.featureCount() else None


def border_layer(table: str, name: str) -> QgsVectorLayer | None:
    """Return borders that come with QGIS (Natural Earth), None where they do not.

    Args:
        table: which.
        name: of the layer.
    """
    file = Path(QgsApplication.pkgDataPath()) / "resources" / "data" / "world_map.gpkg"
    if not file.is_file():
        return None
    layer = QgsVectorLayer(f"{file}|layername={table}", name, "ogr")
    return layer if layer.isValid() else None
