"""The layers of several results on their way into one: the CRS that they share, and their rows batch by batch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from ...protocol.schema import ASSESSED_AREA_LAYER, DAMAGE_LAYER, NOT_VISIBLE_LAYER
from ..geo.crs import LONLAT, CrsTransform
from ..output.geopackage.layer_file import Columns

_ROWS = 10_000  # at once


@dataclass(frozen=True)
class SceneFile:
    """The result of a scene, as far as its layers are concerned.

    Attributes:
        scene: name of the scene.
        path: the GeoPackage.
        crs: CRS of its layers.
        multipart: buildings may be multipolygons.
        hidden: it has a layer ``not_visible``.
    """

    scene: str
    path: Path
    crs: CRS
    multipart: bool
    hidden: bool

    @classmethod
    def look(cls, scene: str, path: Path) -> SceneFile:
        """Look at a result; errors of GDAL come as they are."""
        info = pyogrio.read_info(path, layer=DAMAGE_LAYER)
        layers = {str(name) for name, _ in pyogrio.list_layers(path)}
        multipart = str(info["geometry_type"]).startswith("Multi")
        return cls(scene, path, CRS.from_user_input(info["crs"]), multipart, NOT_VISIBLE_LAYER in layers)

    def way_to(self, crs: CRS) -> CrsTransform:
        """Return the way from its CRS to another; a scene across the antimeridian stays in one piece."""
        if self.crs == crs:
            return CrsTransform(self.crs, crs)
        for geometries, _ in rows(self.path, ASSESSED_AREA_LAYER, ()):
            point = geometries[0].representative_point()
            [[x], _] = CrsTransform(self.crs, crs).points(point.x, point.y).tolist()
            return CrsTransform(self.crs, crs, x if np.isfinite(x) else None)
        return CrsTransform(self.crs, crs)


def shared_crs(files: Sequence[SceneFile]) -> CRS:
    """Return the CRS of all results, WGS 84 where they differ."""
    first = files[0].crs
    return first if all(file.crs == first for file in files) else LONLAT


def rows(path: Path, layer: str, fields: Iterable[str]) -> Iterator[tuple[list[BaseGeometry], Columns]]:
    """Yield geometries and fields of a layer in the order of their rows, some thousand at once.

    Args:
        path: the GeoPackage.
        layer: its layer.
        fields: those wanted; what the layer lacks is left out.
    """
    wanted = list(fields)
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        # a name of this program
        (last,) = database.execute(f'SELECT max(rowid) FROM "{layer}"').fetchone()  # nosec B608
    for first in range(0, last or 0, _ROWS):
        meta, _, outlines, values = pyogrio.raw.read(
            path, layer=layer, columns=wanted, where=f"fid > {first} AND fid <= {first + _ROWS}"
        )
        if len(outlines):
            yield list(shapely.from_wkb(outlines)), dict(zip(meta["fields"].tolist(), values, strict=True))
