"""The buildings that one goes through, and the place where one is."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a review has come: of ``total`` buildings ``done`` have a class."""

    done: int
    total: int


class ReviewQueue:
    """Feature ids in an order, with a place in it. Going forward or back can leave out what is reviewed.

    Args:
        fids: in the order of the review.
    """

    def __init__(self, fids: Iterable[int] = ()) -> None:
        self.fids = list(fids)
        self._places = {fid: place for place, fid in enumerate(self.fids)}
        self._at = -1

    @property
    def current(self) -> int | None:
        """The building one is at."""
        return self.fids[self._at] if 0 <= self._at < len(self.fids) else None

    def holds(self, fid: int) -> bool:
        """Return whether a building is in the queue."""
        return fid in self._places

    def go_to(self, fid: int) -> bool:
        """Go to a building; False, and nothing happens, where it is not in the queue."""
        place = self._places.get(fid)
        if place is None:
            return False
        self._at = place
        return True

    def forward(self, leaving_out: Container[int] = ()) -> int | None:
        """Go to the next building, from the end to the beginning; None, and nothing happens, where there is none.

        Args:
            leaving_out: buildings that are passed by.
        """
        return self._step(1, leaving_out)

    def back(self) -> int | None:
        """Go to the building before."""
        return self._step(-1, ())

    def drop(self, fid: int) -> None:
        """Take a building out that is there no more; from it one comes to the one behind it."""
        place = self._places.get(fid)
        if place is None:
            return
        del self.fids[place]
        self._places = {other: index for index, other in enumerate(self.fids)}
        if place < self._at or self._at >= len(self.fids):
            self._at -= 1

    def following(self, count: int, leaving_out: Container[int] = ()) -> list[int]:
        """Return the buildings that come next, nearest first, so that their pictures can be made beforehand."""
        around = (*self.fids[self._at + 1 :], *self.fids[: max(self._at, 0)])
        found: list[int] = []
        for fid in around:
            if len(found) == count:
                break
            if fid not in leaving_out:
                found.append(fid)
        return found

    def _step(self, direction: int, leaving_out: Container[int]) -> int | None:
        count = len(self.fids)
        start = self._at if self._at >= 0 or direction > 0 else 0
        for step in range(1, count + 1):
            place = (start + direction * step) % count
            if self.fids[place] not in leaving_out:
                self._at = place
                return self.fids[place]
        return None
