import geopandas
import numpy as np
import pytest
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, Point, Polygon, box

from tests.engine.probability_scene import ORIGIN, UTM, classes, make_grid, make_raster, silent, silent_run
from tests.engine.recorder import Recorder
from xview2_qgis.engine.buildings.building import Source
from xview2_qgis.engine.buildings.extraction import find_buildings
from xview2_qgis.engine.buildings.footprint_damage import CoveredArea, FootprintRatings, Places, with_footprints
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.footprints.layer import open_footprints
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.protocol.schema import Damage

X, Y = ORIGIN


def metres(east, south, width, height):
    return box(X + east, Y - south - height, X + east + width, Y - south)


def layer(path, geometries, crs=32616, **columns):
    geopandas.GeoDataFrame(columns, geometry=geometries, crs=crs).to_file(path, driver="GPKG", layer="houses")
    return f"{path}|layername=houses"


@pytest.fixture
def raster(tmp_path):
    """100 × 100 pixels of 0.5 m: one building in the west, destroyed south of row 50, post missing in the east."""
    building = np.zeros((100, 100), np.uint8)
    building[10:40, 10:40] = 220
    damage = classes(100, 100)
    damage[:, 50:] = classes(50, 100, (0, 0, 0.1, 0.9))
    post = np.ones((100, 100), bool)
    post[:, 80:] = False
    with make_raster(tmp_path / "p.tif", make_grid(100, 100), building, damage, post_valid=post) as filled:
        yield filled


def collect(grid, uri, tmp_path, events=None):
    path, events = tmp_path / "footprints.sqlite", events or silent()
    path.unlink(missing_ok=True)
    return open_footprints(uri, events).collect(grid, path, RunContext(events))[0]


def assess(raster, uri, tmp_path, **places):
    store = collect(raster.grid, uri, tmp_path)
    with CoveredArea(tmp_path / "covered.tif", raster.grid) as covered:
        ratings = FootprintRatings(store, raster, ObjectVote(), covered, Places(**places))
        found = find_buildings(raster, ObjectVote(), silent_run())
        both = list(with_footprints(found, ratings, silent_run()))
    assert not (tmp_path / "covered.tif").exists()
    given, rest = ([b for b in both if b.source is source] for source in (Source.FOOTPRINT, Source.MODEL))
    return given, rest


def test_each_footprint_gets_the_vote_of_its_own_pixels(raster, tmp_path):
    houses = [metres(2, 30, 10, 10), metres(35, 5, 10, 10), metres(42, 30, 5, 5), metres(200, 0, 9, 9)]
    given, _ = assess(raster, layer(tmp_path / "f.gpkg", houses, osm_id=["a", "b", "c", "d"]), tmp_path)
    found = {b.footprint_id: b for b in given}
    assert set(found) == {"a", "b", "c"}
    assert [found[n].vote.damage for n in "abc"] == [Damage.DESTROYED, Damage.NO_DAMAGE, Damage.UNKNOWN]
    assert [found[n].vote.valid_fraction for n in "abc"] == [1.0, 0.5, 0.0]
    assert all(b.source is Source.FOOTPRINT for b in given)
    assert found["a"].geometry.equals_exact(houses[0])


@pytest.mark.parametrize(("shift", "kept"), [(0, 0), (12, 0), (14.5, 1), (40, 1)])
def test_buildings_of_the_model_are_added_where_they_share_less_than_a_tenth(raster, tmp_path, shift, kept):
    house = metres(5 + shift, 5, 15, 15)
    _, rest = assess(raster, layer(tmp_path / "f.gpkg", [house]), tmp_path)
    assert [b.source for b in rest] == [Source.MODEL] * kept


def test_what_the_model_finds_beside_a_footprint_does_not_overlap_it(raster, tmp_path):
    """The model's building is 15 m × 15 m; it keeps what is not the footprint's."""
    beside, inside = metres(19, 5, 15, 15), metres(10, 8, 3, 4)
    for house, left in ((beside, 14 * 15), (inside, 15 * 15 - 12)):
        given, (rest,) = assess(raster, layer(tmp_path / "f.gpkg", [house]), tmp_path)
        assert rest.geometry.is_valid
        assert rest.geometry.area == pytest.approx(left, abs=1.0)
        assert rest.geometry.intersection(given[0].geometry).area < 1e-6
        (tmp_path / "f.gpkg").unlink()
    corner = Polygon([(X + 5, Y - 20), (X + 5, Y - 17), (X + 8, Y - 20)])  # in degrees the same place
    turned = geopandas.GeoSeries([corner], crs=UTM).to_crs(4326)
    _, (rest,) = assess(raster, layer(tmp_path / "f.gpkg", list(turned), 4326), tmp_path)
    assert rest.geometry.intersection(corner).area < 1e-3


