"""Buildings lie where they are: any CRS, rotation, pixel size, across the antimeridian; measured in metres."""

from __future__ import annotations

import geopandas
import numpy as np
import pyproj
import pytest
import rasterio
import rasterio.shutil
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.vrt import WarpedVRT
from shapely.geometry import box

from tests.engine.assessment.runs import in_metres, run
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.tiny_bundle import GREY_STEPS
from xview2_qgis.protocol.options.assessment import ImageOptions


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
