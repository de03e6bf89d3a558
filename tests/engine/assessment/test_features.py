"""What the networks saw of each building, through a whole run: kept for adapt, and out of everybody's way."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import geopandas
import numpy as np
import pyogrio
import pytest
import rasterio
from rasterio.features import rasterize

from tests.engine.assessment.runs import run
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.adaptation.result_database import reading
from xview2_qgis.engine.adaptation.stored_buildings import read_buildings
from xview2_qgis.protocol.stored_result import foreign_tables

SIZE = (512, 512)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    return tuple(draw_houses(folder / f"{after}.tif", after, size=SIZE) for after in (False, True))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Its features are the pixels themselves, so that those of a building are the mean colours under its outline."""
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", 256, 64, features=1))


def expected(frame, pair):
    """Mean of the six bands under each outline, 0 to 1, by GDAL's rasterizer."""
    bands = []
    for path in pair:
        with rasterio.open(path) as raster:
            bands.append(raster.read([1, 2, 3]).astype(float) / 255)
            crs, transform, shape = raster.crs, raster.transform, raster.shape
    pixels = np.concatenate(bands)
    for outline in frame.to_crs(crs).geometry:
        inside = rasterize([outline], shape, transform=transform).astype(bool)
        yield pixels[:, inside].mean(axis=1)


@pytest.mark.parametrize("given", [False, True])
def test_features_are_those_under_the_outline(tmp_path, pair, model, given):
    changes = {}
    if given:
        outlines = geopandas.GeoDataFrame(geometry=[house.polygon for house in HOUSES], crs="EPSG:32616")
        outlines.to_file(tmp_path / "outlines.gpkg")
        changes["footprints"] = str(tmp_path / "outlines.gpkg")
    frame = run(tmp_path, model, *map(str, pair), **changes)
    path = tmp_path / "damage.gpkg"
    with reading(path) as database:
        buildings = read_buildings(database)
    assert len(buildings) == len(frame) >= len(HOUSES)
    for found, mean in zip(buildings.features, expected(frame, pair), strict=True):
        # outlines of found buildings are straightened, so they hold some other pixels
        assert found == pytest.approx(mean, abs=0.02 if given else 0.06)
    assert not foreign_tables(path)
    assert {name for name, _ in pyogrio.list_layers(path)} == {"damage", "assessed_area", "run", "layer_styles"}
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "outlines.gpkg") == ["damage.gpkg"]
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT extension_name FROM gpkg_extensions WHERE table_name = 'building_features'")
        assert rows.fetchall() == [("xview2_building_features",)]


def test_gdal_reads_the_file_without_a_warning(tmp_path, pair, model):
    run(tmp_path, model, *map(str, pair))
    code = "import sys, pyogrio; [pyogrio.read_dataframe(sys.argv[1], layer=name) for name in ('damage', 'run')]"
    # what the engine switches off for itself, other programs have
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("GDAL_", "OGR_", "CPL_"))}
    told = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "damage.gpkg"], capture_output=True, text=True, env=usual
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_without_features_there_is_no_table(tmp_path, pair, tmp_path_factory):
    plain = str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", 256, 64))
    run(tmp_path, plain, *map(str, pair))
    with reading(tmp_path / "damage.gpkg") as database:
        assert read_buildings(database).features.shape[1] == 0
        assert not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'building_features'").fetchall()


@pytest.mark.parametrize("tta", ["mirror", "flips"])
def test_flips_change_nothing_where_features_are_those_of_pixels(tmp_path, pair, model, tta):
    features = []
    for views in ("none", tta):
        folder = tmp_path / views
        folder.mkdir()
        run(folder, model, *map(str, pair), tta=views)
        with reading(folder / "damage.gpkg") as database:
            features.append(read_buildings(database).features)
    assert features[0] == pytest.approx(features[1], abs=1e-3)


def test_a_rule_that_counts_in_bytes_goes_on_without_features(tmp_path, pair, tmp_path_factory):
    rule = {"decision": {"rule": "second-place"}}
    model = write_tiny_bundle(
        tmp_path_factory.mktemp("model") / "tiny", 256, 64, damage_channels=5, features=8, changes=rule
    )  # fmt: skip
    assert len(run(tmp_path, str(model), *map(str, pair)))