def test_other_crs_ids_and_odd_geometries(raster, tmp_path):
    bow_tie = Polygon([(X + 5, Y - 30), (X + 15, Y - 40), (X + 15, Y - 30), (X + 5, Y - 40)])
    parts = MultiPolygon([metres(20, 30, 3, 3), metres(25, 30, 3, 3)])
    tiny = metres(30.26, 30.26, 0.1, 0.1)
    frame = geopandas.GeoDataFrame(geometry=[bow_tie, parts, tiny, None, Polygon()], crs=32616).to_crs(4326)
    frame.to_file(tmp_path / "f.gpkg", driver="GPKG")
    given, _ = assess(raster, str(tmp_path / "f.gpkg"), tmp_path)
    assert [b.footprint_id for b in given] == ["1", "2", "3"]
    assert all(b.geometry.is_valid and b.crs == CRS.from_epsg(4326) for b in given)
    assert {b.vote.damage for b in given} == {Damage.DESTROYED}
    assert given[1].geometry.geom_type == "MultiPolygon"


def test_what_lies_beyond_the_grid_was_not_seen(raster, tmp_path):
    given, _ = assess(raster, layer(tmp_path / "f.gpkg", [metres(-10, 30, 20, 10)]), tmp_path)
    assert given[0].vote.valid_fraction == pytest.approx(0.5)


def test_only_footprints_with_a_part_in_the_area_and_pages(raster, tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.engine.vector.features._PAGE", 3)
    monkeypatch.setattr("xview2_qgis.engine.footprints.store._PAGE", 2)
    houses = [metres(2 + 5 * i, 30, 4, 4) for i in range(7)]
    uri = layer(tmp_path / "f.gpkg", houses, id=range(7))
    assert [b.footprint_id for b in assess(raster, uri, tmp_path)[0]] == [str(i) for i in range(7)]
    area = AreaOfInterest(metres(0, 0, 12.5, 50), UTM)
    assert [b.footprint_id for b in assess(raster, uri, tmp_path, asked=area)[0]] == ["0", "1", "2"]
    # the third one begins where this area ends
    area = AreaOfInterest(metres(0, 0, 12.0, 50), UTM)
    assert [b.footprint_id for b in assess(raster, uri, tmp_path, asked=area)[0]] == ["0", "1"]


def test_what_is_no_building_is_left_out_with_a_warning(tmp_path):
    events = Recorder()
    uri = layer(tmp_path / "f.gpkg", [metres(0, 0, 2900, 900)])
    assert list(collect(make_grid(6000, 3000), uri, tmp_path, events).pages()) == []
    assert events.warned == ["footprint-too-large"]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_layers_that_cannot_be_used_are_refused(tmp_path):
    layer(tmp_path / "points.gpkg", [Point(X, Y)])
    geopandas.GeoDataFrame(geometry=[metres(0, 0, 1, 1)]).to_file(tmp_path / "nocrs.gpkg", driver="GPKG")
    (tmp_path / "text.gpkg").write_text("nothing")
    for name, code in [
        ("points.gpkg", "footprints-type"), ("nocrs.gpkg", "footprints-crs"), ("text.gpkg", "footprints-open"),
        ("none.gpkg", "footprints-open"), ("points.gpkg|layername=no", "footprints-open"),
    ]:  # fmt: skip
        with pytest.raises(InputError) as caught:
            open_footprints(str(tmp_path / name), silent())
        assert caught.value.code == code


def test_broken_coordinates_cost_one_footprint_and_not_the_run(raster, tmp_path):
    west, north = X + 2, Y - 10
    broken = Polygon([(west, north), (west + 10, north), (west + 10, np.nan), (west, north)])
    given, _ = assess(raster, layer(tmp_path / "f.gpkg", [metres(2, 30, 10, 10), broken]), tmp_path)
    assert len(given) == 1


def test_a_layer_number_that_is_none(tmp_path):
    layer(tmp_path / "f.gpkg", [metres(2, 30, 10, 10)])
    with pytest.raises(InputError) as caught:
        open_footprints(f"{tmp_path / 'f.gpkg'}|layerid=x", silent())
    assert caught.value.code == "footprints-open"


def test_neither_footprints_nor_buildings_wait_for_the_end_of_the_scene(tmp_path):
    """Three towns one below the other: each comes with its footprints, and no footprint is met too late."""
    building = np.zeros((6000, 60), np.uint8)
    tops = (20, 2400, 5900)
    for top in tops:
        building[top : top + 16, 4:20] = building[top : top + 16, 30:46] = 220
    # the left house of each town is given, and a tall one reaches from the first town into the next cell
    houses = [metres(2, top / 2, 8, 8) for top in tops] + [metres(24, 20, 3, 500)]
    uri = layer(tmp_path / "f.gpkg", houses, osm_id=["a", "b", "c", "tall"])
    with (
        make_raster(tmp_path / "p.tif", make_grid(60, 6000), building, classes(6000, 60)) as raster,
        CoveredArea(tmp_path / "covered.tif", raster.grid) as covered,
    ):
        store = collect(raster.grid, uri, tmp_path)
        ratings = FootprintRatings(store, raster, ObjectVote(), covered)
        both = list(with_footprints(find_buildings(raster, ObjectVote(), silent_run()), ratings, silent_run()))
    assert store.tallest == pytest.approx(1000)
    names = [b.footprint_id or round((Y - b.geometry.centroid.y) * 2) // 1000 for b in both]
    assert sorted(map(str, names)) == sorted(["0", "2", "5", "a", "b", "c", "tall"])
    assert names.index(0) < names.index("c")
    assert names.index(2) < names.index("c")
    assert names.index("a") < names.index(0)
