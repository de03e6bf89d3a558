"""What a stopped run may go on with, and what is refused with what changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
import rasterio
import shapely

from tests.engine.assessment.runs import UNFINISHED
from tests.engine.drawn_houses import draw_houses
from tests.engine.journal.scene import HOUSES, SIZE, contents
from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine import session
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.errors import Cancelled, EngineError, InputError
from xview2_qgis.engine.inference.default_model import DefaultModel
from xview2_qgis.engine.inference.strips import strips_name
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.events import Progress
from xview2_qgis.protocol.journal.unfinished_run import JOURNAL, find_unfinished_run, record_name
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

TILES = 40  # eight rows of five


def run(parameters, stop_at=None):
    """Run; with ``stop_at`` cancel when so many tiles are done. Returns the events."""
    cancellation = Cancellation()

    def stop(stage, done, total):
        if stage == "infer" and stop_at is not None and done >= stop_at:
            cancellation.request()

    events = Recorder(stop)
    if stop_at is None:
        assess(Session.of(parameters), parameters, RunContext(events, cancellation))
    else:
        with pytest.raises(Cancelled) as caught:
            assess(Session.of(parameters), parameters, RunContext(events, cancellation))
        assert caught.value.kept.finished > 0
    return events


def first_tile(events):
    return next(event.done for event in events.of(Progress) if event.stage == "infer")


@pytest.fixture
def parameters(tmp_path):
    model = write_tiny_bundle(tmp_path / "model", 128, 32)
    pre = draw_houses(tmp_path / "pre.tif", False, HOUSES, size=SIZE)
    post = draw_houses(tmp_path / "post.tif", True, HOUSES, size=SIZE)
    (tmp_path / "out").mkdir()
    output = tmp_path / "out" / "damage.gpkg"
    return AssessmentParameters(
        ImageOptions(pre), ImageOptions(post), output, str(model), device="cpu", register=False, overwrite=True,
        damage_raster=output.with_suffix(".tif"),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["pair", "post only", "two networks", "flips", "ensemble", "features"])
def test_stopped_twice_it_gives_the_result_of_one_that_was_not(tmp_path, parameters, kind):
    options = {
        "two networks": {"kind": "separate"}, "ensemble": {"copies": 3}, "features": {"features": 6},
        "post only": {"changes": {"missing_pre": "post"}},
    }.get(kind, {})  # fmt: skip
    model = write_tiny_bundle(tmp_path / "other", 128, 32, **options)
    parameters = replace(parameters, model=str(model), tta="flips" if kind == "flips" else None)
    if kind == "post only":
        parameters = replace(parameters, pre=None)
    run(parameters)
    expected = contents(parameters.output)
    run(parameters, stop_at=20)
    kept = find_unfinished_run(parameters.output)
    assert 1 <= kept.finished_rows <= 4
    again = run(replace(parameters, resume=True), stop_at=32)
    assert first_tile(again) == kept.finished_rows * TILES / kept.rows
    assert find_unfinished_run(parameters.output).finished_rows > kept.finished_rows
    last = run(replace(parameters, resume=True))
    assert first_tile(last) > first_tile(again)
    assert contents(parameters.output) == expected
    assert not (parameters.output.parent / UNFINISHED).exists()


def test_the_run_id_and_the_beginning_are_those_of_the_first_part(parameters):
    run(parameters, stop_at=20)
    journal = json.loads((parameters.output.parent / UNFINISHED / JOURNAL).read_text())
    assert find_unfinished_run(parameters.output).parameters == replace(parameters, resume=True)
    run(replace(parameters, resume=True))
    with sqlite3.connect(parameters.output) as database:
        ((run_id, started),) = database.execute("select run_id, started_at from run")
    assert run_id == journal["run_id"]
    assert started[:19] == journal["started_at"][:19]


def test_the_automatic_choice_is_that_of_the_first_part(tmp_path, parameters, monkeypatch):
    for name in ("compact", "compact-int8"):
        write_tiny_bundle(tmp_path / name, 128, 32, name=name)
    measured = [DefaultModel("compact-int8", "measured")]
    monkeypatch.setattr(session, "choose_default_model", lambda options: measured[-1])
    monkeypatch.setattr(session, "find_model", lambda name: tmp_path / name)
    parameters = replace(parameters, model="auto")
    run(parameters)
    expected = contents(parameters.output)
    run(parameters, stop_at=20)
    run(replace(parameters, resume=True), stop_at=32)
    measured.append(DefaultModel("compact", "measured anew"))
    run(replace(parameters, resume=True))
    with sqlite3.connect(parameters.output) as database:
        ((model, recorded),) = database.execute("select model_id, parameters from run")
    assert model == "compact-int8"
    assert "began with it" in json.loads(recorded)["model_reason"]
    assert contents(parameters.output)["damage"] == expected["damage"]
    # without the option, and for a model that is named, nothing is taken from there
    run(parameters, stop_at=20)
    with pytest.raises(InputError, match="another model"):
        run(replace(parameters, model="compact-int8", resume=True))


def touched(path):
    found = os.stat(path)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 10**9))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("post", "another post-event image:"),
        ("pre", "another pre-event image:"),
        ("model", "another model:"),
        ("nodata", "another --post-nodata:"),
        ("flips", "another --tta:"),
        ("both", "another post-event image and another --tta:"),
    ],
)
def test_another_run_is_refused_with_what_changed(parameters, change, named):
    run(parameters, stop_at=20)
    changed = replace(parameters, resume=True)
    if change in ("post", "both"):
        touched(parameters.post.path)
    if change == "pre":
        draw_houses(Path(parameters.pre.path), False, HOUSES[1:], size=SIZE)
    if change == "model":
        manifest = Path(parameters.model) / "model.json"
        manifest.write_text(manifest.read_text().replace('"overlap": 32', '"overlap":  32'))
    if change == "nodata":
        texts = {"pre": parameters.pre.path, "post": parameters.post.path, "output": "o.gpkg", "post_nodata": "3"}
        changed = replace(changed, post=AssessmentParameters.from_texts(texts).post)
    if change in ("flips", "both"):
        changed = replace(changed, tta="flips")
    before = sorted((parameters.output.parent / UNFINISHED).iterdir())
    with pytest.raises(InputError) as caught:
        run(changed)
    assert caught.value.code == "resume-changed"
    assert named in str(caught.value)
    assert caught.value.kept.finished == find_unfinished_run(parameters.output).finished_rows
    assert sorted((parameters.output.parent / UNFINISHED).iterdir()) == before


def test_what_does_not_concern_the_tiles_may_change(tmp_path, parameters, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with rasterio.open(parameters.post.path) as post:
        area = geopandas.GeoDataFrame(geometry=[shapely.box(*post.bounds)], crs=post.crs)
    area.to_file(tmp_path / "area.gpkg")
    parameters = replace(parameters, aoi="area.gpkg")
    run(parameters, stop_at=20)
    assert find_unfinished_run(parameters.output).parameters.aoi == str(tmp_path / "area.gpkg")
    (tmp_path / "moved").mkdir()
    shutil.copy("area.gpkg", tmp_path / "moved" / "copy.gpkg")  # as QGIS writes a layer in memory anew
    for image in parameters.images:
        shutil.move(image.path, tmp_path / "moved")
    pre, post = (ImageOptions(str(tmp_path / "moved" / name)) for name in ("pre.tif", "post.tif"))
    Path(post.path).with_name("post.tif.aux.xml").write_text("<PAMDataset></PAMDataset>")  # of a program that shows it
    events = run(
        replace(
            parameters, resume=True, pre=pre, post=post, batch_size=2, report=parameters.output.with_suffix(".html"),
            aoi=str(tmp_path / "moved" / "copy.gpkg"),
        )
    )  # fmt: skip
    assert first_tile(events) > 0
    assert parameters.output.with_suffix(".html").exists()


@pytest.mark.parametrize("damage", ["journal", "version", "record", "pixels", "strips", "short strips"])
def test_what_is_damaged_is_told(parameters, damage):
    run(parameters, stop_at=30)
    folder, last = parameters.output.parent / UNFINISHED, find_unfinished_run(parameters.output).finished_rows - 1
    if damage == "journal":
        (folder / JOURNAL).write_text("{")
    elif damage == "version":
        (folder / JOURNAL).write_text('{"format": 99}')
    elif damage == "record":
        (folder / record_name(0)).write_text("[]")
    elif damage == "pixels":
        os.truncate(folder / "row-000000.tif", 100)
    elif damage == "strips":
        (folder / strips_name(last)).unlink()
    else:
        os.truncate(folder / strips_name(last), (folder / strips_name(last)).stat().st_size - 4)
    with pytest.raises(EngineError) as caught:
        run(replace(parameters, resume=True))
    assert caught.value.code == "resume-damaged"
    run(parameters)  # anew
    assert not folder.exists()


def test_without_the_option_it_begins_anew_and_says_so(parameters):
    run(parameters, stop_at=30)
    events = run(parameters)
    assert "unfinished-run" in events.warned
    assert first_tile(events) == 0
    assert not (parameters.output.parent / UNFINISHED).exists()


def test_a_run_that_is_refused_before_its_first_tile_removes_nothing(parameters):
    run(parameters, stop_at=30)
    kept = find_unfinished_run(parameters.output)
    with pytest.raises(EngineError):
        run(replace(parameters, post=ImageOptions("missing.tif")))
    assert find_unfinished_run(parameters.output) == kept


def test_nothing_to_go_on_with_is_no_error(parameters):
    events = run(replace(parameters, resume=True))
    assert "nothing-to-resume" in events.warned
    assert first_tile(events) == 0


def test_on_a_disk_that_keeps_no_modes_a_run_ends_well_and_leaves_nothing(parameters, open_disk):
    assert first_tile(run(parameters)) == 0
    assert parameters.output.exists()
    cancellation = Cancellation()
    events = Recorder(lambda stage, done, total: stage == "infer" and done >= 20 and cancellation.request())
    with pytest.raises(Cancelled) as caught:
        assess(Session.of(parameters), parameters, RunContext(events, cancellation))
    assert caught.value.kept.finished == 0
    assert not (parameters.output.parent / UNFINISHED).exists()
