"""xBD folders: ``images/``, ``labels/`` and what is in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .labels import LabelError, draw_mask, read_label


class DatasetError(ValueError):
    """A file of the data set is missing or unusable; the message names it."""


@dataclass(frozen=True)
class PairFiles:
    """Where the files of one pair are.

    Attributes:
        name: ``<disaster>_<number>``.
        folder: the folder that holds ``images`` and ``labels``.
    """

    name: str
    folder: Path

    @property
    def disaster(self) -> str:
        """Name of the event."""
        return self.name.rsplit("_", 1)[0]

    def image(self, date: str) -> Path:
        """Return the image file of ``pre`` or ``post``."""
        return self.folder / "images" / f"{self.name}_{date}_disaster.png"

    def label(self, date: str) -> Path:
        """Return the label file of ``pre`` or ``post``."""
        return self.folder / "labels" / f"{self.name}_{date}_disaster.json"


@dataclass(frozen=True)
class LabelledPair:
    """One pair in memory.

    Attributes:
        name: ``<disaster>_<number>``.
        pre: uint8 (H, W, 3) RGB.
        post: uint8 (H, W, 3) RGB.
        building: uint8 (H, W), 1 where the pre label has a building.
        damage: uint8 (H, W), 0 background, 1…4, 255 ignored.
    """

    name: str
    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]


def list_pairs(folder: Path) -> list[PairFiles]:
    """List the pairs of an xBD folder in the order of their names.

    Raises:
        DatasetError: there are none, or one of a pair's four files is missing.
    """
    pattern = re.compile(r"(.+_\d+)_pre_disaster\.png$")
    names = sorted(m[1] for p in (folder / "images").glob("*.png") if (m := pattern.match(p.name)))
    if not names:
        raise DatasetError(f"{folder}: no images/*_pre_disaster.png; give the folder that holds images/ and labels/")
    pairs = [PairFiles(name, folder) for name in names]
    for pair in pairs:
        for path in (pair.image("post"), pair.label("pre"), pair.label("post")):
            if not path.is_file():
                raise DatasetError(f"{path}: missing")
    return pairs


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read an image as uint8 (H, W, 3) RGB.

    Raises:
        DatasetError: the file cannot be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise DatasetError(f"{path}: unreadable image")
    return np.ascontiguousarray(image[..., ::-1], dtype=np.uint8)


def read_pair(files: PairFiles) -> LabelledPair:
    """Read one pair with its masks.

    Raises:
        DatasetError: an image is unreadable, the sizes differ, or a label is wrong.
    """
    pre, post = read_image(files.image("pre")), read_image(files.image("post"))
    if pre.shape != post.shape:
        raise DatasetError(f"{files.image('post')}: {post.shape[:2]} pixels, the pre image has {pre.shape[:2]}")
    try:
        building = draw_mask(read_label(files.label("pre")), *pre.shape[:2])
        damage = draw_mask(read_label(files.label("post")), *pre.shape[:2])
    except LabelError as error:
        raise DatasetError(str(error)) from error
    return LabelledPair(files.name, pre, post, (building > 0).astype(np.uint8), damage)
