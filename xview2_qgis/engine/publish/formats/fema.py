"""Damage levels as FEMA stores them: outlines of buildings with level, type and kind of assessment.

The words are those of the data dictionary of FEMA's Historical Geospatial Damage Assessment Database. A depth of
flooding is not measured from these images: that field is there and empty.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ....protocol.schema import Damage
from ...output.geopackage.layer_file import Columns
from ...output.geopackage.layer_styles import LayerStyle
from ...output.geopackage.style import assessed_area_style
from ...stored.result import StoredResult
from ...stored.run import StoredRun
from ..class_style import ClassLook, class_qml
from ..lonlat import to_lonlat
from ..mapping import FOREIGN_WORDS, NOT_VALIDATED, det_methods, words_of
from ..product_format import ProductFormat, PublishContext, Published
from ..product_geopackage import ProductGeoPackage

_LEVELS, _EXTENT = "Damage_Assessment", "Assessed_Area"
#: FEMA's word for what is determined by processing images and looking at them.
_REMOTE_SENSING = "Remote Sensing"
_LOOKS = tuple(
    ClassLook(FOREIGN_WORDS[damage].fema, FOREIGN_WORDS[damage].fema, damage) for damage in sorted(Damage, reverse=True)
)


def write_levels(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the damage levels; see :class:`.product_format.WriteProduct`."""
    run, total = result.run, result.totals().buildings.plain
    about = f"{NOT_VALIDATED}. With the damage levels of FEMA, and no product of FEMA."
    package = ProductGeoPackage(output, run.started_at, about)
    counts = {look.value: 0 for look in _LOOKS}
    package.write(_LEVELS, "MultiPolygon", np.empty(0, object), _columns(None, np.empty(0, object), run))
    done = 0
    for frame in result.buildings():
        levels = words_of(frame, "fema")
        package.write(_LEVELS, "MultiPolygon", to_lonlat(frame.geometry, result.crs), _columns(frame, levels, run))
        for level in counts:
            counts[level] += int((levels == level).sum())
        done += len(frame)
        context.progress(done, total)
    extent = to_lonlat(result.assessed_area().geometry, result.crs)
    package.write(_EXTENT, "MultiPolygon", extent, {"Notes": np.full(len(extent), "Assessed and visible", object)})
    package.style(
        (
            LayerStyle(_LEVELS, "Damage levels", class_qml("Damage_Level", _LOOKS), True, "By level"),
            LayerStyle(_EXTENT, "Assessed area", assessed_area_style(), True, "What was assessed"),
        )
    )
    return Published(done, counts, package.layers)


def _columns(frame: GeoDataFrame | None, levels: NDArray[np.object_], run: StoredRun) -> Columns:
    count, event = len(levels), run.facts.event
    return {
        "Damage_Level": levels,
        "Damage_Type": _same(event.type.capitalize(), count),
        "Assessment_Type": _same(_REMOTE_SENSING, count),
        "Inundation_Depth": np.full(count, np.nan),
        "Event_Name": _same(event.name, count),
        "Event_Date": _same(event.date[:10], count),
        "Image_Date": _same(run.facts.post.acquired[:10], count),
        "Method": np.empty(0, object) if frame is None else det_methods(frame),
        "Area_m2": np.empty(0) if frame is None else frame["area_m2"].to_numpy(np.float64),
    }


def _same(text: str, count: int) -> NDArray[np.object_]:
    return np.full(count, text or None, object)


FORMAT = ProductFormat("fema", write_levels)
