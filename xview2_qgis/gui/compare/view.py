"""What a comparison shows: where the divider is, which image without one, and how opaque the pre-event image is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Shows(Enum):
    """What lies on the map."""

    BOTH = "both"
    PRE = "pre"
    POST = "post"


@dataclass(frozen=True)
class View:
    """What a comparison shows. The pre-event image lies left of the divider, the post-event image right of it.

    Attributes:
        divider: its place as a share of the width of the map, 0 to 1.
        shows: both images with the divider between them, or one of them everywhere.
        opacity: of the pre-event image over the post-event image, 0 to 1.
    """

    divider: float = 0.5
    shows: Shows = Shows.BOTH
    opacity: float = 1.0

    @property
    def pre_share(self) -> float:
        """How much of the width, from the left, has the pre-event image."""
        return {Shows.BOTH: self.divider, Shows.PRE: 1.0, Shows.POST: 0.0}[self.shows]

    def divided_at(self, share: float) -> View:
        """Return the view with the divider at a share of the width."""
        return replace(self, divider=_within(share), shows=Shows.BOTH)

    def moved(self, step: float) -> View:
        """Return the view with the divider further right by a share of the width, or left where that is negative."""
        return self.divided_at(self.divider + step)

    def blinked(self) -> View:
        """Return the view with the other image everywhere; first the pre-event image."""
        return replace(self, shows=Shows.POST if self.shows is Shows.PRE else Shows.PRE)

    def faded(self, opacity: float) -> View:
        """Return the view with another opacity of the pre-event image."""
        return replace(self, opacity=_within(opacity))


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
