"""The tile of a pair: both images on a window of the grid, with everything that is asked about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window


@dataclass(frozen=True)
class PairTile:
    """Both images on a window of the grid.

    Invalid post pixels hold the pre pixels and invalid pre pixels 0, so that missing data never looks like damage.
    Beyond the grid nothing is valid, but the images go on where they have pixels there: context for the network.

    Attributes:
        window: where on the grid; may reach beyond it.
        pre: pre-event image, uint8 (3, H, W); None where there is none.
        post: post-event image, uint8 (3, H, W).
        pre_valid: the pre-event image has data here, inside the grid, bool (H, W); None where there is no such
            image. The area of interest is not in it.
        post_valid: the same of the post-event image.
        asked: where buildings are asked for, or close to it, bool (H, W); None for everywhere.
        has_footprints: a footprint may lie here, so that damage classes are needed even if no building is found.
    """

    window: Window
    pre: NDArray[np.uint8] | None
    post: NDArray[np.uint8]
    pre_valid: NDArray[np.bool_] | None
    post_valid: NDArray[np.bool_]
    asked: NDArray[np.bool_] | None = None
    has_footprints: bool = False

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Where the image on which buildings are found has data: pre, or post where there is no pre; bool (H, W)."""
        return self.post_valid if self.pre_valid is None else self.pre_valid

    @classmethod
    def of_images(cls, pre: NDArray[np.uint8], post: NDArray[np.uint8]) -> PairTile:
        """Return a tile of two images, uint8 (3, H, W), all of which is valid and asked for."""
        valid = np.ones(pre.shape[1:], bool)
        return cls(Window(0, 0, pre.shape[2], pre.shape[1]), pre, post, valid, valid)
