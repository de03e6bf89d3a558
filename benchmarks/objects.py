"""``python -m benchmarks.objects``: CPU time of the object stage on a synthetic town without a network, one JSON line.

CPU time of one thread says the same on a busy machine; the least of several runs is told. The digest changes when any
outline or vote does.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from xview2_qgis.engine.buildings.building import Building
from xview2_qgis.engine.buildings.extraction import find_buildings
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.probability.block import ProbabilityBlock
from xview2_qgis.engine.probability.store import ProbabilityRaster
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.json_events import JsonEvents
from xview2_qgis.engine.synthetic.town import TownOptions, draw_mask, draw_town

_TILE = 1024


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.objects", description=__doc__.splitlines()[0])
    parser.add_argument("--tiles", type=int, default=2, help="edge of the scene in tiles of 1024 pixels")
    parser.add_argument("--density", type=float, default=0.18, help="share of the lots that are built on")
    parser.add_argument("--repeat", type=int, default=8)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    size = options.tiles * _TILE
    building, damage = _probabilities(size, options.density)
    grid = Grid(CRS.from_epsg(32616), Affine(0.5, 0, 600_000, 0, -0.5, 3_350_000), size, size, 0.5)
    valid = np.ones((size, size), bool)
    times = []
    with (
        tempfile.TemporaryDirectory(prefix="xview2-bench-") as folder,
        ProbabilityRaster(Path(folder), grid) as raster,
    ):
        raster.write(ProbabilityBlock(grid.window, building, damage, valid, valid))
        raster.finish()
        for _ in range(options.repeat):
            begun = time.process_time()
            found = list(find_buildings(raster, ObjectVote(), RunContext(JsonEvents(io.StringIO()))))
            times.append(time.process_time() - begun)
    print(json.dumps({
        "buildings": len(found), "tiles": options.tiles**2,
        "cpu_ms_per_building": round(min(times) / max(len(found), 1) * 1e3, 3),
        "cpu_ms_per_tile": round(min(times) / options.tiles**2 * 1e3, 1), "digest": _digest(found),
    }))  # fmt: skip


def _probabilities(size: int, density: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return what a network might say of a synthetic town: soft edges, ragged by noise, and classes that mix."""
    truth = draw_mask(draw_town(7, size, size, TownOptions(density=density)))
    rng = np.random.default_rng(0)
    noise = 3.0 * cv2.GaussianBlur(rng.normal(0, 1, (size, size)).astype(np.float32), (0, 0), 2.0)
    soft = cv2.GaussianBlur((truth > 0).astype(np.float32), (0, 0), 2.0)
    building = 1 / (1 + np.exp(-((soft - 0.45) * 14 + 0.8 * noise)))
    classes = np.stack([cv2.GaussianBlur((truth == number).astype(np.float32), (0, 0), 3.0) for number in range(1, 5)])
    classes += 0.05 + np.abs(rng.normal(0, 0.03, classes.shape))
    classes /= classes.sum(axis=0)
    return np.rint(building * 255).astype(np.uint8), np.rint(classes * 255).astype(np.uint8)


def _digest(buildings: list[Building]) -> str:
    digest = hashlib.sha256()
    for building in buildings:
        digest.update(building.geometry.wkb)
        digest.update(repr(building.vote).encode())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    main()
