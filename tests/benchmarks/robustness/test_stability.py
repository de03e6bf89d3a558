import geopandas
import shapely

from benchmarks.robustness.stability import Stability, compare

EVERYWHERE = shapely.box(-100, -100, 100, 100)


def layer(*buildings):
    """Squares of side 10 at (x, y), with classes."""
    return geopandas.GeoDataFrame(
        {"damage": [damage for _, _, damage in buildings]},
        geometry=[shapely.box(x, y, x + 10, y + 10) for x, y, _ in buildings],
        crs="EPSG:32616",
    )


def test_the_same_result():
    before = layer((0, 0, 1), (20, 0, 4))
    assert compare(before, before, EVERYWHERE) == Stability(2, 0, 0)
    assert compare(before, before, EVERYWHERE).changed_share == 0.0


def test_another_class_and_a_building_that_is_gone():
    before = layer((0, 0, 1), (20, 0, 4), (40, 0, 2), (60, 0, 1))
    # shifted by 3 of 10: IoU 7/13; by 4: 6/14, which is another building
    after = layer((3, 0, 1), (20, 0, 1), (44, 0, 2))
    found = compare(before, after, EVERYWHERE)
    assert found == Stability(4, 1, 2)
    assert found.changed_share == 0.75


def test_only_buildings_inside_count():
    before = layer((0, 0, 1), (50, 0, 1))
    assert compare(before, layer((90, 90, 1)), shapely.box(-5, -5, 55, 55)) == Stability(1, 0, 1)


def test_empty_results():
    assert compare(layer(), layer((0, 0, 1)), EVERYWHERE) == Stability()
    assert compare(layer((0, 0, 1)), layer(), EVERYWHERE) == Stability(1, 0, 1)
    assert Stability().changed_share == 0.0
