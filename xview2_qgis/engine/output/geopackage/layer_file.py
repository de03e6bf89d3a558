"""Layers and tables of a GeoPackage, appended in batches by GDAL. Version 1.2, which QGIS 3.22 and GDAL 3.6 know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

#: Name of the column with the geometries.
GEOMETRY = "geom"

_SPATIAL = {"GEOMETRY_NAME": GEOMETRY, "SPATIAL_INDEX": "YES"}
# said, because GDAL registers no table where it finds one that is not: that of the features
_PLAIN = {"ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"}

#: Values of the fields of a layer by their names, each of shape (N,). NaN, None and what is masked stand for null.
Columns = dict[str, NDArray[np.generic]]


class LayerFile:
    """Writes layers into a GeoPackage, which is made by the first of them.

    Args:
        path: the file, which is a part that nobody needs before it is complete.
        crs: CRS of the layers.
        description: of each layer, for the contents of the GeoPackage.

    Attributes:
        crs: the same.

    Raises:
        Errors of the disk and of GDAL come as they are, see :meth:`.staged_file.StagedFile.guard`.
    """

    def __init__(self, path: Path, crs: CRS, description: str = "") -> None:
        self._path, self.crs = path, crs
        self._described = {"DESCRIPTION": description} if description else {}
        # the part is nothing until it is complete: it is brought to the disk once, not after every table
        pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})

    def write(
        self,
        layer: str,
        geometries: Sequence[BaseGeometry] | None,
        kind: str | None,
        columns: Columns,
        *,
        append: bool,
    ) -> None:
        """Write rows of a layer.

        Args:
            layer: its name.
            geometries: points, or polygons and multipolygons, in the CRS of the file; None for a table without any.
            kind: ``Point``, ``Polygon`` or ``MultiPolygon``; None for a table.
            columns: the fields.
            append: the layer is there, with the same fields; else it is made.
        """
        multi = kind == "MultiPolygon"
        outlines = None
        if geometries is not None:
            parts = [MultiPolygon([g]) if multi and isinstance(g, Polygon) else g for g in geometries]
            outlines = np.array(shapely.to_wkb(np.array(parts, dtype=object)), dtype=object)
        new = not self._path.exists()
        pyogrio.raw.write(
            self._path, outlines, [np.ma.getdata(values) for values in columns.values()], list(columns),
            field_mask=[_mask(values) for values in columns.values()], layer=layer, driver="GPKG",
            geometry_type=kind, crs=self.crs.to_wkt() if kind else None, append=append, nan_as_null=True,
            dataset_options={"VERSION": "1.2"} if new else None,
            layer_options=None if append else (_SPATIAL if kind else _PLAIN) | self._described,
        )  # fmt: skip


def _mask(values: NDArray[np.generic]) -> NDArray[np.bool_] | None:
    return np.asarray(np.ma.getmaskarray(values)) if isinstance(values, np.ma.MaskedArray) else None
