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
        windows_used: windows that support it; 0 where it is not known.
        windows_compared: windows in which both images show anything.
    """

    dx_m: float = 0.0
    dy_m: float = 0.0
    windows_used: int = 0
    windows_compared: int = 0


@dataclass(frozen=True)
class PairImages:
    """The images of a scene: a pair, or a post-event image alone.

    Attributes:
        pre: pre-event image, None where there is none.
        post: post-event image.
        stretches: of the images there are, to 8 bits, that of post last.
        shift: correction of the position of post.
    """

    pre: RasterSource | None
    post: RasterSource
    stretches: tuple[Stretch, ...]
    shift: Shift = Shift()

    @classmethod
    def of(cls, pre: RasterSource | None, post: RasterSource) -> PairImages:
        """Return images as they are placed, with stretches estimated from their pixels.

        Raises:
            InputError: an image cannot be read, or holds no valid pixels.
        """
        return cls(pre, post, tuple(estimate_stretch(image) for image in (pre, post) if image is not None))

    @property
    def all(self) -> tuple[RasterSource, ...]:
        """The images there are, the pre-event image first."""
        return (self.post,) if self.pre is None else (self.pre, self.post)

    @property
    def reference(self) -> RasterSource:
        """The image whose CRS and pixels results have: the pre-event image where there is one."""
        return self.post if self.pre is None else self.pre
