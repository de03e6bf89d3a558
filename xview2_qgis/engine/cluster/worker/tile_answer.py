"""What comes back of a window: its tile, and what of it could not be read."""

from __future__ import annotations

from dataclasses import dataclass

from ...geo.pixel_box import PixelBox
from ...raster.damage.unreadable import UnreadableError
from ...raster.source import RasterSource
from .sent_tile import SentTile


@dataclass(frozen=True)
class SentDamage:
    """Parts of an image that a worker could not read; the caller counts them.

    Attributes:
        image: number of the image among those of the scene.
        boxes: the parts, in its pixels.
        message: why the first of them could not be read.
        hint: what to do about it.
        code: of that error.
    """

    image: int
    boxes: tuple[PixelBox, ...]
    message: str
    hint: str
    code: str

    @classmethod
    def taken_from(cls, images: tuple[RasterSource, ...]) -> tuple[SentDamage, ...]:
        """Return what was met since the last call, and let the images forget it: another caller may meet it again."""
        found = []
        for number, image in enumerate(images):
            boxes, first = image.unreadable.taken(), image.unreadable.first
            if boxes and first is not None:
                found.append(cls(number, boxes, first.message, first.hint, first.code))
        return tuple(found)

    def note(self, images: tuple[RasterSource, ...]) -> None:
        """Add it to what the images of the caller count, as if it had been met here."""
        images[self.image].unreadable.note(self.boxes, UnreadableError(self.message, self.hint, self.code))


@dataclass(frozen=True)
class TileAnswer:
    """What comes back of a window.

    Attributes:
        tile: the predicted tile, None where there is nothing to assess.
        damage: what could not be read there.
    """

    tile: SentTile | None
    damage: tuple[SentDamage, ...] = ()
