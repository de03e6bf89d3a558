"""The whole engine on small real pairs with the tiny analytic model: metres, classes, bad input, cancelling."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas
import numpy as np
import pandas
import pyproj
import pytest
import rasterio
import rasterio.shutil
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.vrt import WarpedVRT
from shapely.geometry import box

from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.buildings import extraction as objects
from xview2_qgis.engine.errors import Cancelled, EngineError, InputError, RuntimeFailure, UsageError
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Result
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

from .drawn_houses import HOUSES, draw_houses
from .drawn_rasters import CENTRE
from .recorder import Recorder
from .tiny_bundle import GREY_STEPS, write_tiny_bundle


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=256, overlap=64))


def run(tmp_path, model, pre, post, events=None, cancellation=None, **changes):
    images = (image if isinstance(image, ImageOptions) else ImageOptions(image) for image in (pre, post))
    parameters = AssessmentParameters(*images, tmp_path / "damage.gpkg", model, register=False, **changes)
    assess(Session.of(parameters), parameters, RunContext(events or Recorder(), cancellation))
    return geopandas.read_file(parameters.output, layer="damage")


def in_metres(frame):
    return frame.to_crs("EPSG:32616")


@pytest.mark.parametrize(
    ("pre", "post"),
    [
        ({}, {}),
        ({}, {"crs": "EPSG:3857", "gsd": 0.6, "size": (420, 380)}),
        ({"crs": "EPSG:4326"}, {"crs": "EPSG:4326", "gsd": 0.45, "size": (480, 420)}),
        ({"rotation": 20.0, "size": (520, 500)}, {"crs": "EPSG:32617", "size": (460, 420)}),
        ({"gsd": 0.3, "size": (680, 580)}, {"rotation": -35.0, "size": (600, 600)}),
    ],
    ids=["same grid", "web mercator 0.6 m", "both geographic", "rotated and other zone", "0.3 m and rotated"],
)
def test_buildings_lie_where_they_are(tmp_path, model, pre, post):
    pair = draw_houses(tmp_path / "pre.tif", False, **pre), draw_houses(tmp_path / "post.tif", True, **post)
    result = run(tmp_path, model, *pair)
    assert result.crs == rasterio.open(pair[0]).crs
    found = in_metres(result)
    assert len(found) == len(HOUSES)
    errors = []
    for house in HOUSES:
        mine = found[found.intersects(house.polygon.centroid)].iloc[0]
        centre, wanted = mine.geometry.centroid, house.polygon.centroid
        errors.append((centre.x - wanted.x, centre.y - wanted.y))
        assert np.hypot(*errors[-1]) < 0.5  # a pixel; drawing rounds every wall to whole pixels
        overlap = mine.geometry.intersection(house.polygon).area / mine.geometry.union(house.polygon).area
        assert overlap > 0.85
        assert mine.damage == house.damage
        assert mine.area_m2 == pytest.approx(house.polygon.area, rel=0.1)
        assert mine[["p_no_damage", "p_minor_damage", "p_major_damage", "p_destroyed"]].sum() == pytest.approx(1)
    assert np.hypot(*np.mean(errors, axis=0)) < 0.2, "all buildings are displaced the same way"


def test_shifted_tile_lattice_changes_nothing(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    rasters = []
    for offset in ((0, 0), (96, 96)):
        target = tmp_path / f"damage{offset[0]}.tif"
        run(tmp_path, model, *pair, damage_raster=target, overwrite=True, tile_offset=offset)
        rasters.append(rasterio.open(target).read(1))
    buildings = np.isin(rasters[0], (1, 2, 3, 4))
    assert buildings.sum() > 1000
    assert (rasters[0] != rasters[1]).sum() < 0.005 * buildings.sum()


def test_damage_raster_lies_on_the_pixels_of_pre(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False, crs="EPSG:4326"), draw_houses(tmp_path / "post.tif", True)
    run(tmp_path, model, *pair, damage_raster=tmp_path / "damage.tif")
    with rasterio.open(tmp_path / "damage.tif") as damage, rasterio.open(pair[0]) as pre:
        assert damage.transform.almost_equals(pre.transform, 1e-12)
        assert damage.shape == pre.shape
        houses = pre.read(1) == 255
        classes = damage.read(1)
    assert (np.isin(classes, (1, 2, 3, 4)) != houses)[classes != 255].mean() < 0.01


def test_a_given_crs_is_that_of_the_image(tmp_path, model):
    """The pre-event image says nothing, that after is wrong by a zone; told the truth, both lie on each other."""
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True, crs="EPSG:32617")
    for path, wrong in ((pre, None), (post, "EPSG:32616")):
        with rasterio.open(path) as file:
            profile, image = file.profile | {"crs": wrong}, file.read()
        with rasterio.open(path, "w", **profile) as file:
            file.write(image)
    images = ImageOptions(pre, crs="EPSG:32616"), ImageOptions(post, crs="EPSG:32617")
    result = run(tmp_path, model, *images, damage_raster=tmp_path / "damage.tif")
    assert len(result) == len(HOUSES)
    for house in HOUSES:
        (mine,) = result[result.intersects(house.polygon.centroid)].itertuples()
        assert mine.geometry.centroid.distance(house.polygon.centroid) < 0.5
        assert mine.damage == house.damage
    assert rasterio.open(tmp_path / "damage.tif").crs == "EPSG:32616"


def test_buildings_without_post_pixels_are_unknown(tmp_path, model):
    pre = draw_houses(tmp_path / "pre.tif", False)
    post = draw_houses(tmp_path / "post.tif", True, hole=lambda east, north: east < -35)
    result = in_metres(run(tmp_path, model, pre, post))
    for house in HOUSES:
        mine = result[result.intersects(house.polygon.centroid)].iloc[0]
        assert mine.damage == (0 if house.east < -35 else house.damage)
        assert mine.damage_class == "unknown" or mine.valid_fraction == pytest.approx(1)


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


@pytest.mark.parametrize("post_longitudes", [180.0, -180.0])
@pytest.mark.parametrize("with_area", [False, True])
def test_a_scene_across_the_antimeridian_is_one_scene(tmp_path, model, post_longitudes, with_area):
    """Rasters around 180 degrees count on beyond it; the same place may have another longitude in the other one."""
    step, width, height = 5e-6, 400, 340
    paths = []
    for name, longitude, after in (("pre", 180.0, False), ("post", post_longitudes, True)):
        image = np.full((3, height, width), 30, np.uint8)
        image[0] = 10
        for left in (40, 180, 320):  # the one in the middle lies on the line
            image[:, 150:182, left : left + 40] = 255 - (GREY_STEPS[2] if after else 0)
        transform = Affine(step, 0, longitude - step * width / 2, 0, -step, -17.0)
        paths.append(str(tmp_path / f"{name}.tif"))
        with rasterio.open(paths[-1], "w", driver="GTiff", count=3, dtype="uint8", width=width, height=height,
                           crs="EPSG:4326", transform=transform, photometric="RGB") as file:  # fmt: skip
            file.write(image)
    changes = {}
    if with_area:  # drawn on a map that ends at 180 degrees
        parts = [box(179.99, -17.1, 180, -16.9), box(-180, -17.1, -179.99, -16.9)]
        geopandas.GeoDataFrame(geometry=parts, crs=4326).to_file(tmp_path / "aoi.gpkg")
        changes["aoi"] = str(tmp_path / "aoi.gpkg")
    result = run(tmp_path, model, *paths, damage_raster=tmp_path / "damage.tif", **changes)
    assert result.damage.tolist() == [3, 3, 3]
    west = 180.0 - step * width / 2
    wanted = [west + (left + 20) * step for left in (40, 180, 320)]
    np.testing.assert_allclose(sorted(o.centroid.x for o in result.geometry), wanted, atol=2 * step)
    assert (result.bounds.maxx - result.bounds.minx).max() < 60 * step
    with rasterio.open(tmp_path / "damage.tif") as file:
        classes = file.read(1)
    assert (classes != 255).mean() > 0.95
    assert [int(np.median(classes[155:175, left + 5 : left + 35])) for left in (40, 180, 320)] == [3, 3, 3]


@pytest.mark.parametrize("kind", ["full alpha", "other nodata", "white"])
def test_a_collar_that_nobody_declared_is_no_damage(tmp_path, model, kind):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    with rasterio.open(post) as file:
        pixels, profile = file.read(), file.profile
    pixels[:, :, :160] = 255 if kind == "white" else 0
    if kind == "full alpha":
        pixels = np.concatenate([pixels, np.full((1, *pixels.shape[1:]), 255, np.uint8)])
        profile.update(count=4, alpha="YES")
    elif kind == "other nodata":
        profile.update(nodata=255)
    with rasterio.open(post, "w", **profile) as file:
        file.write(pixels)
    result = in_metres(run(tmp_path, model, pre, post))
    edge = -200 * 0.5 + 160 * 0.5  # metres east of the centre
    for house in HOUSES:
        mine = result[result.intersects(house.polygon.centroid)].iloc[0]
        assert mine.damage == (0 if house.east < edge else house.damage)


def test_roofs_and_clouds_may_be_white(tmp_path, model):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    with rasterio.open(pre, "r+") as file:
        pixels = file.read()
        pixels[1:, pixels[0] == 255] = 255  # the roofs
        pixels[:, :70, 330:] = pixels[:, 270:, :70] = 255  # clouds at the border
        file.write(pixels)
    result = in_metres(run(tmp_path, model, pre, post))
    for house in HOUSES:
        assert result[result.intersects(house.polygon.centroid)].damage.tolist() == [house.damage]


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


@pytest.mark.parametrize("pre_longitudes", [180.0, -180.0])
@pytest.mark.parametrize("footprint_longitudes", [180.0, -180.0])
def test_footprints_near_the_antimeridian_may_count_otherwise(tmp_path, model, pre_longitudes, footprint_longitudes):
    step, paths = 5e-6, []
    for name, after in (("pre", False), ("post", True)):
        image = np.full((3, 340, 400), 30, np.uint8)
        image[0] = 10
        image[:, 150:182, 180:220] = 255 - (GREY_STEPS[3] if after else 0)
        transform = Affine(step, 0, pre_longitudes + 0.1, 0, -step, -17.0)
        paths.append(str(tmp_path / f"{name}.tif"))
        with rasterio.open(paths[-1], "w", driver="GTiff", count=3, dtype="uint8", width=400, height=340,
                           crs="EPSG:4326", transform=transform, photometric="RGB") as file:  # fmt: skip
            file.write(image)
    west, north = footprint_longitudes + 0.1 + 180 * step, -17.0 - 150 * step
    house = box(west, north - 32 * step, west + 40 * step, north)
    geopandas.GeoDataFrame({"id": ["a"]}, geometry=[house], crs=4326).to_file(tmp_path / "f.gpkg")
    result = run(tmp_path, model, *paths, footprints=str(tmp_path / "f.gpkg"), damage_raster=tmp_path / "damage.tif")
    assert result[["footprint_id", "damage"]].to_numpy().tolist() == [["a", 4]]
    assert result.geometry[0].centroid.x == pytest.approx(pre_longitudes + 0.1 + 200 * step, abs=step)
    with rasterio.open(tmp_path / "damage.tif") as file:
        assert (file.read(1)[152:180, 182:218] == 4).all()


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


def test_the_run_is_on_record(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    events = Recorder()
    run(tmp_path, model, *pair, events=events)
    with sqlite3.connect(tmp_path / "damage.gpkg") as file:
        rows = file.execute("select model_id, device, provider from run").fetchall()
    assert rows == [("tiny", "cpu", "CPUExecutionProvider")]
    result = events.events[-1]
    assert isinstance(result, Result)
    assert result.buildings == len(HOUSES)
    assert result.counts == {"unknown": 0, "no-damage": 2, "minor-damage": 1, "major-damage": 1, "destroyed": 2}
    assert list(dict.fromkeys(stage for stage, _, _ in events.steps)) == ["prepare", "infer", "objects", "write"]


def truncated(path):
    with open(path, "r+b") as file:
        file.truncate(60_000)
    return str(path)


@pytest.mark.parametrize(
    ("case", "code", "exit_code"),
    [
        ("no overlap", "no-overlap", 3),
        ("one band", "bands", 3),
        ("no crs", "no-crs", 3),
        ("missing file", "raster-open", 3),
        ("text file", "raster-open", 3),
        ("truncated", "raster-read", 3),
        ("aoi outside", "aoi-outside", 3),
        ("empty aoi", "aoi-empty", 3),
        ("changed model", "model-checksum", 4),
        ("unknown model", "no-model", 4),
        ("absent device", "device", 5),
    ],
)
def test_bad_input_is_refused_and_earlier_results_stay(tmp_path, model, case, code, exit_code):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    changes = {}
    if case == "no overlap":
        post = draw_houses(tmp_path / "far.tif", True, offset=(5000, 0))
    elif case in ("one band", "no crs"):
        with rasterio.open(pre) as file:
            pixels, profile = file.read(), file.profile
        profile.update({"count": 1} if case == "one band" else {"crs": None}, photometric=None)
        with rasterio.open(tmp_path / "changed.tif", "w", **profile) as file:
            file.write(pixels[: profile["count"]])
        pre = str(tmp_path / "changed.tif")
    elif case == "missing file":
        pre = str(tmp_path / "nothing.tif")
    elif case == "text file":
        (tmp_path / "text.tif").write_text("not a raster")
        post = str(tmp_path / "text.tif")
    elif case == "truncated":
        post = truncated(post)
    elif case in ("aoi outside", "empty aoi"):
        shapes = [box(CENTRE[0] + 9000, CENTRE[1], CENTRE[0] + 9100, CENTRE[1] + 100)] if case == "aoi outside" else []
        geopandas.GeoDataFrame({"n": [0] * len(shapes)}, geometry=shapes, crs="EPSG:32616").to_file(tmp_path / "a.gpkg")
        changes["aoi"] = str(tmp_path / "a.gpkg")
    elif case == "changed model":
        broken = write_tiny_bundle(tmp_path / "broken", tile_size=256)
        next(broken.glob("*.onnx")).write_bytes(b"something else")
        model = str(broken)
    elif case == "unknown model":
        model = "compct"
    elif case == "absent device":
        changes["device"] = "cuda"
    (tmp_path / "damage.gpkg").write_bytes(b"an earlier result")
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(EngineError) as caught:
        run(tmp_path, model, pre, post, overwrite=True, **changes)
    assert (caught.value.code, caught.value.exit_code) == (code, exit_code), str(caught.value)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "damage.gpkg").read_bytes() == b"an earlier result"
    assert {p.name for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("empty", ["pre", "post"])
def test_an_image_without_data_is_told(tmp_path, model, empty):
    hole = {empty: lambda east, north: east < 1000}
    pre = draw_houses(tmp_path / "pre.tif", False, hole=hole.get("pre"))
    post = draw_houses(tmp_path / "post.tif", True, hole=hole.get("post"))
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(InputError) as caught:
        run(tmp_path, model, pre, post)
    assert caught.value.code == "no-valid-pixels"
    assert {p.name for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("failure", ["cancel", "error"])
def test_what_ends_while_the_views_are_written_leaves_all_earlier_files(tmp_path, model, monkeypatch, failure):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    names = ("damage.gpkg", "damage.tif", "damage.html")
    for name in names:
        (tmp_path / name).write_bytes(b"earlier")
    before = {p.name for p in tmp_path.iterdir()}
    cancellation, events = Cancellation(), Recorder()
    if failure == "cancel":
        events = Recorder(lambda stage, done, total: cancellation.request() if (stage, done) == ("write", 1) else None)
    else:
        monkeypatch.setattr("xview2_qgis.engine.output.report.page.render", lambda _: 1 / 0)
    with pytest.raises((Cancelled, ZeroDivisionError)):
        run(
            tmp_path, model, *pair, events=events, cancellation=cancellation, overwrite=True,
            damage_raster=tmp_path / "damage.tif", report=tmp_path / "damage.html",
        )  # fmt: skip
    assert {p.name for p in tmp_path.iterdir()} == before
    assert all((tmp_path / name).read_bytes() == b"earlier" for name in names)


@pytest.mark.parametrize("stage", ["prepare", "infer", "objects"])
def test_cancel_in_any_stage_leaves_nothing(tmp_path, model, stage):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    cancellation = Cancellation()
    events = Recorder(lambda name, done, total: cancellation.request() if name == stage else None)
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(Cancelled):
        run(tmp_path, model, *pair, events=events, cancellation=cancellation)
    assert {p.name for p in tmp_path.iterdir()} == before


def test_objects_are_told_after_inference_and_progress_only_grows(tmp_path, model):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    events = Recorder()
    run(tmp_path, model, *pair, events=events)
    steps = events.steps
    order = ["prepare", "infer", "objects", "write"]
    ranks = [(order.index(stage), done) for stage, done, _ in steps]
    assert ranks == sorted(ranks)
    for stage in order[1:]:
        done, total = [step[1:] for step in steps if step[0] == stage][-1]
        assert done == total


@pytest.mark.parametrize("at", [1, 4])
def test_cancel_while_buildings_are_found_behind_the_inference(tmp_path, model, monkeypatch, at):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    cancellation, calls = Cancellation(), []

    def counted(*arguments, _separate=objects.separate):
        calls.append(True)
        if len(calls) == at:
            cancellation.request()
        return _separate(*arguments)

    monkeypatch.setattr(objects, "separate", counted)
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(Cancelled):
        run(tmp_path, model, *pair, cancellation=cancellation)
    assert {p.name for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("place", "error", "code"),
    [
        ("buildings.extraction.separate", RuntimeFailure("no disk", "free some", "working-file"), "working-file"),
        ("output.geopackage.writer.ellipsoidal_areas", OSError("no space left"), "output-write"),
    ],
)
def test_an_error_behind_the_inference_leaves_nothing(tmp_path, model, monkeypatch, place, error, code):
    def fail(*_):
        raise error

    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    (tmp_path / "damage.gpkg").write_bytes(b"an earlier result")
    before = {p.name for p in tmp_path.iterdir()}
    monkeypatch.setattr(f"xview2_qgis.engine.{place}", fail)
    with pytest.raises(EngineError) as caught:
        run(tmp_path, model, *pair, overwrite=True)
    assert (caught.value.code, caught.value.exit_code) == (code, 5)
    assert (tmp_path / "damage.gpkg").read_bytes() == b"an earlier result"
    assert {p.name for p in tmp_path.iterdir()} == before


def test_the_source_of_a_virtual_raster_is_not_replaced(tmp_path, model):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    earlier = Path(pre).read_bytes()
    with rasterio.open(pre) as file:
        rasterio.shutil.copy(file, tmp_path / "inner.vrt", driver="VRT")
    with rasterio.open(tmp_path / "inner.vrt") as file:
        rasterio.shutil.copy(file, tmp_path / "outer.vrt", driver="VRT")
    for name in ("inner.vrt", "outer.vrt"):
        with pytest.raises(UsageError, match="is an input"):
            run(tmp_path, model, str(tmp_path / name), post, damage_raster=Path(pre), overwrite=True)
    assert Path(pre).read_bytes() == earlier
    assert not (tmp_path / "damage.gpkg").exists()


@pytest.mark.parametrize("turn", [0.0, -360.0])
def test_control_points_across_the_antimeridian_give_a_raster_with_all_buildings(tmp_path, model, turn):
    crs = "EPSG:32760"
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    x, y = to_degrees.transform(180, -17, direction="INVERSE")
    transform = Affine(0.5, 0, x - 100, 0, -0.5, y + 85)
    image = np.full((3, 340, 400), 30, np.uint8)
    for left in (40, 180, 320):
        image[:, 150:182, left : left + 40] = 255
    points = []
    for column in (0, 200, 400):
        for row in (0, 170, 340):
            longitude, latitude = to_degrees.transform(*(transform @ (column, row)))
            points.append(GroundControlPoint(row, column, longitude % 360 + turn, latitude))
    assert min(p.x for p in points) < 180 + turn < max(p.x for p in points)
    with rasterio.open(tmp_path / "post.tif", "w", driver="GTiff", width=400, height=340, count=3, dtype="uint8",
                       crs=crs, transform=transform) as file:  # fmt: skip
        file.write(image)
    with rasterio.open(
        tmp_path / "pre.tif", "w", driver="GTiff", width=400, height=340, count=3, dtype="uint8"
    ) as file:
        file.write(image)
        file.gcps = points, CRS.from_epsg(4326)
    paths = str(tmp_path / "pre.tif"), str(tmp_path / "post.tif")
    result = run(tmp_path, model, *paths, damage_raster=tmp_path / "damage.tif")
    assert len(result) == 3
    with rasterio.open(tmp_path / "damage.tif") as file:
        burnt = np.count_nonzero((file.read(1) > 0) & (file.read(1) < 255)) * abs(file.transform.determinant)
    assert burnt == pytest.approx(result.area_m2.sum(), rel=0.03)


@pytest.mark.parametrize("crs", ["ESRI:53036", "+proj=tpers +h=5500000 +lat_0=30 +lon_0=-85"])
def test_a_crs_that_no_geotiff_holds_is_kept(tmp_path, model, crs):
    pre = draw_houses(tmp_path / "pre.tif", False, crs="EPSG:32616")
    post = draw_houses(tmp_path / "post.tif", True)
    moved = str(tmp_path / "moved.tif")
    with rasterio.open(pre) as file, WarpedVRT(file, crs=crs) as warped:
        pixels, transform = warped.read(), warped.transform
    with rasterio.open(moved, "w", driver="GTiff", width=pixels.shape[2], height=pixels.shape[1], count=3,
                       dtype="uint8", crs=crs, transform=transform) as file:  # fmt: skip
        file.write(pixels)
    run(tmp_path, model, moved, post, damage_raster=tmp_path / "damage.tif")
    with rasterio.open(tmp_path / "damage.tif") as file:
        assert file.crs == CRS.from_user_input(crs)
    assert "<Category>Minor damage</Category>" in (tmp_path / "damage.tif.aux.xml").read_text()


def test_pyramids_of_an_earlier_raster_go_with_it(tmp_path, model):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    target = tmp_path / "damage.tif"
    run(tmp_path, model, pre, post, damage_raster=target)
    for ending in (".ovr", ".msk"):
        target.with_name(target.name + ending).write_bytes(b"of the earlier one")
    run(tmp_path, model, pre, post, damage_raster=target, overwrite=True)
    assert sorted(path.name for path in tmp_path.glob("damage.tif*")) == ["damage.tif", "damage.tif.aux.xml"]


@pytest.mark.parametrize("value", [1e20, -1e30, float(np.finfo(np.float64).max), float(np.finfo(np.float64).min)])
def test_fill_of_absurd_numbers_is_no_data(tmp_path, model, value):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    plain = run(tmp_path, model, pre, post)
    with rasterio.open(post) as file:
        pixels, profile = file.read().astype(np.float64), file.profile
    pixels[:, :, :20] = value
    profile.update(dtype="float64")
    with rasterio.open(post, "w", **profile) as file:
        file.write(pixels)
    filled = run(tmp_path, model, pre, post, overwrite=True)
    assert len(filled) == len(plain)
