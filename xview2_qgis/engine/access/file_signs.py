"""How files begin, by which their format is known whatever they are called."""

from __future__ import annotations

SQLITE = b"SQLite format 3\0"
#: TIFF and BigTIFF in both orders of bytes, PNG, JPEG, JPEG 2000.
IMAGES = (
    b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"\x89PNG\r\n", b"\xff\xd8\xff", b"\0\0\0\x0cjP  ",
)  # fmt: skip
