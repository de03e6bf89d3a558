"""The tiles that an assessment on a CPU lays over a scene."""

from __future__ import annotations

from xview2_qgis.engine.bundle import Bundle
from xview2_qgis.engine.scene.tiling import EdgeTiles, Tiling, lay_tiles


def cpu_tiles(bundle: Bundle, width: int, height: int) -> Tiling:
    """Return the tiles of a scene of that many pixels: those at its edge are as small as the network allows."""
    edges = EdgeTiles.of(bundle.size_multiple, cut=True)
    return lay_tiles(width, height, bundle.tile_size, bundle.overlap, edges=edges)
