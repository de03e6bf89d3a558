"""Sizes of files in words."""

from __future__ import annotations

from .number import number_text
from .translation import tr


def size_text(size: int) -> str:
    """Return a number of bytes for people, in units of 1000 as file managers and download pages have them."""
    if size < 100_000:
        return tr("{} KB").format(number_text(max(1, round(size / 1e3)) if size else 0))
    if size < 9_950_000:
        return tr("{} MB").format(number_text(size / 1e6, 1))
    if size < 1_000_000_000:
        return tr("{} MB").format(number_text(round(size / 1e6)))
    return tr("{} GB").format(number_text(size / 1e9, 1))
