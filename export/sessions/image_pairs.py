"""Image pairs on which an export is checked, calibrated and timed: real ones of an xBD folder, or a synthetic town."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.data.folder.image_file import read_image
from training.data.xbd import LabelledPair, PairFiles, list_pairs, read_pair
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.synthetic.town import draw_town

_SEED = 7
_SMALLEST_TOWN = 256  # pixels; a smaller one would hold no street


@dataclass(frozen=True)
class ImagePair:
    """A pair as networks of a bundle take it.

    Attributes:
        pre: uint8 (3, H, W) RGB.
        post: the same after the event.
    """

    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]


@dataclass(frozen=True)
class Checks:
    """What an export is checked on.

    Attributes:
        pairs: the images.
        kind: where they come from; a synthetic town says less about a network than what it was made for.
    """

    pairs: tuple[ImagePair, ...]
    kind: Literal["real", "drawn"]


def drawn_pair(size: tuple[int, int]) -> ImagePair:
    """Return a synthetic town of ``size`` (height, width) before and after a storm."""
    height, width = size
    scene = draw_town(_SEED, max(width, _SMALLEST_TOWN), max(height, _SMALLEST_TOWN))
    return ImagePair(*(np.ascontiguousarray(image[:, :height, :width]) for image in (scene.pre, scene.post)))


def real_pairs(folder: Path, size: tuple[int, int], count: int) -> list[ImagePair]:
    """Return the middle of up to ``count`` pairs of an xBD folder, spread over its names.

    Raises:
        DatasetError: the folder holds no pairs, or an image cannot be read.
        InputError: an image is smaller than ``size``.
    """
    pairs = []
    for files in spread(list_pairs(folder), count):
        images = [_middle(read_image(files.image(date)), size, files.image(date)) for date in ("pre", "post")]
        pairs.append(ImagePair(*(np.ascontiguousarray(image.transpose(2, 0, 1)) for image in images)))
    return pairs


def labelled_crop(files: PairFiles, size: tuple[int, int]) -> LabelledPair:
    """Return the middle of a pair with its masks.

    Raises:
        DatasetError: a file is missing or unusable.
        InputError: an image is smaller than ``size``.
    """
    pair = read_pair(files)
    pre, post, building, damage = (
        _middle(image, size, files.image("pre")) for image in (pair.pre, pair.post, pair.building, pair.damage)
    )
    return LabelledPair(pair.name, pre, post, building, damage)


def as_tile(pair: LabelledPair) -> ImagePair:
    """Return the images of a labelled pair as networks of a bundle take them."""
    return ImagePair(*(np.ascontiguousarray(image.transpose(2, 0, 1)) for image in (pair.pre, pair.post)))


def spread(files: list[PairFiles], count: int) -> list[PairFiles]:
    """Return up to ``count`` of the pairs at equal steps: neighbours in a list are neighbours on the ground."""
    steps = min(count, len(files))
    return [files[i * len(files) // steps] for i in range(steps)]


def _middle(image: NDArray[np.uint8], size: tuple[int, int], path: Path) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    if height < size[0] or width < size[1]:
        raise InputError(
            f"{path}: {height}x{width} pixels, the network takes {size[0]}x{size[1]}",
            "give larger images or a smaller --input-size", "image-size",
        )  # fmt: skip
    top, left = (height - size[0]) // 2, (width - size[1]) // 2
    return image[top : top + size[0], left : left + size[1]]
