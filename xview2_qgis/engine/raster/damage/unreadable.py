"""Unreadable parts: where an image turned out to be damaged, for the count and the area at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import InputError
from ...geo.pixel_box import PixelBox


class UnreadableError(InputError):
    """A part of an image is damaged or missing; the rest of it may be read all the same (exit code 3)."""


class UnreadableParts:
    """Parts of one image that could not be read, in its pixels. Its methods may be called from any thread."""

    # no lock: each change is one step of a dictionary, and images are sent to other processes
    def __init__(self) -> None:
        self._boxes: dict[PixelBox, None] = {}
        self._first: InputError | None = None

    @property
    def first(self) -> InputError | None:
        """Why the first of them could not be read; None as long as everything could."""
        return self._first

    @property
    def boxes(self) -> tuple[PixelBox, ...]:
        """The parts in the order in which they were met; they may overlap."""
        return tuple(self._boxes)

    def doubt(self, failure: InputError) -> None:
        """Remember why a part could not be read that is not part of the result: a sample, for example."""
        self._first = self._first or failure

    def note(self, boxes: Iterable[PixelBox], failure: InputError) -> None:
        """Add parts that could not be read, and why."""
        self.doubt(failure)
        for box in boxes:
            self._boxes[box] = None

    def taken(self) -> tuple[PixelBox, ...]:
        """Return the parts and forget them: whoever reads for somebody else passes them on."""
        boxes, self._boxes = self.boxes, {}
        return boxes
