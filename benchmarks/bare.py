"""Bare ONNX Runtime on the tiles of a pair: nothing but the network is timed. Prints one JSON line."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.bundle.registry import find_model
from xview2_qgis.engine.inference.devices import RuntimeOptions, open_networks, thread_count
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.run.text_events import TextEvents
from xview2_qgis.engine.scene.alignment import AlignedPair
from xview2_qgis.engine.scene.overlap import find_overlap
from xview2_qgis.engine.scene.pair_images import PairImages
from xview2_qgis.engine.scene.pair_tile import PairTile
from xview2_qgis.engine.scene.tiling import lay_tiles
from xview2_qgis.engine.scene.working_grid import choose_grid


def _tiles(pre_path: Path, post_path: Path, gsd_m: float, tile_size: int, overlap: int) -> Iterator[PairTile]:
    pre, post = open_source(str(pre_path)), open_source(str(post_path))
    grid = choose_grid(pre, post, find_overlap(pre.georeference, post.georeference), gsd_m)
    with AlignedPair(PairImages.of(pre, post), grid) as pair:
        for tile in lay_tiles(grid.width, grid.height, tile_size, overlap):
            if (images := pair.read(tile.window)) is not None:
                yield images


def main(pre: str, post: str, model: str) -> None:
    """Run the network on all tiles and print the seconds spent inside it."""
    bundle = open_bundle(find_model(model))
    # one run at a time with all cores, as ONNX Runtime is used by itself
    threads = thread_count(RuntimeOptions()) or os.cpu_count()
    loaded = open_networks(bundle, RuntimeOptions(device="cpu", threads=threads), TextEvents(sys.stderr, sys.stderr))
    seconds, count = 0.0, 0
    for tile in _tiles(Path(pre), Path(post), bundle.gsd_m, bundle.tile_size, bundle.overlap):
        begun = time.perf_counter()
        for session in loaded.sessions:
            session.run({"pre": tile.pre[None], "post": tile.post[None]})
        seconds += time.perf_counter() - begun
        count += 1
    print(json.dumps({"tiles": count, "seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
