"""A cache of decoded pairs: one memory-mapped array per pair, from which crops are read without decoding.

The cache is keyed by names, sizes and times of the files, so a changed label is never missed.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .xbd import PairFiles, list_pairs, read_pair

_PRE, _POST, _BUILDING, _DAMAGE = slice(0, 3), slice(3, 6), 6, 7


@dataclass(frozen=True)
class CachedPair:
    """One decoded pair on disk.

    Attributes:
        name: ``<disaster>_<number>``.
        path: ``.npy`` file of uint8 (H, W, 8): pre RGB, post RGB, building, damage.
        classes: which damage classes 1…4 occur.
        anchors: int32 (N, 3), row, column and class of points on buildings, at most 64 per class.
    """

    name: str
    path: Path
    classes: tuple[int, ...]
    anchors: NDArray[np.int32]

    def open(self) -> NDArray[np.uint8]:
        """Return the array, mapped into memory."""
        array: NDArray[np.uint8] = np.load(self.path, mmap_mode="r")
        return array


def cache_folder(folder: Path, cache: Path) -> list[CachedPair]:
    """Decode an xBD folder into ``cache`` where that has not been done, and list its pairs.

    Raises:
        DatasetError: a file is missing or unusable.
    """
    cache.mkdir(parents=True, exist_ok=True)
    return [_cache_pair(files, cache) for files in list_pairs(folder)]


def _key(files: PairFiles) -> str:
    digest = hashlib.sha256(b"3")  # version of the layout
    for path in (files.image("pre"), files.image("post"), files.label("pre"), files.label("post")):
        stat = path.stat()
        digest.update(f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _cache_pair(files: PairFiles, cache: Path) -> CachedPair:
    target = cache / f"{files.name}-{_key(files)}.npy"
    index = target.with_suffix(".anchors.npy")
    if not index.is_file():
        pair = read_pair(files)
        array = np.concatenate([pair.pre, pair.post, pair.building[..., None], pair.damage[..., None]], axis=2)
        _save(target, array)
        _save(index, _anchors(pair.damage))
    anchors: NDArray[np.int32] = np.load(index)
    return CachedPair(files.name, target, tuple(int(c) for c in np.unique(anchors[:, 2])), anchors)


def _anchors(damage: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Points on buildings, spread over the image, the same number for every class that occurs."""
    points = [np.empty((0, 3), np.int32)]
    for value in (1, 2, 3, 4):
        where = np.argwhere(damage == value)
        chosen = where[np.linspace(0, len(where) - 1, min(64, len(where))).astype(int)] if len(where) else where
        points.append(np.c_[chosen, np.full(len(chosen), value)].astype(np.int32))
    return np.concatenate(points)


def _save(path: Path, array: NDArray[np.generic]) -> None:
    part = path.with_suffix(f".part{os.getpid()}")
    with part.open("wb") as file:
        np.save(file, array)
    part.replace(path)
