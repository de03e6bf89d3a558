"""The Shapefile itself, appended in batches by GDAL, in the CRS of the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import shapely
from rasterio.crs import CRS

from ...errors import InputError
from ...geo.polygons import polygonal
from ..content.building_row import BuildingRow
from .fields import ShapefileField

#: Bytes of each file: the format counts in 16-bit words with 31 bits, and many programs read no more than this.
LARGEST_FILE = 2**31 - 2**24


class ShapefileWriter:
    """Writes buildings.

    Args:
        path: the ``.shp`` file; the others lie beside it.
        crs: of the outlines.
        fields: what is written of each building.
    """

    def __init__(self, path: Path, crs: CRS, fields: Sequence[ShapefileField]) -> None:
        self._path, self._crs, self._fields = path, crs, tuple(fields)

    def add(self, frame: geopandas.GeoDataFrame, rows: list[BuildingRow]) -> None:
        """Append a batch.

        Args:
            frame: the outlines, in the CRS of the file.
            rows: the same buildings.

        Raises:
            InputError: the buildings are more than the format holds (``publish-too-large``).
            Other errors come from GDAL.
        """
        outlines = np.asarray(frame.geometry.array, dtype=object)
        broken = ~shapely.is_valid(outlines)
        outlines = outlines.copy()
        outlines[broken] = [polygonal(shapely.make_valid(outline)) for outline in outlines[broken]]
        self._write(np.array(shapely.to_wkb(outlines, output_dimension=2), dtype=object), rows)
        for ending in (".shp", ".dbf"):
            if self._path.with_suffix(ending).stat().st_size > LARGEST_FILE:
                raise InputError(
                    f"{self._path.name} would be larger than the 2 GB that a Shapefile may have",
                    "publish as geoparquet, or assess smaller areas", "publish-too-large",
                )  # fmt: skip

    def finish(self) -> None:
        """Make the file of a result without buildings, too."""
        if not self._path.exists():
            self._write(np.empty(0, dtype=object), [])

    def _write(self, outlines: np.ndarray[tuple[int], np.dtype[np.object_]], rows: list[BuildingRow]) -> None:
        new = not self._path.exists()
        pyogrio.raw.write(
            self._path, outlines, [field.column(rows) for field in self._fields], [f.name for f in self._fields],
            driver="ESRI Shapefile", geometry_type="Polygon", crs=self._crs.to_wkt(), append=not new,
            layer_options={"ENCODING": "UTF-8"} if new else None,
        )  # fmt: skip
