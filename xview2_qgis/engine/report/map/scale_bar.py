"""The scale bar: a length that can be read at a glance, true on the ground in the middle of the map."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .ground import Ground


@dataclass(frozen=True)
class ScaleBar:
    """A bar of a round length.

    Attributes:
        metres: its length on the ground.
        pixels: its length in the picture.
    """

    metres: int
    pixels: float


def scale_bar(ground: Ground) -> ScaleBar | None:
    """Return the longest bar of 1, 2 or 5 × 10ⁿ metres within a quarter of the picture; None below a metre."""
    pixel_m = ground.pixel_m()
    if not pixel_m or not math.isfinite(pixel_m):
        return None
    longest = ground.width / 4 * pixel_m
    if longest < 1:
        return None
    power = 10 ** math.floor(math.log10(longest))
    metres = max(step * power for step in (1, 2, 5) if step * power <= longest)
    return ScaleBar(metres, metres / pixel_m)
