"""Both images of a pair, and what brings them onto a grid."""

from __future__ import annotations

from dataclasses import dataclass

from ..radiometry.stretch import Stretch
from ..raster.source import RasterSource
from ..raster.stretch_estimate import estimate_stretch


@dataclass(frozen=True)
class Shift:
    """A translation of the post-event image that brings it onto the pre-event image.

    Attributes:
        dx_m: metres along the x axis of the grid's CRS (east).
        dy_m: metres along the y axis (north).
        windows_used: windows that support it.
    """

    dx_m: float = 0.0
    dy_m: float = 0.0
    windows_used: int = 0


@dataclass(frozen=True)
class PairImages:
    """Both images of a pair.

    Attributes:
        pre: pre-event image.
        post: post-event image.
        stretches: of pre and post, to 8 bits.
        shift: correction of the position of post.
    """

    pre: RasterSource
    post: RasterSource
    stretches: tuple[Stretch, Stretch]
    shift: Shift = Shift()

    @classmethod
    def of(cls, pre: RasterSource, post: RasterSource) -> PairImages:
        """Return two images as they are placed, with stretches estimated from their pixels.

        Raises:
            InputError: an image cannot be read, or holds no valid pixels.
        """
        return cls(pre, post, (estimate_stretch(pre), estimate_stretch(post)))
