"""The layout of a folder: what is in it beside xBD's ordinary pairs, as whoever gives the folder says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """What the images of a folder are.

    Attributes:
        post_only: they are post-event images without their pre-event ones. Their post label says where buildings are,
            too, and the post-event image stands in the place of the one that is missing.
        enlarge: how many times each way images are enlarged, for those of coarser pixels than the others. Labels are
            in the pixels of the files.
    """

    post_only: bool = False
    enlarge: int = 1


#: Pre-event and post-event images at the pixel size at which networks see them.
PAIRS = Layout()
POST_ONLY = Layout(post_only=True)
