"""How an image is drawn in QGIS, as far as it concerns the engine: bands as colours, values without data."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from qgis.core import Qgis, QgsMultiBandColorRenderer, QgsRasterLayer, QgsRasterRange

from ..i18n.translation import tr
from .unusable_layer import UnusableLayerError

_COLOURS = (
    Qgis.RasterColorInterpretation.RedBand,
    Qgis.RasterColorInterpretation.GreenBand,
    Qgis.RasterColorInterpretation.BlueBand,
) if Qgis.QGIS_VERSION_INT >= 33000 else (3, 4, 5)  # fmt: skip


@dataclass(frozen=True)
class RasterDrawing:
    """What the user set for a raster layer, in the words of the engine.

    Attributes:
        bands: the bands shown as red, green and blue where these are others than QGIS shows by itself, such as
            ``3,2,1``; else None.
        nodata: values that the user declared as no data, such as ``none,255,-99:-90``, where ``none`` stands for the
            value of the file, which does not count; None where nothing was changed.
    """

    bands: str | None = None
    nodata: str | None = None

    @classmethod
    def of(cls, layer: QgsRasterLayer) -> RasterDrawing:
        """Return how a layer is drawn."""
        shown = shown_bands(layer)
        bands = shown if shown is not None and shown != _usual_bands(layer) else None
        counted = shown or tuple(range(1, min(layer.bandCount(), 3) + 1))
        return cls(None if bands is None else band_text(bands), _nodata(layer, counted))


def shown_bands(layer: QgsRasterLayer) -> tuple[int, int, int] | None:
    """Return the bands that a layer shows as red, green and blue; None where these are not three different ones."""
    renderer = layer.renderer()
    if not isinstance(renderer, QgsMultiBandColorRenderer):
        return None
    bands = renderer.redBand(), renderer.greenBand(), renderer.blueBand()
    return bands if len(set(bands)) == 3 and all(1 <= band <= layer.bandCount() for band in bands) else None


def bands_given(text: str, layer: QgsRasterLayer) -> str | None:
    """Return what a user typed as band numbers in the words of the engine, None for nothing.

    Raises:
        UnusableLayerError: these are no three bands of the layer.
    """
    parts = re.split(r"[\s,;/-]+", text.strip())
    if parts == [""]:
        return None
    count = layer.bandCount()
    if len(parts) != 3 or not all(part.isdecimal() and 1 <= int(part) <= count for part in parts):
        raise UnusableLayerError(
            tr(
                "“{}” are no three bands of “{}”: give numbers from 1 to {} for red, green and blue, such as 3,2,1."
            ).format(text.strip(), layer.name(), count)
        )
    red, green, blue = map(int, parts)
    return band_text((red, green, blue))


def band_text(bands: tuple[int, int, int]) -> str:
    """Return bands in the words of the engine."""
    return ",".join(map(str, bands))


def _usual_bands(layer: QgsRasterLayer) -> tuple[int, ...]:
    """Return the bands that QGIS shows by default: by colour interpretation, else the first three."""
    provider = layer.dataProvider()
    meanings = [provider.colorInterpretation(band) for band in range(1, layer.bandCount() + 1)]
    if all(colour in meanings for colour in _COLOURS):
        return tuple(meanings.index(colour) + 1 for colour in _COLOURS)
    return 1, 2, 3


def _nodata(layer: QgsRasterLayer, bands: tuple[int, ...]) -> str | None:
    """Return the rule for pixels without data. What is set for one band alone is no such pixel."""
    provider = layer.dataProvider()
    ignored = any(provider.sourceHasNoDataValue(band) for band in bands) and not any(
        provider.useSourceNoDataValue(band) for band in bands
    )
    given = [[_range(found) for found in provider.userNoDataValues(band)] for band in bands]
    common = [text for text in dict.fromkeys(given[0]) if all(text in others for others in given)] if given else []
    return ",".join((["none"] if ignored else []) + common) or None


def _range(found: QgsRasterRange) -> str:
    low, high = found.min(), found.max()
    if low == high:
        return f"{low:.17g}"
    ends = ("-inf" if math.isnan(low) else f"{low:.17g}", "inf" if math.isnan(high) else f"{high:.17g}")
    return ":".join(ends)
