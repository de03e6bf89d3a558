"""Which building of a new result an earlier outline is: by place, each of both once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

#: Share of the ground under either of two outlines that lies under both (intersection over union), from which on they
#: are the same building.
LEAST_IOU = 0.3


def match(earlier: Sequence[shapely.Geometry], buildings: Sequence[shapely.Geometry]) -> dict[int, int]:
    """Return the indices of the buildings that earlier outlines are, by their own.

    Two outlines are the same building where they share :data:`LEAST_IOU` of the ground under either, or where the
    centroid of each lies in the other one (a roof of another size). The pairs that share most come first.

    Args:
        earlier: outlines, in the CRS of the buildings. Empty ones match nothing.
        buildings: outlines.
    """
    if not len(earlier) or not len(buildings):
        return {}
    old, new = np.array(earlier, object), np.array(buildings, object)
    first, second = shapely.STRtree(new).query(old, predicate="intersects")
    shared = shapely.area(shapely.intersection(old[first], new[second]))
    union = shapely.area(old[first]) + shapely.area(new[second]) - shared
    iou = shared / np.maximum(union, 1e-300)
    middle = shapely.within(shapely.centroid(old[first]), new[second]) & shapely.within(
        shapely.centroid(new[second]), old[first]
    )
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for pair in np.argsort(-iou, kind="stable"):
        if iou[pair] < LEAST_IOU and not middle[pair]:
            continue
        mine, theirs = int(first[pair]), int(second[pair])
        if mine not in matches and theirs not in taken:
            matches[mine] = theirs
            taken.add(theirs)
    return matches
