"""Bands as a layer shows them: what QGIS draws as red, green and blue, and when that counts."""

from __future__ import annotations

Triple = tuple[int, int, int]


def shown_bands_count(shown: Triple, stated: Triple | None, *, count: int) -> bool:
    """Return whether the bands that a layer shows are taken instead of what the file has in its colour interpretation.

    Names and wavelengths of bands are not asked about here: they say what the sensor saw, so a layer in false colours
    (infrared as red) changes nothing. A colour interpretation is often that of a program which knew no better: where
    the layer shows the same three bands in another order, the user has put them right; with another band, false colours
    are likelier.

    Args:
        shown: bands that are shown as red, green and blue, because the user chose them.
        stated: those of its colour interpretation, None where it has none.
        count: number of bands of the file.
    """
    if len(set(shown)) != 3 or not all(1 <= band <= count for band in shown):
        return False
    return stated is None or set(shown) == set(stated)
