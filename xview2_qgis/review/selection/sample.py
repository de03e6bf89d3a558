"""The buildings of a random sample, as ``xview2 sample`` leaves them in the result."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsVectorLayer

from ...protocol.stored_result import DamagedError, InUseError
from ...protocol.totals.stored_sample import NotAResultError, read_sample
from ..writing.layer_writing import layer_path


def sample_of(layer: QgsVectorLayer) -> dict[int, int]:
    """Return for each building of the sample of a result its number and its place; empty where there is no sample."""
    path = layer_path(layer)
    try:
        sample = read_sample(Path(path)) if path else None
    except (NotAResultError, InUseError, DamagedError, OSError):
        return {}
    if sample is None:
        return {}
    return {building.building_id: place for place, building in enumerate(sample.drawn)}
