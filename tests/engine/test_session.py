"""A session loads its model once, and a run in it gives what a run of its own would give."""

from dataclasses import replace

import geopandas
import numpy as np
import pytest
import rasterio

from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.errors import InputError, ModelError
from xview2_qgis.engine.inference import devices
from xview2_qgis.engine.inference.devices import RuntimeOptions
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

from .drawn_houses import draw_houses
from .recorder import Recorder
from .tiny_bundle import write_tiny_bundle


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=256, overlap=64))


@pytest.fixture
def loaded(monkeypatch):
    """Names of the networks that were loaded. One thread: two cores would have two of each."""
    monkeypatch.setenv("XVIEW2_THREADS", "1")
    names, really = [], devices.open_network

    def open_network(network, *rest):
        names.append(network.path.name)
        return really(network, *rest)

    monkeypatch.setattr(devices, "open_network", open_network)
    return names


@pytest.fixture
def pairs(tmp_path):
    """A pair of several tiles and one of a single tile, each assessed into a folder of its own."""

    def parameters(name, model, **options):
        folder = tmp_path / name
        folder.mkdir()
        pre = ImageOptions(draw_houses(folder / "pre.tif", False, **options))
        post = ImageOptions(draw_houses(folder / "post.tif", True, **options))
        files = {"output": folder / "damage.gpkg", "damage_raster": folder / "damage.tif"}
        return AssessmentParameters(pre, post, model=model, register=False, overwrite=True, **files)

    return lambda model: (parameters("several", model), parameters("single", model, size=(200, 180)))


def result(parameters):
    """What stands in the files of a run, apart from its time and its id."""
    damage, run = (geopandas.read_file(parameters.output, layer=layer) for layer in ("damage", "run"))
    with rasterio.open(parameters.damage_raster) as raster:
        values = raster.read()
    return damage, run.drop(columns=["started_at", "seconds", "run_id"], errors="ignore"), values


def same(one, two):
    return one[0].equals(two[0]) and one[1].equals(two[1]) and np.array_equal(one[2], two[2])


def test_two_pairs_in_one_session_give_what_two_runs_give(pairs, model, loaded):
    both = pairs(model)
    apart = []
    for parameters in both:
        with Session.of(parameters) as session:
            assess(session, parameters, RunContext(Recorder()))
        apart.append(result(parameters))
    assert len(apart[0][0]) > len(apart[1][0]) > 0
    loaded.clear()
    with Session.of(both[0]) as session:
        for parameters, expected in zip(both, apart, strict=True):
            assess(session, parameters, RunContext(Recorder()))
            assert same(result(parameters), expected)
    assert len(loaded) == 1


def test_a_single_tile_has_both_cores_to_itself_in_a_session_of_many_runs(model, loaded, monkeypatch):
    monkeypatch.setenv("XVIEW2_THREADS", "2")
    session = Session(model, RuntimeOptions("cpu"))
    assert [session.predictor(tiles, Recorder()).workers for tiles in (5, 9, 1, 1, 2)] == [2, 2, 1, 1, 2]
    assert len(loaded) == 3  # runs side by side share a network


def test_the_options_of_the_session_count_and_are_on_record(pairs, model):
    parameters = replace(pairs(model)[1], tta="none", batch_size=1)
    with Session(model, RuntimeOptions("cpu", batch_size=3), "flips") as session:
        assess(session, parameters, RunContext(Recorder()))
    on_record = result(parameters)[1]["parameters"].item()
    assert '"tta": "flips"' in on_record
    assert '"batch_size": 3' in on_record


def test_a_run_that_fails_leaves_the_session_to_the_next_one(pairs, model, loaded, tmp_path):
    several, single = pairs(model)
    with Session.of(several) as session:
        assess(session, several, RunContext(Recorder()))
        with pytest.raises(InputError):
            assess(session, replace(single, pre=ImageOptions(str(tmp_path / "none.tif"))), RunContext(Recorder()))
        assess(session, single, RunContext(Recorder()))
    assert len(loaded) == 1


def test_what_is_wrong_with_the_files_is_told_before_a_missing_model_and_nothing_is_loaded(pairs, loaded, tmp_path):
    several, _ = pairs(str(tmp_path / "no_model"))
    with pytest.raises(InputError):
        assess(Session.of(several), replace(several, output=tmp_path / "none" / "a.gpkg"), RunContext(Recorder()))
    with pytest.raises(ModelError):
        assess(Session.of(several), several, RunContext(Recorder()))
    assert loaded == []
