"""Damage sites as UNOSAT publishes them: a point for each building, with their fields and codes.

Layers and fields are those of UNOSAT's comprehensive damage assessments (HDX): ``Damage_Sites_<Area>_<yyyymmdd>`` with
``Main_Damage_Site_Class`` 1 destroyed, 2 severe, 3 moderate, 4 possible damage, 6 no visible damage. Buildings that
nobody can see are left out; they lie in the layer of what was not analysed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ....protocol.schema import Damage
from ....protocol.totals.category import UNKNOWN
from ...output.geopackage.layer_file import Columns
from ...output.geopackage.layer_styles import LayerStyle
from ...output.geopackage.style import assessed_area_style, not_visible_style
from ...stored.result import StoredResult
from ...stored.run import StoredRun
from ..class_style import ClassLook, class_qml
from ..event_name import place_title, slug
from ..lonlat import to_lonlat
from ..mapping import NOT_VALIDATED, UNOSAT_WORDS, det_methods, final_confidence, unosat_codes
from ..product_format import ProductFormat, PublishContext, Published
from ..product_geopackage import ProductGeoPackage

#: ``Grouped_Damage_Classes``: 1 stands for buildings.
_BUILDINGS = 1
_LONGEST = 30  # letters of the place in names of layers
_LOOKS = tuple(
    ClassLook(str(code), UNOSAT_WORDS[code], damage)
    for code, damage in (
        (1, Damage.DESTROYED), (2, Damage.MAJOR), (3, Damage.MINOR), (4, Damage.MINOR), (6, Damage.NO_DAMAGE),
    )
)  # fmt: skip


@dataclass(frozen=True)
class SiteLayers:
    """Names of the layers.

    Attributes:
        sites: points of buildings.
        extent: what was analysed.
        not_analysed: what of it could not be seen.
    """

    sites: str
    extent: str
    not_analysed: str

    @classmethod
    def of(cls, run: StoredRun) -> SiteLayers:
        """Return the names for a run: place, and day of the post-event image, else of the event, else of the run."""
        place = slug(place_title(run), "")[:_LONGEST]
        days = (run.facts.post.acquired, run.facts.event.date, run.started_at)
        day = next((re.sub(r"\D", "", known[:10]) for known in days if known), "undated")
        return cls(*(f"{head}_{place}_{day}" for head in ("Damage_Sites", "Analysis_Extent", "Not_Analysed")))


def write_sites(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the damage sites; see :class:`.product_format.WriteProduct`."""
    run, layers, totals = result.run, SiteLayers.of(result.run), result.totals()
    contact = context.options.contact or run.facts.event.contact
    about = f"{NOT_VALIDATED}. In the structure of UNOSAT's damage assessments, and no product of UNOSAT."
    if contact:
        about += f" Feedback: {contact}."
    package = ProductGeoPackage(output, run.started_at, about)
    assessed, hidden = result.assessed_area(), result.not_visible()
    package.write(layers.sites, "Point", np.empty(0, object), _columns(None, np.empty(0, np.int64), run, context, 1))
    _write_hidden(package, layers, to_lonlat(hidden.geometry, result.crs), "Hidden in the post-event image")
    counts = dict.fromkeys(UNOSAT_WORDS, 0)
    done = written = 0
    for frame in result.buildings():
        codes = unosat_codes(frame, context.options.low_confidence)
        unseen, done = frame[codes == 0], done + len(frame)
        _write_hidden(package, layers, to_lonlat(unseen.geometry, result.crs), "Building that cannot be seen")
        sites, codes = frame[codes > 0].reset_index(drop=True), codes[codes > 0]
        points = to_lonlat(shapely.point_on_surface(sites.geometry.to_numpy()), result.crs)
        package.write(layers.sites, "Point", points, _columns(sites, codes, run, context, written + 1))
        written += len(sites)
        for code in counts:
            counts[code] += int((codes == code).sum())
        context.progress(done, totals.buildings.plain)
    extent = to_lonlat(assessed.geometry, result.crs)
    package.write(
        layers.extent, "MultiPolygon", extent, {"Notes": np.full(len(extent), "Analysed and visible", object)}
    )
    package.style(_styles(layers))
    named = {UNOSAT_WORDS[code]: count for code, count in counts.items()}
    return Published(written, named, package.layers, totals.categories[UNKNOWN].plain)


def _columns(
    frame: GeoDataFrame | None, codes: NDArray[np.int64], run: StoredRun, context: PublishContext, first: int
) -> Columns:
    """Return the fields of sites in their order; their numbers count from ``first``."""
    count = len(codes)
    facts = run.facts
    return {
        "SiteID": np.arange(first, first + count, dtype=np.int64),
        "EventCode": _same(context.options.event_code or facts.event.glide, count),
        "SensorDate": np.full(count, np.datetime64(facts.post.acquired[:10] or "NaT", "D")),
        "SensorID": _same(facts.post.sensor or facts.post.source, count),
        "Main_Damage_Site_Class": codes.astype(np.int32),
        "Grouped_Damage_Classes": np.full(count, _BUILDINGS, np.int32),
        "Municipality": _same(facts.event.area, count),
        "Governorate": _same("", count),
        "Field_Validation": _same("Not yet field validated", count),
        "Notes": np.empty(0, object) if frame is None else _notes(frame),
    }


def _notes(frame: GeoDataFrame) -> NDArray[np.object_]:
    sure = final_confidence(frame).tolist()
    notes = [
        method if confidence != confidence else f"{method}, confidence {confidence:.2f}"
        for method, confidence in zip(det_methods(frame).tolist(), sure, strict=True)
    ]
    return np.array(notes, object)


def _write_hidden(package: ProductGeoPackage, layers: SiteLayers, shapes: NDArray[np.object_], reason: str) -> None:
    package.write(layers.not_analysed, "MultiPolygon", shapes, {"Notes": np.full(len(shapes), reason, object)})


def _same(text: str, count: int) -> NDArray[np.object_]:
    return np.full(count, text or None, object)


def _styles(layers: SiteLayers) -> Sequence[LayerStyle]:
    qml = class_qml("Main_Damage_Site_Class", _LOOKS, points=True, numbers=True)
    return (
        LayerStyle(layers.sites, "Damage sites", qml, True, "By class"),
        LayerStyle(layers.extent, "Analysis extent", assessed_area_style(), True, "What was analysed"),
        LayerStyle(layers.not_analysed, "Not analysed", not_visible_style(), True, "What could not be seen"),
    )


FORMAT = ProductFormat("unosat", write_sites)
