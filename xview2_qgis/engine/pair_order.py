"""Whether the two images of a pair look exchanged: by their acquisition dates, else by words in their names."""

from __future__ import annotations

from pathlib import Path

from .acquisition_date import acquisition_date, wrong_order
from .image_order import in_words
from .raster_source import RasterSource


def order_doubt(pre: RasterSource, post: RasterSource) -> str | None:
    """Return why the order of a pair should be checked, None where nothing speaks against it."""
    dates = acquisition_date(pre.path, pre.files), acquisition_date(post.path, post.files)
    right_by_words = in_words(Path(pre.name).stem, Path(post.name).stem)
    doubt = wrong_order(*dates)
    if doubt is not None and right_by_words and dates[0] == dates[1]:
        return None  # names such as 20230206_pre and 20230206_post tell the day of the event
    if doubt is None and right_by_words is False and None in dates:
        return (
            f"by their names {pre.name} is the post-event image and {post.name} the pre-event image: "
            "check whether the two images are exchanged"
        )
    return doubt
