"""The overlap: the ground that both images of a pair show, and what is asked about it.

A building belongs to the overlap when its centroid lies there, as with an area of interest. So an image
that reaches further than the other one is read a little beyond the overlap too: buildings across its edge are seen
as a whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely
from rasterio.crs import CRS

from ..errors import InputError
from ..geo.georeference import Georeference, distance_m
from ..geo.metric_crs import metric_crs
from ..geo.polygons import polygonal
from ..run.notice import Notice
from .area_of_interest import AreaOfInterest

#: Share of the smaller image below which an overlap is more likely a mistake than meant.
SMALL_OVERLAP = 0.1


@dataclass(frozen=True)
class Overlap:
    """The ground that both images of a pair show, or a post-event image alone.

    Attributes:
        shared: all of it, in a metric CRS.
        asked: where buildings are asked for, in the same CRS; None where that is all of the pre-event image.
    """

    shared: AreaOfInterest
    asked: AreaOfInterest | None

    @property
    def crs(self) -> CRS:
        """The metric CRS."""
        return self.shared.crs


def find_overlap(pre: Georeference, post: Georeference, area: AreaOfInterest | None = None) -> Overlap:
    """Return what two images share and what of it is asked for, in :func:`.metric_crs.metric_crs` of pre.

    Args:
        pre: pre-event image.
        post: post-event image.
        area: area of interest in any CRS.

    Raises:
        InputError: an image lies where its CRS has no places (``outside-crs``), the images do not overlap
            (``no-overlap``) or the area lies elsewhere (``aoi-outside``).
    """
    _check_place(pre, "pre-event image")
    _check_place(post, "post-event image")
    crs = metric_crs(pre)
    shared = _shared(pre, post, crs)
    if area is not None:
        asked = AreaOfInterest(_inside(shared.geometry, area.in_crs(crs).geometry), crs)
        return Overlap(shared, asked)
    outline = pre.outline(crs)
    missed = shapely.MultiPolygon() if outline is None else outline.difference(shared.geometry)
    # a strip of less than half a pixel is rounding; it is eaten away from both sides
    rounding = min(pre.pixel_size_m()) / 4
    return Overlap(shared, None if missed.buffer(-rounding).is_empty else shared)


def whole_ground(post: Georeference, area: AreaOfInterest | None = None) -> Overlap:
    """Return what a post-event image alone shows and what of it is asked for, in its metric CRS.

    Args:
        post: post-event image.
        area: area of interest in any CRS.

    Raises:
        InputError: the image lies where its CRS has no places (``outside-crs``), or the area lies elsewhere
            (``aoi-outside``).
    """
    _check_place(post, "post-event image")
    crs = metric_crs(post)
    shared = _shared(post, post, crs)
    if area is None:
        return Overlap(shared, None)
    return Overlap(shared, AreaOfInterest(_inside(shared.geometry, area.in_crs(crs).geometry, "the image"), crs))


def overlap_doubt(overlap: Overlap, pre: Georeference, post: Georeference) -> Notice | None:
    """Return that two images hardly overlap (``small-overlap``), as tiles of a mosaic and their neighbours do."""
    crs = overlap.crs
    outlines = [outline for outline in (pre.outline(crs), post.outline(crs)) if outline is not None]
    shared, smaller = overlap.shared.geometry.area, min((outline.area for outline in outlines), default=0.0)
    if shared >= SMALL_OVERLAP * smaller:
        return None
    return Notice(
        "small-overlap",
        f"the images overlap on {shared / 1e6:.3g} km² only, {100 * shared / smaller:.2g} % of the smaller one: check "
        "that both show the same place",
    )


def _check_place(image: Georeference, which: str) -> None:
    if not math.isfinite(sum(image.centre_lonlat())):
        raise InputError(
            f"the {which} lies where its CRS ({_label(image.crs)}) has no places",
            "check its CRS and the coordinates of its corners",
            "outside-crs",
        )


def _shared(pre: Georeference, post: Georeference, crs: CRS) -> AreaOfInterest:
    """Return the ground that two rasters share."""
    apart = distance_m(pre, post)
    shared = None
    # far-away places can come out anywhere in a local projection, so the distance is checked first
    if apart <= pre.radius_m() + post.radius_m():
        first, second = pre.outline(crs), post.outline(crs)
        shared = polygonal(first.intersection(second)) if first is not None and second is not None else None
    if shared is None or shared.area <= 0.0:
        raise InputError(
            f"the images do not overlap, their centres are {_length(apart)} apart"
            f" (CRS {_label(pre.crs)} and {_label(post.crs)})",
            "check that both show the same place and that their CRS are right",
            "no-overlap",
        )
    return AreaOfInterest(shared, crs)


def _inside(
    shared: shapely.Polygon | shapely.MultiPolygon,
    wanted: shapely.Polygon | shapely.MultiPolygon,
    ground: str = "the overlap of the images",
) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the part of the overlap that an area of interest asks for."""
    asked = polygonal(shared.intersection(wanted))
    if asked.area <= 0.0:
        away = shared.distance(wanted)
        raise InputError(
            f"the area of interest lies {_length(away)} outside {ground}"
            if math.isfinite(away) and away > 0.0
            else f"the area of interest lies outside {ground}",
            "draw it where the images have data, and check its CRS",
            "aoi-outside",
        )
    return asked


def _label(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else "custom"


def _length(metres: float) -> str:
    return f"{metres / 1000:,.0f} km" if metres >= 10_000 else f"{metres:.0f} m"
