"""The orders in which buildings are reviewed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from enum import Enum

from ...protocol.schema import CLASS_NAMES, Damage
from ..building import ReviewedBuilding
from .place_order import along_curve

_SEED = 20210421  # the same order in every session, so that one can go on
_WORST_FIRST = {CLASS_NAMES[damage]: place for place, damage in enumerate(sorted(Damage, reverse=True))}


class Order(Enum):
    """Which building comes next."""

    DOUBT = "doubt"
    CLASS = "class"
    PLACE = "place"
    RANDOM = "random"
    SAMPLE = "sample"


def in_order(
    buildings: Iterable[ReviewedBuilding], order: Order, sample: Mapping[int, int] | None = None
) -> list[ReviewedBuilding]:
    """Return buildings in an order; of the sample only its members.

    Args:
        buildings: in any order.
        order: the order wanted.
        sample: for each building of the sample its ``building_id`` and its place in it.
    """
    # the order of what is alike must not depend on the file
    found = sorted(buildings, key=lambda building: building.fid)
    if order is Order.DOUBT:
        # without probabilities there is nothing to doubt: last
        found.sort(key=lambda building: (not building.probabilities, building.margin))
    elif order is Order.CLASS:
        last = len(_WORST_FIRST)
        found.sort(key=lambda building: (_WORST_FIRST.get(building.machine_class, last), building.margin))
    elif order is Order.PLACE:
        places = along_curve([(building.x, building.y) for building in found])
        found = [found[index] for index in places]
    elif order is Order.RANDOM:
        # an order for people, the same each time
        random.Random(_SEED).shuffle(found)  # nosec B311
    else:
        place = sample or {}
        found = [building for building in found if building.building_id in place]
        found.sort(key=lambda building: place[building.building_id or 0])
    return found
