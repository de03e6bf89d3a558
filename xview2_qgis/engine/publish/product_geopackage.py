"""The GeoPackage of a product: layers in WGS 84, written batch by batch, the same bytes for the same result."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyogrio
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ...protocol.stored_result import PRODUCT_MARK
from ..geo.crs import LONLAT
from ..output.geopackage.layer_file import Columns, LayerFile
from ..output.geopackage.layer_styles import LayerStyle, write_layer_styles


class ProductGeoPackage:
    """Writes the layers of a product.

    Args:
        path: the file, which does not exist.
        moment: when the run began, ISO 8601: the time of last change that the file names.
        about: what the layers say of themselves, one sentence.

    Raises:
        Errors of the disk, of GDAL and of SQLite come as they are.
    """

    def __init__(self, path: Path, moment: str, about: str) -> None:
        self._path, self._moment = path, _utc(moment)
        self._file = LayerFile(path, LONLAT, f"{about} {PRODUCT_MARK}")
        self._there: dict[str, bool] = {}

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers and tables so far."""
        return tuple(self._there)

    def write(self, layer: str, kind: str | None, geometries: NDArray[np.object_] | None, columns: Columns) -> None:
        """Write rows of a layer, which is made by the first of them, also by none.

        Args:
            layer: its name.
            kind: ``Point``, ``Polygon`` or ``MultiPolygon``; None for a table.
            geometries: in WGS 84, see :func:`.lonlat.to_lonlat`; None for a table.
            columns: the fields.
        """
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": self._moment})
        try:
            shapes: list[BaseGeometry] | None = None if geometries is None else list(geometries)
            self._file.write(layer, shapes, kind, columns, append=layer in self._there)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        self._there[layer] = True

    def style(self, styles: Sequence[LayerStyle]) -> None:
        """Write the styles of QGIS into the file, after all layers."""
        with closing(sqlite3.connect(self._path)) as database, database:
            database.execute("PRAGMA synchronous = OFF")
            write_layer_styles(database, styles)
            database.execute("UPDATE layer_styles SET update_time = ?", [self._moment])
            database.execute("UPDATE gpkg_contents SET last_change = ?", [self._moment])


def _utc(moment: str) -> str:
    """Return a moment as GeoPackages write it; an unknown one is the beginning of time."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        read = datetime(1970, 1, 1, tzinfo=UTC)
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    return f"{read.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
