import numpy as np

from benchmarks.outlines.stored_scene import StoredScene
from benchmarks.outlines.variants import VARIANTS, Variant, closed
from tests.engine.probability_scene import classes, make_grid, silent_run
from xview2_qgis.engine.buildings import instances
from xview2_qgis.engine.decision.object_vote import ObjectVote


def scene():
    """Two halls with a dark line of a pixel between them, joined by a bridge."""
    building = np.zeros((60, 90), np.uint8)
    building[10:40, 10:40] = building[10:40, 41:71] = 200
    building[22:28, 40] = 110
    bands = np.concatenate([building[None], classes(60, 90), np.full((1, 60, 90), 3, np.uint8)])
    return StoredScene(make_grid(90, 60), bands)


def count(variant):
    return len(variant.buildings(scene(), ObjectVote(0.35, 0.35), silent_run()))


def test_variants_part_and_join():
    assert count(VARIANTS["as shipped"]) == 2
    assert count(Variant(saddle_ratio=0.05)) == 1
    assert count(Variant(change=closed(3))) == 1
    assert count(Variant(threshold=0.9)) == 0
    assert count(Variant(minimum_area_m2=500.0)) == 0
    assert VARIANTS["as shipped"].saddle_ratio == instances.SADDLE_RATIO


def test_a_scene_comes_back_from_its_file(tmp_path):
    before = scene()
    before.save(tmp_path / "scene.npz")
    after = StoredScene.load(tmp_path / "scene.npz")
    assert after.grid == before.grid
    np.testing.assert_array_equal(after.bands, before.bands)
