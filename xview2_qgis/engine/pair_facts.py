"""What can be said of a pair before a run: sizes, bands, dates, overlap, and what speaks against it."""

from __future__ import annotations

import math

from ..protocol.events import ImageFacts, PairFacts
from ..protocol.options.assessment import ImageOptions
from .access.network_access import remote_name
from .errors import InputError
from .geo.geodesy import ellipsoidal_areas
from .imagery.acquisition_date import AcquisitionDate
from .raster.notices import damage_notice, pair_notices
from .raster.opening import open_source
from .raster.source import RasterSource
from .run.events import EventSink
from .run.notice import Notice
from .scene.comparison.colour_doubt import colour_doubt
from .scene.overlap import Overlap, find_overlap, overlap_doubt
from .scene.pair_images import PairImages
from .scene.pair_order import order_doubt
from .scene.working_grid import choose_grid


def report_facts(pre: ImageOptions | None, post: ImageOptions, gsd_m: float, events: EventSink) -> None:
    """Report what is known of the images, warnings that a run would begin with, and how they overlap.

    Args:
        pre: pre-event image, None for the post-event image alone.
        post: post-event image.
        gsd_m: pixel size of the model, metres.
        events: receives :class:`ImageFacts` of each image, warnings, and :class:`PairFacts`.

    Raises:
        InputError: an image cannot be used, or they do not overlap; what was known before is reported.
    """
    if pre is None:
        with _opened(post) as alone:
            events.emit(_facts("post", alone))
        return
    with _opened(pre) as first, _opened(post) as second:
        events.emit(_facts("pre", first))
        events.emit(_facts("post", second))
        order = order_doubt(first, second)
        damage = [damage_notice(image.unreadable.first) for image in (first, second) if image.unreadable.first]
        for notice in (*(() if order is None else (order,)), *damage, *pair_notices(first, second, gsd_m)):
            events.warning(notice.code, notice.message)
        overlap = find_overlap(first.georeference, second.georeference)
        [shared] = ellipsoidal_areas([overlap.shared.geometry], overlap.crs).tolist()
        smaller = min(_area_m2(first), _area_m2(second))
        for doubt in (
            overlap_doubt(overlap, first.georeference, second.georeference),
            _colours(first, second, overlap, gsd_m),
        ):
            if doubt is not None:
                events.warning(doubt.code, doubt.message)
        events.emit(PairFacts(round(shared, 1), round(min(shared / smaller, 1.0), 4), gsd_m))


def _colours(pre: RasterSource, post: RasterSource, overlap: Overlap, gsd_m: float) -> Notice | None:
    """Return whether colours seem to be exchanged, from a sample of pixels; not asked of images behind a network."""
    if any(remote_name(image.path) is not None for image in (pre, post)):
        return None
    try:
        return colour_doubt(PairImages.of(pre, post), choose_grid(pre, post, overlap, gsd_m))
    except InputError:
        return None  # the run ends with it; facts are of what is known before


def _opened(image: ImageOptions) -> RasterSource:
    return open_source(image.path, image.bands, image.crs, image.shown_bands, image.nodata)


def _facts(role: str, source: RasterSource) -> ImageFacts:
    known = source.metadata.facts
    return ImageFacts(
        role, source.width, source.height, source.choice.count, ", ".join(map(str, source.bands)),
        source.choice.reason, source.dtype, round(math.sqrt(math.prod(source.georeference.pixel_size_m())), 4),
        _iso(source.acquired), "" if source.acquired is None else source.acquired.source,
        known.source, known.sensor, known.gsd_m, known.off_nadir_deg, known.licence, known.credit,
        ", ".join(source.metadata.origins),
    )  # fmt: skip


def _area_m2(source: RasterSource) -> float:
    return math.prod(source.georeference.pixel_size_m()) * source.width * source.height


def _iso(acquired: AcquisitionDate | None) -> str:
    if acquired is None:
        return ""
    return f"{acquired.moment:%Y-%m-%d}" if acquired.to_the_day else f"{acquired.moment:%Y-%m-%dT%H:%MZ}"
