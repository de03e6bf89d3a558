"""Whole batches: the same results as single runs, failures that stop nobody else, and going on afterwards."""

from __future__ import annotations

import csv
import gc
import os
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import onnxruntime
import pytest

from tests.engine.batch.drawn_scenes import assess_all, draw_pair, statuses
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.batch.journal import JOURNAL
from xview2_qgis.engine.batch.place import BatchPlace
from xview2_qgis.engine.batch.scene_plan import SideOutputs
from xview2_qgis.engine.batch.scenes.catalog import Scene
from xview2_qgis.engine.errors import Cancelled, EngineError, InputError, ModelError, RuntimeFailure, UsageError
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Progress, SceneReport
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny", tile_size=256, overlap=64))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Three scenes; the last one lies in another zone."""
    folder = tmp_path_factory.mktemp("images")
    harbour = draw_pair(folder, "harbour", size=(240, 200))
    return [draw_pair(folder, "town"), harbour, draw_pair(folder, "hill", "EPSG:32617")]


def untimed(value):
    """Descriptions say when the run was, to the minute."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", value) if isinstance(value, str) else value


def tables(path):
    """All that a result holds, without times and names of runs."""
    with closing(sqlite3.connect(path)) as database:
        names = [
            name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        found = {}
        for name in names:
            cursor = database.execute(f'SELECT * FROM "{name}"')
            fields = [part[0] for part in cursor.description]
            moving = {"started_at", "seconds", "run_id", "parameters", "update_time", "last_change", "timestamp"}
            kept = [place for place, field in enumerate(fields) if field not in moving]
            found[name] = [tuple(untimed(row[place]) for place in kept) for row in cursor]
    return found


def test_each_result_is_that_of_a_single_run(drawn, model, tmp_path):
    beside = SideOutputs(damage_raster=True, report=True)
    (tmp_path / "alone").mkdir()
    result = assess_all(drawn, tmp_path / "batch", model, beside=beside)
    assert statuses(result) == ["done"] * 3
    for scene in drawn:
        alone = tmp_path / "alone" / f"{scene.id}.gpkg"
        parameters = AssessmentParameters(
            ImageOptions(scene.pre), ImageOptions(scene.post), alone, model, register=False, device="cpu"
        )
        assess(Session.of(parameters), parameters, RunContext(Recorder()))
        in_batch, by_itself = tables(tmp_path / "batch" / alone.name), tables(alone)
        assert in_batch.keys() == by_itself.keys()
        assert [name for name in in_batch if in_batch[name] != by_itself[name]] == []
        assert (tmp_path / "batch" / f"{scene.id}_damage.tif").is_file()
        assert (tmp_path / "batch" / f"{scene.id}.html").is_file()


def test_the_model_is_loaded_once(drawn, model, tmp_path, monkeypatch):
    loaded = []
    real = onnxruntime.InferenceSession
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *a, **k: loaded.append(1) or real(*a, **k))
    assess_all(drawn[:1], tmp_path / "one", model)
    once = len(loaded)
    assert once >= 1
    loaded.clear()
    assess_all([drawn[0], drawn[2], replace(drawn[0], id="again")], tmp_path / "three", model)
    assert len(loaded) == once


def test_failures_are_told_and_the_others_go_on(drawn, model, tmp_path):
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"no image")
    scenes = [
        drawn[0], replace(drawn[0], id="gone", pre=str(tmp_path / "gone.tif")), replace(drawn[0], id="broken",
        post=str(broken)), replace(drawn[0], id="same", pre=drawn[0].post), replace(drawn[0], id="alone", pre=""),
        replace(drawn[0], id="roofs", footprints=str(broken)), drawn[1],
    ]  # fmt: skip
    events = Recorder()
    result = assess_all(scenes, tmp_path / "out", model, events)
    assert statuses(result) == ["done", "failed", "failed", "failed", "failed", "failed", "done"]
    codes = [row.failure.code for row in result.of("failed")]
    assert codes == ["raster-open", "raster-open", "same-image", "model-needs-pre", "footprints-open"]
    told = [event for event in events.of(SceneReport) if event.status == "failed"]
    assert [event.code for event in told] == codes
    assert all(event.message and event.hint for event in told)
    with (tmp_path / "out" / "summary.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == statuses(result)
    assert (rows[0]["buildings"], rows[0]["destroyed"], rows[0]["output"]) == ("6", "2", "town.gpkg")
    assert float(rows[0]["assessed_km2"]) == pytest.approx(200 * 170 / 1e6, rel=0.01)
    assert rows[1]["error_code"] == "raster-open"
    assert rows[1]["buildings"] == ""
    # working files and locks are gone
    kept = {path.name for path in (tmp_path / "out").iterdir()}
    assert kept == {"town.gpkg", "harbour.gpkg", "summary.csv", JOURNAL}


def test_progress_runs_over_all_scenes(drawn, model, tmp_path):
    events = Recorder()
    assess_all(drawn, tmp_path / "out", model, events)
    steps = events.of(Progress)
    assert {event.stage for event in steps} == {"scenes"}
    done = [event.done for event in steps]
    assert done == sorted(done)
    assert (done[0], done[-1], steps[-1].eta_s) == (0, 3, 0)
    assert any(0 < event.done < 1 for event in steps)


def state(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.suffix in (".gpkg", ".tif")}


def test_a_second_batch_keeps_what_holds_and_tries_what_failed(drawn, model, tmp_path):
    late = tmp_path / "late.tif"
    scenes = [drawn[0], replace(drawn[1], id="late", pre=str(late))]
    assert statuses(assess_all(scenes, tmp_path / "out", model)) == ["done", "failed"]
    before = state(tmp_path / "out")
    shutil.copy(drawn[1].pre, late)
    events = Recorder()
    assert statuses(assess_all([*scenes, drawn[2]], tmp_path / "out", model, events)) == ["kept", "done", "done"]
    assert before.items() <= state(tmp_path / "out").items()
    # also for another device, and with files that may be replaced
    again = assess_all([*scenes, drawn[2]], tmp_path / "out", model, device="auto", overwrite="yes")
    assert statuses(again) == ["kept"] * 3


def test_another_input_model_or_option_is_noticed(drawn, model, tmp_path):
    shutil.copy(drawn[0].post, tmp_path / "post.tif")
    scenes = [replace(drawn[0], post=str(tmp_path / "post.tif"))]
    folder = tmp_path / "out"
    assess_all(scenes, folder, model)
    worse = str(write_tiny_bundle(tmp_path / "worse", tile_size=256, overlap=64, worse=(0.25,)))
    for changes, told in (
        ({"tta": "flips"}, "(tta)"),
        ({"model": worse}, "(model)"),
        ({"aoi": drawn[0].pre}, "(aoi)"),
    ):
        [row] = assess_all(scenes, folder, **{"model": model} | changes).rows
        assert (row.status, row.failure.code) == ("failed", "output-exists")
        assert told in row.failure.message
        assert "--overwrite" in row.failure.hint
    [row] = assess_all(scenes, folder, model, beside=SideOutputs(report=True)).rows
    assert "town.html is missing" in row.failure.message
    os.utime(tmp_path / "post.tif", ns=(1, 1))
    before = state(folder)
    [row] = assess_all(scenes, folder, model).rows
    assert "(post)" in row.failure.message
    assert state(folder) == before
    [row] = assess_all(scenes, folder, model, overwrite="yes").rows
    assert row.status == "done"
    assert state(folder) != before


def test_killed_between_a_result_and_its_entry(drawn, model, tmp_path):
    folder = tmp_path / "out"
    assess_all(drawn[:2], folder, model)
    journal = folder / JOURNAL
    lines = [line for line in journal.read_text().splitlines() if line]
    assert len(lines) == 4
    journal.write_text("\n".join(lines[:3]) + "\n" + lines[3][:20])  # the power went while it was written
    assert statuses(assess_all(drawn[:2], folder, model)) == ["kept", "kept"]


def test_killed_within_a_scene(drawn, model, tmp_path):
    folder = tmp_path / "out"
    assess_all(drawn[:2], folder, model)
    (folder / "harbour.gpkg").unlink()
    (folder / ".harbour.gpkg.work-abc").mkdir()
    assert statuses(assess_all(drawn[:2], folder, model)) == ["kept", "done"]


def test_results_of_others_are_not_replaced(drawn, model, tmp_path):
    folder = tmp_path / "out"
    assess_all(drawn[:1], folder, model)
    (folder / JOURNAL).unlink()
    (folder / "summary.csv").unlink()
    [row] = assess_all(drawn[:1], folder, model).rows
    assert row.failure.code == "output-exists"


def test_a_summary_of_somebody_else_stays(drawn, model, tmp_path):
    (tmp_path / "summary.csv").write_text("mine")
    with pytest.raises(UsageError, match="no batch wrote it"):
        assess_all(drawn[:1], tmp_path, model)
    assert (tmp_path / "summary.csv").read_text() == "mine"


def test_a_model_that_is_none_ends_it_at_once(drawn, tmp_path):
    events = Recorder()
    with pytest.raises(ModelError):
        assess_all(drawn, tmp_path / "out", str(tmp_path / "nothing"), events)
    assert events.of(SceneReport) == []


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (RuntimeFailure("the disk is full", "free space", "output-write"), True),
        (OSError(28, "No space left on device"), True),
        (RuntimeFailure("no device", "x", "device"), True),
        (RuntimeFailure("numbers", "x", "not-finite"), False),
        (MemoryError(), False),
        (ValueError("a bug"), False),
    ],
    ids=str,
)
def test_what_every_scene_would_suffer_from_ends_it(drawn, model, tmp_path, monkeypatch, error, ends):
    def fail(session, parameters, context):
        if parameters.output.name == "harbour.gpkg":
            raise error
        return assess(session, parameters, context)

    monkeypatch.setattr("xview2_qgis.engine.batch.batch.assess", fail)
    folder = tmp_path / "out"
    if not ends:
        assert statuses(assess_all(drawn, folder, model)) == ["done", "failed", "done"]
        return
    with pytest.raises((EngineError, OSError)):
        assess_all(drawn, folder, model)
    with (folder / "summary.csv").open(newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["done", "waiting", "waiting"]
    monkeypatch.undo()
    assert statuses(assess_all(drawn, folder, model)) == ["kept", "done", "done"]


def test_cancelled_within_a_scene_keeps_what_is_done(drawn, model, tmp_path):
    cancellation = Cancellation()
    events = Recorder(lambda stage, done, total: cancellation.request() if done > 1.4 else None)
    with pytest.raises(Cancelled):
        assess_all(drawn, tmp_path / "out", model, events, cancellation=cancellation)
    assert [(event.id, event.status) for event in events.of(SceneReport)] == [
        ("town", "started"), ("town", "done"), ("harbour", "started"),
    ]  # fmt: skip
    assert statuses(assess_all(drawn, tmp_path / "out", model)) == ["kept", "done", "done"]


@pytest.mark.parametrize("code", ["resume-changed", "resume-damaged"])
def test_a_scene_that_cannot_be_gone_on_with_begins_anew(drawn, model, tmp_path, monkeypatch, code):
    tried = []

    def refuse(session, parameters, context):
        tried.append(parameters.resume)
        if parameters.resume:
            raise InputError("another device", "run anew", code)
        if len(tried) == 1:
            raise Cancelled
        return assess(session, parameters, context)

    monkeypatch.setattr("xview2_qgis.engine.batch.batch.assess", refuse)
    with pytest.raises(Cancelled):
        assess_all(drawn[:1], tmp_path / "out", model)
    monkeypatch.setattr("xview2_qgis.engine.batch.batch.find_unfinished_run", lambda output: object())
    assert statuses(assess_all(drawn[:1], tmp_path / "out", model)) == ["done"]
    assert tried == [False, True, False]


def test_two_batches_never_share_a_folder(drawn, model, tmp_path):
    with BatchPlace(tmp_path / "out").held(), pytest.raises(InputError, match="another batch") as caught:
        assess_all(drawn, tmp_path / "out", model)
    assert caught.value.code == "output-locked"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError) as caught, BatchPlace(folder).held():
            pass
        assert caught.value.code == "output-folder"


def test_secrets_of_a_list_are_told_to_nobody(drawn, model, tmp_path):
    secret = replace(drawn[0], pre="/vsicurl/http://jane:pa55word@127.0.0.1:9/pre.tif?X-Amz-Signature=abcdef0123")
    events = Recorder()
    assess_all([secret, drawn[1]], tmp_path / "out", model, events)
    said = "".join(event.encode() for event in events.events)
    for path in (tmp_path / "out").iterdir():
        said += path.read_bytes().decode("utf-8", errors="replace")
    assert "pa55word" not in said
    assert "abcdef0123" not in said


@pytest.mark.parametrize("count", [10, pytest.param(60, marks=pytest.mark.slow)])
def test_memory_does_not_grow_with_the_scenes(tmp_path, count):
    model = str(write_tiny_bundle(tmp_path / "tiny", tile_size=256, overlap=64))
    scene = draw_pair(tmp_path, "small", size=(120, 100))
    scenes = [replace(scene, id=f"s{number}") for number in range(count)]
    alive = []

    class Counter(Recorder):
        def emit(self, event):
            if isinstance(event, SceneReport) and event.status == "done":
                gc.collect()
                alive.append(len(gc.get_objects()))

    assert statuses(assess_all(scenes, tmp_path / "out", model, Counter())) == ["done"] * count
    # the row of a scene is all that stays: a dozen of objects
    assert alive[-1] - alive[4] < 24 * count


def test_polygons_of_a_scene_come_before_those_of_all(drawn, model, tmp_path):
    folder = tmp_path / "out"
    other = Scene("none", drawn[0].post, drawn[0].pre, aoi=str(tmp_path / "nothing.gpkg"))
    result = assess_all([drawn[0], other], folder, model, aoi=str(tmp_path / "all.gpkg"))
    assert ["all.gpkg" in row.failure.message for row in result.rows] == [True, False]
