"""How a run ends: refused, cancelled or failed in any stage, earlier files stay; done, it is on record."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas
import pytest
import rasterio
import rasterio.shutil
from shapely.geometry import box

from tests.engine.assessment.runs import UNFINISHED, run
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.drawn_rasters import CENTRE
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.buildings import extraction as objects
from xview2_qgis.engine.errors import Cancelled, EngineError, RuntimeFailure, UsageError
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.protocol.events import Result


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
        monkeypatch.setattr("xview2_qgis.engine.report.page.render", lambda *_: 1 / 0)
    with pytest.raises((Cancelled, ZeroDivisionError)):
        run(
            tmp_path, model, *pair, events=events, cancellation=cancellation, overwrite=True,
            damage_raster=tmp_path / "damage.tif", report=tmp_path / "damage.html",
        )  # fmt: skip
    assert {p.name for p in tmp_path.iterdir()} == before | {UNFINISHED}
    assert all((tmp_path / name).read_bytes() == b"earlier" for name in names)


@pytest.mark.parametrize("stage", ["prepare", "infer", "objects"])
def test_cancel_in_any_stage_leaves_nothing_but_finished_rows(tmp_path, model, stage):
    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    cancellation = Cancellation()
    events = Recorder(lambda name, done, total: cancellation.request() if name == stage else None)
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(Cancelled) as caught:
        run(tmp_path, model, *pair, events=events, cancellation=cancellation)
    kept = set() if stage != "objects" else {UNFINISHED}
    assert {p.name for p in tmp_path.iterdir()} == before | kept
    assert (caught.value.kept.finished > 0) == (stage == "objects")
    assert caught.value.kept.finished == caught.value.kept.rows


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
    with pytest.raises(Cancelled) as caught:
        run(tmp_path, model, *pair, cancellation=cancellation)
    assert {p.name for p in tmp_path.iterdir()} == before | {UNFINISHED}
    assert 0 < caught.value.kept.finished <= caught.value.kept.rows


@pytest.mark.parametrize(
    ("place", "error", "code"),
    [
        ("buildings.extraction.separate", RuntimeFailure("no disk", "free some", "working-file"), "working-file"),
        ("output.building_batch.ellipsoidal_areas", OSError("no space left"), "output-write"),
    ],
)
def test_an_error_behind_the_inference_leaves_finished_rows(tmp_path, model, monkeypatch, place, error, code):
    def fail(*_):
        raise error

    pair = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    (tmp_path / "damage.gpkg").write_bytes(b"an earlier result")
    before = {p.name for p in tmp_path.iterdir()}
    monkeypatch.setattr(f"xview2_qgis.engine.{place}", fail)
    with pytest.raises(EngineError) as caught:
        run(tmp_path, model, *pair, overwrite=True)
    assert (caught.value.code, caught.value.exit_code) == (code, 5)
    assert 0 < caught.value.kept.finished <= caught.value.kept.rows
    assert (tmp_path / "damage.gpkg").read_bytes() == b"an earlier result"
    assert {p.name for p in tmp_path.iterdir()} == before | {UNFINISHED}


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


def test_pyramids_of_an_earlier_raster_go_with_it(tmp_path, model):
    pre, post = draw_houses(tmp_path / "pre.tif", False), draw_houses(tmp_path / "post.tif", True)
    target = tmp_path / "damage.tif"
    run(tmp_path, model, pre, post, damage_raster=target)
    for ending in (".ovr", ".msk"):
        target.with_name(target.name + ending).write_bytes(b"of the earlier one")
    run(tmp_path, model, pre, post, damage_raster=target, overwrite=True)
    assert sorted(path.name for path in tmp_path.glob("damage.tif*")) == ["damage.tif", "damage.tif.aux.xml"]
