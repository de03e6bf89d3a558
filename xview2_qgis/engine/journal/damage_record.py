"""The record of damage: what could not be read of the images so far, so that a later part of the run knows it, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import InputError
from ..geo.pixel_box import PixelBox
from ..scene.damage.image import DamagedImage
from ..scene.pair import Scene
from ..scene.pair_images import Shift
from ..scene.tiling import Tiling
from .row_record import RowRecord, Unread

#: Words for the images in the identity of a run, the post-event image last.
ROLES = ("pre-event image", "post-event image")


class DamageRecord:
    """Follows what turns out to be damaged in the images of a run.

    Args:
        scene: the images.
        tiling: the tiles.
    """

    def __init__(self, scene: Scene, tiling: Tiling) -> None:
        images = scene.images
        self._sources = images.all
        self._roles = ROLES[-len(images.all) :]
        self._followed = [DamagedImage(image, scene.grid, Shift()) for image in images.all[:-1]]
        self._followed.append(DamagedImage(images.post, scene.grid, images.shift))
        windows = [tiling.tile(row * tiling.columns).window for row in range(tiling.rows)]
        self._bottoms = [window.row_off + window.height for window in windows]
        self._noted: set[Unread] = set()
        self._first: dict[int, int] = {}

    def new(self) -> tuple[Unread, ...]:
        """Return what was found since the last call."""
        found = []
        for number, source in enumerate(self._sources):
            for box in source.unreadable.boxes:
                part = (number, box.top, box.left, box.bottom, box.right)
                if part not in self._noted:
                    self._note(part)
                    found.append(part)
        return tuple(found)

    def restore(self, records: Sequence[RowRecord]) -> None:
        """Let the images know again what an earlier part of the run could not read."""
        for number, *sides in (part for record in records for part in record.unreadable):
            source = self._sources[number]
            failure = InputError(f"{source.name} cannot be read in places", "copy or download it again", "raster-read")
            source.unreadable.note([PixelBox(*sides)], failure)
            self._note((number, sides[0], sides[1], sides[2], sides[3]))

    def first_rows(self, records: Sequence[RowRecord] = ()) -> dict[str, int]:
        """Return for each damaged image the first row of tiles that its damage reaches, by the words of its role.

        Args:
            records: of rows that an earlier part has finished. What was found or restored in this part counts, too;
                what they say is not known to it afterwards.
        """
        first = dict(self._first)
        for part in (part for record in records for part in record.unreadable):
            self._reach(first, part)
        return {self._roles[number]: row for number, row in first.items()}

    def without(self, records: Sequence[RowRecord], roles: Sequence[str]) -> list[RowRecord]:
        """Return records that say nothing of the damage of some images, by the words of their roles."""
        return [
            replace(record, unreadable=tuple(part for part in record.unreadable if self._roles[part[0]] not in roles))
            for record in records
        ]

    def _note(self, part: Unread) -> None:
        if part not in self._noted:
            self._noted.add(part)
            self._reach(self._first, part)

    def _reach(self, first: dict[int, int], part: Unread) -> None:
        """Take a part into the first rows, by the numbers of their images."""
        number, *sides = part
        outline = self._followed[number].outline(PixelBox(*sides))
        if outline.is_empty:
            return
        top = outline.bounds[1]
        row = next((row for row, bottom in enumerate(self._bottoms) if bottom > top), len(self._bottoms))
        first[number] = min(row, first.get(number, row))
