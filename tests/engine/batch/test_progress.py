"""How far a batch is, how much is left, and how much work its scenes are."""

from __future__ import annotations

import pytest

from tests.engine.batch.drawn_scenes import draw_pair
from tests.engine.recorder import Recorder
from xview2_qgis.engine.batch.progress import BatchProgress, SceneEvents
from xview2_qgis.engine.batch.scene_plan import SideOutputs, plans
from xview2_qgis.engine.batch.scenes.catalog import Scene
from xview2_qgis.engine.batch.work import weights
from xview2_qgis.protocol.events import Progress, Result, Started, Warned


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("xview2_qgis.engine.batch.progress.time.monotonic", lambda: now[0])
    return now


def test_the_time_left_is_that_of_all_scenes_by_their_work(clock):
    events = Recorder()
    progress = BatchProgress([1.0, 1.0, 4.0, 2.0], events)
    progress.end(assessed=False)  # kept: it says nothing of the pace
    assert events.of(Progress)[-1].eta_s is None
    progress.begin()
    clock[0] += 10
    progress.end(assessed=True)
    assert events.of(Progress)[-1] == Progress("scenes", 2, 4, 60.0)
    progress.begin()
    clock[0] += 20
    progress.go_on(Progress("objects", 1, 1))  # 0.96 of the scene
    last = events.of(Progress)[-1]
    assert last.done == pytest.approx(2.96)
    assert last.eta_s == pytest.approx(30 / (1 + 4 * 0.96) * (6 - 4 * 0.96), abs=0.1)
    progress.end(assessed=True)
    progress.begin()
    progress.end(assessed=False)
    assert events.of(Progress)[-1] == Progress("scenes", 4, 4, 0.0)


def test_it_never_goes_back():
    events = Recorder()
    progress = BatchProgress([1.0, 1.0], events)
    progress.begin()
    for stage, done in (("infer", 5), ("prepare", 3), ("infer", 2), ("objects", 1), ("unheard-of", 1)):
        progress.go_on(Progress(stage, done, 10))
    done = [event.done for event in events.of(Progress)]
    assert done == sorted(done)


def test_a_run_inside_a_batch_is_heard_as_a_part_of_it():
    events = Recorder()
    inside = SceneEvents("town", events, BatchProgress([1.0], events))
    inside.emit(Started())
    inside.emit(Warned("one-class", "all are the same"))
    inside.emit(Warned("device-fallback", "the CPU is used"))
    inside.emit(Result())
    assert events.events == [
        Warned("one-class", "town: all are the same"), Warned("device-fallback", "the CPU is used"),
    ]  # fmt: skip


def test_work_is_pixels_and_unknown_ones_are_as_the_others(tmp_path):
    scenes = [
        draw_pair(tmp_path, "a", size=(100, 100)), draw_pair(tmp_path, "b", size=(300, 100)),
        Scene("far", "https://127.0.0.1:9/post.tif"), Scene("none", str(tmp_path / "none.tif")),
    ]  # fmt: skip
    asked = []
    found = weights(plans(scenes, tmp_path, {}, SideOutputs()), lambda: asked.append(1))
    assert found == pytest.approx([0.01, 0.03, 0.02, 0.02])
    assert len(asked) == 4
