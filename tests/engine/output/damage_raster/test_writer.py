import os

import numpy as np
import pytest
import rasterio
import rasterio.shutil
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.warp import transform as warp_points
from shapely import affinity

from tests.engine.probability_scene import ORIGIN, UTM, make_grid, make_raster, silent_run
from tests.engine.result_scene import RUN, given_to, one_of_each, outcome_of, square
from xview2_qgis.engine.buildings.extraction import find_buildings
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.second_place import SecondPlace
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.output.damage_raster.writer import RUN_ID_TAG, DamageRasterSpec, DamageRasterWriter
from xview2_qgis.engine.scene.area_of_interest import AreaOfInterest
from xview2_qgis.engine.staging.staged_file import StagedFile
from xview2_qgis.protocol.schema import CLASS_COLOURS, Damage

X, Y = ORIGIN


def write(path, buildings, raster, crs=UTM, **spec):
    """Write the damage raster of some buildings."""
    writer = DamageRasterWriter(path, DamageRasterSpec(crs, raster, **spec), silent_run())
    writer.finish(outcome_of(given_to(writer, buildings, crs)))
    path.with_name("outlines").unlink(missing_ok=True)  # goes with the private folder of a run


@pytest.fixture
def scene(tmp_path):
    """One building of each class and the raster they came from; post is missing in the last 20 columns."""
    post = np.ones((60, 240), bool)
    post[:, 220:] = False
    with make_raster(tmp_path / "p.tif", make_grid(240, 60), np.zeros((60, 240), np.uint8), post_valid=post) as raster:
        yield one_of_each(), raster


def test_values_colours_names_and_layout(scene, tmp_path):
    path = tmp_path / "d.tif"
    write(path, *scene)
    with rasterio.open(path) as dataset:
        pixels = dataset.read(1)
        assert (dataset.count, dataset.dtypes, dataset.nodata) == (1, ("uint8",), 255)
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.colorinterp == (ColorInterp.palette,)
        colours = dataset.colormap(1)
        assert dataset.crs == UTM
        assert dataset.tags()[RUN_ID_TAG] == RUN.run_id
        assert dataset.transform == scene[1].grid.transform
    assert colours[0][:3] == (255, 255, 255)  # a GeoTIFF keeps no transparency; black would hide a map beneath
    for damage in list(Damage)[1:]:
        assert "#{:02x}{:02x}{:02x}".format(*colours[damage][:3]) == CLASS_COLOURS[damage]
    expected = np.zeros((60, 240), np.uint8)
    expected[:, 220:] = 255
    for damage in Damage:
        left = 10 + 40 * damage
        expected[10:30, left : left + 20] = 255 if damage is Damage.UNKNOWN else damage
    assert (pixels == expected).all()
    assert "<Category>Minor damage</Category>" in (tmp_path / "d.tif.aux.xml").read_text()
    assert not list(tmp_path.glob(".*"))


