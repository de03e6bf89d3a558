"""The reviewed sample of a result, divided among zones while its buildings are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...protocol.totals.category import CATEGORIES, NONE
from ...protocol.totals.review_sample import ReviewSample, SampledBuilding
from ...protocol.totals.sample_table import REVIEWED_BEFORE
from ...protocol.totals.stratified_totals import Stratum, slope
from ..sampling.stratum_names import stratum_numbers
from .building_rows import NOTHING, BuildingRows
from .ranges import Domain, ZonePart

_CLASSES = 4
_NO_MODEL = (0.0,) * (len(CATEGORIES) - _CLASSES)
_NOTHING = (0.0,) * len(CATEGORIES)

#: A building of the sample with the category of its review.
Reviewed = tuple[SampledBuilding, int]


class DomainSample:
    """What is known of the sample in each zone.

    Args:
        sample: the sample of the result.
        zones: number of zones; what lies outside of them is one more, the last.
    """

    def __init__(self, sample: ReviewSample, zones: int) -> None:
        self._drawn = {building.building_id: building for building in sample.drawn}
        before = [b.building_id for b in sample.buildings if b.stratum == REVIEWED_BEFORE]
        self._before = np.array(before, np.int64)
        self._names = tuple(sorted({building.stratum for building in sample.drawn}))
        sizes = {building.stratum: building.stratum_size for building in sample.drawn}
        self._sizes = np.array([sizes[name] for name in self._names], np.int64)
        self._places = {name: place for place, name in enumerate(self._names)}
        self._known = np.zeros((zones + 1, len(CATEGORIES)), np.int64)
        self._there: set[int] = set()
        self._reviewed: list[tuple[int, SampledBuilding, int]] = []
        self._reviewed_before: dict[int, list[int]] = {}
        # the draw went by the adapted class where there was one; adapted later, by the model's
        self._readings = [_Reading(zones + 1, len(self._names)) for _ in range(2)]

    def add(self, zones: NDArray[np.intp], rows: BuildingRows) -> None:
        """Add buildings with the number of the zone of each, -1 for outside."""
        places = zones % len(self._known)
        drawn = np.isin(rows.ids, np.fromiter(self._drawn, np.int64, len(self._drawn)))
        before = np.isin(rows.ids, self._before)
        self._there.update(rows.ids[drawn | before].tolist())
        for row in np.flatnonzero(drawn & (rows.reviews != NOTHING)).tolist():
            self._reviewed.append((int(places[row]), self._drawn[int(rows.ids[row])], int(rows.reviews[row])))
        for row in np.flatnonzero(before).tolist():
            self._reviewed_before.setdefault(int(places[row]), []).append(int(rows.reviews[row]))
        known = ~drawn & ~before & ((rows.ids == NOTHING) | (rows.model == NOTHING))
        np.add.at(self._known, (places[known], rows.final[known]), 1)
        framed = ~before & (rows.ids != NOTHING) & (rows.model != NOTHING) & np.isfinite(rows.probabilities).all(axis=1)
        likely = rows.probabilities[framed]
        stored = [self._places[self._drawn[number].stratum] for number in rows.ids[framed & drawn].tolist()]
        for reading, classes in zip(self._readings, (rows.adapted, rows.model), strict=True):
            strata = stratum_numbers(self._names, classes[framed], likely)
            reading.add(places[framed], strata, likely)
            reading.wrong += int((strata[drawn[framed]] != np.array(stored, np.int64)).sum())

    def whole(self) -> tuple[Domain, float] | None:
        """Return all of the result as one domain, and the slope of the sample; None before its review has begun."""
        strata = self._strata()
        if not strata or not all(stratum.categories for stratum in strata):
            return None
        deleted = tuple(NONE for number in self._before.tolist() if number not in self._there)
        parts = [ZonePart(stratum, _shares(stratum)) for stratum in strata]
        categories = [category for found in self._reviewed_before.values() for category in found]
        parts += _known_as_a_whole((*categories, *deleted))
        reviewed = sum(len(stratum.categories) for stratum in strata)
        return Domain(tuple(parts), tuple(self._known.sum(axis=0).tolist()), reviewed), slope(strata)

    def domains(self) -> list[Domain] | None:
        """Return the zones as domains, the last of which is what lies outside.

        Returns:
            None where none of them has a range: of a stratum nothing was reviewed, or which stratum a building was in
            is not known, because its class was adapted since and before.
        """
        reading = next((reading for reading in self._readings if reading.fits(self._sizes)), None)
        strata = self._strata()
        if reading is None or not strata or not all(stratum.categories for stratum in strata):
            return None
        followed = slope(strata)
        shares = [_shares(stratum) for stratum in strata]
        reviewed: dict[tuple[int, int], list[Reviewed]] = {}
        for place, building, category in self._reviewed:
            reviewed.setdefault((place, self._places[building.stratum]), []).append((building, category))
        domains = []
        for place in range(len(self._known)):
            parts = _known_as_a_whole(self._reviewed_before.get(place, ()))
            count = 0
            for stratum in np.flatnonzero(reading.sizes[place]).tolist():
                size = int(reading.sizes[place, stratum])
                means = tuple((reading.sums[place, stratum] / size).tolist())
                units = _stratum(size, means, reviewed.get((place, stratum), ()))
                parts.append(ZonePart(units, _moved(shares[stratum], units, strata[stratum], followed)))
                count += len(units.categories)
            domains.append(Domain(tuple(parts), tuple(self._known[place].tolist()), count))
        return domains

    def _strata(self) -> list[Stratum]:
        """Return the strata of the whole result. A drawn building that was deleted is none."""
        groups: list[list[Reviewed]] = [[] for _ in self._names]
        means: dict[int, tuple[float, ...]] = {}
        for number, building in self._drawn.items():
            means[self._places[building.stratum]] = building.stratum_means
            if number not in self._there:
                groups[self._places[building.stratum]].append((building, NONE))
        for _, building, category in self._reviewed:
            groups[self._places[building.stratum]].append((building, category))
        return [
            _stratum(int(size), means[place], group)
            for place, (size, group) in enumerate(zip(self._sizes, groups, strict=True))
        ]


class _Reading:
    """The strata in the zones, by one way to know the class that a building had when the sample was drawn."""

    def __init__(self, places: int, strata: int) -> None:
        self.sizes = np.zeros((places, strata), np.int64)
        self.sums = np.zeros((places, strata, _CLASSES))
        self.wrong = 0

    def add(self, places: NDArray[np.intp], strata: NDArray[np.int64], likely: NDArray[np.float64]) -> None:
        self.wrong += int((strata < 0).sum())
        kept = strata >= 0
        np.add.at(self.sizes, (places[kept], strata[kept]), 1)
        np.add.at(self.sums, (places[kept], strata[kept]), likely[kept])

    def fits(self, sizes: NDArray[np.int64]) -> bool:
        """Whether the strata are those of the draw; buildings may have been deleted since, but none came."""
        return not self.wrong and bool((self.sizes.sum(axis=0) <= sizes).all())


def _known_as_a_whole(found: Sequence[int]) -> list[ZonePart]:
    """Return what had been reviewed before the draw: a stratum of which every building is known."""
    if not found:
        return []
    categories = tuple(category for category in found if category != NOTHING)
    return [ZonePart(Stratum(len(found), _NOTHING, categories, (_NOTHING,) * len(categories)), _NOTHING)]


def _stratum(size: int, means: tuple[float, ...], reviewed: Sequence[Reviewed]) -> Stratum:
    return Stratum(
        size,
        means + _NO_MODEL,
        tuple(category for _, category in reviewed),
        tuple(building.probabilities + _NO_MODEL for building, _ in reviewed),
    )


def _shares(stratum: Stratum) -> tuple[float, ...]:
    return tuple(stratum.categories.count(number) / len(stratum.categories) for number in range(len(CATEGORIES)))


def _moved(shares: tuple[float, ...], part: Stratum, whole: Stratum, followed: float) -> tuple[float, ...]:
    """Return the shares of a stratum, moved by as much as the model sees another mix in this part of it."""
    pairs = zip(shares, part.means, whole.means, strict=True)
    return tuple(max(share + followed * (here - there), 0.0) for share, here, there in pairs)
