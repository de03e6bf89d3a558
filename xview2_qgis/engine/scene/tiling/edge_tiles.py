"""Edge tiles: how large the windows of a tiling are where the scene ends."""

from __future__ import annotations

from dataclasses import dataclass

#: Pixels by which a scene may be larger than a tile and still be seen as a whole, where the network allows it: pairs
#: that are cut to the size of a tile are somewhat larger once they lie on one grid.
ROOM = 64


@dataclass(frozen=True)
class EdgeTiles:
    """What the windows at the border of a scene may be.

    Attributes:
        room: a window alone may be longer than others by so many pixels, before a second one is needed.
        multiple: windows end where the scene does, or little beyond, but for a multiple of so many pixels. None: they
            are as large as all others, however little of the scene they hold.
    """

    room: int = 0
    multiple: int | None = None

    @classmethod
    def of(cls, multiple: int | None, *, cut: bool) -> EdgeTiles:
        """Return what suits a network and a device.

        Args:
            multiple: the network takes images whose rows and columns are multiples of it; None if it takes one size.
            cut: windows may have several sizes; False where the device prepares for each.
        """
        if multiple is None:
            return cls()
        return cls(ROOM // multiple * multiple, multiple if cut else None)


#: All windows of one size.
EQUAL_TILES = EdgeTiles()
