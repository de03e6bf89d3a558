"""A cache of decoded pairs: one memory-mapped file per pair, from which crops are read without decoding.

The cache is keyed by the label rule and by names, sizes and times of the files, so a changed label is never missed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray

from .folder.layout import PAIRS, Layout
from .ground import ground_corners
from .xbd import LabelledPair, PairFiles, list_pairs, read_pair

_CLASSES = (1, 2, 3, 4)

#: Anchors, and boxes, of one class that are kept.
_MOST_ANCHORS, _MOST_BOXES = 64, 256


@dataclass(frozen=True)
class CachedPair:
    """One decoded pair on disk.

    Attributes:
        name: ``<disaster>_<number>``.
        path: ``.npy`` file of uint8: pre RGB, post RGB, building and damage one after the other, each row by row.
        shape: height and width in pixels.
        classes: which damage classes 1…4 occur.
        anchors: int32 (N, 3), row, column and class of points on buildings, at most 64 per class.
        boxes: int32 (N, 5), left, top, right, bottom and class of connected areas of one class, at most 256 per class.
        ground: corners of the image on Earth, see :func:`.ground.ground_corners`; empty where they are not known.
        post_only: there is no pre-event image.
    """

    name: str
    path: Path
    shape: tuple[int, int]
    classes: tuple[int, ...]
    anchors: NDArray[np.int32]
    boxes: NDArray[np.int32]
    ground: NDArray[np.float64]
    post_only: bool = False

    @property
    def disaster(self) -> str:
        """Name of the event."""
        return self.name.rsplit("_", 1)[0]

    def open(self) -> LabelledPair:
        """Return the pair, mapped into memory."""
        # a plain view: slices of numpy's memmap class cost more than reading the pixels
        values: NDArray[np.uint8] = np.asarray(np.load(self.path, mmap_mode="r"))
        height, width = self.shape
        area = height * width
        pre, post = (values[3 * area * i : 3 * area * (i + 1)].reshape(height, width, 3) for i in (0, 1))
        building, damage = values[6 * area :].reshape(2, height, width)
        return LabelledPair(self.name, pre, post, building, damage, self.post_only)


def cache_folder(folder: Path, cache: Path, rule: str = "ours", layout: Layout = PAIRS) -> list[CachedPair]:
    """Decode an xBD folder into ``cache`` where that has not been done, and list its pairs.

    Args:
        folder: in xBD's layout.
        cache: created if it does not exist.
        rule: name of the rule that draws labels.
        layout: of the folder.

    Raises:
        ConfigurationError: there is no such rule.
        DatasetError: a file is missing or unusable.
    """
    cache.mkdir(parents=True, exist_ok=True)
    return [_cache_pair(files, cache, rule) for files in list_pairs(folder, layout)]


def _key(files: PairFiles, rule: str) -> str:
    digest = hashlib.sha256(f"6 {rule} {files.layout}".encode())  # version of what is stored
    for path in (*(files.image(date) for date in files.dates), *(files.truth(date) for date in files.dates)):
        stat = path.stat()
        digest.update(f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _cache_pair(files: PairFiles, cache: Path, rule: str) -> CachedPair:
    target = cache / f"{files.name}-{_key(files, rule)}.npy"
    index = target.with_suffix(".npz")
    if not index.is_file():
        pair = read_pair(files, rule)
        layers = (pair.pre, pair.post, pair.building, pair.damage)
        with _complete(target) as file:
            np.save(file, np.concatenate([layer.ravel() for layer in layers]))
        with _complete(index) as file:
            np.savez(
                file,
                shape=pair.damage.shape,
                anchors=_anchors(pair.damage),
                boxes=_boxes(pair.damage),
                ground=ground_corners(files.label("post"), _own_size(pair, files.layout)),
            )
    with np.load(index) as arrays:
        height, width = (int(n) for n in arrays["shape"])
        anchors, boxes, ground = arrays["anchors"], arrays["boxes"], arrays["ground"]
    classes = tuple(int(c) for c in np.unique(anchors[:, 2]))
    return CachedPair(files.name, target, (height, width), classes, anchors, boxes, ground, files.layout.post_only)


def _own_size(pair: LabelledPair, layout: Layout) -> tuple[int, int]:
    """Return height and width of the image file, in whose pixels labels are."""
    height, width = pair.damage.shape
    return height // layout.enlarge, width // layout.enlarge


def _anchors(damage: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Points on buildings, spread over the image, the same number for every class that occurs."""
    points = [np.empty((0, 3), np.int32)]
    for value in _CLASSES:
        chosen = _spread(np.argwhere(damage == value), _MOST_ANCHORS)
        points.append(np.c_[chosen, np.full(len(chosen), value)].astype(np.int32))
    return np.concatenate(points)


def _boxes(damage: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Bounds of the connected areas of each class."""
    boxes = [np.empty((0, 5), np.int32)]
    for value in _CLASSES:
        _, _, found, _ = cv2.connectedComponentsWithStats((damage == value).astype(np.uint8), connectivity=8)
        left, top, width, height = _spread(found[1:], _MOST_BOXES)[:, :4].T
        boxes.append(np.c_[left, top, left + width, top + height, np.full(len(left), value)].astype(np.int32))
    return np.concatenate(boxes)


def _spread(rows: NDArray[np.integer], most: int) -> NDArray[np.integer]:
    """At most so many rows, evenly spread."""
    return rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)] if len(rows) else rows


@contextmanager
def _complete(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that appears under its name only when it is complete."""
    part = path.with_name(f"{path.name}.part{os.getpid()}")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