REFERENCES = {
    "finer, other zone, rotated": lambda: (
        CRS.from_epsg(32617),
        Affine.translation(5000, 3_003_900) @ Affine.rotation(11) @ Affine.scale(0.4, -0.4),
    ),
    "degrees": lambda: (CRS.from_epsg(4326), Affine(4e-6, 0, -85.9915, 0, -3.7e-6, 27.1190)),
    "same metres, offset by a third of a pixel": lambda: (UTM, Affine(0.5, 0, X - 20.17, 0, -0.5, Y + 10.17)),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_the_raster_lies_on_the_pixels_of_the_reference(tmp_path, name):
    building = np.zeros((300, 400), np.uint8)
    building[40:120, 60:190] = building[180:260, 230:320] = 220
    crs, transform = REFERENCES[name]()
    # put the middle of the scene into the middle of the reference, whatever rounding the numbers above have
    (middle_x,), (middle_y,) = warp_points(UTM, crs, [X + 100], [Y - 75])
    offset_x, offset_y = transform @ (300, 250)
    if "same" not in name:
        transform = Affine.translation(middle_x - offset_x, middle_y - offset_y) @ transform
    reference = Grid(crs, transform, 600, 500, 0.4)
    grid = make_grid(400, 300)
    with make_raster(tmp_path / "p.tif", grid, building) as raster:
        found = list(find_buildings(raster, ObjectVote(), silent_run()))
        write(tmp_path / "d.tif", found, raster, crs, reference=reference)
    with rasterio.open(tmp_path / "d.tif") as dataset:
        pixels = dataset.read(1)[::3, ::3]
        assert dataset.transform.almost_equals(transform, 1e-12)
    # where each pixel of the reference lies on the working grid, exactly
    rows, cols = np.mgrid[0:500:3, 0:600:3]
    x, y = warp_points(crs, UTM, *(transform @ (cols.ravel() + 0.5, rows.ravel() + 0.5)))
    grid_cols, grid_rows = ~grid.transform @ (np.array(x), np.array(y))
    places = shapely.points(grid_cols, grid_rows).reshape(rows.shape)
    houses = shapely.box(60, 40, 190, 120) | shapely.box(230, 180, 320, 260)
    scene = shapely.box(0, 0, 400, 300)
    shapely.prepare(houses.boundary)
    half = 0.5
    away = shapely.distance(places, houses.boundary) > half * 0.3
    assert ((pixels == 1) == shapely.contains(houses, places))[away].all()
    beside = shapely.distance(places, scene.boundary) > half
    assert ((pixels != 255) == shapely.contains(scene, places))[beside].all()
    assert (pixels == 1).sum() > 100


def test_beyond_the_area_of_interest_nothing_was_assessed(scene, tmp_path):
    area = AreaOfInterest(affinity.translate(shapely.box(0, -30, 60, 0), X, Y), UTM)
    write(tmp_path / "d.tif", *scene, area=area)
    with rasterio.open(tmp_path / "d.tif") as dataset:
        pixels = dataset.read(1)
    assert (pixels[35:, 120:] == 255).all()
    assert (pixels[35:, :120] == 0).all()


def test_with_an_area_the_raster_covers_no_more_than_the_working_grid(scene, tmp_path):
    """The pre-event image may be a mosaic of a country."""
    grid = scene[1].grid
    wide = Grid(grid.crs, grid.transform @ Affine.translation(-70_000, -50_000), 140_000, 100_000, 0.5)
    area = AreaOfInterest(affinity.translate(shapely.box(0, -30, 120, 0), X, Y), UTM)
    write(tmp_path / "d.tif", *scene, reference=wide, area=area)
    with rasterio.open(tmp_path / "d.tif") as dataset:
        assert dataset.transform.almost_equals(grid.transform, 1e-6)
        assert dataset.shape == (grid.height, grid.width)
        assert set(np.unique(dataset.read(1))) == {0, 1, 2, 3, 4, 255}


def test_overviews_hold_classes_only(tmp_path):
    grid = make_grid(1600, 1500)
    with make_raster(tmp_path / "p.tif", grid, np.zeros((1500, 1600), np.uint8)) as raster:
        write(tmp_path / "d.tif", one_of_each(), raster)
    with rasterio.open(tmp_path / "d.tif") as dataset:
        assert dataset.overviews(1)
        small = dataset.read(1, out_shape=(375, 400))
    assert set(np.unique(small)) == {0, 1, 2, 3, 4, 255}


def test_a_published_rule_shows_every_pixel_as_it_is(tmp_path):
    rng = np.random.default_rng(3)
    building = rng.choice(np.array([0, 255], np.uint8), (150, 2200))
    decided = rng.integers(0, 4, (150, 2200))
    damage = np.where(decided == np.arange(4)[:, None, None], np.uint8(255), np.uint8(0))
    post = rng.random((150, 2200)) > 0.1
    with make_raster(tmp_path / "p.tif", make_grid(2200, 150), building, damage, post_valid=post) as raster:
        write(tmp_path / "d.tif", one_of_each(), raster, decision=SecondPlace())
    with rasterio.open(tmp_path / "d.tif") as dataset:
        pixels = dataset.read(1)
    np.testing.assert_array_equal(pixels, np.where(post, np.where(building > 0, decided + 1, 0), 255))


@pytest.mark.parametrize("missing", [8, 300])  # the last four bytes of a block say the ones before again
def test_a_disk_that_is_full_at_the_very_end_is_noticed(scene, tmp_path, monkeypatch, missing):
    """GDAL does not tell when the last blocks do not fit: the file is only shorter then."""

    def copy(source, target, _copy=rasterio.shutil.copy, **options):
        _copy(source, target, **options)
        os.truncate(target, os.path.getsize(target) - missing)

    monkeypatch.setattr(rasterio.shutil, "copy", copy)
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(RuntimeFailure) as caught, StagedFile(tmp_path / "d.tif", (".aux.xml",)) as staged:  # noqa: PT012
        with staged.writing() as part:
            write(part, *scene)
        staged.commit()
    assert caught.value.code == "output-write"
    assert {path.name for path in tmp_path.iterdir()} == before


def test_across_blocks_and_batches_the_last_building_of_a_pixel_counts(tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.engine.output.building_batch._SIZE", 2)
    monkeypatch.setattr("xview2_qgis.engine.output.damage_raster.pixel_grid._BLOCK", 64)
    rng = np.random.default_rng(5)
    buildings = [square(*rng.uniform(-20, 90, 2), rng.uniform(5, 60), Damage(rng.integers(0, 5))) for _ in range(41)]
    grid = make_grid(200, 150)
    with make_raster(tmp_path / "p.tif", grid, np.zeros((150, 200), np.uint8)) as raster:
        write(tmp_path / "d.tif", buildings, raster)
    with rasterio.open(tmp_path / "d.tif") as dataset:
        pixels = dataset.read(1)
    rows, cols = np.mgrid[0:150, 0:200]
    middles = shapely.points(*(grid.transform @ (cols + 0.5, rows + 0.5)))
    expected = np.zeros((150, 200), np.uint8)
    for building in buildings:
        value = 255 if building.vote.damage is Damage.UNKNOWN else building.vote.damage
        expected[shapely.contains(building.geometry, middles)] = value
    np.testing.assert_array_equal(pixels, expected)
