"""Fill: areas without data that nothing in the file declares.

Mosaics and warped images have collars and gaps of one value. It is 0 mostly, 255 often, and anything else where a
program moved it: ``gdalwarp -dstnodata 0`` makes ones of the zeros it finds. Pictures of the ground are never of one
colour over 15 × 15 pixels, but for what is saturated: shadows, bright roofs, clouds. Nothing is lost where such an area
is left out, as nothing is to be seen in it, if only it is too wide to be a roof.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .validity import Triple

#: Pixels; areas of fill are at least so wide and high, shadows are narrower.
LEAST = 15
#: The same of saturated pixels; roofs in the sun are narrower.
LEAST_WHITE = 101


@dataclass(frozen=True)
class Fill:
    """A colour that areas without data have.

    Attributes:
        values: of red, green and blue, in the raster's type.
        least: pixels; squares of that side and larger areas are fill, what is smaller is data.
        seen: whether the border of the raster, or that of its valid part, shows it.
    """

    values: Triple
    least: int
    seen: bool = False

    def __str__(self) -> str:
        numbers = [f"{value:g}" for value in self.values]
        return numbers[0] if len(set(numbers)) == 1 else ", ".join(numbers)


#: What is searched for in every raster.
BLACK = Fill((0, 0, 0), LEAST)


def squares(found: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    """Return the part of a mask (H, W) that squares of that many pixels cover; it goes on beyond its edges."""
    # beyond the raster nothing is known: fill that touches the border goes on there
    wide = cv2.copyMakeBorder(found.astype(np.uint8), side, side, side, side, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return np.asarray(opened[side:-side, side:-side], dtype=bool)
