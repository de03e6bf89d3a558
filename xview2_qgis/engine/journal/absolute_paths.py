"""The paths of a run as they hold in any folder: another program that goes on with it works in a folder of its own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...protocol.options.assessment import AssessmentParameters, ImageOptions

_OUTPUTS = ("output", "damage_raster", "report")
_SOURCES = ("aoi", "exclude", "footprints", "event")


def with_absolute_paths(parameters: AssessmentParameters) -> AssessmentParameters:
    """Return the parameters of a run with whole paths.

    Addresses of GDAL, and names of models, stay as they are.
    """
    changes: dict[str, Any] = {"post": _image(parameters.post)}
    if parameters.pre is not None:
        changes["pre"] = _image(parameters.pre)
    for name in _SOURCES:
        source: str | None = getattr(parameters, name)
        changes[name] = None if source is None else _absolute(source)
    for name in _OUTPUTS:
        path: Path | None = getattr(parameters, name)
        changes[name] = None if path is None else path.absolute()
    if Path(parameters.model).name != parameters.model:  # what has no folder may be a name
        changes["model"] = _absolute(parameters.model)
    return replace(parameters, **changes)


def _image(image: ImageOptions) -> ImageOptions:
    return replace(image, path=_absolute(image.path))


def _absolute(source: str) -> str:
    """Return a source with the whole path of its file, behind which QGIS may have added a layer."""
    path = source if os.path.exists(source) else source.partition("|")[0]
    if not path or os.path.isabs(path) or not os.path.exists(path):
        return source
    return os.path.abspath(path) + source[len(path) :]
