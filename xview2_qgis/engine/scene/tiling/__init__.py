"""Tiles: which windows of the grid the networks see, how large they are, and which pixels are finished after each."""

from .edge_tiles import EQUAL_TILES, EdgeTiles
from .tiling import Tile, Tiling, lay_tiles

__all__ = ["EQUAL_TILES", "EdgeTiles", "Tile", "Tiling", "lay_tiles"]
