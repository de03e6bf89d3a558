"""CutMix for image pairs: a rectangle of one crop takes the place of the same rectangle of another.

After Yun et al. 2019, for masks instead of labels of whole images. Rare damage comes before other backgrounds and
beside other neighbours than its own, so a network cannot learn it by heart from the scene around it.
"""

from __future__ import annotations

import numpy as np

from .crops import Crop

#: Least and greatest edge of the rectangle, in edges of the crop.
_EDGES = (0.25, 0.6)
_LEAST_RARE_CLASS = 2  # minor damage


def mix(crop: Crop, donor: Crop, rng: np.random.Generator) -> Crop:
    """Return ``crop`` with a rectangle of ``donor``: both images and both masks.

    The rectangle is drawn around a damaged pixel of the donor, where it has one. Where one of them has no pre-event
    image the result has none: a part of an image that does not change says something else than an image alone.

    Args:
        crop: what is covered in part; it is not changed.
        donor: of the same size.
        rng: source of the draws.
    """
    size = crop.building.shape[0]
    height, width = np.rint(rng.uniform(*_EDGES, 2) * size).astype(int).tolist()
    damaged = np.argwhere((donor.damage >= _LEAST_RARE_CLASS) & (donor.damage <= 4))
    row, column = damaged[rng.integers(len(damaged))] if len(damaged) else rng.integers(size, size=2)
    # the pixel may lie anywhere in the rectangle, and the rectangle inside the crop
    top = int(np.clip(row - rng.integers(height), 0, size - height))
    left = int(np.clip(column - rng.integers(width), 0, size - width))
    part = np.s_[..., top : top + height, left : left + width]
    mixed = Crop(crop.pre.copy(), crop.post.copy(), crop.building.copy(), crop.damage.copy())
    for target, source in (
        (mixed.pre, donor.pre),
        (mixed.post, donor.post),
        (mixed.building, donor.building),
        (mixed.damage, donor.damage),
    ):
        target[part] = source[part]
    return mixed.without_pre() if crop.post_only or donor.post_only else mixed
