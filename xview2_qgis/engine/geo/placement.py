"""Placement: where a file states that its pixels lie; refused where that cannot be true."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.io import DatasetReader
from rasterio.rpc import RPC
from rasterio.transform import RPCTransformer, from_gcps

from ...protocol.codes import ErrorCode
from ...protocol.public_name import public_name
from ..access.gdal_errors import is_gdals_own
from ..errors import InputError, brief
from .georeference import Georeference

#: What to do about an image that is not orthorectified.
ORTHORECTIFY = "orthorectify it first, for example with gdalwarp -rpc and an elevation model"
_FARTHEST = 1e12  # of a coordinate or the size of a pixel in any unit: the Earth is 4e10 mm around

_CORNERS = 5  # control points; raw products state where their corners lie, and some their centre
_SAME_PLACE_M = 100.0  # corners are stated to an arc second, and a raw image is off by more in mountains only


@dataclass(frozen=True)
class Placement:
    """Where the pixels of a raster lie, and how far that can be trusted.

    Attributes:
        georeference: where.
        unrectified: rational polynomials lead from these pixels to the ground; the position holds on flat ground only.
    """

    georeference: Georeference
    unrectified: bool = False


def read_placement(dataset: DatasetReader, given_crs: str | None) -> Placement:
    """Return where the pixels of a raster lie.

    Args:
        dataset: the raster, opened.
        given_crs: CRS that its coordinates really have, instead of what the file declares.

    Raises:
        InputError: that is unknown or cannot be. Codes: ``crs``, ``no-crs``, ``no-georeference``,
            ``bad-georeference``.
    """
    given = None if given_crs is None else _given_crs(given_crs)
    name = public_name(dataset.name)
    gcps, gcps_crs = dataset.gcps
    has_transform = dataset.transform != Affine.identity()
    rpcs = _polynomials(dataset)
    if not has_transform and rpcs is not None and len(gcps) <= _CORNERS:
        held = "rational polynomial coefficients" + (" and the positions of its corners" if gcps else "")
        raise InputError(f"{name} is not orthorectified, it has only {held}", ORTHORECTIFY, "no-georeference")
    if not has_transform and not gcps:
        raise InputError(
            f"{name} is not georeferenced", "georeference it first, or add a world file beside it", "no-georeference"
        )
    crs = given or (dataset.crs if has_transform else gcps_crs)
    if not crs:
        raise InputError(
            f"{name} has no CRS",
            "assign one, in QGIS by Set Layer CRS, else with --pre-crs or --post-crs",
            ErrorCode.NO_CRS,
        )
    if not given and not (crs.is_geographic or crs.is_projected):
        called = re.match(r'\w+\["([^"]{1,60})', crs.to_wkt())
        raise InputError(
            f"{name} has a CRS that is none of a map" + (f" (“{called.group(1)}”)" if called else ""),
            "say which CRS its coordinates really have, in QGIS by Set Layer CRS, else with --pre-crs or --post-crs",
            ErrorCode.NO_CRS,
        )
    for point in () if has_transform else gcps:
        if not max(abs(point.row), abs(point.col), abs(point.x), abs(point.y)) <= _FARTHEST:
            raise InputError(
                f"a control point of {name} lies nowhere", "remove it, or georeference the image again",
                "bad-georeference",
            )  # fmt: skip
    if has_transform:
        georeference = Georeference(crs, dataset.transform, dataset.width, dataset.height)
    else:
        georeference = Georeference(crs, from_gcps(gcps), dataset.width, dataset.height, tuple(gcps))
    _check(georeference, name)
    return Placement(georeference, rpcs is not None and _follows(georeference, rpcs))


def _polynomials(dataset: DatasetReader) -> RPC | None:
    """Return the rational polynomial coefficients of a raster, None where it has none that are complete."""
    try:
        return dataset.rpcs
    except (KeyError, TypeError, ValueError):
        return None


def _follows(georeference: Georeference, rpcs: RPC) -> bool:
    """Return whether rational polynomials describe these very pixels; in orthorectified files they lead elsewhere."""
    columns = np.array([0.2, 0.8, 0.5, 0.2, 0.8]) * georeference.width
    rows = np.array([0.2, 0.2, 0.5, 0.8, 0.8]) * georeference.height
    try:
        with RPCTransformer(rpcs) as transformer:
            lons, lats = transformer.xy(rows, columns, zs=[rpcs.height_off] * len(rows))
    except Exception as error:
        if not is_gdals_own(error) and not isinstance(error, ValueError):
            raise
        return False
    return georeference.distance_m(columns, rows, lons, lats) <= _SAME_PLACE_M


def _given_crs(text: str) -> CRS:
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        crs = CRS()
    if not (crs.is_geographic or crs.is_projected):
        raise InputError(
            f"“{brief(text, 60)}” is no CRS of a map", "give one as EPSG:32616, as WKT or as a PROJ string", "crs"
        )
    return crs


def _check(georeference: Georeference, name: str) -> None:
    """Refuse positions that cannot be true."""
    hint = "check its CRS and its position, for example with gdalinfo"
    t = georeference.transform
    numbers = [t.a, t.b, t.c, t.d, t.e, t.f]
    if (
        not all(map(math.isfinite, numbers))
        or max(map(abs, numbers)) > _FARTHEST
        or abs(t.a * t.e - t.b * t.d) <= 1e-14 * max(map(abs, numbers[:2] + numbers[3:5])) ** 2
    ):
        raise InputError(f"the georeferencing of {name} has no area", hint, "bad-georeference")
    corners = georeference.to_crs(
        [0, georeference.width, georeference.width, 0], [0, 0, georeference.height, georeference.height]
    )
    # one turn more than a world map: scenes across the antimeridian are often stored with longitudes beyond 180
    if georeference.crs.is_geographic and (np.abs(corners[0]).max() > 540.0 or np.abs(corners[1]).max() > 90.001):
        raise InputError(
            f"{name} has a CRS in degrees but coordinates of {np.abs(corners).max():.0f}", hint, "bad-georeference"
        )
    if not all(map(math.isfinite, georeference.centre_lonlat())) or not math.isfinite(georeference.radius_m()):
        raise InputError(f"{name} does not lie on the Earth in its CRS", hint, "bad-georeference")
