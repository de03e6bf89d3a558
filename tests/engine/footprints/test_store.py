"""The store against looking at every footprint, on a grid that is turned."""

import numpy as np
import pytest
import shapely
from rasterio.crs import CRS
from rasterio.windows import Window

from tests.engine.probability_scene import UTM, make_grid
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.footprints.store import FootprintRows, FootprintStore, pixel_boxes

GRID = make_grid(5000, 4000, degrees=25.0)


def rows(count=300, layer=0, seed=1):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, (4900, 3900), (count, 2))
    ends = corners + rng.uniform(3, 80, (count, 2))
    pixels = shapely.box(corners[:, 0], corners[:, 1], ends[:, 0], ends[:, 1])
    placed = shapely.transform(pixels, lambda xy: np.column_stack(GRID.transform @ (xy[:, 0], xy[:, 1])))
    boxes = pixel_boxes(placed, GRID)
    np.testing.assert_allclose(boxes, shapely.bounds(pixels), atol=1e-5)
    originals = shapely.transform(placed, lambda xy: xy / 2)
    return pixels, FootprintRows(layer, range(count), [f"n{i // 2}" for i in range(count)], originals, placed, boxes)


def test_what_is_near_a_window(tmp_path):
    pixels, given = rows()
    store = FootprintStore(tmp_path / "s", [UTM])
    store.add(given)
    rng = np.random.default_rng(2)
    for left, top, width, height in rng.integers((0, 0, 1, 1), (4900, 3900, 600, 600), (60, 4)).tolist():
        near = store.near(Window(left, top, width, height))
        window = shapely.box(left, top, left + width, top + height)
        assert len(near) == sum(bool(shape.intersects(window)) for shape in pixels)


def test_pages_go_from_cell_to_cell_and_keep_all(tmp_path, monkeypatch):
    monkeypatch.setattr("xview2_qgis.engine.footprints.store._PAGE", 7)
    store, second = FootprintStore(tmp_path / "s", [UTM, CRS.from_epsg(4326)]), rows(20, layer=1, seed=3)[1]
    store.add(rows()[1])
    store.add(second)
    store.add(second)  # read in two boxes
    found = [footprint for page in store.pages() for footprint in page]
    assert [footprint.crs.to_epsg() for footprint in found].count(4326) == 20
    assert len(found) == 320
    boxes = pixel_boxes(np.array([footprint.placed for footprint in found], object), GRID)
    cells = [tuple(cell) for cell in ((boxes[:, [1, 0]] + boxes[:, [3, 2]]) / 2 // 1024).astype(int).tolist()]
    assert cells == sorted(cells)
    for footprint in found:
        assert shapely.transform(footprint.placed, lambda xy: xy / 2).equals_exact(footprint.original, 1e-9)


def test_ids_that_occur_twice(tmp_path):
    store = FootprintStore(tmp_path / "s", [UTM])
    assert store.repeated_ids()[0] == 0
    store.add(rows(301)[1])
    count, example = store.repeated_ids()
    assert count == 300
    assert example.startswith("n")


def test_a_store_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(RuntimeFailure, match="beside the output"):
        FootprintStore(tmp_path / "no folder" / "s", [UTM])
