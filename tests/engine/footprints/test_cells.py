"""Cells against the footprints themselves: nothing that touches one is missed."""

import io
import json

import geopandas
import numpy as np
import pytest
import shapely
from rasterio.windows import Window
from shapely.geometry import Polygon, box

from tests.engine.probability_scene import make_grid, silent_run
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.footprints.cells import FootprintCells
from xview2_qgis.engine.footprints.layer import open_footprints
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.json_events import JsonEvents


def cells_of(path, grid, context):
    layer = open_footprints(str(path), context.events)
    return layer.collect(grid, path.with_name("footprints.sqlite"), context)[1]


def placed(grid, boxes):
    """Boxes in pixels (left, top, right, bottom) as polygons in the CRS of the grid."""
    return [shapely.transform(box(*b), lambda p: np.column_stack(grid.transform @ (p[:, 0], p[:, 1]))) for b in boxes]


@pytest.mark.parametrize("degrees", [0.0, 30.0])
def test_a_window_with_a_footprint_is_touched_and_one_far_away_is_not(tmp_path, degrees):
    grid = make_grid(3000, 2500, degrees=degrees)
    rng = np.random.default_rng(2)
    corners = rng.uniform((-200, -200), (3100, 2600), (6, 2))
    boxes = np.hstack([corners, corners + rng.uniform(5, 60, (6, 2))])
    geopandas.GeoDataFrame(geometry=placed(grid, boxes), crs=grid.crs).to_crs(4326).to_file(tmp_path / "f.gpkg")
    cells = cells_of(tmp_path / "f.gpkg", grid, silent_run())
    scene, touched = box(0, 0, grid.width, grid.height), []
    for left, top in rng.integers((-300, -300), (3000, 2500), (400, 2)):
        window = box(left, top, left + 256, top + 256).intersection(scene)
        near = min(window.distance(box(*b)) for b in boxes)
        met = any(window.intersection(box(*b)).area > 1 for b in boxes)
        touched.append(cells.touch(Window(int(left), int(top), 256, 256)))
        assert touched[-1] or not met
        # a cell and what a turned box adds
        assert not touched[-1] or near < 500
    assert 0 < sum(touched) < len(touched)


def test_beyond_the_grid_is_nothing():
    cells = FootprintCells(np.ones((2, 3), bool))
    assert cells.touch(Window(-100, -100, 101, 101))
    for window in (Window(-100, 0, 100, 64), Window(0, -64, 64, 64), Window(768, 0, 64, 64), Window(0, 512, 64, 64)):
        assert not cells.touch(window)


def test_reading_can_be_stopped(tmp_path):
    grid = make_grid(100, 100)
    geopandas.GeoDataFrame(geometry=placed(grid, [(1, 1, 9, 9)]), crs=grid.crs).to_file(tmp_path / "f.gpkg")
    context = silent_run()
    context.cancellation.request()
    with pytest.raises(Cancelled):
        cells_of(tmp_path / "f.gpkg", grid, context)


@pytest.mark.parametrize(
    ("outlines", "codes"),
    [
        ([box(5000, 5000, 5009, 5009)], ["footprints-outside"]),
        ([box(1, 1, 9, 9), Polygon([(1, 1), (9, 9), (1, 1)])], ["footprints-skipped"]),
        ([box(1, 1, 9, 9)], []),
        ([box(1, 1, 9, 9), None, Polygon()], ["footprints-skipped"]),
        ([None, None], ["footprints-skipped"]),
        ([], ["footprints-none"]),
        ([None, box(5000, 5000, 5009, 5009)], ["footprints-skipped", "footprints-outside"]),
    ],
)
def test_layers_of_no_use_are_told(tmp_path, outlines, codes):
    grid = make_grid(100, 100)
    shapes = [
        None if o is None else shapely.transform(o, lambda p: np.column_stack(grid.transform @ (p[:, 0], p[:, 1])))
        for o in outlines
    ]
    geopandas.GeoDataFrame(geometry=shapes, crs=grid.crs).to_file(tmp_path / "f.geojson", driver="GeoJSON")
    stream = io.StringIO()
    cells_of(tmp_path / "f.geojson", grid, RunContext(JsonEvents(stream)))
    assert [json.loads(line)["code"] for line in stream.getvalue().splitlines()] == codes
