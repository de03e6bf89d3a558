"""A block of probabilities: a window of the grid in memory, and the bands that it is stored as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..decision.vote import Pixels

if TYPE_CHECKING:
    from rasterio.windows import Window

BANDS = 6  # building, four damage classes, validity
_PRE_BIT, _POST_BIT = 1, 2


@dataclass(frozen=True)
class ProbabilityBlock:
    """Probabilities of a window of the grid.

    Attributes:
        window: where on the grid, inside it.
        building: building probability × 255, uint8 (H, W).
        damage: class probabilities given a building × 255, uint8 (4, H, W), order of ``classes.DAMAGE_CLASSES``.
        pre_valid: the image on which buildings are found has data, bool (H, W): the pre-event image, or the post-event
            image where it stands alone.
        post_valid: the post-event image has data, bool (H, W).
    """

    window: Window
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    pre_valid: NDArray[np.bool_]
    post_valid: NDArray[np.bool_]

    @property
    def pixels(self) -> Pixels:
        """The pixels as buildings are classified by them: valid where both images have data."""
        return Pixels(self.building, self.damage, self.pre_valid & self.post_valid)

    @classmethod
    def from_bands(cls, window: Window, bands: NDArray[np.uint8]) -> ProbabilityBlock:
        """Return the block of a window from its bands, uint8 (6, H, W)."""
        pre_valid, post_valid = (bands[5] & _PRE_BIT).astype(bool), (bands[5] & _POST_BIT).astype(bool)
        return cls(window, bands[0], bands[1:5], pre_valid, post_valid)

    def bands(self) -> NDArray[np.uint8]:
        """Return building, damage and validity as bands to store, uint8 (6, H, W)."""
        validity = self.pre_valid * np.uint8(_PRE_BIT) + self.post_valid * np.uint8(_POST_BIT)
        return np.concatenate([self.building[None], self.damage, validity[None].astype(np.uint8)])


def both_valid(validity: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where both images have data, bool (H, W), from the validity band alone."""
    return np.asarray(validity == _PRE_BIT + _POST_BIT)
