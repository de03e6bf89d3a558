"""Notices about rasters: what was assumed of them, left out or doubted, for the user to check."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Literal

from ..errors import InputError
from ..geo.placement import ORTHORECTIFY
from ..radiometry.stretch import Stretch
from ..run.notice import Notice
from .source import RasterSource

Role = Literal["pre", "post"]

#: Pixels of so many times the model's size are warned of: a damaged roof no longer differs from a whole one.
COARSE = 1.9  # "twice", with room for the oblique pixels of an image in degrees


def pair_notices(pre: RasterSource, post: RasterSource, gsd_m: float) -> list[Notice]:
    """Return what is to be said about the images of a pair, the pre-event image first.

    Codes: ``bands-assumed``, ``bands-shown``, ``undeclared-fill``, ``nodata-range``, ``low-contrast``,
    ``not-orthorectified``, ``coarse-pixels``.

    Args:
        pre: pre-event image.
        post: post-event image.
        gsd_m: pixel size of the model in metres.
    """
    return [*_notices(pre, "pre", post, gsd_m), *_notices(post, "post", pre, gsd_m)]


def damage_notice(first: InputError) -> Notice:
    """Return what is to be said, once, of an image of which a part cannot be read (``unreadable-part``).

    Args:
        first: why the first part could not be read.
    """
    return Notice(
        "unreadable-part",
        f"{first.message}: what cannot be read counts as without data. {first.hint[0].upper()}{first.hint[1:]}",
    )


def single_notices(post: RasterSource, gsd_m: float) -> list[Notice]:
    """Return what is to be said about a post-event image alone; codes as of :func:`pair_notices`."""
    return _notices(post, "post", None, gsd_m)


def record_of_images(images: Sequence[RasterSource], stretches: Sequence[Stretch]) -> str:
    """Return what is known of the images, JSON: bands and why, pixels without data, pixel size, stretch.

    Args:
        images: the pre-event image where there is one, and the post-event image.
        stretches: of each.
    """
    roles: tuple[Role, ...] = ("pre", "post")
    return json.dumps(
        {
            role: {
                "bands": source.choice.bands,
                "bands_reason": source.choice.reason,
                "bands_assumed": source.choice.assumed,
                "dtype": source.dtype,
                "nodata": source.nodata,
                "nodata_given": str(source.nodata_rule) or None,
                "nodata_ignored": [f"{value:g}" for value in source.impossible_nodata],
                "undeclared_fill": [fill.values for fill in source.fill if fill.seen],
                "pixel_size_m": [round(size, 4) for size in source.georeference.pixel_size_m()],
                "stretch": None if stretch.identity else {"low": stretch.low, "high": stretch.high},
            }
            for role, source, stretch in zip(roles[-len(images) :], images, stretches, strict=True)
        }
    )


def _notices(source: RasterSource, role: Role, other: RasterSource | None, gsd_m: float) -> list[Notice]:
    found = (
        _bands(source, role, other), _nodata(source), _fill(source), _contrast(source), _rectification(source),
        _pixels(source, role, gsd_m),
    )  # fmt: skip
    return [notice for notice in found if notice is not None]


def _bands(source: RasterSource, role: Role, other: RasterSource | None) -> Notice | None:
    choice = source.choice
    if choice.shown and max(choice.bands) > len(choice.bands):
        return Notice(
            "bands-shown",
            f"{source.name} does not say which of its {choice.count} bands are red, green and blue: "
            f"{', '.join(map(str, choice.bands))} are used, as its layer shows them. Where it is shown in false "
            f"colours on purpose (infrared as red), give the bands in natural colours (--{role}-bands)",
        )
    numbers = ", ".join(map(str, choice.bands))
    if choice.foreign:
        return Notice(
            "bands-assumed",
            f"{source.name} calls its bands {numbers} {', '.join(choice.foreign)}, and they are used as red, green and "
            f"blue: buildings are missed in false colours. Use an image in natural colours, or give its bands with "
            f"--{role}-bands",
        )
    if not choice.assumed:
        return None
    pair = ""
    if other is not None and not other.choice.assumed:
        pair = f"; those of {other.name} are known by {other.choice.reason}"
    return Notice(
        "bands-assumed",
        f"{source.name} has {choice.count} bands and does not say which are red, green and blue: bands {numbers} are "
        f"used{pair}. Satellite images often have blue first: check the colours, and give the bands with "
        f"--{role}-bands where they are others (3,2,1 for blue, green, red, infrared)",
    )


def _nodata(source: RasterSource) -> Notice | None:
    if not source.impossible_nodata:
        return None
    values = ", ".join(f"{value:g}" for value in source.impossible_nodata)
    return Notice(
        "nodata-range",
        f"the nodata value {values} of {source.name} is none that its type ({source.dtype}) can hold, and is ignored: "
        "check which value its pixels without data have",
    )


def _fill(source: RasterSource) -> Notice | None:
    seen = [f"({fill})" for fill in source.fill if fill.seen]
    if not seen:
        return None
    return Notice(
        "undeclared-fill",
        f"large areas of exactly the value {' or '.join(seen)} in {source.name} are taken for areas without "
        "data, though its nodata value does not say so: buildings under them are unknown",
    )


def _contrast(source: RasterSource) -> Notice | None:
    if not source.low_contrast:
        return None
    return Notice(
        "low-contrast",
        f"the values of {source.name} use a quarter of the 256 levels of a byte at most, as when 16 bits are "
        "scaled from 0–65535, and were stretched: what scaling lost does not come back, use the image with its full "
        "bit depth",
    )


def _rectification(source: RasterSource) -> Notice | None:
    if not source.unrectified:
        return None
    return Notice(
        "not-orthorectified",
        f"{source.name} has rational polynomial coefficients for its pixels and seems not to be orthorectified: "
        f"buildings in relief lie elsewhere, "
        f"{ORTHORECTIFY}",
    )


def _pixels(source: RasterSource, role: Role, gsd_m: float) -> Notice | None:
    size = math.sqrt(math.prod(source.georeference.pixel_size_m()))
    if size < COARSE * gsd_m:
        return None
    return Notice(
        "coarse-pixels",
        f"the pixels of the {role}-event image {source.name} are {size:.2g} m wide, the model knows those of "
        f"{gsd_m:g} m: small buildings are missed and damage is not seen, use an image with finer pixels",
    )
