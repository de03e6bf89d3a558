import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS

from tests.engine.drawn_rasters import CENTRE, centred_transform
from xview2_qgis.engine.area_of_interest import AreaOfInterest
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.georeference import Georeference
from xview2_qgis.engine.overlap import asked_area, overlap

UTM16 = CRS.from_epsg(32616)


def place(crs="EPSG:32616", size=(240, 200), gsd=0.5, **options):
    return Georeference(CRS.from_user_input(crs), centred_transform(crs, gsd, *size, **options), *size)


def around(west, south, east, north):
    return shapely.box(CENTRE[0] + west, CENTRE[1] + south, CENTRE[0] + east, CENTRE[1] + north)


def difference(first, second):
    """Share of the area in which two geometries differ."""
    return first.symmetric_difference(second).area / second.area


@pytest.mark.parametrize("crs", ["EPSG:32616", "EPSG:4326", "EPSG:3857", "EPSG:32617"])
def test_overlap_of_two_boxes(crs):
    # 120 × 100 m, the other one moved by 40 m east and 30 m south; the axes of another zone are turned by 3 degrees
    shared = overlap(place(), place(crs, offset=(40.0, -30.0)), UTM16)
    assert shared.crs == UTM16
    assert difference(shared.geometry, around(-20, -50, 60, 20)) < (0.1 if crs == "EPSG:32617" else 0.03)


def test_overlap_with_a_turned_image():
    # a square of 60 m stands on its tip: all of it lies inside
    shared = overlap(place(), place(size=(120, 120), rotation=45.0), UTM16).geometry
    assert shared.area == pytest.approx(3600)
    assert shared.bounds == pytest.approx(around(-42.43, -42.43, 42.43, 42.43).bounds, abs=0.01)


def test_all_of_the_image_before_is_no_area():
    pre = place()
    assert asked_area(pre, pre, UTM16, 0.5) is None
    assert asked_area(pre, place(size=(400, 400)), UTM16, 0.5) is None
    # the same ground to a tenth of a pixel
    assert asked_area(pre, place(offset=(0.05, 0.05)), UTM16, 0.5) is None
    turned = place(rotation=20.0)
    assert asked_area(turned, turned, UTM16, 0.5) is None


def test_part_of_the_image_before():
    asked = asked_area(place(), place(offset=(40.0, 0.0)), UTM16, 0.5)
    assert difference(asked.geometry, around(-20, -50, 60, 50)) < 1e-6


@pytest.mark.parametrize("crs", ["EPSG:32616", "EPSG:4326"])
def test_an_area_counts_inside_the_overlap(crs):
    area = AreaOfInterest(around(-50, 0, 10, 500), UTM16).in_crs(CRS.from_user_input(crs))
    asked = asked_area(place(), place(offset=(40.0, 0.0)), UTM16, 0.5, area)
    assert difference(asked.geometry, around(-20, 0, 10, 50)) < 1e-4


def test_an_area_in_one_image_only_is_refused():
    area = AreaOfInterest(around(-50, 0, -40, 10), UTM16)
    with pytest.raises(InputError, match="20 m outside the overlap") as caught:
        asked_area(place(), place(offset=(40.0, 0.0)), UTM16, 0.5, area)
    assert caught.value.code == "aoi-outside"


@pytest.mark.parametrize("offset", [(120.0, 0.0), (200.0, 0.0), (5e5, 3e6)])
def test_nothing_shared_is_refused(offset):
    far = Georeference(UTM16, Affine.translation(*offset) @ place().transform, 240, 200)
    with pytest.raises(InputError, match="m apart") as caught:
        overlap(place(), far, UTM16)
    assert caught.value.code == "no-overlap"
