"""Positions that are not to be trusted."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.rpc import RPC
from rasterio.warp import transform

from tests.engine.photo_rasters import UTM_TRANSFORM, photo, write_raster
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.opening import open_source

SIZE = 64
pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def lonlat(column, row):
    lon, lat = transform("EPSG:32616", "EPSG:4326", *[[value] for value in UTM_TRANSFORM @ (column, row)])
    return lon[0], lat[0]


def polynomials(degrees_off=0.0):
    """Rational polynomials that lead to where the transform does, or aside."""
    (lon, lat), (east, _), (_, south) = lonlat(32, 32), lonlat(64, 32), lonlat(32, 64)
    one, x, y = [1.0] + [0.0] * 19, [0.0, 1.0] + [0.0] * 18, [0.0, 0.0, -1.0] + [0.0] * 17
    return RPC(0, 500, lat, lat - south, one, y, 32, 32, lon + degrees_off, east - lon, one, x, 32, 32)


def points(steps):
    return [
        GroundControlPoint(row=row, col=column, x=lonlat(column, row)[0], y=lonlat(column, row)[1])
        for row in np.linspace(0, SIZE, steps)
        for column in np.linspace(0, SIZE, steps)
    ]


def raw(path, gcps=(), rpcs=None, **placed):
    write_raster(path, photo(SIZE, SIZE), **{"crs": None, "transform": None, **placed})
    with rasterio.open(path, "r+") as file:
        if gcps:
            file.gcps = list(gcps), CRS.from_epsg(4326)
        if rpcs is not None:
            file.rpcs = rpcs
    return str(path)


def test_corners_beside_polynomials_are_no_position(tmp_path):
    with pytest.raises(InputError, match=r"not orthorectified.*gdalwarp -rpc") as caught:
        open_source(raw(tmp_path / "a.tif", points(2), polynomials()))
    assert caught.value.code == "no-georeference"


def test_corners_alone_and_many_points_beside_polynomials_are(tmp_path):
    assert not open_source(raw(tmp_path / "a.tif", points(2))).unrectified
    assert open_source(raw(tmp_path / "b.tif", points(4), polynomials())).unrectified


@pytest.mark.parametrize(("degrees_off", "unrectified"), [(0.0, True), (0.0002, True), (0.02, False)])
def test_polynomials_of_these_very_pixels_beside_a_transform(tmp_path, degrees_off, unrectified):
    """Those that an orthorectified file kept lead somewhere else."""
    placed = {"crs": "EPSG:32616", "transform": UTM_TRANSFORM}
    assert open_source(raw(tmp_path / "a.tif", (), polynomials(degrees_off), **placed)).unrectified is unrectified
    assert not open_source(raw(tmp_path / "b.tif", **placed)).unrectified


def test_polynomials_that_are_not_complete_are_none(tmp_path):
    path = raw(tmp_path / "a.tif", crs="EPSG:32616", transform=UTM_TRANSFORM)
    with rasterio.open(path, "r+") as file:
        file.update_tags(ns="RPC", LINE_OFF="5", SAMP_OFF="many")
    assert not open_source(path).unrectified


LOCAL = (
    'LOCAL_CS["Site grid",UNIT["metre",1]]',
    'ENGCRS["Site grid",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]',
)


@pytest.mark.parametrize("wkt", LOCAL)
def test_a_local_crs_is_none_of_a_map(tmp_path, wkt):
    path = write_raster(tmp_path / "a.tif", photo(SIZE, SIZE), crs=CRS.from_wkt(wkt))
    with pytest.raises(InputError, match="--pre-crs or --post-crs") as caught:
        open_source(path)
    assert caught.value.code == "no-crs"
    assert open_source(path, crs="EPSG:32616").transform == Affine(*UTM_TRANSFORM[:6])
