"""The pixel size of a model that may not be installed."""

from __future__ import annotations

from contextlib import suppress

from ..errors import EngineError
from .archive import unpacked
from .manifest import read_manifest
from .registry import find_model

_USUAL_GSD_M = 0.5  # of xBD, on which the models are trained


def model_gsd_m(name: str) -> float:
    """Return the pixel size of a model in metres; of one that cannot be used, that of most."""
    with suppress(EngineError, OSError):
        place = find_model(name)
        return read_manifest(place if place.is_dir() else unpacked(place)).gsd_m
    return _USUAL_GSD_M
