"""The distortions that are measured, by name: those of the place first, then those of the appearance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .appearance import blue_first, dark, dry, eleven_bits, haze, jpeg
from .geometry import bent, moved, with_pixels_of
from .placed_image import PlacedImage

Change = Callable[[PlacedImage, int], PlacedImage]

#: What the others are compared with.
UNCHANGED = "as it is"


@dataclass(frozen=True)
class Distortion:
    """What is done to a pair.

    Attributes:
        name: for the table.
        post: what is done to the post-event image, given the number of the pair.
        pre: the same of the pre-event image, None for nothing.
        moved_m: by how much the post-event image is displaced as a whole; None where that is not asked.
    """

    name: str
    post: Change
    pre: Change | None = None
    moved_m: float | None = None


def _shift(distance_m: float) -> Distortion:
    name = UNCHANGED if distance_m == 0.0 else f"moved by {distance_m:g} m"
    return Distortion(name, lambda image, number: moved(image, distance_m, number), moved_m=distance_m)


def _pixels(size_m: float) -> Distortion:
    def change(image: PlacedImage, _: int) -> PlacedImage:
        return with_pixels_of(image, size_m)

    return Distortion(f"pixels of {size_m:g} m", change, change)


def _appearance(name: str, change: Callable[[PlacedImage], PlacedImage]) -> Distortion:
    return Distortion(name, lambda image, _: change(image))


#: Displacements; the first is none.
PLACES = (
    *(_shift(distance) for distance in (0.0, 2.0, 5.0, 10.0, 20.0, 30.0)),
    _appearance("bent by up to 5 m", lambda image: bent(image, 5.0)),
)
APPEARANCES = (
    _appearance("haze", haze),
    _appearance("darker sun", dark),
    _appearance("dry season", dry),
    *(_pixels(size) for size in (0.3, 0.4, 0.6, 0.8)),
    _appearance("JPEG, quality 50", lambda image: jpeg(image, 50)),
    _appearance("11 bits", eleven_bits),
    _appearance("red and blue exchanged", blue_first),
)
