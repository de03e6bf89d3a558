"""The list of what could not be read of an image."""

from __future__ import annotations

from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.geo.pixel_box import PixelBox
from xview2_qgis.engine.raster.damage.unreadable import UnreadableParts

FIRST, SECOND = (InputError(name, "copy it again", "raster-read") for name in ("first", "second"))


def test_parts_are_kept_once_and_in_their_order():
    parts = UnreadableParts()
    assert parts.first is None
    assert parts.boxes == ()
    one, two = PixelBox(0, 0, 8, 8), PixelBox(8, 0, 16, 8)
    parts.note([two], FIRST)
    parts.note([one, two], SECOND)
    assert parts.boxes == (two, one)
    assert parts.first is FIRST


def test_a_doubt_is_no_part():
    parts = UnreadableParts()
    parts.doubt(FIRST)
    parts.note([PixelBox(0, 0, 1, 1)], SECOND)
    assert parts.first is FIRST
    assert len(parts.boxes) == 1
