"""Whether the two images of a pair look exchanged: by their acquisition dates, else by words in their names."""

from __future__ import annotations

from pathlib import Path

from ...protocol.image_order import in_words
from ..raster.acquisition_date import wrong_order
from ..raster.source import RasterSource
from ..run.notice import Notice


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
