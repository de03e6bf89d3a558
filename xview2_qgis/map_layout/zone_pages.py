"""One page for each zone: which zones have a page, what they are called, and what is counted in each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsExpression,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPrintLayout,
    QgsProject,
    QgsSpatialIndex,
    QgsVectorLayer,
)

from ..protocol.schema import CLASS_NAMES, Damage
from ..protocol.totals.category import NONE, category_of
from .content.map_words import MapWords
from .legend import LISTED

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*%\[\]{}]+')
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Zone:
    """A zone that has a page.

    Attributes:
        id: of its feature.
        name: as its field says; its number where that is empty.
        counts: buildings of each class.
    """

    id: int
    name: str
    counts: dict[Damage, int]


@dataclass(frozen=True)
class ZonePages:
    """The zones of a map.

    Attributes:
        layer: the zones, in the project of the layout.
        field: with their names; empty for their numbers.
        zones: those that the result touches.
    """

    layer: QgsVectorLayer
    field: str
    zones: tuple[Zone, ...]

    def drive(self, layout: QgsPrintLayout) -> None:
        """Make the layout an atlas of the zones, sorted by name."""
        atlas = layout.atlas()
        atlas.setEnabled(True)
        atlas.setCoverageLayer(self.layer)
        name = QgsExpression.quotedColumnRef(self.field) if self.field else "to_string($id)"
        page = f"coalesce(nullif(trim(to_string({name})), ''), to_string($id))"
        atlas.setPageNameExpression(page)
        atlas.setSortFeatures(True)
        atlas.setSortExpression(page)
        atlas.setFilterFeatures(True)
        numbers = ", ".join(str(zone.id) for zone in self.zones)
        atlas.setFilterExpression(f"$id IN ({numbers})")
        atlas.setFilenameExpression("@atlas_pagename")
        atlas.updateFeatures()

    def counts(self, words: MapWords) -> list[tuple[str, str]]:
        """Return an expression for the number of each class on a page and for their sum, each with its longest value.

        The numbers are in the expression: a page of a scene with 100 000 buildings must not count anew.
        """
        columns = [[zone.counts.get(damage, 0) for zone in self.zones] for damage, _ in LISTED]
        columns.append([sum(zone.counts.values()) for zone in self.zones])
        return [self._looked_up([words.number(count) for count in column]) for column in columns]

    def _looked_up(self, texts: Sequence[str]) -> tuple[str, str]:
        values = json.dumps({str(zone.id): text for zone, text in zip(self.zones, texts)}, ensure_ascii=False)
        quoted = QgsExpression.quotedString(values)
        return f"[% map_get(from_json({quoted}), to_string(@atlas_featureid)) %]", max(texts, key=len, default="0")


def touched_zones(damage: QgsVectorLayer, layer: QgsVectorLayer, field: str, project: QgsProject) -> tuple[Zone, ...]:
    """Return the zones in which buildings are, with their numbers.

    A building counts in the zone that a point of it lies in, of several in the one that shares most ground with it, as
    in ``xview2 zones``: no building counts twice. Outlines in which a reviewer found no building count nowhere.

    Args:
        damage: all buildings.
        layer: the zones, in any CRS.
        field: with their names, empty for their numbers.
        project: for its choice of transformations.
    """
    found = _Finder(layer)
    transform = QgsCoordinateTransform(damage.crs(), layer.crs(), project)
    column = "final_class" if damage.fields().indexOf("final_class") >= 0 else "damage_class"
    classes = {word: damage for damage, word in CLASS_NAMES.items()}
    counts: dict[int, Counter[Damage]] = {}
    request = QgsFeatureRequest().setSubsetOfAttributes([column], damage.fields())
    for building in damage.getFeatures(request):
        word = building[column]
        if category_of(word) == NONE:
            continue
        zone = found.zone_of(building.geometry(), transform)
        if zone is not None:
            known = classes.get(str(word).strip().lower(), Damage.UNKNOWN)
            counts.setdefault(zone, Counter())[known] += 1
    names = {feature.id(): _name(feature, field) for feature in layer.getFeatures()}
    return tuple(Zone(number, names[number], dict(counts[number])) for number in sorted(counts))


class _Finder:
    """Finds the zone of a place."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._index = QgsSpatialIndex()
        self._engines = {}
        for feature in layer.getFeatures():
            geometry = feature.geometry()
            if geometry.isEmpty():
                continue
            self._index.addFeature(feature)
            engine = QgsGeometry.createGeometryEngine(geometry.constGet())
            engine.prepareGeometry()
            # the engine does not own the geometry
            self._engines[feature.id()] = (engine, geometry)

    def zone_of(self, geometry: QgsGeometry, transform: QgsCoordinateTransform) -> int | None:
        place = geometry.pointOnSurface()
        if place.isEmpty():
            return None
        try:
            place.transform(transform)
        except QgsCsException:
            return None
        point = place.constGet()
        near = sorted(self._index.intersects(place.boundingBox()))
        claims = [int(zone) for zone in near if self._engines[zone][0].intersects(point)]
        if len(claims) > 1:
            outline = QgsGeometry(geometry)
            outline.transform(transform)
            # the first of those that share the most
            claims.sort(key=lambda zone: -outline.intersection(self._engines[zone][1]).area())
        return claims[0] if claims else None


def _name(feature: QgsFeature, field: str) -> str:
    value = feature[field] if field else None
    text = "" if value is None else str(value).strip()
    return text if text and text != "NULL" else str(feature.id())


def file_names(names: Sequence[str], pattern: str, stem: str) -> Iterator[str]:
    """Yield a name of a file, without its ending, for each page; no two are the same in any file system.

    Args:
        names: of the zones, in the order of their pages.
        pattern: with ``{map}`` for the name of the map's file, ``{zone}`` and ``{number}``.
        stem: name of the map's file.
    """
    taken: set[str] = set()
    for number, name in enumerate(names, 1):
        text = pattern.replace("{map}", stem).replace("{number}", f"{number:03d}").replace("{zone}", name)
        safe = _UNSAFE.sub("_", text).strip(" .")[:_LONGEST_NAME] or f"{number:03d}"
        unique, again = safe, 1
        while unique.lower() in taken:
            again += 1
            unique = f"{safe}_{again}"
        taken.add(unique.lower())
        yield unique
