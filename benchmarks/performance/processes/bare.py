"""Bare ONNX Runtime on the tiles of a raster or a pair: a process that reads them with rasterio and runs the networks.

``python -m benchmarks.performance.processes.bare POST MODEL LAYOUT [PRE]`` prints one JSON line: ``tiles`` that hold
anything, and ``seconds`` inside the networks (with several sessions: of all of them, over their number). Nothing is
blended, decided or written. Without a pre-event image the networks are given the post-event image twice.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import onnxruntime
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from xview2_qgis.engine.bundle import Bundle, open_bundle
from xview2_qgis.engine.bundle.registry import find_model

from ..scenes.tiles import cpu_tiles


@dataclass(frozen=True)
class Layout:
    """How cores are used.

    Attributes:
        title: for a table.
        apart: one session with one thread for each core; otherwise one session with all cores.
        pattern: ONNX Runtime's ``enable_mem_pattern``, which is its default.
    """

    title: str
    apart: bool
    pattern: bool


LAYOUTS = {
    "together": Layout("one session, all threads", apart=False, pattern=True),
    "together-no-pattern": Layout("one session, all threads, no memory pattern", apart=False, pattern=False),
    "apart": Layout("a session with one thread for each core", apart=True, pattern=True),
    "apart-no-pattern": Layout("a session with one thread for each core, no memory pattern", apart=True, pattern=False),
}


def _tiles(rasters: list[rasterio.DatasetReader], bundle: Bundle) -> Iterator[list[NDArray[np.uint8]]]:
    """Yield the images of every tile that is not all 0, uint8 (1, 3, h, w), filled up with 0 beyond the raster."""
    width, height = rasters[0].width, rasters[0].height
    for tile in cpu_tiles(bundle, width, height):
        window = tile.window
        left, top = max(window.col_off, 0), max(window.row_off, 0)
        right = min(window.col_off + window.width, width)
        bottom = min(window.row_off + window.height, height)
        images = []
        for raster in rasters:
            image = np.zeros((1, 3, window.height, window.width), np.uint8)
            place = np.s_[0, :, top - window.row_off : bottom - window.row_off,
                          left - window.col_off : right - window.col_off]  # fmt: skip
            image[place] = raster.read(window=Window(left, top, right - left, bottom - top))
            images.append(image)
        if all(image.any() for image in images):
            yield images


class _Run:
    """Sessions that take tiles from one reader."""

    def __init__(self, bundle: Bundle, layout: Layout) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1 if layout.apart else cores
        options.enable_mem_pattern = layout.pattern
        self.sessions = [
            [onnxruntime.InferenceSession(str(network.path), options, providers=["CPUExecutionProvider"])
             for network in bundle.networks]
            for _ in range(cores if layout.apart else 1)
        ]  # fmt: skip
        self._lock = threading.Lock()
        self.tiles, self.seconds = 0, 0.0

    def work(self, networks: list[onnxruntime.InferenceSession], tiles: Iterator[list[NDArray[np.uint8]]]) -> None:
        """Run the networks on tiles until there are none."""
        while True:
            with self._lock:
                images = next(tiles, None)
            if images is None:
                return
            begun = time.perf_counter()
            for network in networks:
                given = {"pre": images[0], "post": images[-1]}
                network.run(None, {end.name: given[end.name] for end in network.get_inputs()})
            spent = time.perf_counter() - begun
            with self._lock:
                self.tiles, self.seconds = self.tiles + 1, self.seconds + spent


def main(post: str, model: str, layout: str, *pre: str) -> None:
    """Run the networks on all tiles and print what that took."""
    bundle = open_bundle(find_model(model))
    run = _Run(bundle, LAYOUTS[layout])
    with ExitStack() as files, ThreadPoolExecutor(len(run.sessions)) as pool:
        tiles = _tiles([files.enter_context(rasterio.open(path)) for path in (*pre, post)], bundle)
        for done in [pool.submit(run.work, networks, tiles) for networks in run.sessions]:
            done.result()
    print(json.dumps({"tiles": run.tiles, "seconds": run.seconds / len(run.sessions)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
