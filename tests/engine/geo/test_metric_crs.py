import pyproj
import pytest
from affine import Affine
from rasterio.crs import CRS

from tests.engine.drawn_rasters import centred_transform
from xview2_qgis.engine.geo.georeference import Georeference
from xview2_qgis.engine.geo.metric_crs import metric_crs

FEET = "EPSG:2238"  # Florida North, US survey feet


@pytest.mark.parametrize("crs", ["EPSG:32616", "EPSG:32617", "EPSG:3086"])
def test_a_metric_crs_is_kept(crs):
    image = Georeference(CRS.from_user_input(crs), centred_transform(crs, 0.5, 100, 80), 100, 80)
    assert metric_crs(image) == image.crs


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", FEET, "ESRI:102008"])
def test_degrees_feet_and_distorted_metres_become_utm(crs):
    image = Georeference(CRS.from_user_input(crs), centred_transform(crs, 0.5, 100, 80), 100, 80)
    assert metric_crs(image) == CRS.from_epsg(32616)


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        (-180.0, 10.0),
        (-0.1, 51.5),
        (0.1, 51.5),
        (36.2, 36.2),
        (179.9, -17.0),
        (151.2, -33.9),
        (20.0, 88.0),
        (20.0, -85.0),
    ],
)
def test_metres_are_metres_anywhere(longitude, latitude):
    image = Georeference(CRS.from_epsg(4326), Affine(1e-6, 0, longitude, 0, -1e-6, latitude), 10, 10)
    projected = pyproj.Proj(metric_crs(image).to_wkt())
    factors = projected.get_factors(longitude, latitude)
    assert factors.meridional_scale == pytest.approx(1.0, abs=0.01)
    assert factors.parallel_scale == pytest.approx(1.0, abs=0.01)
