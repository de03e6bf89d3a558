"""A batch on a cluster: scene by scene with the tiles of each spread, and one model in each worker."""

from tests.engine.batch.drawn_scenes import assess_all, draw_pair, statuses
from xview2_qgis.engine.batch.scenes.catalog import Scene

from .results import assert_same_tables


def test_scenes_of_a_list(tmp_path, model, workers):
    scenes = [draw_pair(tmp_path, "town"), draw_pair(tmp_path, "harbour", size=(240, 200))]
    scenes.insert(1, Scene("lost", str(tmp_path / "none.tif"), scenes[0].pre))
    results = {}
    for name, words in {"here": {}, "there": {"scheduler": workers.scheduler_address}}.items():
        (tmp_path / name).mkdir()
        results[name] = assess_all(scenes, tmp_path / name, model, **words)
        assert statuses(results[name]) == ["done", "failed", "done"]
    for name in ("town", "harbour"):
        assert_same_tables(tmp_path / "here" / f"{name}.gpkg", tmp_path / "there" / f"{name}.gpkg")
    # where it was computed is no reason to begin anew
    assert statuses(assess_all(scenes, tmp_path / "there", model)) == ["kept", "failed", "kept"]
