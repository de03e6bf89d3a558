"""Small scenes of known buildings as probability rasters, on disk as in a real run."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.windows import Window

from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.probability.block import ProbabilityBlock
from xview2_qgis.engine.probability.store import ProbabilityRaster
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.json_events import JsonEvents

UTM = CRS.from_epsg(32616)
ORIGIN = (600_000.0, 3_000_000.0)


def make_grid(width: int, height: int, *, gsd_m: float = 0.5, degrees: float = 0.0, crs: CRS = UTM) -> Grid:
    """A grid near Mexico Beach, rotated if wanted."""
    transform = Affine.translation(*ORIGIN) @ Affine.rotation(degrees) @ Affine.scale(gsd_m, -gsd_m)
    return Grid(crs, transform, width, height, gsd_m)


def classes(height: int, width: int, probabilities: tuple[float, ...] = (0.7, 0.1, 0.1, 0.1)) -> NDArray[np.uint8]:
    """The same class probabilities everywhere."""
    column = np.rint(np.array(probabilities) * 255).astype(np.uint8)
    return np.broadcast_to(column[:, None, None], (4, height, width)).copy()


def make_raster(
    path: Path,
    grid: Grid,
    building: NDArray[np.uint8],
    damage: NDArray[np.uint8] | None = None,
    *,
    pre_valid: NDArray[np.bool_] | None = None,
    post_valid: NDArray[np.bool_] | None = None,
    at: tuple[int, int] = (0, 0),
) -> ProbabilityRaster:
    """A finished raster of one band in a folder, filled with one block at (row, column)."""
    height, width = building.shape
    raster = ProbabilityRaster(path, grid)
    everywhere = np.ones((height, width), bool)
    raster.write(
        ProbabilityBlock(
            Window(at[1], at[0], width, height),
            building,
            classes(height, width) if damage is None else damage,
            everywhere if pre_valid is None else pre_valid,
            everywhere if post_valid is None else post_valid,
        )
    )
    raster.finish()
    return raster


def silent() -> JsonEvents:
    """Events that nobody reads."""
    return JsonEvents(io.StringIO())


def silent_run() -> RunContext:
    """The context of a run that nobody listens to."""
    return RunContext(silent())
