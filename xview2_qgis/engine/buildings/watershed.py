"""The watershed of scikit-image, without what comes with it.

Its public function imports SciPy's ndimage, which takes a quarter of a second of computing in every run that meets two
buildings that touch; the flooding itself is a compiled function that needs none of that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def watershed(image: NDArray[np.floating], markers: NDArray[np.int32], inside: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Flood an image from markers, the lowest pixels first; neighbours are 4-connected.

    Args:
        image: heights, (H, W).
        markers: number of the basin of each pixel from which it is flooded, 0 for none, int32 (H, W); inside.
        inside: what may be flooded, bool (H, W): nothing along the edge of the image.

    Returns:
        Number of the basin of each pixel, 0 outside, int32 (H, W), as
        ``skimage.segmentation.watershed(image, markers, mask=inside)`` gives it.
    """
    try:
        from skimage.segmentation._watershed_cy import watershed_raveled
    except ImportError:  # another version may keep it elsewhere
        from skimage.segmentation import watershed as public

        return np.asarray(public(image, markers, mask=inside, connectivity=1), np.int32)
    basins = markers.astype(np.int32).ravel()
    width = image.shape[1]
    watershed_raveled(
        np.asarray(image, np.float64).ravel(), np.flatnonzero(basins), np.array([-width, -1, 1, width], np.intp),
        inside.astype(np.int8).ravel(), np.array([width, 1], np.intp), 0.0, basins, False,
    )  # fmt: skip
    return basins.reshape(image.shape)
