"""The overlap: the ground that both images of a pair show, and what is asked about it.

A building belongs to the overlap when its centroid lies there, as with an area of interest. So an image
that reaches further than the other one is looked at a little beyond the overlap too: buildings across its edge are seen
as a whole.
"""

from __future__ import annotations

import math

import shapely
from rasterio.crs import CRS

from .area_of_interest import AreaOfInterest
from .errors import InputError
from .georeference import Georeference, distance_m, polygonal


def overlap(pre: Georeference, post: Georeference, crs: CRS) -> AreaOfInterest:
    """Return the ground that two rasters share, in ``crs``.

    Args:
        pre: image before the event.
        post: image after it.
        crs: a projected CRS fit for the place.

    Raises:
        InputError: they share none (``no-overlap``).
    """
    apart = distance_m(pre, post)
    shared = None
    # far-away places can come out anywhere in a local projection, so the distance is looked at first
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


def asked_area(
    pre: Georeference, post: Georeference, crs: CRS, pixel: float, area: AreaOfInterest | None = None
) -> AreaOfInterest | None:
    """Return where buildings are asked for, in ``crs``; None where that is all of pre.

    Args:
        pre: image before the event.
        post: image after it.
        crs: a projected CRS fit for the place.
        pixel: width of a pixel in ``crs``; an overlap that misses less of pre is all of it.
        area: area of interest in any CRS.

    Raises:
        InputError: the images do not overlap (``no-overlap``) or the area lies elsewhere (``aoi-outside``).
    """
    shared = overlap(pre, post, crs).geometry
    if area is None:
        outline = pre.outline(crs)
        missed = shapely.MultiPolygon() if outline is None else outline.difference(shared)
        return None if missed.buffer(-pixel / 2).is_empty else AreaOfInterest(shared, crs)
    wanted = area.in_crs(crs).geometry
    asked = polygonal(shared.intersection(wanted))
    if asked.area <= 0.0:
        away = shared.distance(wanted)
        raise InputError(
            f"the area of interest lies {_length(away)} outside the overlap of the images"
            if math.isfinite(away) and away > 0.0
            else "the area of interest lies outside the overlap of the images",
            "draw it where both images have data, and check its CRS",
            "aoi-outside",
        )
    return AreaOfInterest(asked, crs)


def _label(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else "custom"


def _length(metres: float) -> str:
    return f"{metres / 1000:,.0f} km" if metres >= 10_000 else f"{metres:.0f} m"
