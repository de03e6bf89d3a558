"""The environment of PROJ and GDAL: their data belongs to their version.

PostGIS, OSGeo4W and conda set variables that lead the libraries inside rasterio to the database of another PROJ, which
then knows no CRS at all.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

_VARIABLES = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")


def forget_foreign_data() -> None:
    """Forget where others keep their data if rasterio brought its own. Call before it is imported."""
    specification = importlib.util.find_spec("rasterio")
    places = (specification.submodule_search_locations or []) if specification else []
    if any((Path(place) / "proj_data").is_dir() for place in places):
        for name in _VARIABLES:
            os.environ.pop(name, None)
