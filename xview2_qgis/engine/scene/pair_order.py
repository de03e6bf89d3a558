"""What is to be said of the images of a run before it: also whether those of a pair look exchanged."""

from __future__ import annotations

from pathlib import Path

from ...protocol.image_order import in_words
from ..imagery.acquisition_date import wrong_order
from ..raster.notices import pair_notices, single_notices
from ..raster.source import RasterSource
from ..run.notice import Notice


def image_notices(
    pre: RasterSource | None, post: RasterSource, gsd_m: float, *, given_footprints: bool
) -> tuple[Notice, ...]:
    """Return what is to be said about a pair, or about a post-event image alone.

    Codes: those of the notices, ``dates-order``, and ``post-only`` for one image without footprints.

    Args:
        pre: pre-event image, None where there is none.
        post: post-event image.
        gsd_m: pixel size of the model in metres.
        given_footprints: known buildings are given.
    """
    if pre is not None:
        order = order_doubt(pre, post)
        return (*pair_notices(pre, post, gsd_m), *(() if order is None else (order,)))
    return (*single_notices(post, gsd_m), *(() if given_footprints else (_POST_ONLY,)))


_POST_ONLY = Notice(
    "post-only",
    "without a pre-event image and without footprints, buildings are found on the post-event image: those that no"
    " longer stand are missed. Give footprints of the place as it was (OpenStreetMap, Google, Microsoft)",
)


def order_doubt(pre: RasterSource, post: RasterSource) -> Notice | None:
    """Return why the order of a pair should be checked (``dates-order``), None where nothing speaks against it."""
    message = _doubt(pre, post)
    return None if message is None else Notice("dates-order", message)


def _doubt(pre: RasterSource, post: RasterSource) -> str | None:
    right_by_words = in_words(Path(pre.name).stem, Path(post.name).stem)
    doubt = wrong_order(pre.acquired, post.acquired)
    if doubt is not None and right_by_words and pre.acquired == post.acquired:
        return None  # names such as 20230206_pre and 20230206_post hold the day of the event
    if doubt is None and right_by_words is False and None in (pre.acquired, post.acquired):
        return (
            f"by their names {pre.name} is the post-event image and {post.name} the pre-event image: "
            "check whether the two images are exchanged"
        )
    return doubt
