"""The environment of PROJ and GDAL: their data belongs to their version, and their messages to nobody.

PostGIS, OSGeo4W and conda set variables that lead the libraries inside rasterio to the database of another PROJ, which
then knows no CRS at all.
"""

from __future__ import annotations

import importlib.util
import logging
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


def keep_messages_back() -> None:
    """Let GDAL write nothing to standard error: what matters comes as an exception and is told in one line.

    A full disk is a page of SQL and a line for each block otherwise. Call before rasterio and pyogrio are imported,
    which bring a GDAL each.
    """
    os.environ.setdefault("CPL_LOG", os.devnull)
    logging.getLogger("rasterio").addHandler(logging.NullHandler())
