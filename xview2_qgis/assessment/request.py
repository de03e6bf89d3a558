"""What the user asks for: from layers and the words chosen in widgets to the parameters of a run.

The dialog and the algorithm both build their request here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from qgis.core import QgsRasterLayer

from ..i18n.translation import qgis_language
from ..layers.raster_drawing import RasterDrawing, bands_given
from ..layers.raster_source import corrected_crs, raster_source
from ..protocol.options.assessment import AssessmentParameters

#: Words by name of the option; True stands for a flag, None for an option that is not given.
Words = Mapping[str, "str | bool | None"]


def words_of_pair(pre: QgsRasterLayer | None, post: QgsRasterLayer, typed_bands: tuple[str, str]) -> Words:
    """Return the options of both images, or of the post-event image alone.

    Args:
        pre: layer of the pre-event image, None where there is none.
        post: layer of the post-event image.
        typed_bands: what the user typed as bands of each.

    Raises:
        UnusableLayerError: the engine cannot read a layer, or it has no such bands.
    """
    first = {} if pre is None else _words_of_image("pre", pre, typed_bands[0])
    return {**first, **_words_of_image("post", post, typed_bands[1])}


def request_of(words: Words) -> AssessmentParameters:
    """Return the parameters for a run of the engine as a child process."""
    return AssessmentParameters.from_texts({**words, "language": qgis_language(), "events": "json"})


def files_written(request: AssessmentParameters) -> tuple[str, ...]:
    """Return the paths of all files that a run writes."""
    return tuple(str(path) for path in request.outputs)


def under_free_names(request: AssessmentParameters) -> AssessmentParameters:
    """Return the request with the same free number behind the names of all its outputs; nothing is replaced."""
    number = 2
    while any(os.path.lexists(_numbered(path, number)) for path in request.outputs):
        number += 1
    return replace(
        request,
        output=_numbered(request.output, number),
        damage_raster=_numbered(request.damage_raster, number) if request.damage_raster else None,
        report=_numbered(request.report, number) if request.report else None,
        overwrite=False,
        discard_reviews=False,
        keep_reviews=False,
    )


def _words_of_image(role: str, layer: QgsRasterLayer, typed_bands: str) -> Words:
    drawing = RasterDrawing.of(layer)
    return {
        role: raster_source(layer),
        f"{role}_crs": corrected_crs(layer),
        f"{role}_bands": bands_given(typed_bands, layer),
        f"{role}_shown_bands": drawing.bands,
        f"{role}_nodata": drawing.nodata,
    }


def _numbered(path: Path, number: int) -> Path:
    stem, suffix = os.path.splitext(path)
    return Path(f"{stem}_{number}{suffix}")
