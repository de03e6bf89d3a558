"""Areas of interest and footprints: each building once, none lost, outlines and ids kept."""

from __future__ import annotations

import geopandas
import pandas
import pytest
from shapely.geometry import box

from tests.engine.assessment.runs import in_metres, run
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.drawn_rasters import CENTRE


def test_area_of_interest_limits_buildings(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    east = box(CENTRE[0], CENTRE[1] - 200, CENTRE[0] + 200, CENTRE[1] + 200)
    geopandas.GeoDataFrame(geometry=[east], crs="EPSG:32616").to_crs(4326).to_file(tmp_path / "aoi.gpkg")
    result = run(tmp_path, model, *pair, aoi=str(tmp_path / "aoi.gpkg"))
    assert len(result) == sum(house.east > 0 for house in HOUSES)


def test_areas_side_by_side_share_and_lose_no_building(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    through_a_house = CENTRE[0] + HOUSES[1].east + 1
    found = []
    for number, (west, east) in enumerate(((-300, 0), (0, 300))):
        half = box(through_a_house + west, CENTRE[1] - 200, through_a_house + east, CENTRE[1] + 200)
        geopandas.GeoDataFrame(geometry=[half], crs="EPSG:32616").to_file(tmp_path / f"{number}.gpkg")
        found.append(in_metres(run(tmp_path, model, *pair, aoi=str(tmp_path / f"{number}.gpkg"), overwrite=True)))
    buildings = pandas.concat(found)
    assert len(buildings) == len(HOUSES)
    for house in HOUSES:
        (mine,) = buildings[buildings.intersects(house.polygon.centroid)].itertuples()
        assert mine.area_m2 == pytest.approx(house.polygon.area, rel=0.1)
        assert mine.damage == house.damage


@pytest.mark.parametrize("turned", [0.0, 90.0])
@pytest.mark.parametrize("beside", [1.0, 0.0])  # an edge exactly through the centroid leaves nobody to decide by
def test_images_after_side_by_side_share_and_lose_no_building(tmp_path, model, turned, beside):
    """One pre-event image, two after it whose common edge runs through a house: it is found once, and whole."""
    pre = draw_houses(tmp_path / "pre.tif", False)
    edge = HOUSES[1].east + beside
    found = []
    for name, west, east in (("west", -110, edge), ("east", edge, 110)):
        side = ((east - west) / 0.5, 400)
        post = draw_houses(
            tmp_path / f"{name}.tif", True, size=tuple(round(n) for n in (side if not turned else side[::-1])),
            rotation=turned, offset=((west + east) / 2, 0.0),
        )  # fmt: skip
        found.append(in_metres(run(tmp_path, model, pre, post, overwrite=True)))
    buildings = pandas.concat(found)
    assert len(buildings) == len(HOUSES)
    for house in HOUSES:
        (mine,) = buildings[buildings.intersects(house.polygon.centroid)].itertuples()
        assert mine.geometry.intersection(house.polygon).area / mine.geometry.union(house.polygon).area > 0.85
        assert mine.damage == house.damage
        seen = 0.5 + beside / house.width if house is HOUSES[1] else 1.0
        assert mine.valid_fraction == pytest.approx(seen, abs=0.06)


def test_an_area_that_holds_the_whole_earth_is_the_whole_scene(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    geopandas.GeoDataFrame(geometry=[box(-180, -90, 180, 90)], crs=4326).to_file(tmp_path / "earth.gpkg")
    assert len(run(tmp_path, model, *pair, aoi=str(tmp_path / "earth.gpkg"))) == len(HOUSES)


@pytest.mark.parametrize("with_footprints", [False, True])
def test_an_area_in_a_hole_of_post_still_has_the_building_that_reaches_out(tmp_path, model, with_footprints):
    pre = draw_houses(tmp_path / "pre.tif", False)
    house = HOUSES[2]
    post = draw_houses(tmp_path / "post.tif", True, hole=lambda east, north: east < house.east + 1)
    x, y = house.polygon.centroid.coords[0]
    geopandas.GeoDataFrame(geometry=[box(x - 2, y - 2, x + 0.6, y + 2)], crs="EPSG:32616").to_file(tmp_path / "a.gpkg")
    changes = {}
    if with_footprints:
        geopandas.GeoDataFrame(geometry=[house.polygon], crs="EPSG:32616").to_file(tmp_path / "f.gpkg")
        changes["footprints"] = str(tmp_path / "f.gpkg")
    result = run(tmp_path, model, pre, post, aoi=str(tmp_path / "a.gpkg"), **changes)
    assert result.damage.tolist() == [house.damage]


def test_footprints_keep_their_outline_and_id(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    known = HOUSES[:3]
    frame = geopandas.GeoDataFrame(
        {"osm_id": [f"way/{i}" for i in range(3)]}, geometry=[h.polygon.buffer(-1) for h in known], crs="EPSG:32616"
    )
    frame.to_crs(4326).to_file(tmp_path / "known.gpkg")
    result = in_metres(run(tmp_path, model, *pair, footprints=str(tmp_path / "known.gpkg")))
    given = result[result.source == "footprint"].set_index("footprint_id")
    for number, house in enumerate(known):
        mine = given.loc[f"way/{number}"]
        assert mine.damage == house.damage
        assert mine.geometry.symmetric_difference(house.polygon.buffer(-1)).area < 0.1
    assert (result.source == "model").sum() == len(HOUSES) - len(known)
