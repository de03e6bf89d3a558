import pytest
import shapely
from affine import Affine
from rasterio.crs import CRS

from tests.engine.drawn_rasters import CENTRE, centred_transform
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.georeference import Georeference
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.scene.overlap import find_overlap, overlap_doubt

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
    shared = find_overlap(place(), place(crs, offset=(40.0, -30.0))).shared
    assert shared.crs == UTM16
    assert difference(shared.geometry, around(-20, -50, 60, 20)) < (0.1 if crs == "EPSG:32617" else 0.03)


@pytest.mark.parametrize("crs", ["EPSG:32616", "EPSG:4326"])
@pytest.mark.parametrize(("east", "doubtful"), [(0.0, False), (107.0, False), (109.0, True), (119.0, True)])
def test_neighbours_are_doubted(crs, east, doubtful):
    # 120 m wide: a tenth of it is shared where the other one lies 108 m further east
    pre, post = place(), place(crs, offset=(east, 0.0))
    doubt = overlap_doubt(find_overlap(pre, post), pre, post)
    assert (doubt is not None) == doubtful


def test_overlap_with_a_turned_image():
    # a square of 60 m stands on its tip: all of it lies inside
    shared = find_overlap(place(), place(size=(120, 120), rotation=45.0)).shared.geometry
    assert shared.area == pytest.approx(3600)
    assert shared.bounds == pytest.approx(around(-42.43, -42.43, 42.43, 42.43).bounds, abs=0.01)


def test_all_of_the_image_before_is_no_area():
    pre = place()
    assert find_overlap(pre, pre).asked is None
    assert find_overlap(pre, place(size=(400, 400))).asked is None
    # the same ground to a tenth of a pixel
    assert find_overlap(pre, place(offset=(0.05, 0.05))).asked is None
    turned = place(rotation=20.0)
    assert find_overlap(turned, turned).asked is None


def test_a_strip_of_more_than_half_a_pixel_is_missed():
    def asked(metres):
        return find_overlap(place(), place(offset=(-metres, 0.0), size=(240, 200))).asked

    assert asked(0.2) is None
    assert asked(0.3) is not None


def test_part_of_the_image_before():
    asked = find_overlap(place(), place(offset=(40.0, 0.0))).asked
    assert difference(asked.geometry, around(-20, -50, 60, 50)) < 1e-6


@pytest.mark.parametrize("crs", ["EPSG:32616", "EPSG:4326"])
def test_an_area_counts_inside_the_overlap(crs):
    area = AreaOfInterest(around(-50, 0, 10, 500), UTM16).in_crs(CRS.from_user_input(crs))
    asked = find_overlap(place(), place(offset=(40.0, 0.0)), area).asked
    assert difference(asked.geometry, around(-20, 0, 10, 50)) < 1e-4


def test_an_area_in_one_image_only_is_refused():
    area = AreaOfInterest(around(-50, 0, -40, 10), UTM16)
    with pytest.raises(InputError, match="20 m outside the overlap") as caught:
        find_overlap(place(), place(offset=(40.0, 0.0)), area)
    assert caught.value.code == "aoi-outside"


def test_an_area_at_another_place_is_refused():
    for box, crs in (((0, 0, 1, 1), "EPSG:4326"), (around(500, 0, 600, 9).bounds, "EPSG:32616")):
        with pytest.raises(InputError) as caught:
            find_overlap(place(), place(), AreaOfInterest(shapely.box(*box), CRS.from_user_input(crs)))
        assert caught.value.code == "aoi-outside"


def refused(post):
    with pytest.raises(InputError) as caught:
        find_overlap(place(), post)
    assert caught.value.code == "no-overlap"
    return str(caught.value)


def test_nothing_shared_is_refused():
    assert "130 m apart" in refused(place(offset=(130.0, 0.0)))
    refused(place(offset=(120.0, 0.0)))  # they touch


@pytest.mark.parametrize(
    ("crs", "corner"),
    [
        ("EPSG:4326", (100.0, 20.0)),
        ("EPSG:32716", (620_000.0, 3_340_000.0)),
        ("EPSG:4326", (94.23, -30.18)),
        ("EPSG:32655", CENTRE),
        ("EPSG:32616", (CENTRE[0] + 5e5, CENTRE[1] + 3e6)),
    ],
)
def test_nothing_shared_far_away(crs, corner):
    step = 5e-6 if crs == "EPSG:4326" else 0.5
    far = Georeference(CRS.from_user_input(crs), Affine(step, 0, corner[0], 0, -step, corner[1]), 100, 80)
    assert "km apart" in refused(far)


def test_an_image_at_no_place_is_refused():
    nowhere = Georeference(UTM16, Affine.translation(1e30, 1e30) @ place().transform, 240, 200)
    for which, pair in (("pre", (nowhere, place())), ("post", (place(), nowhere))):
        with pytest.raises(InputError, match=f"the {which}-event image lies where its CRS \\(EPSG:32616\\)") as caught:
            find_overlap(*pair)
        assert caught.value.code == "outside-crs"
