import pytest

from benchmarks.memory import DrawnScene, draw_pair, measured


def test_a_scene_is_written_as_it_is_named():
    assert DrawnScene.of("5000x300") == DrawnScene(5000, 300)
    assert DrawnScene.of(str(DrawnScene(5000, 300, 7, 24))) == DrawnScene(5000, 300, 7, 24)
    with pytest.raises(ValueError, match="wide"):
        DrawnScene.of("wide")


def test_a_pair_of_any_size_is_a_small_file(tmp_path):
    pre, post = draw_pair(DrawnScene(100_000, 100_000, patches=2), tmp_path)
    assert pre.stat().st_size + post.stat().st_size < 2e7


def test_all_drawn_buildings_are_counted(tmp_path):
    done = measured(DrawnScene(2100, 1100, patches=2, pitch=128), tmp_path)
    assert done.buildings == 2 * 64
    assert done.peak_gb > 0.1
