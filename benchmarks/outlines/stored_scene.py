"""What the networks say of a pair, kept in a file: the object stage can then be tried again without them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.windows import Window

from xview2_qgis.engine.access.input_files import InputFiles
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.inference.pipeline import run_inference
from xview2_qgis.engine.inference.strips import MemoryStrips
from xview2_qgis.engine.probability.block import ProbabilityBlock
from xview2_qgis.engine.probability.source import NoFeatures
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.scene.pair import open_scene
from xview2_qgis.engine.scene.tiling import EdgeTiles, Tile, lay_tiles
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters


@dataclass(frozen=True)
class StoredScene:
    """Probabilities of a whole scene in memory; a source of probabilities as the object stage wants one.

    Attributes:
        grid: the working grid.
        bands: building, four damage classes and validity, uint8 (6, H, W), as blocks are stored.
    """

    grid: Grid
    bands: NDArray[np.uint8]

    @property
    def features(self) -> NoFeatures:
        """None: they have nothing to do with outlines."""
        return NoFeatures()

    def ready(self, window: Window) -> bool:
        """Return True: all is there."""
        del window
        return True

    def holds(self, window: Window) -> bool:
        """Return True: nothing is known of empty places."""
        del window
        return True

    def read(self, window: Window) -> ProbabilityBlock:
        """Return a window of the grid."""
        return ProbabilityBlock.from_bands(window, self.bands[(slice(None), *window.toslices())])

    def read_building(self, window: Window) -> NDArray[np.uint8]:
        """Return the building probability × 255 of a window, uint8 (H, W)."""
        return np.asarray(self.bands[(0, *window.toslices())])

    def save(self, path: Path) -> None:
        """Write it to a file (.npz)."""
        grid = {"crs": self.grid.crs.to_wkt(), "transform": list(self.grid.transform)[:6], "gsd_m": self.grid.gsd_m}
        np.savez_compressed(path, bands=self.bands, grid=np.array(json.dumps(grid)))

    @classmethod
    def load(cls, path: Path) -> StoredScene:
        """Return what stands in such a file."""
        with np.load(path) as stored:
            bands, told = stored["bands"], json.loads(str(stored["grid"]))
        height, width = bands.shape[1:]
        crs = CRS.from_wkt(told["crs"])
        return cls(Grid(crs, Affine(*told["transform"]), width, height, told["gsd_m"]), bands)


class _Sink:
    """Takes the blocks of one scene."""

    first_row = 0

    def __init__(self, grid: Grid) -> None:
        self.strips = MemoryStrips()
        self.bands = np.zeros((6, grid.height, grid.width), np.uint8)

    def write(self, block: ProbabilityBlock) -> None:
        self.bands[(slice(None), *block.window.toslices())] = block.bands()

    def write_features(self, tile: Tile, features: NDArray[np.float32]) -> None:
        del tile, features

    def finish(self, row: int) -> None:
        del row


def predict_scene(session: Session, parameters: AssessmentParameters, folder: Path, context: RunContext) -> StoredScene:
    """Run the networks over a pair as an assessment does, up to the probabilities.

    Args:
        session: the model.
        parameters: the pair and how it is read; its outputs are not written.
        folder: for working files.
        context: of the run.
    """
    bundle = session.bundle
    with open_scene(parameters, InputFiles({}), bundle, folder, context) as scene:
        grid = scene.grid

        lay = partial(lay_tiles, grid.width, grid.height, bundle.tile_size, bundle.overlap, (0, 0))
        predictor = session.predictor(len(lay(EdgeTiles.of(bundle.size_multiple, cut=True))), context.events)
        tiling, sink = lay(predictor.edges), _Sink(grid)
        with session.tiles(scene, tiling, 0) as source:
            run_inference(source, tiling, predictor, sink, context)
    return StoredScene(grid, sink.bands)
