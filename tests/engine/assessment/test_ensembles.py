"""Bundles of several networks with weights, flips and published rules, through the whole engine."""

from __future__ import annotations

import json
import sqlite3

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import box

from tests.engine.drawn_houses import HOUSES, House, draw_houses
from tests.engine.drawn_rasters import CENTRE
from tests.engine.probability_scene import silent
from tests.engine.tiny_bundle import expected_building, expected_damage, write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.decision.second_place import second_place
from xview2_qgis.engine.inference.network import NetworkSession
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

SIZE = 512
SECOND_PLACE = {"decision": {"rule": "second-place"}, "tta": "flips"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    return tuple(draw_houses(folder / f"{after}.tif", after, size=(SIZE, SIZE)) for after in (False, True))


def run(folder, pair, model, **changes):
    parameters = AssessmentParameters(
        *map(ImageOptions, pair),
        folder / "damage.gpkg",
        model=str(model),
        damage_raster=folder / "damage.tif",
        register=False,
        **changes,
    )
    summary = assess(Session.of(parameters), parameters, RunContext(silent()))
    with rasterio.open(parameters.damage_raster) as raster:
        return geopandas.read_file(parameters.output, layer="damage"), raster.read(1), summary


def classes_of(frame):
    metres = frame.to_crs("EPSG:32616")
    return [int(metres[metres.intersects(house.polygon.centroid)].damage.iloc[0]) for house in HOUSES]


@pytest.mark.parametrize(("weights", "worse"), [((3.0, 1.0), 0), ((1.0, 3.0), 1)])
@pytest.mark.parametrize("rule", ["object-vote", "second-place", "fifth-place"])
def test_the_heavier_network_prevails(tmp_path, pair, rule, weights, worse):
    model = write_tiny_bundle(
        tmp_path / "m", SIZE, 0, kind="separate", damage_channels=5, copies=2, weights=weights, worse=(0.0, 0.25),
        changes=None if rule == "object-vote" else {"decision": {"rule": rule}},
    )  # fmt: skip
    found, _, _ = run(tmp_path, pair, model)
    assert len(found) == len(HOUSES)
    assert classes_of(found) == [min(house.damage + worse, 4) for house in HOUSES]


def test_the_raster_of_the_second_place_is_its_map(tmp_path, pair):
    model = write_tiny_bundle(tmp_path / "m", SIZE, 0, kind="separate", damage_channels=5, changes=SECOND_PLACE)
    found, pixels, summary = run(tmp_path, pair, model)
    images = [rasterio.open(path).read() for path in pair]
    building = expected_building(images[0])
    damage = np.floor(np.float32(255) * building * expected_damage(*images) + np.float32(1e-3)).astype(np.uint8)
    decided = second_place(images[0][0], damage)
    np.testing.assert_array_equal(pixels, decided.building * decided.damage)
    assert summary.buildings == len(found) == len(HOUSES)
    assert classes_of(found) == [house.damage for house in HOUSES]


def test_what_the_model_says_about_flips_is_done_and_on_record(tmp_path, pair, monkeypatch):
    model = write_tiny_bundle(tmp_path / "m", SIZE, 0, changes={"tta": "flips"})
    runs, original = [], NetworkSession.run
    monkeypatch.setattr(NetworkSession, "run", lambda self, images: runs.append(1) or original(self, images))
    for tta, count in ((None, 4), ("none", 1)):
        runs.clear()
        run(tmp_path, pair, model, tta=tta, overwrite=True)
        assert len(runs) == count
        with sqlite3.connect(tmp_path / "damage.gpkg") as file:
            ((parameters,),) = file.execute("select parameters from run")
        assert json.loads(parameters)["tta"] == ("flips" if count == 4 else "none")


def test_footprints_open_the_gate_of_their_tiles_only(tmp_path, monkeypatch):
    """A footprint where localization sees nothing: only the tile it lies in is looked at for damage."""
    empty = tuple(
        draw_houses(tmp_path / f"{after}.tif", after, houses=(), size=(2 * SIZE, SIZE)) for after in (False, True)
    )
    model = write_tiny_bundle(tmp_path / "m", SIZE, 0, kind="separate", damage_channels=4)
    runs, original = [], NetworkSession.run
    monkeypatch.setattr(
        NetworkSession, "run", lambda self, images: runs.append(self.network.role) or original(self, images)
    )
    known = box(CENTRE[0] + 80, CENTRE[1], CENTRE[0] + 95, CENTRE[1] + 12)
    geopandas.GeoDataFrame(geometry=[known], crs="EPSG:32616").to_file(tmp_path / "known.gpkg")
    found, pixels, _ = run(tmp_path, empty, model, footprints=str(tmp_path / "known.gpkg"))
    assert sorted(runs) == ["damage", "localization", "localization"]
    assert found.damage.tolist() == [1]
    assert found.source.tolist() == ["footprint"]
    assert found.confidence.iloc[0] > 0.99
    assert (pixels == 1).sum() == pytest.approx(known.area / 0.25, rel=0.02)


def test_a_building_far_from_the_area_of_interest_needs_no_class(tmp_path, monkeypatch):
    """One tile: damage is looked at when the house lies in the area, not when it stands at the other end."""
    house = House(-90, 0, 14, 10, 3)
    both = tuple(
        draw_houses(tmp_path / f"{after}.tif", after, houses=(house,), size=(SIZE, SIZE)) for after in (False, True)
    )
    model = write_tiny_bundle(tmp_path / "m", SIZE, 0, kind="separate", damage_channels=4)
    runs, original = [], NetworkSession.run
    monkeypatch.setattr(
        NetworkSession, "run", lambda self, images: runs.append(self.network.role) or original(self, images)
    )
    for east, roles, classes in ((80, ["localization"], []), (-90, ["localization", "damage"], [3])):
        runs.clear()
        asked = box(CENTRE[0] + east - 20, CENTRE[1] - 20, CENTRE[0] + east + 20, CENTRE[1] + 20)
        geopandas.GeoDataFrame(geometry=[asked], crs="EPSG:32616").to_file(tmp_path / f"area{abs(east)}.gpkg")
        found, _, _ = run(tmp_path, both, model, aoi=str(tmp_path / f"area{abs(east)}.gpkg"), overwrite=True)
        assert runs == roles
        assert found.damage.tolist() == classes
