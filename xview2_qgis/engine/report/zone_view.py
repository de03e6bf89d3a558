"""Zones as a report shows them: the rows of the table, the bars of the chart, and the outlines on the map."""

from __future__ import annotations

from dataclasses import dataclass

from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ..geo.crs import CrsTransform


@dataclass(frozen=True)
class ZoneLine:
    """A line of the table.

    Attributes:
        code: what the zone is called on the map; empty for sums.
        name: of the zone.
        counts: buildings by word of the class, and ``buildings`` for all; None where nothing was looked at.
        shown: the same as texts, a dash where nothing was looked at.
        share_destroyed: as text.
        share_assessed: as text.
        interval: of the destroyed buildings, as text; empty without.
    """

    code: str
    name: str
    counts: dict[str, int | None]
    shown: dict[str, str]
    share_destroyed: str
    share_assessed: str
    interval: str = ""


@dataclass(frozen=True)
class ZonePart:
    """A part of a bar: one class of a zone."""

    name: str
    colour: str
    x: float
    width: float


@dataclass(frozen=True)
class ZoneBar:
    """A bar of the chart."""

    label: str
    parts: tuple[ZonePart, ...]
    end: float
    shown: str


@dataclass(frozen=True)
class ZoneView:
    """Zones as a report shows them.

    Attributes:
        origin: where they come from, in words.
        lines: of the table, the worst first.
        sums: of all zones together, and of what lies outside.
        left_out: zones that the table does not show.
        bars: of the chart.
        left: where they begin.
        ranged: there are intervals.
        shapes: code and outline of the zones in the table.
        crs: of the outlines.
    """

    origin: str
    lines: tuple[ZoneLine, ...]
    sums: tuple[ZoneLine, ...]
    left_out: int
    bars: tuple[ZoneBar, ...]
    left: float
    ranged: bool
    shapes: tuple[tuple[str, BaseGeometry], ...]
    crs: CRS

    def outlines(self, crs: CRS) -> list[tuple[str, BaseGeometry]]:
        """Return code and outline of the zones in the table, in another CRS."""
        placed = CrsTransform(self.crs, crs).geometries([outline for _, outline in self.shapes])
        return [(code, outline) for (code, _), outline in zip(self.shapes, placed, strict=True)]
